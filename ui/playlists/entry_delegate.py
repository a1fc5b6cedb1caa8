"""Draws the cells of a playlist: what plays, what is missing, what is second in rank."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.icons import icon
from ui.playlists.playlist_model import Column, PlaylistModel
from ui.style import Theme, theme_of

_MARGIN_PX = 6  # as in the heads of the columns
_MARK_PX = 14
_MARK_GAP_PX = 6


class EntryDelegate(QStyledItemDelegate):
    """Cells of one line. hovered: the row under the pointer; current: the one with the keys."""

    def __init__(self, model: PlaylistModel, parent: QWidget) -> None:
        """Draw the entries of a model."""
        super().__init__(parent)
        self._model = model
        self._playing = icon("volume")
        self._missing = icon("missing")
        self.hovered = -1
        self.current = -1

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
        if row == self.current:
            painter.setPen(QColor(theme.accent))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        area = option.rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, 0)
        missing = self._model.is_missing(row)
        plays = self._model.entries[row].track_id == self._model.playing
        if column == Column.TITLE and (plays or missing):
            area = self._draw_mark(painter, area, self._playing if plays else self._missing)
        painter.setPen(_ink(theme, column, plays=plays, missing=missing))
        text = self._model.text(row, column)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(_side(column)), shown)

    def _draw_mark(self, painter: QPainter, area: QRect, mark: QIcon) -> QRect:
        """Draw a mark at the left; what is left of the area."""
        place = QRect(area.left(), area.center().y() - _MARK_PX // 2 + 1, _MARK_PX, _MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if mark is self._playing else QIcon.State.Off
        mark.paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state)
        return area.adjusted(_MARK_PX + _MARK_GAP_PX, 0, 0, 0)


def _ink(theme: Theme, column: Column, *, plays: bool, missing: bool) -> QColor:
    if column != Column.TITLE or missing:
        return QColor(theme.dim)
    return QColor(theme.accent if plays else theme.text)


def _side(column: Column) -> Qt.AlignmentFlag:
    at_right = column in (Column.NUMBER, Column.LENGTH)
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
