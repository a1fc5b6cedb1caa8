"""A list of tracks as a table: ids, and rows that come when they are first looked at."""

from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from library.records import TrackId, display_path
from ui.browse.columns import COLUMNS, LOOKS, Column, cell_text, column_name
from ui.plain_text import plain_tooltip
from ui.rows.row_model import NOT_THERE_YET, ROW_FLAGS, Index, head
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.browsing import TrackRow

_NOWHERE = QModelIndex()


class TrackTableModel(QAbstractTableModel):
    """Tracks in the order in which they were found."""

    def __init__(self, rows: TrackRows, parent: QObject | None = None) -> None:
        """Begin without tracks."""
        super().__init__(parent)
        self._rows = rows
        self._ids: list[TrackId] = []
        self._playing: TrackId | None = None

    @property
    def ids(self) -> list[TrackId]:
        """The tracks in order; not to be changed."""
        return self._ids

    @property
    def playing(self) -> TrackId | None:
        """The track that is marked as playing."""
        return self._playing

    def show_ids(self, ids: list[TrackId]) -> None:
        """Show other tracks; where the list only grew at its end, rows are only added."""
        n_before = len(self._ids)
        if n_before and len(ids) > n_before and ids[:n_before] == self._ids:
            self.beginInsertRows(_NOWHERE, n_before, len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
        elif ids != self._ids:
            self.beginResetModel()
            self._ids = ids
            self.endResetModel()

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        self._playing = track_id

    def row_at(self, row: int) -> "TrackRow | None":
        """What is known of a track; None until it was read."""
        return self._rows.get(self._ids[row])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many tracks there are."""
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are, shown or not."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every track can be selected and dragged."""
        return ROW_FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says, to the eye and to a screen reader."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(COLUMNS[index.column()])
        if role not in _TEXT_ROLES:
            return None
        row = self.row_at(index.row())
        if row is None:
            return NOT_THERE_YET if role == Qt.ItemDataRole.DisplayRole else None
        text = cell_text(row, COLUMNS[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._with_state(row, text, "\n"))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return self._with_state(row, text, ", ")
        return text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        return head(column_name(column), alignment(column), role)

    def _with_state(self, row: "TrackRow", text: str, between: str) -> str:
        parts = [text]
        if row.track.missing:
            path = display_path(row.track.path)
            parts.append(self.tr("The file is not there: {path}").format(path=path))
        if row.track.id == self._playing:
            parts.append(self.tr("Playing"))
        return between.join(filter(None, parts))


_TEXT_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


@cache
def alignment(column: Column) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    side = Qt.AlignmentFlag.AlignLeft if LOOKS[column].is_text else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
