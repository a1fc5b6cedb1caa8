"""Paints the rows of every table of tracks: ground, frame, marks, texts."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QIcon, QPainter

from ui.icons import icon
from ui.rows.cell import Cell, Ink, Mark
from ui.style import Theme

MARK_PX = 14
MARK_GAP_PX = 6
_MOST_FITTED = 20_000


class Ground(NamedTuple):
    """What lies behind a row."""

    is_chosen: bool
    is_hovered: bool
    is_framed: bool


class RowPainter:
    """Paints rows with what it keeps from one frame to the next: texts that were made to fit."""

    def __init__(self, margin_px: int) -> None:
        """Keep texts this far away from the borders of their cells."""
        self._margin_px = margin_px
        self._marks = {Mark.PLAYS: icon("volume"), Mark.MISSING: icon("missing")}
        self._fitted: dict[tuple[str, int, Qt.TextElideMode], str] = {}
        self._font = ""

    def paint_ground(self, painter: QPainter, area: QRect, ground: Ground, theme: Theme) -> None:
        """Paint what lies behind a row, and its frame."""
        if ground.is_chosen or ground.is_hovered:
            painter.fillRect(area, QColor(theme.chosen if ground.is_chosen else theme.hover))
        if ground.is_framed:
            painter.setPen(QColor(theme.accent))
            painter.drawLine(area.topLeft(), area.topRight())
            painter.drawLine(area.bottomLeft(), area.bottomRight())

    def paint_cells(
        self, painter: QPainter, cells: Iterable[tuple[QRect, Cell]], theme: Theme
    ) -> None:
        """Paint texts and marks, each into the rectangle of its cell."""
        self._forget_other_fonts(painter)
        inks = {
            Ink.TEXT: QColor(theme.text),
            Ink.DIM: QColor(theme.dim),
            Ink.ACCENT: QColor(theme.accent),
        }
        ink = None
        for whole, cell in cells:
            area = whole.adjusted(self._margin_px, 0, -self._margin_px, 0)
            if cell.mark is not None:
                area = self._paint_mark(painter, area, cell.mark)
            if not cell.text:
                continue
            if cell.ink is not ink:
                ink = cell.ink
                painter.setPen(inks[ink])
            painter.drawText(area, cell.alignment, self._fit(painter, cell, area.width()))

    def _paint_mark(self, painter: QPainter, area: QRect, mark: Mark) -> QRect:
        """Paint a mark at the left; what is left of the area."""
        place = QRect(area.left(), area.center().y() - MARK_PX // 2 + 1, MARK_PX, MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if mark is Mark.PLAYS else QIcon.State.Off
        self._marks[mark].paint(
            painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state
        )
        return area.adjusted(MARK_PX + MARK_GAP_PX, 0, 0, 0)

    def _fit(self, painter: QPainter, cell: Cell, width_px: int) -> str:
        key = cell.text, width_px, cell.elision
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= _MOST_FITTED:
                self._fitted.clear()
            fitted = painter.fontMetrics().elidedText(cell.text, cell.elision, width_px)
            self._fitted[key] = fitted
        return fitted

    def _forget_other_fonts(self, painter: QPainter) -> None:
        font = painter.font().key()
        if font != self._font:
            self._font = font
            self._fitted.clear()
