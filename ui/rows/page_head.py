"""The head of a page of tracks: its name, a line about it, its buttons and their keys."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QBoxLayout, QToolButton, QVBoxLayout, QWidget

from ui.elided_label import ElidedLabel
from ui.icons import icon
from ui.plain_text import plain_tooltip
from ui.style import SPACE_PX

_NAME_LARGER_PT = 5


def name_label(text: str = "") -> ElidedLabel:
    """A large line: what the page shows."""
    label = ElidedLabel(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() + _NAME_LARGER_PT)
    font.setBold(True)
    label.setFont(font)
    return label


def about_label() -> ElidedLabel:
    """A line that is read second."""
    label = ElidedLabel()
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def page_button(
    page: QWidget, text: str, do: Callable[[], None], *, icon_name: str, keys: str = ""
) -> QToolButton:
    """A button in the head of a page; its keys press it wherever in the page the focus is."""
    button = QToolButton(page)
    button.setIcon(icon(icon_name))
    button.setText(text)
    button.setAccessibleName(text)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(lambda _=False: do())
    tooltip = text
    if keys:
        action = page_key(page, text, button.click, keys=keys)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tooltip = f"{text} ({shown})"
    button.setToolTip(plain_tooltip(tooltip))
    return button


def page_key(page: QWidget, text: str, do: Callable[[], None], *, keys: str) -> QAction:
    """A key of a page, wherever in it the focus is."""
    action = QAction(text, page)
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: do())
    page.addAction(action)
    return action


def lay_out_page(page: QWidget, head: QBoxLayout, table: QWidget) -> None:
    """Put the head above the table, which takes the room that is left."""
    head.setContentsMargins(2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX, SPACE_PX)
    head.setSpacing(SPACE_PX // 2)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addLayout(head)
    layout.addWidget(table, 1)
