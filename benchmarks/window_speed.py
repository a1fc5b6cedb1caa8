"""How fast the window is: on the screen, its table, a key in the search, a seed's matches.

Starts the real program several times on a screen that nobody sees, with a library of 100,000
invented tracks (made first if it is not there), and beside it a bare window of Qt with an empty
table: what no program of this kind can be faster than. The first start of each is not counted, and
Python's bytecode is made before, as it is when a program is installed. The longest wait is given
once more without what a core of the machine stood still meanwhile (`benchmarks.pauses`).

    python -m benchmarks.window_speed [DATA_DIR] [--tracks 100000] [--starts 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.pauses import Pauses, noting_pauses, stood_still_s

BARE = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
application = QApplication([])
window, table = QMainWindow(), QTableView()
window.setCentralWidget(table)
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, end)
        return False
def end():
    print('{"window_s": %r}' % time.monotonic())
    application.quit()
watch = Watch()
table.viewport().installEventFilter(watch)
window.resize(1280, 800)
window.show()
application.exec()
"""

_PACKAGES = ("app", "audio_model", "benchmarks", "library", "ui")


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """A screen that nobody sees; what a program needs to open its window there."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        display = f":{answer.readline().strip()}"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    compiling = [sys.executable, "-m", "compileall", "-q", *_PACKAGES]
    subprocess.run(compiling, env=environment, check=True)
    try:
        yield environment
    finally:
        server.terminate()
        server.wait()


def run(command: Sequence[str], environment: dict[str, str]) -> tuple[float, Any]:
    """When a program was started, and the JSON that it printed last."""
    started_s = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{done.stderr}")
    return started_s, json.loads(lines[-1])


def make_library(data_dir: Path, n_tracks: int) -> None:
    """Make the library of invented tracks, unless it is there."""
    if not (data_dir / "library.sqlite").exists():
        subprocess.run(
            [sys.executable, "-m", "benchmarks.large_library", str(data_dir), str(n_tracks)],
            check=True,
        )


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("data", nargs="?", type=Path, default=Path("/tmp/segue-large"))
    told.add_argument("--tracks", type=int, default=100_000)
    told.add_argument("--starts", type=int, default=5)
    arguments = told.parse_args()
    make_library(arguments.data, arguments.tracks)
    probe = [sys.executable, "-m", "benchmarks.window_probe", "speed", str(arguments.data)]
    bare, window, table, keys, drops = ([] for _ in range(5))
    with screen() as environment, noting_pauses() as pauses:
        for start in range(arguments.starts + 1):
            bare_at_s, shown = run([sys.executable, "-c", BARE], environment)
            begun_s, found = run(probe, environment)
            if start == 0:
                continue
            bare.append((bare_at_s, shown["window_s"]))
            window.append((begun_s, found["window_s"]))
            table.append((begun_s, found["table_s"]))
            keys += found["key_s"]
            drops += found["drop_s"]
    bare_s = statistics.median(ended_s - began_s for began_s, ended_s in bare)
    print(f"{arguments.tracks:,} tracks; {arguments.starts} starts; milliseconds")
    print(f"{'':34} median    p90    max  max without pauses  times a bare window")
    for name, waits in (
        ("bare window of Qt on the screen", bare),
        ("window on the screen", window),
        ("first rows of the table painted", table),
        ("key pressed to rows painted", keys),
        ("seed dropped to matches painted", drops),
    ):
        _line(name, waits, pauses, bare_s)


def _line(
    name: str, waits: Sequence[tuple[float, float]], pauses: list[Pauses], bare_s: float
) -> None:
    ordered = sorted(ended_s - began_s for began_s, ended_s in waits)
    median_s, p90_s = statistics.median(ordered), ordered[int(0.9 * (len(ordered) - 1))]
    own_s = max(
        ended_s - began_s - stood_still_s(pauses, began_s, ended_s) for began_s, ended_s in waits
    )
    print(
        f"{name:34} {1000 * median_s:6.0f} {1000 * p90_s:6.0f} {1000 * ordered[-1]:6.0f}"
        f"  {1000 * own_s:18.0f}  {median_s / bare_s:19.2f}"
    )


if __name__ == "__main__":
    main()
