"""What the rows of every table of tracks are painted from: ground, frame, mark, text."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import icon
from ui.style import theme_of

MARK_PX = 14
MARK_GAP_PX = 6


class RowDelegate(QStyledItemDelegate):
    """Cells of one line. hovered: the row under the pointer; framed: the one with the keys."""

    def __init__(self) -> None:
        """Begin with no row hovered or framed."""
        super().__init__()
        self._playing = icon("volume")
        self._missing = icon("missing")
        self.hovered = -1
        self.framed = -1

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        """Paint what lies behind a cell; the lines of all cells of a row together frame it."""
        theme = theme_of(option.palette)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or row == self.hovered:
            painter.fillRect(option.rect, QColor(theme.chosen if is_chosen else theme.hover))
        if row == self.framed:
            painter.setPen(QColor(theme.accent))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def paint_mark(self, painter: QPainter, area: QRect, *, plays: bool) -> QRect:
        """Mark what plays, or else is missing, at the left; what is left of the area."""
        place = QRect(area.left(), area.center().y() - MARK_PX // 2 + 1, MARK_PX, MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if plays else QIcon.State.Off
        mark = self._playing if plays else self._missing
        mark.paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)
        return area.adjusted(MARK_PX + MARK_GAP_PX, 0, 0, 0)
