"""Rows of tracks by their ids, fetched when they are first asked for.

A table of 200,000 tracks holds their ids; the few rows that are on the screen are here.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from library.records import LibraryChanged, TrackId
from ui.background import Background
from ui.batches import Batches

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

_KEPT_ROWS = 20_000
_FETCHED_AT_A_TIME = 200


class TrackRows(QObject):
    """What is shown of tracks. `arrived` names those that can be drawn now, or anew."""

    arrived = Signal(frozenset)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin with none; follow what changes in the library."""
        super().__init__(parent)
        self._rows: OrderedDict[TrackId, TrackRow] = OrderedDict()
        self._batches = Batches(
            background, _read, self._take, at_a_time=_FETCHED_AT_A_TIME, parent=self
        )
        background.library_changed.connect(self._forget)

    def get(self, track_id: TrackId) -> "TrackRow | None":
        """The row of a track, or None: then it is fetched, and `arrived` says when it is there."""
        row = self._rows.get(track_id)
        if row is None:
            self.want([track_id])
        else:
            self._rows.move_to_end(track_id)
        return row

    def known(self, track_id: TrackId) -> "TrackRow | None":
        """The row of a track where it is here already; nothing is fetched."""
        return self._rows.get(track_id)

    def want(self, ids: Iterable[TrackId]) -> None:
        """Fetch rows that will be needed; the last asked for come first."""
        self._batches.want(track_id for track_id in ids if track_id not in self._rows)

    def put(self, rows: "Iterable[TrackRow]") -> None:
        """Keep rows that somebody has read already."""
        for row in rows:
            self._rows[row.track.id] = row
        while len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)

    def _take(self, rows: "list[TrackRow]", outdated: set[TrackId]) -> None:
        self.put(row for row in rows if row.track.id not in outdated)
        self.arrived.emit(frozenset(row.track.id for row in rows))

    def _forget(self, change: LibraryChanged) -> None:
        outdated = [id_ for id_ in change.updated | change.removed if id_ in self._rows]
        for track_id in outdated:
            del self._rows[track_id]
        if outdated:
            self.arrived.emit(frozenset(outdated))


def _read(services: "Services", ids: list[TrackId]) -> "list[TrackRow]":
    from app.browsing import track_rows

    return track_rows(services, ids)
