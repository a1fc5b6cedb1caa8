"""Draws the entries of the queue or of a playlist: what plays, is missing, is second in rank."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.rows.entry_model import Column, EntryModel, alignment
from ui.rows.row_delegate import RowDelegate
from ui.style import Theme, theme_of

_MARGIN_PX = 6  # as in the heads of the columns


class EntryDelegate(RowDelegate):
    """Cells of a line of entries."""

    def __init__(self, model: EntryModel) -> None:
        """Draw the entries of a model."""
        super().__init__()
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        row, column = index.row(), Column(index.column())
        self.paint_ground(painter, option, row)
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        plays, missing = self._model.plays(row), self._model.is_missing(row)
        if column is Column.TITLE and (plays or missing):
            area = self.paint_mark(painter, area, plays=plays)
        painter.setPen(_ink(theme_of(option.palette), column, plays=plays, missing=missing))
        text = self._model.text(row, column)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(alignment(column)), shown)


def _ink(theme: Theme, column: Column, *, plays: bool, missing: bool) -> QColor:
    if column is not Column.TITLE or missing:
        return QColor(theme.dim)
    return QColor(theme.accent if plays else theme.text)
