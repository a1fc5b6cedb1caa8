"""Draws a seed: its cover, its name, the switch between wanted and unwanted, and removal."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.covers import CoverCache
from ui.matching.button_list import BUTTON_PX, ButtonDelegate, Index, RowButton
from ui.matching.painting import paint_cover, paint_ground, paint_line, small_font
from ui.matching.seed_model import ROW, SeedModel, SeedRow, SeedState
from ui.style import SPACE_PX, theme_of

FLIP = "flip"
REMOVE = "remove"

_LEAST_ROW_PX = 42
_MARGIN_PX = 5


class SeedDelegate(ButtonDelegate):
    """Rows of seeds; their buttons are always there."""

    def __init__(self, model: SeedModel, covers: CoverCache) -> None:
        """Draw the rows of a model."""
        super().__init__(model)
        self._model = model
        self._covers = covers

    def buttons(self, index: Index) -> Sequence[RowButton]:
        """The switch and the removal."""
        row: SeedRow = index.data(ROW)
        flip = (
            RowButton(FLIP, "more", self.tr("Wanted: click for less like this (Space)"), lit=True)
            if row.wanted
            else RowButton(FLIP, "less", self.tr("Unwanted: click for more like this (Space)"))
        )
        return (flip, RowButton(REMOVE, "close", self.tr("Remove this seed (Delete)")))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines, or more room."""
        font = option.font
        lines = QFontMetrics(font).height() + QFontMetrics(small_font(font)).height()
        return QSize(100, max(_LEAST_ROW_PX, lines + 2 * _MARGIN_PX))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        """Draw one seed."""
        row: SeedRow = index.data(ROW)
        theme = theme_of(option.palette)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, theme)
        side = rect.height() - 2 * _MARGIN_PX
        cover = QRect(rect.topLeft() + QPoint(SPACE_PX, _MARGIN_PX), QSize(side, side))
        pixmap = None if row.track_id is None else self._covers.get(row.track_id)
        paint_cover(painter, cover, pixmap, theme)
        refused = row.state == SeedState.REFUSED
        colours = (
            theme.dim if refused or not row.wanted else theme.text,
            theme.bad if refused else theme.dim,
        )
        left = cover.right() + 1 + SPACE_PX
        text = QRect(
            left, rect.top(), rect.right() - left - 2 * BUTTON_PX - SPACE_PX, rect.height()
        )
        self._paint_lines(painter, option, text, (row.title, self._model.second_line(row)), colours)
        self.paint_buttons(painter, option, index, theme)
        painter.restore()

    def _paint_lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        area: QRect,
        lines: tuple[str, str],
        colours: tuple[str, str],
    ) -> None:
        font = option.font
        small = small_font(font)
        heights = QFontMetrics(font).height(), QFontMetrics(small).height()
        if not lines[1]:
            paint_line(painter, area, lines[0], font, colours[0])
            return
        top = area.top() + (area.height() - sum(heights)) // 2
        first = QRect(area.left(), top, area.width(), heights[0])
        second = QRect(area.left(), top + heights[0], area.width(), heights[1])
        paint_line(painter, first, lines[0], font, colours[0])
        paint_line(painter, second, lines[1], small, colours[1])
