"""Undo and redo from anywhere: of the panel that has the keys, or else of what was changed last.

Seeds, queue and playlist each have a history of their own. In a panel without one (the library, the
side bar, the player) the keys of undo go to the history that was added to last.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from ui.panels import Panels
from ui.playlists.last_change import LastChange

UNDO = "Ctrl+Z"
REDO = "Ctrl+Shift+Z"
_REDO_TOO = "Ctrl+Y"


class Editor(Protocol):
    """A panel with a history."""

    def undo(self) -> None:
        """Take the last change back."""

    def redo(self) -> None:
        """Do again what was undone."""


class Undoing(QObject):
    """Finds the history that is meant."""

    def __init__(self, panels: Panels, parent: QObject | None = None) -> None:
        """Follow what is changed, and let every panel listen to the keys."""
        super().__init__(parent)
        self._editors: dict[QWidget, Editor] = {
            panels.similar: panels.similar,
            panels.queue: panels.queue,
            panels.playlist: panels.playlist,
        }
        self._last: Editor = panels.similar
        panels.similar.matcher.requested.connect(lambda: self._note(panels.similar))
        panels.player.queue_edited.connect(lambda: self._note(panels.queue))
        playlists = LastChange(panels.edits, self)
        playlists.noted.connect(lambda: self._note(playlists))
        without_history: tuple[QWidget, ...] = (
            panels.library,
            panels.side_bar,
            panels.strip,
            panels.transport,
        )
        for panel in without_history:
            _listen(panel, UNDO, self.undo)
            _listen(panel, REDO, self.redo)
        for panel in (*without_history, panels.queue, panels.playlist):
            _listen(panel, _REDO_TOO, self.redo)

    def undo(self) -> None:
        """Take back what is meant."""
        self._meant().undo()

    def redo(self) -> None:
        """Do again what is meant."""
        self._meant().redo()

    def _note(self, editor: Editor) -> None:
        self._last = editor

    def _meant(self) -> Editor:
        widget = QApplication.focusWidget()
        while widget is not None:
            if widget in self._editors:
                return self._editors[widget]
            widget = widget.parentWidget()
        return self._last


def _listen(panel: QWidget, keys: str, do: Callable[[], None]) -> None:
    action = QAction(panel)
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: do())
    panel.addAction(action)
