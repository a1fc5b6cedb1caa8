"""The entries of a playlist file beside the tracks that they were found to mean."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication

from library.importing import MatchedBy, MatchedEntry
from library.records import Track, TrackId, display_path
from ui.plain_text import one_line, plain_tooltip
from ui.rows.row_model import Index, head
from ui.style import theme_of

_NOWHERE = QModelIndex()


class ImportColumn(IntEnum):
    """What is shown of an entry."""

    ENTRY = 0
    TRACK = 1
    HOW = 2


class ImportModel(QAbstractTableModel):
    """Every entry of a file, in its order."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without a file."""
        super().__init__(parent)
        self._matched: Sequence[MatchedEntry] = ()
        self._tracks: Mapping[TrackId, Track] = {}

    def show_entries(
        self, matched: Sequence[MatchedEntry], tracks: Mapping[TrackId, Track]
    ) -> None:
        """Show the entries of another file."""
        self.beginResetModel()
        self._matched = matched
        self._tracks = tracks
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many entries the file has."""
        return 0 if parent.isValid() else len(self._matched)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Entry, track, how it was found."""
        return 0 if parent.isValid() else len(ImportColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; entries without a track stand out."""
        one = self._matched[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(one, ImportColumn(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._text(one, ImportColumn(index.column())))
        if role == Qt.ItemDataRole.ForegroundRole:
            theme = theme_of(QGuiApplication.palette())
            is_dim = index.column() == ImportColumn.HOW
            found = theme.dim if is_dim else theme.text
            return QColor(found if one.how.found else theme.warning)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        names = (self.tr("In the file"), self.tr("In the library"), self.tr("Found"))
        at_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return head(names[section], at_left, role)

    def _text(self, one: MatchedEntry, column: ImportColumn) -> str:
        if column == ImportColumn.ENTRY:
            return one_line(_written(one))
        if column == ImportColumn.HOW:
            return self._how(one.how)
        track = None if one.track_id is None else self._tracks.get(one.track_id)
        if track is None:
            return "–"
        return one_line(" - ".join(filter(None, (track.tags.artist, track.title))))

    def _how(self, how: MatchedBy) -> str:
        return {
            MatchedBy.PATH: self.tr("by its path"),
            MatchedBy.END_OF_PATH: self.tr("by the end of its path"),
            MatchedBy.TITLE: self.tr("by artist and title"),
            MatchedBy.NOT_FOUND: self.tr("not in the library"),
            MatchedBy.AMBIGUOUS: self.tr("several tracks are possible"),
            MatchedBy.ADDRESS: self.tr("an address, not a file"),
        }[how]


def _written(one: MatchedEntry) -> str:
    """What the file says of an entry: where it lies, else what it is called."""
    entry = one.entry
    if entry.path is not None:
        return display_path(entry.path)
    return entry.url or " - ".join(filter(None, (entry.artist, entry.title)))
