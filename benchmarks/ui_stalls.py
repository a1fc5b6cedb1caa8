"""How long the window's main thread is kept from drawing while much else goes on.

A timer of the real window beats every five milliseconds: at rest, while it reads what searches
need, while one new track is heard and the index of all others grows by it, and while a folder is
analysed (decoders, network, database), keys are typed in the search and seeds are dropped. What is
beyond the beat is a stall. Of every one over 50 ms it is told how long the thread computed, waited
for a core, and waited for something else, and for how long cores of a shared machine stood still.

The other way of doing it is a program without a window that does the sum of a frame, some seven
milliseconds, twenty times a second all the while: how far the machine delays anything that
computes. What Segue does itself comes back in every run at the same place, what the machine does
comes once; so the longest stall of each run is printed.

    python -m benchmarks.ui_stalls FOLDER [DATA_DIR] [--tracks 100000] [--seconds 20] [--runs 3]
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.window_scenarios import BEAT_MS
from benchmarks.window_speed import make_library, run, screen

PHASES = {
    "at rest": "idle_s",
    "getting ready to search": "opening_s",
    "a track more in the index": "indexing_s",
    "analysing and searching": "busy_s",
    "bare sums beyond the usual": "sums_s",
}
BARE_SUMS = """
import json, sys, threading, time
took_s, over = [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
while not over.wait(0.05):
    began_s = time.monotonic()
    sum(number * number for number in range(100_000))
    took_s.append(time.monotonic() - began_s)
print(json.dumps(took_s))
"""

_NOISE_RATE_HZ = 22_050


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("folder", type=Path)
    told.add_argument("data", nargs="?", type=Path, default=Path("/tmp/segue-large"))
    told.add_argument("--tracks", type=int, default=100_000)
    told.add_argument("--seconds", type=float, default=20.0)
    told.add_argument("--runs", type=int, default=3)
    arguments = told.parse_args()
    make_library(arguments.data, arguments.tracks)
    copy = arguments.data.with_name(f"{arguments.data.name}-stalls")
    runs = []
    with TemporaryDirectory() as one_track, screen() as environment:
        write_noise(Path(one_track) / "noise.wav")
        for _ in range(arguments.runs):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(arguments.data, copy)
            with beside([sys.executable, "-c", BARE_SUMS]) as sums_s:
                _, found = run(
                    [
                        *(sys.executable, "-m", "benchmarks.window_probe", "stalls", str(copy)),
                        *("--one-track", one_track),
                        *("--folder", str(arguments.folder.resolve())),
                        *("--seconds", str(arguments.seconds)),
                    ],
                    environment,
                )
            usual_s = statistics.median(sums_s)
            found["sums_s"] = [(max(0.0, one_s - usual_s),) for one_s in sums_s]
            runs.append(found)
    shutil.rmtree(copy)
    print(f"{arguments.tracks:,} tracks; stalls of the main thread in milliseconds")
    print(f"{'':28}    p99   p99.9  over 50 ms          longest of each run")
    for name, key in PHASES.items():
        stalls = [stall for found in runs for stall, *_ in found[key]]
        longest = "  ".join(f"{1000 * max(found[key])[0]:5.0f}" for found in runs)
        over = f"{sum(stall > 0.05 for stall in stalls)} of {len(stalls):,}"
        print(f"{name:28} {_share(stalls, 0.99)} {_share(stalls, 0.999)}  {over:16} {longest}")
    print("over 50 ms: the stall = computed + waited for a core + waited for anything else")
    for name, key in list(PHASES.items())[:-1]:
        for found in runs:
            for stall in found[key]:
                if stall[0] > 0.05:
                    print(f"{name:28} {_in_parts(stall)}")
    for name, key in (("keys", "keys_s"), ("drops", "drops_s")):
        waits = [wait for found in runs for wait in found[key]]
        print(
            f"{name} meanwhile: {len(waits)}, median {1000 * statistics.median(waits):.0f} ms, "
            f"longest {1000 * max(waits):.0f} ms"
        )


def _in_parts(stall: Sequence[float]) -> str:
    stall_s, computed_s, queued_s, stolen_s = stall
    left_s = stall_s + BEAT_MS / 1000 - computed_s - queued_s
    return (
        f"{1000 * stall_s:5.0f} = {1000 * computed_s:.0f} + {1000 * queued_s:.0f} + "
        f"{1000 * left_s:.0f}; cores stood still for {1000 * stolen_s:.0f}"
    )


@contextmanager
def beside(command: Sequence[str]) -> Iterator[list[float]]:
    """A program that runs meanwhile; the numbers that it prints, once it has ended."""
    numbers: list[float] = []
    program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield numbers
    finally:
        printed, _ = program.communicate()  # the end of its input ends it
        numbers.extend(json.loads(printed))


def write_noise(path: Path) -> None:
    """Twelve seconds of a sound that no library has yet."""
    noise = np.random.default_rng(2016).normal(scale=3000, size=12 * _NOISE_RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_NOISE_RATE_HZ)
        file.writeframes(noise.astype("<i2").tobytes())


def _share(values_s: Sequence[float], share: float) -> str:
    ordered = sorted(values_s)
    return f"{1000 * ordered[round(share * (len(ordered) - 1))]:7.1f}"


if __name__ == "__main__":
    main()
