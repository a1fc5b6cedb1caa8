"""A line of entries as a table: what the queue and a playlist have in common."""

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt

from library.records import TrackId
from ui.plain_text import one_line, plain_tooltip
from ui.rows.row_model import NOT_THERE_YET, ROW_FLAGS, Index, head
from ui.words import clock

if TYPE_CHECKING:
    from app.browsing import TrackRow

_NOWHERE = QModelIndex()


class Column(IntEnum):
    """What is shown of an entry.

    The number is last here and first on the screen: it belongs to the place and not to the entry,
    while the first column is what tells entries apart. The queue leaves it away.
    """

    TITLE = 0
    ARTIST = 1
    ALBUM = 2
    LENGTH = 3
    NUMBER = 4


# They stand at the right.
NUMBERS = (Column.NUMBER, Column.LENGTH)


class EntryModel(QAbstractTableModel):
    """Entries in rows. The subclass says what they are, and what an edit does to them."""

    def __init__(self, n_columns: int, parent: QObject | None = None) -> None:
        """Show the first columns."""
        super().__init__(parent)
        self._n_columns = n_columns

    def text(self, row: int, column: Column) -> str:
        """What stands in a cell, in one line."""
        raise NotImplementedError

    def spoken(self, row: int, column: Column) -> str:
        """What a screen reader says of a cell: what is drawn beside its text, too."""
        raise NotImplementedError

    def plays(self, row: int) -> bool:
        """Whether an entry is marked as what plays."""
        raise NotImplementedError

    def is_missing(self, row: int) -> bool:
        """Whether an entry is marked as missing."""
        raise NotImplementedError

    def ids_of(self, rows: Sequence[int]) -> tuple[TrackId, ...]:
        """The tracks in some rows."""
        raise NotImplementedError

    def mime_of(self, rows: Sequence[int]) -> QMimeData:
        """Some entries for a drag or the clipboard."""
        raise NotImplementedError

    def takes(self, mime: QMimeData) -> bool:
        """Whether this may be dropped here; cheap."""
        raise NotImplementedError

    def take(self, mime: QMimeData, position: int, *, copies: bool = False) -> bool:
        """Take what was dropped into a gap; whether there was anything."""
        raise NotImplementedError

    def remove(self, rows: Sequence[int]) -> None:
        """Take entries out."""
        raise NotImplementedError

    def move(self, rows: Sequence[int], position: int) -> None:
        """Bring entries together in a gap."""
        raise NotImplementedError

    def tooltip(self, row: int, column: Column) -> str:
        """What a cell says under the pointer: its whole text."""
        return self.text(row, column)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns are shown."""
        return 0 if parent.isValid() else self._n_columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Entries can be chosen and dragged."""
        return ROW_FLAGS if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; what is drawn beside it is told to screen readers."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), Column(index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(index.row(), Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self.tooltip(index.row(), Column(index.column())))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        names = {
            Column.TITLE: self.tr("Title"),
            Column.ARTIST: self.tr("Artist"),
            Column.ALBUM: self.tr("Album"),
            Column.LENGTH: self.tr("Length"),
            Column.NUMBER: self.tr("No."),
        }
        return head(names[column], alignment(column), role)

    def draw_anew(self) -> None:
        """Say that every row may look different now."""
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self._n_columns - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def track_text(known: "TrackRow | None", column: Column) -> str:
    """What stands in a cell of a track; None is one that is still being read."""
    if known is None:
        return NOT_THERE_YET if column is Column.TITLE else ""
    track = known.track
    if column is Column.LENGTH:
        return clock(track.duration_s)
    texts = {
        Column.TITLE: track.title,
        Column.ARTIST: track.tags.artist,
        Column.ALBUM: track.tags.album,
    }
    return one_line(texts[column])
