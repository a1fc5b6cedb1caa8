"""The real window, taken through a scenario and watched: when it painted, when it stalled.

`benchmarks.window_probe` runs it in a process of its own; it prints JSON. Times are those of the
clock that all processes of a machine share, so that a start counts from before the process was.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

import ui.main
from ui.background import Background
from ui.drag import tracks_mime
from ui.main import open_window
from ui.rows.row_model import NOT_THERE_YET

if TYPE_CHECKING:
    from ui.browse.track_model import TrackTableModel
    from ui.window import MainWindow

BEAT_MS = 5
_GIVE_UP_MS = 60_000
_SETTLE_MS = 6_000
_PAUSE_MS = 700
_N_FRAMES = 40
_REST_S = 0.01
# The first is Python's own.
HAND_OVERS_S = (0.005, 0.000_5, 0.000_1, 0.000_02)

Step = Callable[[Callable[[], None]], None]


class Paints(QObject):
    """Calls back after the next paint of a widget that shows what is waited for.

    It asks for no paint: that would delay what is measured.
    """

    def __init__(
        self, widget: QWidget, shows: Callable[[], bool], then: Callable[[], None]
    ) -> None:
        super().__init__(widget)
        self._widget, self._shows, self._then = widget, shows, then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """After this paint, if it shows what is waited for, tell."""
        if event.type() == QEvent.Type.Paint and self._shows():
            watched.removeEventFilter(self)
            # The paint itself comes after this filter; a timer of nothing comes after the paint.
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        self._then()
        self.deleteLater()


class Probe(QObject):
    """Takes the window through a scenario and notes times in seconds; of a wait, both ends."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.window = window
        self.times: dict[str, Any] = {}
        panels = window.panels
        self.table = _view(panels.library, "Tracks")
        self.matches = _view(panels.similar, "Matches")
        self.line = next(iter(panels.library.findChildren(QLineEdit)))

    def start(self, then: Callable[[], None]) -> None:
        """Until the window, and until the rows of the table, were painted."""

        def rows() -> None:
            self.times["table_s"] = time.monotonic()
            then()

        def frame() -> None:
            self.times["window_s"] = time.monotonic()
            Paints(self.table.viewport(), self._has_rows, rows)

        Paints(self.window.panels.pages, lambda: True, frame)

    def type(self, text: str, then: Callable[[], None]) -> None:
        """Each key of a text: from the press until the rows that answer it were painted."""
        waits = self.times.setdefault("key_s", [])
        letters = list(text)
        answered = [False]
        page = self.window.panels.library
        take = type(page)._take_first

        def taken(found: Any) -> None:
            take(page, found)
            answered[0] = True
            self.table.viewport().update()  # where the rows are as they were

        # Not every key changes the rows, so that no signal of the model would do.
        page._take_first = taken  # type: ignore[method-assign]

        def press() -> None:
            if not letters:
                self.line.clear()
                QTimer.singleShot(_PAUSE_MS, then)
                return
            answered[0] = False
            letter = letters.pop(0)
            pressed_s = time.monotonic()

            def painted() -> None:
                waits.append((pressed_s, time.monotonic()))
                QTimer.singleShot(_PAUSE_MS, press)

            Paints(self.table.viewport(), lambda: answered[0] and self._has_rows(), painted)
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                key = Qt.Key(ord(letter.upper()))
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.postEvent(self.line, event)

        press()

    def drop(self, n_seeds: int, then: Callable[[], None]) -> None:
        """Tracks of the library dropped on the tray: until their matches were painted."""
        waits = self.times.setdefault("drop_s", [])
        tray = self.window.panels.similar.tray
        rows = iter(range(0, 40 * n_seeds, 40))
        model = cast("TrackTableModel", self.table.model())

        def one() -> None:
            row = next(rows, None)
            if row is None:
                then()
                return
            track_id = model.ids[row]
            changed = [False]
            self.window.panels.similar.matcher.answered.connect(
                lambda *_: changed.__setitem__(0, True)
            )
            self.window.panels.similar.clear()
            changed[0] = False
            mime = tracks_mime([track_id], [])
            dropped_s = time.monotonic()

            def painted() -> None:
                waits.append((dropped_s, time.monotonic()))
                QTimer.singleShot(_PAUSE_MS, one)

            Paints(
                self.matches.viewport(),
                lambda: changed[0] and self.matches.model().rowCount() > 0,
                painted,
            )
            _drop(tray, mime)

        one()

    def _has_rows(self) -> bool:
        model = self.table.model()
        shown = model.index(0, 0).data() if model.rowCount() else None
        return bool(shown) and shown != NOT_THERE_YET


class Heart(QObject):
    """A timer that beats every five milliseconds; the longest pauses are the stalls."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._beats_s: list[tuple[float, float, float]] = []
        timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: self._beats_s.append((time.monotonic(), *_core_s())))
        timer.start()

    def take(self) -> list[tuple[float, float, float, float, float]]:
        """The stalls since the last call, in seconds beyond the beat.

        With each, how long the thread computed meanwhile, how long it waited for a core, and when
        it began and ended.
        """
        beats_s, self._beats_s = self._beats_s, []
        return [
            (
                max(0.0, later_s[0] - earlier_s[0] - BEAT_MS / 1000),
                later_s[1] - earlier_s[1],
                later_s[2] - earlier_s[2],
                earlier_s[0],
                later_s[0],
            )
            for earlier_s, later_s in pairwise(beats_s)
        ]


def _core_s() -> tuple[float, float]:
    """How long this thread has computed and waited for a core; only Linux tells the latter."""
    try:
        computed_ns, waited_ns, _ = Path("/proc/thread-self/schedstat").read_text().split()
    except OSError:
        return time.thread_time(), 0.0
    return int(computed_ns) / 1e9, int(waited_ns) / 1e9


def _drop(target: QWidget, mime: QMimeData) -> None:
    """What a drag brings to a widget when it comes in and lets go."""
    place = QPointF(target.rect().center())
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place.toPoint(), action, mime, button, none))
    QApplication.sendEvent(target, QDropEvent(place, action, mime, button, none))


def _view(parent: QWidget, name: str) -> QAbstractItemView:
    views = parent.findChildren(QAbstractItemView)
    return next(view for view in views if view.accessibleName() == name)


def measure_speed(window: "MainWindow", end: Callable[[dict[str, Any]], None]) -> None:
    """Start, keys, drops."""
    probe = Probe(window)

    def typed() -> None:
        probe.drop(6, lambda: end(probe.times))

    def settled() -> None:
        probe.type("night", lambda: probe.type("the", lambda: probe.type("sa", typed)))

    probe.start(lambda: QTimer.singleShot(_SETTLE_MS, settled))


def measure_stalls(
    window: "MainWindow",
    one_track: Path,
    folder: Path,
    seconds: float,
    end: Callable[[dict[str, Any]], None],
) -> None:
    """From the first rows on; a while at rest; one new track; a whole folder, keys and drops.

    A new track makes the index of all others be read, grown and saved, and read again to search.
    """
    probe, heart = Probe(window), Heart(window)
    analysis = window.panels.analysis
    found: dict[str, Any] = {}

    def opened() -> None:
        heart.take()
        QTimer.singleShot(_SETTLE_MS, rest)

    def rest() -> None:
        found["opening_s"] = heart.take()
        QTimer.singleShot(round(1000 * seconds), index)

    def index() -> None:
        found["idle_s"] = heart.take()
        analysis.ended.connect(search)
        analysis.add_folders([bytes(one_track)])

    def search() -> None:
        analysis.ended.disconnect(search)
        probe.drop(2, work)

    def work() -> None:
        found["indexing_s"] = heart.take()
        probe.times.clear()
        analysis.add_folders([bytes(folder)])
        again()

    def again() -> None:
        if sum(found_again) >= seconds:
            found["busy_s"] = heart.take()
            found["keys_s"] = probe.times.get("key_s", [])
            found["drops_s"] = probe.times.get("drop_s", [])
            end(found)
            return
        began_s = time.monotonic()

        def done() -> None:
            found_again.append(time.monotonic() - began_s)
            again()

        probe.type("night", lambda: probe.drop(2, done))

    found_again: list[float] = []
    probe.start(opened)


def measure_frames(window: "MainWindow", end: Callable[[dict[str, Any]], None]) -> None:
    """The table drawn again and again: alone, and beside a thread that computes in Python."""
    probe = Probe(window)

    def draw() -> None:
        viewport, over = probe.table.viewport(), threading.Event()
        found = {"alone": _frames_s(viewport)}
        usual_s = sys.getswitchinterval()
        thread = threading.Thread(target=_compute, args=(over,))
        thread.start()
        for interval_s in HAND_OVERS_S:
            sys.setswitchinterval(interval_s)
            found[f"{1000 * interval_s:g} ms"] = _frames_s(viewport)
        sys.setswitchinterval(usual_s)
        over.set()
        thread.join()
        end(found)

    probe.start(lambda: QTimer.singleShot(_SETTLE_MS, draw))


def _frames_s(viewport: QWidget) -> list[float]:
    frames_s = []
    for _ in range(_N_FRAMES):
        began_s = time.monotonic()
        viewport.repaint()
        frames_s.append(time.monotonic() - began_s)
        time.sleep(_REST_S)
    return frames_s


def _compute(over: threading.Event) -> None:
    while not over.is_set():
        dict.fromkeys(map(str, range(1_000)))


def main() -> None:
    """Open the window and end with its exit code."""
    told = argparse.ArgumentParser()
    told.add_argument("what", choices=["speed", "stalls", "frames"])
    told.add_argument("data", type=Path)
    told.add_argument("--one-track", type=Path, help="a folder with a single file")
    told.add_argument("--folder", type=Path)
    told.add_argument("--seconds", type=float, default=20.0)
    arguments = told.parse_args()

    def open_watched(
        application: QApplication, background: Background, data_dir: Path, files: list[bytes]
    ) -> "MainWindow":
        window = open_window(application, background, data_dir, files)

        def end(found: dict[str, Any]) -> None:
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
            window.close()

        give_up_ms = _GIVE_UP_MS + 4000 * round(arguments.seconds)
        QTimer.singleShot(give_up_ms, application.quit)
        if arguments.what == "speed":
            measure_speed(window, end)
        elif arguments.what == "frames":
            measure_frames(window, end)
        else:
            measure_stalls(window, arguments.one_track, arguments.folder, arguments.seconds, end)
        return window

    ui.main.open_window = open_watched
    sys.exit(ui.main.run(["--data", str(arguments.data)]))
