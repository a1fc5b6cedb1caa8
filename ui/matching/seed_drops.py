"""Takes what is dropped or pasted for seeds: tracks of Segue's lists, files of the desktop."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.match_request import SeedKey
from ui.drag import accept_copy, carries_music, dragged_files, dragged_tracks


class SeedDrops(QObject):
    """Watches widgets that take drops. With Shift held down, a drop is of unwanted seeds.

    dropped: the seeds, and whether they are wanted. hovered: whether a drag is over a widget.
    """

    dropped = Signal(list, bool)
    hovered = Signal(bool)

    def watch(self, widget: QWidget) -> None:
        """Let a widget take drops."""
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take drags and drops of music; everything else goes its way."""
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            return self._take(event)  # type: ignore[arg-type]
        if kind == QEvent.Type.DragLeave:
            self.hovered.emit(False)
            return True
        if kind == QEvent.Type.Drop:
            self._drop(event)  # type: ignore[arg-type]
            return True
        return False

    def _take(self, event: QDragEnterEvent | QDragMoveEvent) -> bool:
        if not carries_music(event.mimeData()):
            return False
        accept_copy(event)
        self.hovered.emit(True)
        return True

    def _drop(self, event: QDropEvent) -> None:
        self.hovered.emit(False)
        keys = seeds_in(event.mimeData())
        if not keys:
            event.ignore()
            return
        accept_copy(event)
        self.dropped.emit(keys, not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)


def seeds_in(mime: QMimeData) -> list[SeedKey]:
    """The seeds that a drag or the clipboard carries."""
    return [*dragged_tracks(mime), *dragged_files(mime)]
