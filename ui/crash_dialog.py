"""Mistakes of Segue itself: written to a log beside the library, and shown once each.

    watch_for_crashes(data_dir)

From then on an error that nobody expected, on any thread, is logged with its traceback and shown
in a dialog, with which the listener may go on or quit. Errors that lie outside Segue are sentences
in the window and never come here.
"""

import logging
import platform
import sys
import threading
import traceback
from collections import deque
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon
from ui.plain_text import plain_label
from ui.style import SPACE_PX

LOG_NAME = "segue.log"

_LARGEST_LOG_BYTES = 512 * 1024
_KEPT_LOGS = 2
_MOST_WAITING = 5
_ICON_PX = 32

Place = tuple[str, str, int]


class Crashes(QObject):
    """Takes unexpected errors of all threads, logs each, and shows each place in the code once."""

    _happened = Signal(object)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        """Keep where the log is written; nothing is watched yet."""
        super().__init__(parent)
        self._log = _logger(data_dir)
        self._log_path = data_dir / LOG_NAME
        self._known: set[Place] = set()
        self._waiting: deque[str] = deque()
        self._open: CrashDialog | None = None
        self._happened.connect(self._show)

    def watch(self) -> None:
        """Take every error that nobody catches, on every thread."""
        sys.excepthook = self._take
        threading.excepthook = self._take_of_thread

    def unwatch(self) -> None:
        """Leave errors to Python again, and close the log."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        for handler in list(self._log.handlers):
            self._log.removeHandler(handler)
            handler.close()

    def report(self, error: BaseException) -> None:
        """Log an error that was caught where nobody can do anything about it, and show it."""
        self._take(type(error), error, error.__traceback__)

    def _take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        self._log.error("%s", details.rstrip())
        sys.stderr.write(details)
        place = _place(kind, trace)
        if place not in self._known:
            self._known.add(place)
            self._happened.emit(details)

    def _take_of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._take(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, details: str) -> None:
        """One dialog at a time, and no more than a few in all that wait."""
        if self._open is not None:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(details)
            return
        self._open = CrashDialog(details, self._log_path, QApplication.activeWindow())
        self._open.finished.connect(self._show_next)
        self._open.open()

    def _show_next(self) -> None:
        self._open = None
        if self._waiting:
            self._show(self._waiting.popleft())


class CrashDialog(QDialog):
    """A mistake of Segue: a sentence, what to send along with a report, go on or quit."""

    def __init__(self, details: str, log_path: Path, parent: QWidget | None = None) -> None:
        """Show the traceback of a mistake."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Segue made a mistake"))
        self._text = f"{_machine()}\n\n{details}"
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_PX)
        layout.addLayout(self._build_head(log_path))
        self._details = QPlainTextEdit(self._text, readOnly=True)
        self._details.setAccessibleName(self.tr("Details of the mistake"))
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setTabChangesFocus(True)
        layout.addWidget(self._details, 1)
        layout.addWidget(self._build_buttons())
        self.resize(620, 380)

    def _build_head(self, log_path: Path) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(icon("warning").pixmap(_ICON_PX, _ICON_PX))
        words = plain_label(
            self.tr(
                "Something went wrong inside Segue. Your music files are not touched, and what "
                "you did before is kept; you can most likely go on. Please report it with the "
                "details below, which are also in {log}."
            ).format(log=log_path)
        )
        words.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE_PX)
        head.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(words, 1)
        return head

    def _build_buttons(self) -> QDialogButtonBox:
        go_on = QPushButton(self.tr("&Go on"))
        quit_ = QPushButton(self.tr("&Quit Segue"))
        copy = QPushButton(self.tr("&Copy details"))
        go_on.clicked.connect(self.accept)
        quit_.clicked.connect(self._quit)
        copy.clicked.connect(partial(QApplication.clipboard().setText, self._text))
        buttons = QDialogButtonBox()
        buttons.addButton(go_on, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(quit_, QDialogButtonBox.ButtonRole.DestructiveRole)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        go_on.setDefault(True)
        return buttons

    def _quit(self) -> None:
        self.reject()
        QApplication.closeAllWindows()
        QCoreApplication.quit()


def watch_for_crashes(data_dir: Path) -> Crashes:
    """Take every error that nobody catches from now on; for as long as the program runs."""
    crashes = Crashes(data_dir, QCoreApplication.instance())
    crashes.watch()
    return crashes


def _logger(data_dir: Path) -> logging.Logger:
    """A log of bounded size; where it cannot be written, what would stand in it goes to stderr."""
    from logging.handlers import RotatingFileHandler

    logger = logging.Logger("segue", logging.INFO)
    handler: logging.Handler
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            data_dir / LOG_NAME,
            maxBytes=_LARGEST_LOG_BYTES,
            backupCount=_KEPT_LOGS,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(threadName)s %(message)s"))
    logger.addHandler(handler)
    return logger


def _place(kind: type[BaseException], trace: TracebackType | None) -> Place:
    """Where in the code a mistake happened: the same place again is the same mistake."""
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return (kind.__name__, "", 0)
    return (kind.__name__, last.tb_frame.f_code.co_filename, last.tb_lineno)


def _machine() -> str:
    from importlib.metadata import PackageNotFoundError, version

    def of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "?"

    return (
        f"Segue {of('segue')}, Python {platform.python_version()}, "
        f"PySide6 {of('PySide6-Essentials')}, {platform.platform()}"
    )
