"""A table of tracks in rows: how it looks, which row is lit up, framed, chosen."""

from PySide6.QtCore import QAbstractTableModel, QEvent
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.rows.row_delegate import RowDelegate
from ui.style import ROW_PX


class RowTable(QTableView):
    """Rows of tracks; the one under the pointer is lit up, the one with the keys is framed."""

    def __init__(
        self, model: QAbstractTableModel, delegate: RowDelegate, parent: QWidget | None = None
    ) -> None:
        """Show the rows of a model; the delegate belongs to the table from now on."""
        super().__init__(parent)
        self._delegate = delegate
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setModel(model)
        # Else the next paint lays out the rows, and asks for one more paint of all of them.
        model.modelReset.connect(self.executeDelayedItemsLayout)
        self._set_up_rows()
        self.selectionModel().currentRowChanged.connect(lambda *_: self.frame_current())

    def frame_current(self) -> None:
        """Frame the current row while the keys go here."""
        row = self.currentIndex().row() if self.hasFocus() else -1
        if row != self._delegate.framed:
            self._delegate.framed = row
            self.viewport().update()

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

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

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
