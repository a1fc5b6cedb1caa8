"""The table of a playlist: choose, play, reorder, take drops at a line, copy and paste."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui.browse.drag_picture import drag_picture
from ui.drag import carries_music
from ui.icons import icon
from ui.playlists.entry_delegate import EntryDelegate
from ui.playlists.playlist_model import Column, PlaylistModel
from ui.style import ROW_PX, SPACE_PX, theme_of
from ui.track_actions import Ids, TrackActions

_LENGTH_PX = 68
_DIGIT_ROOM_PX = 4
_ALBUM_FROM_PX = 520
_LINE_PX = 2
_CTRL = Qt.KeyboardModifier.ControlModifier


class EntryTable(QTableView):
    """The entries of a playlist in rows.

    play_asked: all its tracks, and the place to begin at.
    """

    play_asked = Signal(object, int)

    def __init__(
        self, model: PlaylistModel, actions: TrackActions, parent: QWidget | None = None
    ) -> None:
        """Show the entries of a model."""
        super().__init__(parent)
        self._model = model
        self._actions = actions
        self._delegate = EntryDelegate(model, self)
        self._gap: int | None = None
        self._empty_text = ""
        self.setModel(model)
        self._set_up_view()
        self._edits = self._make_edits()
        actions.add_keys(self, self.selected_ids, play=self._play_current)
        self.doubleClicked.connect(lambda index: self._play_from(index.row()))
        self.selectionModel().currentRowChanged.connect(self._mark_current)
        self.selectionModel().selectionChanged.connect(self._enable_edits)
        model.modelReset.connect(self._number_column_fits)
        model.modelReset.connect(self._enable_edits)
        model.rowsInserted.connect(self._number_column_fits)
        self._number_column_fits()
        self._enable_edits()

    def set_empty_text(self, text: str) -> None:
        """What stands here while there is no entry."""
        self._empty_text = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def selected_rows(self) -> list[int]:
        """The chosen rows, rising."""
        ranges = self.selectionModel().selection().toList()
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def selected_ids(self) -> Ids:
        """The tracks of the chosen rows."""
        return tuple(self._model.entries[row].track_id for row in self.selected_rows())

    @property
    def drop_gap(self) -> int | None:
        """The gap that the line of a drag over the table shows."""
        return self._gap

    def copy(self) -> None:
        """Put the chosen entries on the clipboard: as tracks, files, and lines of text."""
        rows = self.selected_rows()
        if rows:
            mime = self._copied(rows)
            QGuiApplication.clipboard().setMimeData(mime)

    def cut(self) -> None:
        """Copy the chosen entries, and take them out."""
        self.copy()
        self.remove()

    def paste(self) -> None:
        """Put what is on the clipboard behind the chosen entries, or at the end."""
        rows = self.selected_rows()
        position = rows[-1] + 1 if rows else self._model.rowCount()
        self._model.take(QGuiApplication.clipboard().mimeData(), position, copies=True)

    def remove(self) -> None:
        """Take the chosen entries out; the row that comes to their place is current then."""
        rows = self.selected_rows()
        self._model.remove(rows)
        if rows and self._model.rowCount():
            self.selectRow(min(rows[0], self._model.rowCount() - 1))

    def move_up(self) -> None:
        """Bring the chosen entries together, one row higher."""
        rows = self.selected_rows()
        if rows:
            self._model.move(rows, max(0, rows[0] - 1))
            self._keep_in_sight()

    def move_down(self) -> None:
        """Bring the chosen entries together, one row lower."""
        rows = self.selected_rows()
        if rows:
            self._model.move(rows, min(self._model.rowCount(), rows[-1] + 2))
            self._keep_in_sight()

    def startDrag(self, _supported: Qt.DropAction) -> None:
        """Carry the chosen entries; other programs are offered copies only."""
        rows = self.selected_rows()
        if not rows:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mime_of(rows))
        drag.setPixmap(drag_picture(self._drag_words(rows), self))
        drag.setHotSpot(QPoint(-12, -8))
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tracks and files."""
        if carries_music(event.mimeData()) and self._model.playlist_id is not None:
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
        """Put what was dropped into the gap that is shown; with Ctrl, own entries are copied."""
        position = self._gap_at(event.position().toPoint().y())
        self._show_gap(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        copies = bool(event.modifiers() & _CTRL)
        if self._model.take(event.mimeData(), position, copies=copies):
            _accept_copy(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, the line where a drop would go, and what an empty playlist says."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if not self._model.rowCount():
            self._paint_empty(painter)
        if self._gap is not None:
            self._paint_line(painter)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the chosen entries, at the pointer or at the current row."""
        position = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).intersected(self.viewport().rect())
            position = self.viewport().mapToGlobal(place.center())
        self.context_menu().popup(position)

    def context_menu(self) -> QMenu:
        """The menu of the chosen entries; without any, only what can be done to the list."""
        ids = self.selected_ids()
        menu = self._actions.menu(ids, self) if ids else QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if ids:
            menu.addSeparator()
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

    def focusInEvent(self, event: object) -> None:
        """Frame the current row; without one the first becomes it."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, Column.TITLE))
        self._mark_current()

    def focusOutEvent(self, event: object) -> None:
        """The keys go elsewhere: no row is framed."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._mark_current()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the album away where there is little room."""
        super().resizeEvent(event)
        self.setColumnHidden(Column.ALBUM, self.viewport().width() < _ALBUM_FROM_PX)

    def _set_up_view(self) -> None:
        self.setItemDelegate(self._delegate)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(ROW_PX)
        vertical.setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.moveSection(Column.NUMBER, 0)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (Column.NUMBER, Column.LENGTH):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
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
        self.setAccessibleName(self.tr("Tracks of the playlist"))

    def _make_edits(self) -> list[QAction]:
        """The edits of the chosen entries, with their keys."""
        keys = QKeySequence.StandardKey
        wanted: tuple[tuple[str, str, object, Callable[[], None]], ...] = (
            (self.tr("Cut"), "", keys.Cut, self.cut),
            (self.tr("Copy"), "", keys.Copy, self.copy),
            (self.tr("Paste"), "", keys.Paste, self.paste),
            (self.tr("Move up"), "up", "Alt+Up", self.move_up),
            (self.tr("Move down"), "down", "Alt+Down", self.move_down),
            (self.tr("Remove from playlist"), "delete", keys.Delete, self.remove),
        )
        made = []
        for text, icon_name, key, edit in wanted:
            action = QAction(text, self)
            if icon_name:
                action.setIcon(icon(icon_name))
            action.setShortcut(QKeySequence(key))  # type: ignore[call-overload]
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, do=edit: do())
            self.addAction(action)
            made.append(action)
        return made

    def _enable_edits(self) -> None:
        for action in self._edits:
            if action.text() != self.tr("Paste"):
                action.setEnabled(self.selectionModel().hasSelection())

    def _copied(self, rows: list[int]) -> QMimeData:
        mime = self._model.mime_of(rows)
        lines = (
            (self._model.text(row, Column.ARTIST), self._model.text(row, Column.TITLE))
            for row in rows
            if self._model.row_at(row) is not None  # nobody waits for rows that were never shown
        )
        mime.setText("\n".join(" - ".join(filter(None, line)) for line in lines))
        return mime

    def _drag_words(self, rows: list[int]) -> str:
        if len(rows) == 1:
            return self._model.text(rows[0], Column.TITLE)
        return self.tr("{count:,} tracks").format(count=len(rows))

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

    def _paint_line(self, painter: QPainter) -> None:
        assert self._gap is not None
        n_rows = self._model.rowCount()
        if self._gap < n_rows:
            y_px = self.rowViewportPosition(self._gap)
        else:
            y_px = self.rowViewportPosition(n_rows - 1) + ROW_PX if n_rows else 0
        accent = QColor(theme_of(self.palette()).accent)
        y_px = min(max(_LINE_PX // 2, y_px), self.viewport().height() - _LINE_PX // 2)
        painter.fillRect(QRect(0, y_px - _LINE_PX // 2, self.viewport().width(), _LINE_PX), accent)

    def _paint_empty(self, painter: QPainter) -> None:
        theme = theme_of(self.palette())
        area = self.viewport().rect().adjusted(*(2 * SPACE_PX * side for side in (1, 1, -1, -1)))
        painter.setPen(QPen(QColor(theme.dim)))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, int(flags), self._empty_text)

    def _number_column_fits(self) -> None:
        metrics = self.fontMetrics()
        widest = max(
            metrics.horizontalAdvance(f"{self._model.rowCount():,}"),
            metrics.horizontalAdvance(self.tr("No.")),
        )
        self.setColumnWidth(Column.NUMBER, widest + 2 * SPACE_PX + _DIGIT_ROOM_PX)

    def _keep_in_sight(self) -> None:
        self.scrollTo(self.currentIndex())

    def _play_from(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            self.play_asked.emit(list(self._model.ids), row)

    def _play_current(self) -> None:
        self._play_from(self.currentIndex().row())

    def _mark_current(self) -> None:
        self._delegate.current = self.currentIndex().row() if self.hasFocus() else -1
        self.viewport().update()

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()


def _accept_copy(event: QDropEvent) -> None:
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
