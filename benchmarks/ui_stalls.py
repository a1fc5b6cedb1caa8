"""How long the window's main thread is kept from drawing while much else goes on.

A timer of the real window beats every five milliseconds, first for a while at rest, then as long
while a folder is analysed (decoders, network, database), keys are typed in the search and seeds
are dropped. What is beyond the beat is a stall. The run at rest is the other way of doing it: what
the machine itself and the timer cost.

    python -m benchmarks.ui_stalls FOLDER [DATA_DIR] [--tracks 100000] [--seconds 30]
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.window_speed import make_library, run, screen


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("folder", type=Path)
    told.add_argument("data", nargs="?", type=Path, default=Path("/tmp/segue-large"))
    told.add_argument("--tracks", type=int, default=100_000)
    told.add_argument("--seconds", type=float, default=30.0)
    arguments = told.parse_args()
    make_library(arguments.data, arguments.tracks)
    copy = arguments.data.with_name(f"{arguments.data.name}-stalls")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(arguments.data, copy)
    with screen() as environment:
        _, found = run(
            [
                *(sys.executable, "-m", "benchmarks.window_probe", "stalls", str(copy)),
                *("--folder", str(arguments.folder.resolve())),
                *("--seconds", str(arguments.seconds)),
            ],
            environment,
        )
    shutil.rmtree(copy)
    idle, busy = found["idle_s"], found["busy_s"]
    print(f"{arguments.tracks:,} tracks; stalls of the main thread in milliseconds")
    print(f"{'':28}    p99   p99.9     max  over 50 ms")
    for name, stalls in (("at rest", idle), ("analysing and searching", busy)):
        print(
            f"{name:28} {_share(stalls, 0.99)} {_share(stalls, 0.999)} {_share(stalls, 1.0)}"
            f"  {sum(stall > 0.05 for stall in stalls)} of {len(stalls):,}"
        )
    print(f"longest beyond that at rest: {1000 * (max(busy) - max(idle)):.0f} ms")
    print(
        f"keys: {len(found['keys_s'])}, longest {1000 * max(found['keys_s']):.0f} ms; "
        f"drops: {len(found['drops_s'])}, longest {1000 * max(found['drops_s']):.0f} ms"
    )


def _share(values_s: Sequence[float], share: float) -> str:
    ordered = sorted(values_s)
    return f"{1000 * ordered[round(share * (len(ordered) - 1))]:7.1f}"


if __name__ == "__main__":
    main()
