"""`segue-gui` with the encoder of the tests, answering questions on its standard input.

Every question is a function below; a view or a control is named by its accessible name
(or the name of its object, where it is nothing that one can be told of).
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QSocketNotifier,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QPushButton,
    QTableView,
    QWidget,
)

from app.services import Services, open_services
from tests.fakes import fake_choice
from ui.main import open_library, run
from ui.playlists.entry_table import EntryTable
from ui.playlists.playlist_list import Role
from ui.rows.row_model import NOT_THERE_YET
from ui.window import MainWindow

SHIPPED = "--shipped-encoder"
_WAIT_MS = 60_000
_LOOK_EVERY_MS = 15
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt)


@contextmanager
def services_of(data_dir: Path, readonly: bool) -> Iterator[Services]:
    """The library of a folder, heard by the encoder of the tests."""
    with open_services(
        data_dir, readonly=readonly, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        yield services


class NotThere(Exception):
    """What was asked for is not on the screen."""


def centre(name: str) -> list[int]:
    """Where the middle of a control is on the screen."""
    widget = _widget(name)
    return _on_screen(widget, widget.rect().center())


def row(view: str, text: str, share: float = 0.5) -> list[int]:
    """Where the row with this text is; `share` 0 is its upper edge, 1 its lower one."""
    table, index = _row(view, text)
    rect = table.visualRect(index)
    place = QPoint(
        rect.left() + min(rect.width() // 2, 60), rect.top() + round(share * rect.height())
    )
    return _on_screen(table.viewport(), place)


def texts(view: str, column: int = 0) -> list[str]:
    """A column of a view."""
    model = _view(view).model()
    return [str(model.index(n, column).data() or "") for n in range(model.rowCount())]


def n_rows(view: str) -> int:
    """How many rows a view has that can be seen; 0 where there is no view."""
    shown = [widget for widget in _named(view) if widget.isVisible()]
    return _view(view).model().rowCount() if shown else 0


def count(view: str, text: str) -> int | None:
    """The number that stands beside a place or a playlist."""
    number = _row(view, text)[1].data(Role.COUNT)
    return number if isinstance(number, int) else None


def gap(view: str) -> int | None:
    """The row before which a drop would go, as the line shows it; None where nothing is dragged."""
    table = _view(view)
    assert isinstance(table, EntryTable)
    return table.drop_gap


def selected(view: str) -> list[str]:
    """The selected rows of a view."""
    rows = _view(view).selectionModel().selectedRows()
    return [str(index.data()) for index in sorted(rows, key=QModelIndex.row)]


def focus() -> str:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    if widget is None:
        return ""
    shown = getattr(widget, "text", None)
    return widget.accessibleName() or (shown() if shown else "") or type(widget).__name__


def text(name: str) -> str:
    """What a control says."""
    widget = _widget(name)
    shown = getattr(widget, "text", None) or getattr(widget, "toPlainText", None)
    if shown is None:
        raise NotThere(f"{name} has no text")
    return str(shown())


def is_said(words: str) -> bool:
    """Whether a label that can be seen says this."""
    labels = (w for w in QApplication.allWidgets() if isinstance(w, QLabel) and w.isVisible())
    return any(words in label.text() for label in labels)


def n_presses() -> int:
    """How many keys were pressed and done with."""
    return _PRESSES.count


def is_shown(name: str) -> bool:
    """Whether a control can be seen."""
    return any(widget.isVisible() for widget in _named(name))


def title() -> str:
    """Of the main window."""
    return next(w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible())


def is_analysing() -> bool:
    """Whether an analysis runs."""
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    return any(window.panels.analysis.running for window in windows)


def has_rows(view: str, least: int) -> bool:
    """Whether a view has so many rows."""
    return n_rows(view) >= least


def is_filled(view: str) -> bool:
    """Whether no row of a view waits for what it shows."""
    return NOT_THERE_YET not in texts(view)


def starts_with(view: str, title: str) -> bool:
    """Whether the first row of a view is this."""
    return texts(view)[:1] == [title]


def active_title() -> str:
    """Of the window that has the keyboard, be it a dialog."""
    window = QApplication.activeWindow()
    return "" if window is None else window.windowTitle()


def close() -> None:
    """Close every window, as the last thing that is answered."""
    QTimer.singleShot(0, QApplication.closeAllWindows)


def _widget(name: str) -> QWidget:
    shown = [widget for widget in _named(name) if widget.isVisible()]
    if not shown:
        names = sorted({w.accessibleName() for w in QApplication.allWidgets() if w.isVisible()})
        raise NotThere(f"no {name!r} on the screen; there are {names}")
    return shown[0]


def _named(name: str) -> list[QWidget]:
    return [w for w in QApplication.allWidgets() if name in _names(w)]


def _names(widget: QWidget) -> tuple[str, ...]:
    label = widget.text().replace("&", "") if isinstance(widget, QPushButton) else ""
    return widget.accessibleName(), widget.objectName(), label


def _view(name: str) -> QAbstractItemView:
    for widget in _named(name):
        if isinstance(widget, QAbstractItemView):
            return widget
    raise NotThere(f"no view {name!r}")


def _row(view: str, wanted: str) -> tuple[QAbstractItemView, QModelIndex]:
    table = _view(view)
    model = table.model()
    for number in range(model.rowCount()):
        for column in range(model.columnCount() if isinstance(table, QTableView) else 1):
            if wanted in str(model.index(number, column).data(Qt.ItemDataRole.DisplayRole)):
                return table, model.index(number, column)
    raise NotThere(f"no row {wanted!r} in {view!r}: {texts(view)}")


def _on_screen(widget: QWidget, place: QPoint) -> list[int]:
    point = widget.mapToGlobal(place)
    return [point.x(), point.y()]


QUESTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(centre, row, texts, n_rows, count, gap, selected),
        *(
            focus,
            text,
            is_said,
            n_presses,
            is_shown,
            has_rows,
            starts_with,
            is_analysing,
            is_filled,
            title,
            active_title,
            close,
        ),
    )
}


class Presses(QObject):
    """Counts keys that came up again, by when the window has done what pressing them does."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease:
            is_whole = event.key() not in _MODIFIERS and isinstance(watched, QWindow)
            self.count += int(is_whole)
        return False


_PRESSES = Presses()


class Ear(QObject):
    """Reads questions once the library is open, and answers them one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _read(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self._notifier.setEnabled(False)
            return
        asked = json.loads(line)
        if asked["question"] == "until":
            self._wait(**asked["details"])
        else:
            self._answer(partial(QUESTIONS[asked["question"]], **asked["details"]))

    def _answer(self, question: Callable[[], Any]) -> None:
        try:
            self._say({"value": question()})
        except Exception as error:  # noqa: BLE001 - the test shall hear of it
            self._say({"error": str(error) or repr(error)})

    def _wait(self, of: str, expected: object, of_details: dict[str, Any]) -> None:
        clock, timer = QElapsedTimer(), QTimer(self, interval=_LOOK_EVERY_MS)
        clock.start()

        def look() -> None:
            try:
                found = QUESTIONS[of](**of_details)
            except Exception as error:  # noqa: BLE001 - the test shall hear of it
                found = str(error) or repr(error)
            if found == expected or clock.hasExpired(_WAIT_MS):
                timer.stop()
                timer.deleteLater()
                self._say({"value": found})

        timer.timeout.connect(look)
        timer.start()

    def _say(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def main() -> None:
    """`segue-gui`, listening for questions once its library is open."""
    ears: list[Ear] = []

    def listen(window: MainWindow) -> None:
        window.panels.background.opened.connect(lambda _notices: ears.append(Ear()))
        QApplication.instance().installEventFilter(_PRESSES)  # type: ignore[union-attr]
        window.setGeometry(0, 0, 1180, 860)

    arguments = [one for one in sys.argv[1:] if one != SHIPPED]
    open_ = open_library if SHIPPED in sys.argv else services_of
    sys.exit(run(arguments, open_, on_window=listen))


if __name__ == "__main__":
    main()
