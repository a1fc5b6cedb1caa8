"""A table of tracks in rows: how it looks, which row is lit up, framed, chosen."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractItemModel, QEvent, QRect
from PySide6.QtGui import QCursor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.rows.cell import Cell
from ui.rows.row_painter import Place, RowPainter
from ui.style import ROW_PX, theme_of


class _Span(NamedTuple):
    """Where a column is drawn."""

    column: int
    left_px: int
    width_px: int


class RowTable(QTableView):
    """Rows of tracks; the one under the pointer is lit up, the one with the keys is framed.

    It paints all rows in sight in one go. Qt would ask a delegate for each cell, and Python would
    have to wait each time for its lock, which other threads want, too (decision 13).
    """

    def __init__(
        self, model: QAbstractItemModel, margin_px: int, parent: QWidget | None = None
    ) -> None:
        """Show the rows of a model, with texts this far from the borders of their cells."""
        super().__init__(parent)
        self._painter = RowPainter(margin_px)
        self._hovered = -1
        self._framed = -1
        self.setModel(model)
        # Else the next paint lays out the rows, and asks for one more paint of all of them.
        model.modelReset.connect(self.executeDelayedItemsLayout)
        model.modelReset.connect(self._hover_under_pointer)
        self.verticalScrollBar().valueChanged.connect(self._hover_under_pointer)
        self._set_up_rows()
        self.selectionModel().currentRowChanged.connect(lambda *_: self.frame_current())

    def cells(self, row: int, columns: Sequence[int]) -> Sequence[Cell]:
        """What the cells of a row show."""
        raise NotImplementedError

    def frame_current(self) -> None:
        """Frame the current row while the keys go here."""
        row = self.currentIndex().row() if self.hasFocus() else -1
        if row != self._framed:
            self._framed = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that are asked for."""
        area = event.rect()
        spans = self._spans_in(area)
        if not spans:
            return
        with QPainter(self.viewport()) as painter:
            painter.setFont(self.font())
            self._painter.begin(painter, theme_of(self.palette()))
            for row in self._rows_in(area):
                self._paint_row(painter, row, spans)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the pointer any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the current row."""
        super().focusInEvent(event)
        self.frame_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere: no row is framed."""
        super().focusOutEvent(event)
        self.frame_current()

    def _hover_under_pointer(self) -> None:
        viewport = self.viewport()
        position = viewport.mapFromGlobal(QCursor.pos())
        self._hover(self.rowAt(position.y()) if viewport.underMouse() else -1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _rows_in(self, area: QRect) -> range:
        """The rows that touch an area of the viewport."""
        n_rows = self.model().rowCount()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        if first < 0:
            return range(0)
        return range(first, n_rows if last < 0 else last + 1)

    def _spans_in(self, area: QRect) -> list[_Span]:
        """The columns that touch an area of the viewport, from left to right."""
        header = self.horizontalHeader()
        columns = [header.logicalIndex(place) for place in range(header.count())]
        spans = [
            _Span(column, header.sectionViewportPosition(column), header.sectionSize(column))
            for column in columns
            if not header.isSectionHidden(column)
        ]
        return [
            span
            for span in spans
            if span.left_px <= area.right() and span.left_px + span.width_px > area.left()
        ]

    def _paint_row(self, painter: QPainter, row: int, spans: list[_Span]) -> None:
        top_px = self.rowViewportPosition(row)
        left_px = min(span.left_px for span in spans)
        right_px = max(span.left_px + span.width_px for span in spans)
        self._painter.paint_ground(
            painter,
            Place(left_px, top_px, right_px - left_px),
            chosen=self.selectionModel().rowIntersectsSelection(row),
            hovered=row == self._hovered,
            framed=row == self._framed,
        )
        cells = self.cells(row, [span.column for span in spans])
        for span, cell in zip(spans, cells, strict=True):
            place = Place(span.left_px, top_px, span.width_px)
            self._painter.paint_cell(painter, place, cell)

    def _set_up_rows(self) -> None:
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(ROW_PX)
        vertical.setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
