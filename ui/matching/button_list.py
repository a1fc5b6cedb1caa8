"""A list whose rows hold small painted buttons: where they lie, who presses them.

The buttons are a short way for the pointer. Whatever they do has a key and stands in a menu too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QHelpEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from ui.matching.painting import ground_of, paint_icon
from ui.plain_text import plain_tooltip
from ui.style import Theme

BUTTON_PX = 26
_ICON_PX = 16

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RowButton:
    """A button of a row: its name in the program, its icon, its tooltip, and whether it is lit."""

    name: str
    icon_name: str
    text: str
    lit: bool = False


class ButtonDelegate(QStyledItemDelegate):
    """Draws rows with buttons. The subclass says which, and where the last one ends."""

    def buttons(self, index: Index) -> Sequence[RowButton]:
        """The buttons of a row, from left to right."""
        raise NotImplementedError

    def button_area(self, row: QRect) -> QRect:
        """Where in a row the buttons lie; they fill it from the right."""
        return row.adjusted(0, 0, -6, 0)

    def button_rects(self, row: QRect, index: Index) -> list[tuple[RowButton, QRect]]:
        """Each button with the place where it is drawn and can be pressed."""
        buttons, area = self.buttons(index), self.button_area(row)
        left = area.right() + 1 - BUTTON_PX * len(buttons)
        top = area.top() + (area.height() - BUTTON_PX) // 2
        return [
            (button, QRect(left + BUTTON_PX * place, top, BUTTON_PX, BUTTON_PX))
            for place, button in enumerate(buttons)
        ]

    def button_at(self, row: QRect, index: Index, point: QPoint) -> RowButton | None:
        """The button at a point of the view."""
        for button, rect in self.button_rects(row, index):
            if rect.contains(point):
                return button
        return None

    def paint_buttons(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, theme: Theme
    ) -> None:
        """Draw the buttons over whatever reaches below them."""
        rects = self.button_rects(option.rect, index)
        view = option.widget
        under = view.button_under_pointer if isinstance(view, ButtonListView) else None
        painter.fillRect(rects[0][1].united(rects[-1][1]), QColor(ground_of(option, theme)))
        for button, rect in rects:
            if under == (index.row(), button.name):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.line))
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
            margin = (BUTTON_PX - _ICON_PX) // 2
            inside = rect.adjusted(margin, margin, -margin, -margin)
            paint_icon(painter, inside, button.icon_name, lit=button.lit)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Show what the button under the pointer does, or else the row's own tooltip."""
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            row: QRect = option.rect
            button = self.button_at(row, index, event.pos())
            if button is not None:
                text = plain_tooltip(button.text)
                QToolTip.showText(event.globalPos(), text, view, row)
                return True
        return super().helpEvent(event, view, option, index)


class ButtonListView(QListView):
    """A list of rows with buttons. `button_pressed` names the row and the button."""

    button_pressed = Signal(QModelIndex, str)

    def __init__(
        self, model: QAbstractItemModel, delegate: ButtonDelegate, parent: QWidget
    ) -> None:
        """Show a model."""
        super().__init__(parent)
        self.button_under_pointer: tuple[int, str] | None = None
        self._buttons = delegate
        self._pressed: tuple[int, str] | None = None
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def add_key(self, keys: Sequence[str], text: str) -> QAction:
        """An action that these keys set off while the list has the focus."""
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.addAction(action)
        return action

    def selected_rows(self) -> list[int]:
        """The chosen rows from top to bottom."""
        return sorted({index.row() for index in self.selectionModel().selectedIndexes()})

    def row_px(self) -> int:
        """The height of every row."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return self._buttons.sizeHint(option, QModelIndex()).height()

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys of their own here, not the beginning of a name."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a button, without choosing its row."""
        self._pressed = self._button_at(event.position().toPoint())
        if self._pressed is None or event.button() != Qt.MouseButton.LeftButton:
            self._pressed = None
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Set off the button that was pressed, unless the pointer has left it."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._button_at(event.position().toPoint()):
            self.button_pressed.emit(self.model().index(pressed[0], 0), pressed[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second quick press of a button is one more press."""
        if self._button_at(event.position().toPoint()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the button under the pointer."""
        self._point_at(self._button_at(event.position().toPoint()))
        if self._pressed is None:
            super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Light up nothing once the pointer is gone."""
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def sizeHint(self) -> QSize:
        """Small: the layout gives what there is."""
        return QSize(200, 80)

    def minimumSizeHint(self) -> QSize:
        """One row."""
        return QSize(120, 60)

    def _button_at(self, point: QPoint) -> tuple[int, str] | None:
        index = self.indexAt(point)
        if not index.isValid():
            return None
        button = self._buttons.button_at(self.visualRect(index), index, point)
        return None if button is None else (index.row(), button.name)

    def _point_at(self, button: tuple[int, str] | None) -> None:
        if button != self.button_under_pointer:
            self.button_under_pointer = button
            self.viewport().update()
