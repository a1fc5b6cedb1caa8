"""How fast the window is: on the screen, its table, a key in the search, a seed's matches.

Starts the real program several times on a screen that nobody sees, with a library of 100,000
invented tracks (made first if it is not there), and beside it a bare window of Qt with an empty
table: what no program of this kind can be faster than. The first start of each is not counted, and
Python's bytecode is made before, as it is when a program is installed.

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
    bare_s, window_s, table_s, key_s, drop_s = ([] for _ in range(5))
    with screen() as environment:
        for start in range(arguments.starts + 1):
            bare_at_s, bare = run([sys.executable, "-c", BARE], environment)
            begun_s, found = run(probe, environment)
            if start == 0:
                continue
            bare_s.append(bare["window_s"] - bare_at_s)
            window_s.append(found["window_s"] - begun_s)
            table_s.append(found["table_s"] - begun_s)
            key_s += found["key_s"]
            drop_s += found["drop_s"]
    bare_median_s = statistics.median(bare_s)
    print(f"{arguments.tracks:,} tracks; {arguments.starts} starts; milliseconds")
    print(f"{'':34} median    p90    max  times a bare window")
    for name, values in (
        ("bare window of Qt on the screen", bare_s),
        ("window on the screen", window_s),
        ("first rows of the table painted", table_s),
        ("key pressed to rows painted", key_s),
        ("seed dropped to matches painted", drop_s),
    ):
        _line(name, values, bare_median_s)


def _line(name: str, values_s: Sequence[float], bare_s: float) -> None:
    ordered = sorted(values_s)
    median_s, p90_s = statistics.median(ordered), ordered[int(0.9 * (len(ordered) - 1))]
    print(
        f"{name:34} {1000 * median_s:6.0f} {1000 * p90_s:6.0f} {1000 * ordered[-1]:6.0f}"
        f"  {median_s / bare_s:6.2f}"
    )


if __name__ == "__main__":
    main()
