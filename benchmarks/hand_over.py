"""How long the table takes to be drawn while another thread computes in Python.

Each time that Qt calls a method in Python, it waits for Python's lock, which a thread that computes
keeps for what `sys.setswitchinterval` says. Draws the table of the real window alone, and beside
such a thread with several intervals.

    python -m benchmarks.hand_over [DATA_DIR] [--tracks 100000]
"""

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.window_speed import make_library, run, screen


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("data", nargs="?", type=Path, default=Path("/tmp/segue-large"))
    told.add_argument("--tracks", type=int, default=100_000)
    arguments = told.parse_args()
    make_library(arguments.data, arguments.tracks)
    with screen() as environment:
        probe = [sys.executable, "-m", "benchmarks.window_probe", "frames", str(arguments.data)]
        _, found = run(probe, environment)
    alone_s = statistics.median(found["alone"])
    print("a frame of the table in milliseconds; the lock is handed over after:")
    print(f"{'':10} median    max  times alone")
    for name, frames_s in found.items():
        median_s = statistics.median(frames_s)
        print(
            f"{name:10} {1000 * median_s:6.1f} {1000 * max(frames_s):6.1f}"
            f"  {median_s / alone_s:11.1f}"
        )


if __name__ == "__main__":
    main()
