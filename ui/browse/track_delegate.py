"""Draws the cells of a table of tracks: what plays, what is missing, what is second in rank."""

from functools import cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.browse.columns import COLUMNS, LOOKS, Column, cell_text
from ui.browse.track_model import TrackTableModel, alignment
from ui.rows.row_delegate import MARK_GAP_PX, MARK_PX, RowDelegate
from ui.style import ROW_PX, Theme, theme_of

_MARGIN_PX = 8


class TrackDelegate(RowDelegate):
    """Cells of one line of tracks."""

    def __init__(self, model: TrackTableModel) -> None:
        """Draw the tracks of a model."""
        super().__init__()
        self._model = model

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As wide as the text, so that a double click on the border of a head shows all of it."""
        row = self._model.row_at(index.row())
        column = COLUMNS[index.column()]
        text = "" if row is None else cell_text(row, column)
        mark = MARK_PX + MARK_GAP_PX if column == Column.TITLE else 0
        return QSize(
            QFontMetrics(option.font).horizontalAdvance(text) + 2 * _MARGIN_PX + mark, ROW_PX
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        theme = theme_of(option.palette)
        self.paint_ground(painter, option, index.row())
        column = COLUMNS[index.column()]
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        row = self._model.row_at(index.row())
        if row is None:
            _draw_text(painter, area, "…", QColor(theme.dim), column)
            return
        plays = row.track.id == self._model.playing
        if column == Column.TITLE and (plays or row.track.missing):
            area = self.paint_mark(painter, area, plays=plays)
        ink = _ink(theme, column, plays=plays, missing=row.track.missing)
        _draw_text(painter, area, cell_text(row, column), ink, column)


def _ink(theme: Theme, column: Column, *, plays: bool, missing: bool) -> QColor:
    if plays and column == Column.TITLE:
        return QColor(theme.accent)
    return QColor(theme.dim if missing or LOOKS[column].is_dim else theme.text)


def _draw_text(painter: QPainter, area: QRect, text: str, ink: QColor, column: Column) -> None:
    if not text:
        return
    painter.setPen(ink)
    elided = painter.fontMetrics().elidedText(text, _elision(column), area.width())
    painter.drawText(area, _flags(column), elided)


def _elision(column: Column) -> Qt.TextElideMode:
    if column == Column.PATH:
        return Qt.TextElideMode.ElideMiddle
    return Qt.TextElideMode.ElideRight


@cache  # flags of Qt are put together slowly, and every cell needs them
def _flags(column: Column) -> int:
    return alignment(column) | Qt.TextFlag.TextSingleLine
