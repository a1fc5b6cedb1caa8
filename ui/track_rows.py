"""Rows of tracks by their ids, fetched when they are first asked for.

A table of 200,000 tracks holds their ids; the few rows that are on the screen are here.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from library.records import LibraryChanged, TrackId
from ui.background import Background

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
        self._background = background
        self._rows: OrderedDict[TrackId, TrackRow] = OrderedDict()
        self._asked: dict[TrackId, None] = {}
        self._under_way: set[TrackId] = set()
        self._outdated: set[TrackId] = set()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fetch)
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
        for track_id in ids:
            if track_id not in self._rows and track_id not in self._under_way:
                self._asked.pop(track_id, None)
                self._asked[track_id] = None
        if self._asked:
            self._soon.start()

    def put(self, rows: "Iterable[TrackRow]") -> None:
        """Keep rows that somebody has read already."""
        for row in rows:
            self._rows[row.track.id] = row
        while len(self._rows) > _KEPT_ROWS:
            self._rows.popitem(last=False)

    def _fetch(self) -> None:
        """Ask for a batch, unless one is under way: what was scrolled past may be dropped."""
        if self._under_way or not self._asked:
            return
        batch = list(self._asked)[-_FETCHED_AT_A_TIME:]
        self._asked = {}
        self._under_way = set(batch)
        self._outdated = set()

        def read(services: "Services") -> "list[TrackRow]":
            from app.browsing import track_rows

            return track_rows(services, batch)

        self._background.read(read, on_success=self._take, on_failure=self._give_up, parent=self)

    def _take(self, rows: "list[TrackRow]") -> None:
        self._under_way = set()
        fresh = [row for row in rows if row.track.id not in self._outdated]
        self.put(fresh)
        self.arrived.emit(frozenset(row.track.id for row in rows))
        self._fetch()

    def _give_up(self, error: Exception) -> None:
        self._under_way = set()
        self._background.failed.emit(error)

    def _forget(self, change: LibraryChanged) -> None:
        self._outdated |= change.updated & self._under_way
        outdated = [id_ for id_ in change.updated | change.removed if id_ in self._rows]
        for track_id in outdated:
            del self._rows[track_id]
        if outdated:
            self.arrived.emit(frozenset(outdated))
