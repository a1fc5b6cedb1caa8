"""Outlines of files, drawn up one at a time off the main thread, and the last ones kept."""

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.background import Background

if TYPE_CHECKING:
    from app.services import Services
    from audio_model.sound import Waveform

_KEPT = 100


class Outlines(QObject):
    """Outlines by path. `arrived` names the file whose outline can be drawn now."""

    arrived = Signal(bytes)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._background = background
        self._outlines: OrderedDict[bytes, Waveform] = OrderedDict()

    def get(self, path: bytes) -> "Waveform | None":
        """The outline of a file; None until it is drawn up, which is begun here."""
        if path in self._outlines:
            self._outlines.move_to_end(path)
            return self._outlines[path]

        def take(outline: "Waveform") -> None:
            self._outlines[path] = outline
            while len(self._outlines) > _KEPT:
                self._outlines.popitem(last=False)
            self.arrived.emit(path)

        self._background.scan_sound(
            partial(_outline, path),
            parent=self,
            on_success=take,
            # What cannot be drawn cannot be played either, and the player says so.
            on_failure=lambda _error: None,
            replaces="waveform",
        )
        return None


def _outline(path: bytes, _services: "Services") -> "Waveform":
    from app.waveform import waveform

    return waveform(path)
