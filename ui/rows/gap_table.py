"""A table of entries that are moved to a gap between two rows, with a line where they will go."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QWidget

from ui.drag import accept_copy
from ui.icons import icon
from ui.menu_position import menu_position
from ui.rows.cell import Cell
from ui.rows.drag_picture import drag_copies
from ui.rows.entry_cells import entry_cells
from ui.rows.entry_model import Column, EntryModel
from ui.rows.row_table import RowTable
from ui.style import ROW_PX, SPACE_PX, theme_of
from ui.track_actions import Ids, TrackActions

_LINE_PX = 2
_MARGIN_PX = 6  # as in the heads of the columns
_CTRL = Qt.KeyboardModifier.ControlModifier


class GapTable(RowTable):
    """The entries of a model in rows: choose, reorder, take out, take drops at a line.

    row_opened: the row that was double-clicked, or current at Return.
    """

    row_opened = Signal(int)

    def __init__(
        self, model: EntryModel, actions: TrackActions, parent: QWidget | None = None
    ) -> None:
        """Show the entries of a model."""
        super().__init__(model, _MARGIN_PX, parent)
        self._entries = model
        self._actions = actions
        self._edits: list[QAction] = []
        self._edits_of_rows: list[QAction] = []
        self._gap: int | None = None
        self._empty_text = ""
        self._set_up_gaps()
        actions.add_keys(self, self.selected_ids, play=self.open_current)
        self.doubleClicked.connect(lambda index: self.row_opened.emit(index.row()))
        self.selectionModel().selectionChanged.connect(self._enable_edits)
        model.modelReset.connect(self._enable_edits)

    def cells(self, row: int, columns: Sequence[int]) -> Sequence[Cell]:
        """What the cells of an entry show."""
        return entry_cells(self._entries, row, columns)

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no entry."""
        self._empty_text = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def add_edit(
        self,
        text: str,
        keys: QKeySequence | QKeySequence.StandardKey,
        edit: Callable[[], None],
        *,
        icon_name: str = "",
        needs_rows: bool = True,
    ) -> None:
        """Put an edit into the menu, and let the table listen to its key."""
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False: edit())
        self.addAction(action)
        self._edits.append(action)
        if needs_rows:
            self._edits_of_rows.append(action)
            action.setEnabled(self.selectionModel().hasSelection())

    def add_moves(self, *, remove_text: str) -> None:
        """Let entries be moved by keys, and taken out."""
        up, down = QKeySequence("Alt+Up"), QKeySequence("Alt+Down")
        self.add_edit(self.tr("Move up"), up, self.move_up, icon_name="up")
        self.add_edit(self.tr("Move down"), down, self.move_down, icon_name="down")
        delete = QKeySequence.StandardKey.Delete
        self.add_edit(remove_text, delete, self.remove, icon_name="delete")

    @property
    def drop_gap(self) -> int | None:
        """The gap that the line of a drag over the table shows."""
        return self._gap

    def selected_rows(self) -> list[int]:
        """The chosen rows, rising."""
        ranges = self.selectionModel().selection().toList()
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def selected_ids(self) -> Ids:
        """The tracks of the chosen rows."""
        return self._entries.ids_of(self.selected_rows())

    def open_current(self) -> None:
        """Ask for the current row to be played."""
        if self.currentIndex().isValid():
            self.row_opened.emit(self.currentIndex().row())

    def remove(self) -> None:
        """Take the chosen entries out; the row that comes to their place is chosen then."""
        rows = self.selected_rows()
        if rows:
            self._entries.remove(rows)
            if self._entries.rowCount():
                self.selectRow(min(rows[0], self._entries.rowCount() - 1))

    def move_up(self) -> None:
        """Bring the chosen entries together, one row higher."""
        rows = self.selected_rows()
        if rows:
            self._move(rows, max(0, rows[0] - 1))

    def move_down(self) -> None:
        """Bring the chosen entries together, one row lower."""
        rows = self.selected_rows()
        if rows:
            self._move(rows, min(self._entries.rowCount(), rows[-1] + 2))

    def context_menu(self) -> QMenu:
        """The menu of the chosen entries; without any, only what can be done to the list."""
        ids = self.selected_ids()
        menu = self._actions.menu(ids, self) if ids else QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if ids:
            menu.addSeparator()
        menu.addActions(self._edits)
        return menu

    def startDrag(self, _supported: Qt.DropAction) -> None:
        """Carry the chosen entries; other programs are offered copies only."""
        rows = self.selected_rows()
        if rows:
            drag_copies(self, self._entries.mime_of(rows), self._drag_words(rows))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tracks and files."""
        if self._entries.takes(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the drop would go."""
        super().dragMoveEvent(event)  # scrolls at the edges
        self._show_gap(self._gap_at(event.position().toPoint().y()))
        accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        super().dragLeaveEvent(event)
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Put what was dropped into the gap that is shown; with Ctrl, as copies."""
        position = self._gap_at(event.position().toPoint().y())
        self._show_gap(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        copies = bool(event.modifiers() & _CTRL)
        if self._entries.take(event.mimeData(), position, copies=copies):
            accept_copy(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, the line where a drop would go, and what an empty list says."""
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            if not self._entries.rowCount():
                self._paint_empty(painter)
            if self._gap is not None:
                self._paint_line(painter, self._gap)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the chosen entries."""
        self.context_menu().popup(menu_position(self, event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Without a current row the first becomes it."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._entries.rowCount():
            self.setCurrentIndex(self._entries.index(0, Column.TITLE))

    def _set_up_gaps(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.LENGTH, QHeaderView.ResizeMode.Fixed)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _enable_edits(self) -> None:
        for action in self._edits_of_rows:
            action.setEnabled(self.selectionModel().hasSelection())

    def _move(self, rows: list[int], position: int) -> None:
        self._entries.move(rows, position)
        self.scrollTo(self.currentIndex())

    def _drag_words(self, rows: list[int]) -> str:
        if len(rows) == 1:
            return self._entries.text(rows[0], Column.TITLE)
        return self.tr("{count:,} tracks").format(count=len(rows))

    def _gap_at(self, y_px: int) -> int:
        row = self.rowAt(y_px)
        if row < 0:
            return self._entries.rowCount() if y_px >= 0 else 0
        middle_px = self.rowViewportPosition(row) + self.rowHeight(row) // 2
        return row + int(y_px >= middle_px)

    def _show_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def _paint_line(self, painter: QPainter, gap: int) -> None:
        n_rows = self._entries.rowCount()
        last_px = self.rowViewportPosition(n_rows - 1) + ROW_PX if n_rows else 0
        y_px = self.rowViewportPosition(gap) if gap < n_rows else last_px
        y_px = min(max(_LINE_PX // 2, y_px), self.viewport().height() - _LINE_PX // 2)
        accent = QColor(theme_of(self.palette()).accent)
        painter.fillRect(QRect(0, y_px - _LINE_PX // 2, self.viewport().width(), _LINE_PX), accent)

    def _paint_empty(self, painter: QPainter) -> None:
        margin = 2 * SPACE_PX
        area = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
        painter.setPen(QColor(theme_of(self.palette()).dim))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, int(flags), self._empty_text)
