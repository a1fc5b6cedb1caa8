"""Draws the cells of the queue: what plays, what is missing, what is second in rank."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.icons import icon
from ui.playing.queue_model import Column, QueueModel
from ui.style import theme_of

_MARK_PX = 14
_MARK_GAP_PX = 6
_MARGIN_PX = 6  # as in the heads of the columns


class QueueDelegate(QStyledItemDelegate):
    """Cells of one line. hovered: the row under the pointer; framed: the one with the keys."""

    def __init__(self, model: QueueModel, parent: QWidget) -> None:
        """Draw the entries of a model."""
        super().__init__(parent)
        self._model = model
        self._playing = icon("volume")
        self._missing = icon("missing")
        self.hovered = -1
        self.framed = -1

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        row, column = index.row(), Column(index.column())
        theme = theme_of(option.palette)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or row == self.hovered:
            painter.fillRect(option.rect, QColor(theme.chosen if is_chosen else theme.hover))
        if row == self.framed:
            painter.setPen(QColor(theme.accent))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        plays = self._model.is_current(row)
        missing = not plays and self._model.is_missing(row)
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        if column is Column.TITLE and (plays or missing):
            area = self._draw_mark(painter, area, self._playing if plays else self._missing)
        text_colour = theme.dim if column is not Column.TITLE or missing else theme.text
        painter.setPen(QColor(theme.accent if plays and column is Column.TITLE else text_colour))
        text = self._model.text(row, column)
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        side = (
            Qt.AlignmentFlag.AlignRight if column is Column.LENGTH else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), cut)

    def _draw_mark(self, painter: QPainter, area: QRect, mark: QIcon) -> QRect:
        """Draw a mark at the left; what is left of the area."""
        place = QRect(area.left(), area.center().y() - _MARK_PX // 2 + 1, _MARK_PX, _MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if mark is self._playing else QIcon.State.Off
        mark.paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)
        return area.adjusted(_MARK_PX + _MARK_GAP_PX, 0, 0, 0)
