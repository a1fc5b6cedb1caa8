"""How much an analysis gains where the embedder's threads sleep while they wait, and do not spin.

Scans a folder into an empty library again and again, in turn with threads that spin, as libraries
for parallel arithmetic let them by default, and with threads that sleep, as Segue's do.

    python -m benchmarks.waiting_threads FOLDER [--scans 3]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("folder", type=Path)
    told.add_argument("--scans", type=int, default=3)
    arguments = told.parse_args()
    took_s: dict[str, list[float]] = {"active": [], "passive": []}
    for _ in range(arguments.scans):
        for policy, times_s in took_s.items():
            times_s.append(scan_s(arguments.folder, policy))
    print(f"{'threads that wait':20} median s  of all")
    for policy, times_s in took_s.items():
        each = "  ".join(f"{time_s:.1f}" for time_s in times_s)
        print(f"{policy:20} {statistics.median(times_s):8.1f}  {each}")
    ratio = statistics.median(took_s["active"]) / statistics.median(took_s["passive"])
    print(f"active takes {ratio:.2f} times as long")


def scan_s(folder: Path, policy: str) -> float:
    """How long a first scan of a folder takes, with the starts of all processes."""
    environment = {**os.environ, "OMP_WAIT_POLICY": policy}
    with TemporaryDirectory() as data_dir:
        began_s = time.monotonic()
        command = [sys.executable, "-m", "app", "scan", "--data", data_dir, str(folder)]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began_s


if __name__ == "__main__":
    main()
