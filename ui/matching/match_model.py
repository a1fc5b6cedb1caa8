"""The matches as a list shows them."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from library.records import Match, TrackId
from ui.drag import tracks_mime
from ui.matching.reasons import reason_line, reason_text
from ui.plain_text import plain_tooltip

MATCH = Qt.ItemDataRole.UserRole

_Index = QModelIndex | QPersistentModelIndex


class MatchModel(QAbstractListModel):
    """Rows of matches, which of them are locked, and which of them plays.

    n_seeds: of how many wanted seeds the reasons speak.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without matches."""
        super().__init__(parent)
        self.matches: tuple[Match, ...] = ()
        self.locked: frozenset[TrackId] = frozenset()
        self.playing: TrackId | None = None
        self.n_seeds = 0

    @property
    def ids(self) -> list[TrackId]:
        """The tracks in their order."""
        return [match.track.id for match in self.matches]

    def set_matches(self, matches: Sequence[Match], n_seeds: int) -> None:
        """Show other matches."""
        self.beginResetModel()
        self.matches = tuple(matches)
        self.n_seeds = n_seeds
        self.endResetModel()

    def set_locked(self, locked: frozenset[TrackId]) -> None:
        """Mark tracks as locked."""
        changed = self.locked ^ locked
        self.locked = locked
        self.draw_anew(changed)

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        changed = {self.playing} ^ {track_id}
        self.playing = track_id
        self.draw_anew({id_ for id_ in changed if id_ is not None})

    def draw_anew(self, ids: frozenset[TrackId] | set[TrackId]) -> None:
        """Say that some tracks look different now."""
        for row, match in enumerate(self.matches if ids else ()):
            if match.track.id in ids:
                self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many matches."""
        return 0 if parent.isValid() else len(self.matches)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The match itself for who draws it, and text for who does not see it."""
        if not index.isValid() or index.row() >= len(self.matches):
            return None
        match = self.matches[index.row()]
        if role == MATCH:
            return match
        if role == Qt.ItemDataRole.DisplayRole:
            return match.track.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.told(match)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self.told(match))
        return None

    def told(self, match: Match) -> str:
        """All that a row says, and all that it had no room for."""
        tags = match.track.tags
        lines = [match.track.title, " \u2013 ".join(filter(None, (tags.artist, tags.album)))]
        if match.track.id in self.locked:
            lines.append(self.tr("Locked in the list"))
        if match.track.id == self.playing:
            lines.append(self.tr("Playing now"))
        return "\n".join([*filter(None, lines), reason_text(match)])

    def why(self, match: Match) -> str:
        """The line that says why."""
        return reason_line(match, self.n_seeds)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDragActions(self) -> Qt.DropAction:
        """Copies only: nobody's drop may move a listener's music."""
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return tracks_mime([], [b"/"]).formats()

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The tracks of some rows, from top to bottom."""
        tracks = [self.matches[row].track for row in sorted({index.row() for index in indexes})]
        return tracks_mime(
            [track.id for track in tracks], [track.path for track in tracks if not track.missing]
        )
