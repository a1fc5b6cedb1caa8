"""Paints the rows of every table of tracks: ground, frame, marks, texts.

Qt's own value objects give Python's lock away when they end, so that a frame, which has hundreds of
cells, is painted with plain numbers.
"""

from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter

from ui.icons import icon
from ui.rows.cell import Cell, Ink, Mark
from ui.style import ROW_PX, Theme

MARK_PX = 14
MARK_GAP_PX = 6
_MOST_FITTED = 20_000


class Place(NamedTuple):
    """Where a row or a cell is painted; its height is ROW_PX."""

    left_px: int
    top_px: int
    width_px: int


class _Fitted(NamedTuple):
    """A text that was made to fit, and how wide it is."""

    text: str
    width_px: int


class RowPainter:
    """Paints in a theme and a font, and keeps texts that were made to fit for the next frame."""

    def __init__(self, margin_px: int) -> None:
        """Keep texts this far away from the borders of their cells."""
        self._margin_px = margin_px
        self._marks = {Mark.PLAYS: icon("volume"), Mark.MISSING: icon("missing")}
        self._fitted: dict[tuple[str, int, Qt.TextElideMode], _Fitted] = {}
        self._font = ""
        self._theme: Theme | None = None

    def begin(self, painter: QPainter, theme: Theme) -> None:
        """Begin a frame; the painter has the font of the table."""
        font = painter.font().key()
        if font != self._font:
            self._font = font
            self._metrics: QFontMetrics = painter.fontMetrics()
            self._baseline_px = (ROW_PX + 1 - self._metrics.height()) // 2 + self._metrics.ascent()
            self._fitted.clear()
        if theme is not self._theme:
            self._theme = theme
            self._chosen, self._hover = QColor(theme.chosen), QColor(theme.hover)
            self._inks = {
                Ink.TEXT: QColor(theme.text),
                Ink.DIM: QColor(theme.dim),
                Ink.ACCENT: QColor(theme.accent),
            }

    def paint_ground(
        self, painter: QPainter, row: Place, *, chosen: bool, hovered: bool, framed: bool
    ) -> None:
        """Paint what lies behind a row, and its frame."""
        left_px, top_px, width_px = row
        if chosen or hovered:
            ground = self._chosen if chosen else self._hover
            painter.fillRect(left_px, top_px, width_px, ROW_PX, ground)
        if framed:
            painter.setPen(self._inks[Ink.ACCENT])
            right_px, bottom_px = left_px + width_px - 1, top_px + ROW_PX - 1
            painter.drawLine(left_px, top_px, right_px, top_px)
            painter.drawLine(left_px, bottom_px, right_px, bottom_px)

    def paint_cell(self, painter: QPainter, place: Place, cell: Cell) -> None:
        """Paint a mark and a text."""
        left_px = place.left_px + self._margin_px
        right_px = place.left_px + place.width_px - self._margin_px
        if cell.mark is not None:
            self._paint_mark(painter, left_px, place.top_px, cell.mark)
            left_px += MARK_PX + MARK_GAP_PX
        if not cell.text:
            return
        fitted = self._fit(cell, right_px - left_px)
        if cell.at_right:
            left_px = right_px - fitted.width_px
        painter.setPen(self._inks[cell.ink])
        painter.drawText(left_px, place.top_px + self._baseline_px, fitted.text)

    def _paint_mark(self, painter: QPainter, left_px: int, top_px: int, mark: Mark) -> None:
        place = QRect(left_px, top_px + (ROW_PX - MARK_PX) // 2, MARK_PX, MARK_PX)
        # an outline that is on has the accent colour
        state = QIcon.State.On if mark is Mark.PLAYS else QIcon.State.Off
        self._marks[mark].paint(
            painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state
        )

    def _fit(self, cell: Cell, width_px: int) -> _Fitted:
        key = cell.text, width_px, cell.elision
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= _MOST_FITTED:
                self._fitted.clear()
            text = self._metrics.elidedText(cell.text, cell.elision, width_px)
            fitted = _Fitted(text, self._metrics.horizontalAdvance(text))
            self._fitted[key] = fitted
        return fitted
