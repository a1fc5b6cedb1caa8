"""Notices: one sentence at the bottom of a panel, perhaps with an action, gone after a while."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ui.icons import icon
from ui.plain_text import menu_text, plain_label
from ui.style import RADIUS_PX, SPACE_PX, theme_of

_SHOWN_MS = 8_000
_READ_MS = 2_500
_WIDEST_PX = 640
_MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and what the listener may do about it."""

    sentence: str
    action_text: str = ""
    action: Callable[[], None] | None = None
    stays: bool = False


class NoticeBar(QFrame):
    """Lies over the bottom of its parent and shows one notice after the other.

    A notice stays for eight seconds, longer while the pointer is over it or it has the focus, and
    less where others wait and there is nothing to do about it.
    """

    def __init__(self, parent: QWidget) -> None:
        """Lie over a widget, hidden."""
        super().__init__(parent)
        self.shown_ms = _SHOWN_MS
        self._waiting: deque[Notice] = deque()
        self._shown: Notice | None = None
        self._end = QTimer(self, singleShot=True)
        self._end.timeout.connect(self._leave)
        self._build()
        self.hide()
        parent.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]

    def tell(
        self,
        sentence: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        """Show a sentence, after those that wait already; the same one is not shown twice.

        One that stays goes only when it is closed or acted on; others may come in between.
        """
        notice = Notice(sentence, action_text, action, stays)
        if self._shown is not None and self._shown.sentence == sentence:
            self._waiting.clear()
            self._show(self._shown if self._shown.stays else notice)
            return
        if self._shown is not None and self._shown.stays:
            self._waiting.appendleft(self._shown)
            self._show(notice)
            return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(notice)
        if self._shown is None:
            self._next()
        elif self._shown.action is None and self._end.remainingTime() > _READ_MS:
            self._end.start(_READ_MS)

    def dismiss(self) -> None:
        """Close the notice; the next one, if any, is shown."""
        self._shown = None
        self._end.stop()
        self._next()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the bottom of the parent."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """What is being read does not go away."""
        self._end.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """What has been read may go away."""
        self._end.start(self.shown_ms)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the notice."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _build(self) -> None:
        self.setObjectName("notice")
        self.setAccessibleName(self.tr("Notice"))
        self._label = plain_label()
        self._label.setWordWrap(True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setAccessibleName(self.tr("Close this notice"))
        close.setToolTip(self.tr("Close this notice (Esc)"))
        close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._button)
        layout.addWidget(close)
        self._colour()

    def _colour(self) -> None:
        theme = theme_of(QApplication.palette())
        sheet = (
            f"#notice {{ background: {theme.raised}; border: 1px solid {theme.line}; "
            f"border-radius: {RADIUS_PX}px; }}"
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def _next(self) -> None:
        if self._waiting:
            self._show(self._waiting.popleft())
        else:
            self._shown = None
            self.hide()

    def _show(self, notice: Notice) -> None:
        self._shown = notice
        self._label.setText(notice.sentence)
        self._label.setAccessibleName(notice.sentence)
        self._button.setText(menu_text(notice.action_text))
        self._button.setVisible(notice.action is not None)
        self.show()
        self.raise_()
        self._place()
        self._end.start(self.shown_ms)
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or self.isHidden():
            return
        width = min(_WIDEST_PX, parent.width() - 4 * SPACE_PX)
        layout = self.layout()
        assert layout is not None
        height = max(self.minimumSizeHint().height(), layout.totalHeightForWidth(width))
        left = (parent.width() - width) // 2
        self.setGeometry(left, parent.height() - height - 2 * SPACE_PX, width, height)

    def _act(self) -> None:
        action = None if self._shown is None else self._shown.action
        self.dismiss()
        if action is not None:
            action()

    def _leave(self) -> None:
        """Time is over: go, unless somebody is about to use it."""
        if self._shown is not None and self._shown.stays:
            return
        if self.underMouse() or self._has_focus():
            self._end.start(self.shown_ms)
        else:
            self.dismiss()

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _follow_focus(self, old: QWidget | None, _new: QWidget | None) -> None:
        """Eight seconds more once the focus has left."""
        if old is not None and self.isVisible() and not self._has_focus():
            self._end.start(self.shown_ms)
