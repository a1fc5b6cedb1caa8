"""Finds out what an entry of the queue is: its file and its names."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.queue_line import Playable
from library.records import LibraryChanged, Track, TrackId, display_path
from ui.background import Background

if TYPE_CHECKING:
    from app.services import Services

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Playing:
    """What a player shows of a track or of a file from outside.

    duration_s: 0 where it is not known yet.
    """

    playable: Playable
    path: bytes
    title: str
    artist: str = ""
    album: str = ""
    duration_s: float = 0.0

    @property
    def track_id(self) -> TrackId | None:
        """Its track; None for a file that is not in the library."""
        return None if isinstance(self.playable, bytes) else self.playable


Found = Callable[[Playing | None], None]


class Lookup(QObject):
    """Asks the library once for what is asked for again and again."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Know nothing yet."""
        super().__init__(parent)
        self._background = background
        self._known: OrderedDict[TrackId, Playing] = OrderedDict()
        background.library_changed.connect(self._forget)

    def find(self, playable: Playable, found: Found) -> None:
        """Hand on what a playable is, at once where that is known; None if its track is gone."""
        if isinstance(playable, bytes):
            found(_of_file(playable))
        elif playable in self._known:
            found(self._known[playable])
        else:
            self._ask(playable, found)

    def _ask(self, track_id: TrackId, found: Found) -> None:
        def read(services: "Services") -> Track | None:
            return services.catalog.tracks.get([track_id]).get(track_id)

        def take(track: Track | None) -> None:
            if track is None:
                found(None)
                return
            self._known[track_id] = _of_track(track)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            found(self._known[track_id])

        self._background.read(read, on_success=take, parent=self)

    def _forget(self, change: LibraryChanged) -> None:
        for track_id in change.updated | change.removed:
            self._known.pop(track_id, None)


def _of_track(track: Track) -> Playing:
    tags = track.tags
    return Playing(track.id, track.path, track.title, tags.artist, tags.album, track.duration_s)


def _of_file(path: bytes) -> Playing:
    name = os.path.splitext(display_path(os.path.basename(path)))[0]
    return Playing(path, path, name)
