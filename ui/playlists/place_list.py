"""Lists of places in the side bar: one is marked, all can be clicked and dropped on."""

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.drag import accept_copy, carries_music
from ui.icons import icon
from ui.menu_position import menu_position
from ui.playlists.playlist_list import Role
from ui.style import RADIUS_PX, ROW_PX, SPACE_PX, Theme, theme_of

_ICON_PX = 16
_BAR_PX = 3
_MARGIN_PX = 6

Index = QModelIndex | QPersistentModelIndex


class PlaceList(QListView):
    """Rows that lead somewhere.

    opened: a row was clicked, or chosen by Return. music_dropped: tracks or files were dropped on
    a row, or on the empty space below (an invalid index); the mime data is only good meanwhile.
    menu_asked: of a row or of the empty space, and where on the screen it is to open.
    """

    opened = Signal(QModelIndex)
    music_dropped = Signal(QModelIndex, object)
    menu_asked = Signal(QModelIndex, QPoint)

    def __init__(
        self,
        model: QAbstractItemModel,
        takes_drop: Callable[[QModelIndex], bool],
        parent: QWidget | None = None,
    ) -> None:
        """Show a model; `takes_drop` says which rows, or whether the empty space, take music."""
        super().__init__(parent)
        self._takes_drop = takes_drop
        self._marked = QPersistentModelIndex()
        self._target: QPersistentModelIndex | None = None
        self.setModel(model)
        self.setItemDelegate(_PlaceDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.viewport().setBackgroundRole(self.viewport().backgroundRole().Window)
        self.clicked.connect(self.opened)

    @property
    def marked(self) -> QModelIndex:
        """The row of the place that is shown in the window."""
        return self.model().index(self._marked.row(), 0) if self._is_marking() else QModelIndex()

    def mark(self, index: QModelIndex) -> None:
        """Mark the row of the place that is shown; an invalid index marks none."""
        self._marked = QPersistentModelIndex(index)
        if index.isValid() and not self.hasFocus():
            self.setCurrentIndex(index)
        self.viewport().update()

    def is_target(self, index: Index) -> bool:
        """Whether a drag is over this row."""
        return self._target is not None and self._target == QPersistentModelIndex(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Space open a place."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the pointer, or of the current row by its key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        self.menu_asked.emit(index, menu_position(self, event))

    def focusInEvent(self, event: object) -> None:
        """Without a current row, the marked or the first one becomes it."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid():
            self.setCurrentIndex(
                self.marked if self._marked.isValid() else self.model().index(0, 0)
            )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tracks and files."""
        if carries_music(event.mimeData()):
            accept_copy(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show which row would take the drop."""
        super().dragMoveEvent(event)  # scrolls at the edges
        index = self.indexAt(event.position().toPoint())
        takes = self._takes_drop(index)
        self._show_target(QPersistentModelIndex(index) if takes else None)
        if takes:
            accept_copy(event)
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        super().dragLeaveEvent(event)
        self._show_target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped where."""
        self._show_target(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        accept_copy(event)
        self.music_dropped.emit(self.indexAt(event.position().toPoint()), event.mimeData())

    def _is_marking(self) -> bool:
        return self._marked.isValid()

    def _show_target(self, target: QPersistentModelIndex | None) -> None:
        self._target = target
        self.viewport().update()


class _PlaceDelegate(QStyledItemDelegate):
    """An icon, a name that is shortened, and a count."""

    def __init__(self, view: PlaceList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One line."""
        return QSize(0, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row: what lies behind it, icon, name, count."""
        theme = theme_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option, index, theme)
        area = option.rect.adjusted(SPACE_PX + _MARGIN_PX, 0, -SPACE_PX - _MARGIN_PX, 0)
        place = QRect(area.left(), area.center().y() - _ICON_PX // 2 + 1, _ICON_PX, _ICON_PX)
        icon(index.data(Role.ICON_NAME)).paint(painter, place)
        area.setLeft(place.right() + SPACE_PX)
        count = index.data(Role.COUNT)
        if count is not None:
            words = f"{count:,}"
            painter.setPen(QColor(theme.dim))
            painter.drawText(area, int(_AT_RIGHT), words)
            area.setRight(area.right() - painter.fontMetrics().horizontalAdvance(words) - SPACE_PX)
        painter.setPen(QColor(theme.dim if index.data(Role.IS_DIM) else theme.text))
        text = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, int(_AT_LEFT), text)
        painter.restore()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        """The name is edited where it stands."""
        left_px = SPACE_PX + _MARGIN_PX + _ICON_PX
        editor.setGeometry(option.rect.adjusted(left_px, 0, -SPACE_PX // 2, 0))

    def _draw_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, theme: Theme
    ) -> None:
        is_marked = index == self._view.marked
        is_target = self._view.is_target(index)
        has_focus = option.state & QStyle.StateFlag.State_HasFocus
        ground = theme.hover if option.state & QStyle.StateFlag.State_MouseOver else theme.window
        painter.setBrush(QColor(theme.chosen if is_marked or is_target else ground))
        painter.setPen(QPen(QColor(theme.accent)) if is_target or has_focus else Qt.PenStyle.NoPen)
        area = option.rect.toRectF().adjusted(_MARGIN_PX + 0.5, 1.5, -_MARGIN_PX - 0.5, -1.5)
        painter.drawRoundedRect(area, RADIUS_PX, RADIUS_PX)
        if is_marked:
            bar = QRect(
                option.rect.left() + _MARGIN_PX, option.rect.top() + 7, _BAR_PX, ROW_PX - 14
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(bar, 1.5, 1.5)


_AT_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
