"""Draws the cells of a table of tracks: what plays, what is missing, what is second in rank."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.browse.columns import COLUMNS, LOOKS, Column, cell_text
from ui.browse.track_model import TrackTableModel, alignment
from ui.icons import icon
from ui.style import ROW_PX, Theme, theme_of

_MARGIN_PX = 8
_MARK_PX = 14
_MARK_GAP_PX = 6


class TrackDelegate(QStyledItemDelegate):
    """Cells of one line. hovered: the row under the pointer; current: the one with the keys."""

    def __init__(self, model: TrackTableModel, parent: QWidget) -> None:
        """Draw the tracks of a model."""
        super().__init__(parent)
        self._model = model
        self._playing = icon("volume")
        self._missing = icon("missing")
        self.hovered = -1
        self.current = -1

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As wide as the text, so that a double click on the border of a head shows all of it."""
        row = self._model.row_at(index.row())
        column = COLUMNS[index.column()]
        text = "" if row is None else cell_text(row, column)
        mark = _MARK_PX + _MARK_GAP_PX if column == Column.TITLE else 0
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
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or index.row() == self.hovered:
            painter.fillRect(option.rect, QColor(theme.chosen if is_chosen else theme.hover))
        if index.row() == self.current:
            _draw_current(painter, option.rect, theme)
        column = COLUMNS[index.column()]
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        row = self._model.row_at(index.row())
        if row is None:
            _draw_text(painter, area, "…", QColor(theme.dim), column)
            return
        plays = row.track.id == self._model.playing
        if column == Column.TITLE and (plays or row.track.missing):
            area = self._draw_mark(painter, area, self._playing if plays else self._missing)
        ink = _ink(theme, column, plays=plays, missing=row.track.missing)
        _draw_text(painter, area, cell_text(row, column), ink, column)

    def _draw_mark(self, painter: QPainter, area: QRect, mark: QIcon) -> QRect:
        """Draw a mark at the left; what is left of the area."""
        place = QRect(area.left(), area.center().y() - _MARK_PX // 2 + 1, _MARK_PX, _MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if mark is self._playing else QIcon.State.Off
        mark.paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)
        return area.adjusted(_MARK_PX + _MARK_GAP_PX, 0, 0, 0)


def _ink(theme: Theme, column: Column, *, plays: bool, missing: bool) -> QColor:
    if plays and column == Column.TITLE:
        return QColor(theme.accent)
    return QColor(theme.dim if missing or LOOKS[column].is_dim else theme.text)


def _draw_text(painter: QPainter, area: QRect, text: str, ink: QColor, column: Column) -> None:
    if not text:
        return
    painter.setPen(ink)
    mode = Qt.TextElideMode.ElideMiddle if column == Column.PATH else Qt.TextElideMode.ElideRight
    elided = painter.fontMetrics().elidedText(text, mode, area.width())
    painter.drawText(area, alignment(column) | Qt.TextFlag.TextSingleLine, elided)


def _draw_current(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Lines above and below every cell of the row: together they frame it."""
    painter.setPen(QColor(theme.accent))
    painter.drawLine(rect.topLeft(), rect.topRight())
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
