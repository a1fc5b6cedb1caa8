"""Counts a track as played once enough of it was heard."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.plays import counts_as_play
from library.records import LibraryChanged
from ui.background import Background, Written
from ui.playing.lookup import Playing

if TYPE_CHECKING:
    from app.services import Services

# A step of the position that is longer, or goes back, is a jump.
_LONGEST_STEP_S = 1.5


class PlayCounter(QObject):
    """Follows the position of one track after the other."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Count nothing yet."""
        super().__init__(parent)
        self._background = background
        self._heard_s = 0.0
        self._position_s = 0.0
        self._is_counted = False

    def begin(self, position_s: float) -> None:
        """Something begins to play."""
        self._heard_s = 0.0
        self._position_s = position_s
        self._is_counted = False

    def move(self, playing: Playing, position_s: float) -> None:
        """It has come so far."""
        step_s, self._position_s = position_s - self._position_s, position_s
        if 0 < step_s < _LONGEST_STEP_S:
            self._heard_s += step_s
        if (
            not self._is_counted
            and playing.duration_s > 0
            and counts_as_play(self._heard_s, playing.duration_s)
        ):
            self._is_counted = True
            self._count(playing)

    def _count(self, playing: Playing) -> None:
        track_id = playing.track_id
        if track_id is None:
            return

        def write(services: "Services") -> Written[None]:
            services.catalog.tracks.note_play(track_id)
            return Written(None, LibraryChanged(updated=frozenset({track_id})))

        self._background.write(write, parent=self)
