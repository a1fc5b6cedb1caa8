"""The table of the queue: choose, play, reorder, take drops at a line."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from app.queue_line import QueueKey
from ui.browse.drag_picture import drag_picture
from ui.drag import carries_music
from ui.icons import icon
from ui.playing.player import Player
from ui.playing.queue_delegate import QueueDelegate
from ui.playing.queue_model import ENTRIES, Column, QueueModel
from ui.style import ROW_PX, SPACE_PX, theme_of
from ui.track_actions import Ids, TrackActions

_LENGTH_PX = 72
_LINE_PX = 2


class QueueTable(QTableView):
    """The entries of the queue in rows."""

    def __init__(
        self,
        model: QueueModel,
        player: Player,
        actions: TrackActions,
        parent: QWidget | None = None,
    ) -> None:
        """Show the entries of a model."""
        super().__init__(parent)
        self._model = model
        self._player = player
        self._actions = actions
        self._delegate = QueueDelegate(model, self)
        self._gap: int | None = None
        self._kept: tuple[Collection[QueueKey], int] = ((), 0)
        self.setModel(model)
        self._set_up_view()
        self._edits = self._make_edits()
        actions.add_keys(self, self.selected_ids, play=self.play_row)
        self.doubleClicked.connect(lambda index: self._player.play_entry(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda *_: self._frame())
        model.modelAboutToBeReset.connect(self._keep_selection)
        model.modelReset.connect(self._restore_selection)

    def selected_rows(self) -> list[int]:
        """The chosen rows, rising."""
        ranges = self.selectionModel().selection().toList()
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def selected_ids(self) -> Ids:
        """The tracks of the chosen rows."""
        return self._model.ids(self.selected_rows())

    def remove(self) -> None:
        """Take the chosen entries out; the row that comes to their place is chosen then."""
        rows = self.selected_rows()
        if rows:
            keys = self._model.keys(rows)
            self._player.edit_queue(lambda queue: queue.remove(keys))
            if self._model.rowCount():
                self.selectRow(min(rows[0], self._model.rowCount() - 1))

    def move_up(self) -> None:
        """Bring the chosen entries together, one row higher."""
        rows = self.selected_rows()
        if rows:
            self._move(rows, max(0, rows[0] - 1))

    def move_down(self) -> None:
        """Bring the chosen entries together, one row lower."""
        rows = self.selected_rows()
        if rows:
            self._move(rows, min(self._model.rowCount(), rows[-1] + 2))

    def startDrag(self, _supported: Qt.DropAction) -> None:
        """Carry the chosen entries; other programs are offered copies only."""
        rows = self.selected_rows()
        if not rows:
            return
        one = self._model.text(rows[0], Column.TITLE)
        words = one if len(rows) == 1 else self.tr("{count:,} tracks").format(count=len(rows))
        drag = QDrag(self)
        drag.setMimeData(self._model.mime_of(rows))
        drag.setPixmap(drag_picture(words, self))
        drag.setHotSpot(QPoint(-12, -8))
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tracks and files."""
        mime = event.mimeData()
        if carries_music(mime) or mime.hasFormat(ENTRIES):
            _accept_copy(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the drop would go."""
        super().dragMoveEvent(event)  # scrolls at the edges
        self._show_gap(self._gap_at(event.position().toPoint().y()))
        _accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        super().dragLeaveEvent(event)
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Put what was dropped into the gap that is shown."""
        position = self._gap_at(event.position().toPoint().y())
        self._show_gap(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        if self._model.take(event.mimeData(), position):
            _accept_copy(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, the line where a drop would go, and what an empty queue says."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if not self._model.rowCount():
            self._paint_empty(painter)
        if self._gap is not None:
            self._paint_line(painter, self._gap)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the chosen entries, at the pointer or at the current row."""
        position = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).intersected(self.viewport().rect())
            position = self.viewport().mapToGlobal(place.center())
        self.context_menu().popup(position)

    def context_menu(self) -> QMenu:
        """The menu of the chosen entries."""
        ids = self.selected_ids()
        menu = self._actions.menu(ids, self) if ids else QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if ids:
            menu.addSeparator()
        for action in self._edits:
            action.setEnabled(bool(self.selected_rows()))
        menu.addActions(self._edits)
        return menu

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the pointer any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the current row; without one the first becomes it."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, Column.TITLE))
        self._frame()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere: no row is framed."""
        super().focusOutEvent(event)
        self._frame()

    def play_row(self) -> None:
        """Play the current row."""
        if self.currentIndex().isValid():
            self._player.play_entry(self.currentIndex().row())

    def _move(self, rows: list[int], position: int) -> None:
        keys = self._model.keys(rows)
        self._player.edit_queue(lambda queue: queue.move(keys, position))
        self.scrollTo(self.currentIndex())

    def _keep_selection(self) -> None:
        self._kept = (frozenset(self._model.keys(self.selected_rows())), self._scrolled_px())

    def _restore_selection(self) -> None:
        """Choose the entries that were chosen, wherever they are now."""
        keys, scrolled_px = self._kept
        rows = [row for row, key in enumerate(self._model.line.keys) if key in keys] if keys else []
        model, selection = self.selectionModel(), self.selectionModel().SelectionFlag
        for row in rows:
            model.select(self._model.index(row, 0), selection.Select | selection.Rows)
        if rows:
            model.setCurrentIndex(self._model.index(rows[0], 0), selection.NoUpdate)
        self.verticalScrollBar().setValue(scrolled_px)
        self._frame()

    def _scrolled_px(self) -> int:
        return self.verticalScrollBar().value()

    def _set_up_view(self) -> None:
        self.setItemDelegate(self._delegate)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(ROW_PX)
        vertical.setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.LENGTH, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(Column.LENGTH, _LENGTH_PX)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Queue"))
        self.setAccessibleDescription(self._empty_text())

    def _make_edits(self) -> list[QAction]:
        """The edits of the chosen entries, with their keys."""
        wanted: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
            (self.tr("Move up"), "up", "Alt+Up", self.move_up),
            (self.tr("Move down"), "down", "Alt+Down", self.move_down),
            (self.tr("Remove from queue"), "delete", "Del", self.remove),
        )
        made = []
        for text, icon_name, key, edit in wanted:
            action = QAction(icon(icon_name), text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, do=edit: do())
            self.addAction(action)
            made.append(action)
        return made

    def _gap_at(self, y_px: int) -> int:
        row = self.rowAt(y_px)
        if row < 0:
            return self._model.rowCount() if y_px >= 0 else 0
        middle_px = self.rowViewportPosition(row) + self.rowHeight(row) // 2
        return row + int(y_px >= middle_px)

    def _show_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            self.viewport().update()

    def _paint_line(self, painter: QPainter, gap: int) -> None:
        n_rows = self._model.rowCount()
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
        painter.drawText(area, int(flags), self._empty_text())

    def _empty_text(self) -> str:
        return self.tr(
            "Nothing is queued.\n\nDouble-click a track in the library to play it with what"
            " follows, or drop tracks and files here."
        )

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _frame(self) -> None:
        row = self.currentIndex().row() if self.hasFocus() else -1
        if row != self._delegate.framed:
            self._delegate.framed = row
            self.viewport().update()


def _accept_copy(event: QDropEvent) -> None:
    """Whatever the other program offers: nothing of it is moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
