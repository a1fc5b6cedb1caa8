"""The seeds as a list shows them: what each is called, and whether it can be searched from."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.match_request import ChosenSeed, MatchRequest, SeedKey
from library.records import TrackId, display_path
from ui.plain_text import plain_tooltip
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.similar import Seed

ROW = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


class SeedState(StrEnum):
    """How far a seed has come: asked for, there, being listened to, or of no use."""

    ASKED = "asked"
    READY = "ready"
    LISTENING = "listening"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SeedsKnown:
    """The seeds of a request and what is known of them.

    seeds: those that can be searched from. listening: those that are listened to. refused: those
    that cannot be used, and why.
    """

    request: MatchRequest = field(default_factory=MatchRequest)
    seeds: "Mapping[SeedKey, Seed]" = field(default_factory=dict)
    listening: Collection[SeedKey] = ()
    refused: Mapping[SeedKey, str] = field(default_factory=dict)

    def state(self, key: SeedKey) -> SeedState:
        """How far one of them has come."""
        if key in self.refused:
            return SeedState.REFUSED
        if key in self.listening:
            return SeedState.LISTENING
        return SeedState.READY if key in self.seeds else SeedState.ASKED


@dataclass(frozen=True, slots=True)
class SeedRow:
    """A seed as it is drawn.

    track_id: None for a file that is not in the library. reason: why it cannot be a seed.
    """

    key: SeedKey
    wanted: bool
    title: str
    artist: str
    track_id: TrackId | None
    state: SeedState
    reason: str

    @property
    def name(self) -> str:
        """Title and artist in one line."""
        return f"{self.title} \u2013 {self.artist}" if self.artist else self.title


class SeedModel(QAbstractListModel):
    """Rows of seeds; the names of tracks come from the library when they are there."""

    def __init__(self, tracks: TrackRows, parent: QObject | None = None) -> None:
        """Begin without seeds."""
        super().__init__(parent)
        self.rows: list[SeedRow] = []
        self._known = SeedsKnown()
        self._tracks = tracks
        tracks.arrived.connect(self._name)

    def show(self, known: SeedsKnown) -> None:
        """Show the seeds of a request; where they are the same, only what differs is drawn."""
        self._known = known
        rows = [self._row(seed) for seed in known.request.seeds]
        if [row.key for row in rows] != [row.key for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return
        changed = [place for place, row in enumerate(rows) if row != self.rows[place]]
        self.rows = rows
        for place in changed:
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many seeds."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself for who draws it, and text for who does not see it."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._told(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._told(row))
        return None

    def second_line(self, row: SeedRow) -> str:
        """What stands below a seed's title."""
        if row.state == SeedState.REFUSED:
            return self.tr("Cannot be used: {reason}").format(reason=row.reason)
        if row.state == SeedState.LISTENING and isinstance(row.key, bytes):
            return self.tr("Listening to it…")
        if row.state == SeedState.LISTENING:
            return self.tr("Not analysed yet: listening to it…")
        if not row.wanted:
            return " \u00b7 ".join(filter(None, (self.tr("Less like this"), row.artist)))
        if row.state == SeedState.READY and row.track_id is None:
            return self.tr("Not in the library")
        return row.artist

    def _told(self, row: SeedRow) -> str:
        side = self.tr("Wanted seed") if row.wanted else self.tr("Unwanted seed")
        lines = [row.name, side]
        if row.state in (SeedState.LISTENING, SeedState.REFUSED):
            lines.append(self.second_line(row))
        if isinstance(row.key, bytes):
            lines.append(display_path(row.key))
        return "\n".join(lines)

    def _name(self, arrived: frozenset[TrackId]) -> None:
        if any(row.track_id in arrived for row in self.rows):
            self.show(self._known)

    def _row(self, chosen: ChosenSeed) -> SeedRow:
        key, seed = chosen.key, self._known.seeds.get(chosen.key)
        track_id = None if isinstance(key, bytes) else key
        if seed is not None and seed.track_id is not None:
            track_id = seed.track_id
        title, artist = self._names(key, track_id, "" if seed is None else seed.label)
        state, reason = self._known.state(key), self._known.refused.get(key, "")
        return SeedRow(key, chosen.wanted, title, artist, track_id, state, reason)

    def _names(self, key: SeedKey, track_id: TrackId | None, label: str) -> tuple[str, str]:
        known = None if track_id is None else self._tracks.get(track_id)
        if known is not None:
            return known.track.title, known.track.tags.artist
        if isinstance(key, bytes):
            return label or display_path(os.path.basename(key.rstrip(b"/")) or key), ""
        return label or "\u2026", ""
