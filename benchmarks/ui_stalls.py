"""How long the window's main thread is kept from drawing while much else goes on.

A timer of the real window beats every five milliseconds: at rest, while it reads what searches
need, while one new track is heard and the index of all others grows by it, and while a folder is
analysed (decoders, network, database), keys are typed in the search and seeds are dropped. What is
beyond the beat is a stall. Of every one over 50 ms it is told how long the thread computed, waited
for a core, and waited for something else.

A shared machine stands still for tens of milliseconds at a time, and its window with it. Two other
programs run beside: `benchmarks.pauses` notes on each core when the machine stood still, which is
told of each stall and left out of the second figures: they are the least that is Segue's own. And
one without a window does the sum of a frame, some seven milliseconds, twenty times a second: how
far others delay anything that computes.

    python -m benchmarks.ui_stalls FOLDER [DATA_DIR] [--tracks 100000] [--seconds 20] [--runs 3]
"""

import argparse
import shutil
import statistics
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.pauses import Pauses, beside, noting_pauses, stood_still_s
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
sums, over = [], threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
while not over.wait(0.05):
    began_s = time.monotonic()
    sum(number * number for number in range(100_000))
    ended_s = time.monotonic()
    sums.append((ended_s - began_s, ended_s))
print(json.dumps(sums))
"""

_LONG_S = 0.05
_NOISE_RATE_HZ = 22_050


@dataclass(frozen=True, slots=True)
class Stall:
    """How long it was, what the thread did meanwhile, and for how long the machine stood still."""

    stall_s: float
    computed_s: float
    queued_s: float
    stood_still_s: float

    @property
    def own_s(self) -> float:
        """What is left without the pauses of the machine."""
        return max(0.0, self.stall_s - self.stood_still_s)

    def __str__(self) -> str:
        """The stall and its parts in milliseconds."""
        else_s = self.stall_s + BEAT_MS / 1000 - self.computed_s - self.queued_s
        parts_ms = (1000 * part_s for part_s in (self.computed_s, self.queued_s, else_s))
        still_ms = 1000 * self.stood_still_s
        return (
            f"{1000 * self.stall_s:5.0f} = {' + '.join(f'{part_ms:.0f}' for part_ms in parts_ms)}"
            f"; the machine stood still for {still_ms:.0f}"
        )


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
    waits_s: dict[str, list[float]] = {"keys": [], "drops": []}
    with TemporaryDirectory() as one_track, screen() as environment:
        write_noise(Path(one_track) / "noise.wav")
        window = [
            *(sys.executable, "-m", "benchmarks.window_probe", "stalls", str(copy)),
            *("--one-track", one_track),
            *("--folder", str(arguments.folder.resolve())),
            *("--seconds", str(arguments.seconds)),
        ]
        for _ in range(arguments.runs):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(arguments.data, copy)
            found, pauses = _one_run(window, environment)
            runs.append({key: _stalls(found[key], pauses) for key in PHASES.values()})
            for name, all_s in waits_s.items():
                all_s += [ended_s - began_s for began_s, ended_s in found[f"{name}_s"]]
    shutil.rmtree(copy)
    print(f"{arguments.tracks:,} tracks; stalls of the main thread in milliseconds")
    _print_table(runs)
    _print_long_ones(runs)
    for name, all_s in waits_s.items():
        print(
            f"{name} meanwhile: {len(all_s)}, median {1000 * statistics.median(all_s):.0f} ms, "
            f"longest {1000 * max(all_s):.0f} ms"
        )


def _one_run(window: list[str], environment: dict[str, str]) -> tuple[dict[str, Any], list[Pauses]]:
    """What the window found, with the bare sums, and when each core stood still."""
    with noting_pauses() as pauses, beside([sys.executable, "-c", BARE_SUMS]) as sums:
        _, found = run(window, environment)
    usual_s = statistics.median(took_s for took_s, _ in sums)
    found["sums_s"] = [
        (took_s - usual_s, usual_s, 0.0, ended_s - took_s, ended_s) for took_s, ended_s in sums
    ]
    return found, pauses


def _stalls(found: Sequence[Sequence[float]], pauses: list[Pauses]) -> list[Stall]:
    return [
        Stall(max(0.0, stall_s), computed_s, queued_s, stood_still_s(pauses, began_s, ended_s))
        for stall_s, computed_s, queued_s, began_s, ended_s in found
    ]


def _print_table(runs: list[dict[str, list[Stall]]]) -> None:
    print(f"{'':28}                              longest      without the machine's pauses")
    print(f"{'':28}    p99   p99.9  over 50 ms     of each run     over 50 ms     longest")
    for name, key in PHASES.items():
        stalls = [stall for found in runs for stall in found[key]]
        all_s = [stall.stall_s for stall in stalls]
        own_s = [stall.own_s for stall in stalls]
        longest = " ".join(_ms(max(one.stall_s for one in found[key])) for found in runs)
        own_longest = " ".join(_ms(max(one.own_s for one in found[key])) for found in runs)
        print(
            f"{name:28} {_share(all_s, 0.99)} {_share(all_s, 0.999)}  "
            f"{f'{_n_long(all_s)} of {len(stalls):,}':13} {longest:16} "
            f"{_n_long(own_s):8}      {own_longest}"
        )


def _print_long_ones(runs: list[dict[str, list[Stall]]]) -> None:
    print("over 50 ms: the stall = computed + waited for a core + waited for anything else")
    for name, key in list(PHASES.items())[:-1]:
        for stall in (stall for found in runs for stall in found[key]):
            if stall.stall_s > _LONG_S:
                print(f"{name:28} {stall}")


def write_noise(path: Path) -> None:
    """Twelve seconds of a sound that no library has yet."""
    noise = np.random.default_rng(2016).normal(scale=3000, size=12 * _NOISE_RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_NOISE_RATE_HZ)
        file.writeframes(noise.astype("<i2").tobytes())


def _n_long(values_s: Sequence[float]) -> int:
    return sum(value_s > _LONG_S for value_s in values_s)


def _ms(value_s: float) -> str:
    return f"{1000 * value_s:4.0f}"


def _share(values_s: Sequence[float], share: float) -> str:
    ordered = sorted(values_s)
    return f"{1000 * ordered[round(share * (len(ordered) - 1))]:7.1f}"


if __name__ == "__main__":
    main()
