"""The bars of the panel: above the seeds, above the matches, below them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from library.records import Match
from ui.icons import icon
from ui.plain_text import plain_label
from ui.style import ICON_PX, SPACE_PX, theme_of
from ui.words import long_time


class SeedsBar(QWidget):
    """Heading of the seeds, with what concerns all of them."""

    files_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()
    clear_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Begin with nothing to undo."""
        super().__init__(parent)
        layout = _row(self)
        layout.addWidget(_heading(self.tr("Similar to"), self))
        layout.addStretch(1)
        self.files = _button(self, "folder", self.tr("Add files from anywhere\u2026"))
        self.undo = _button(self, "undo", self.tr("Undo (Ctrl+Z)"))
        self.redo = _button(self, "redo", self.tr("Redo (Ctrl+Shift+Z)"))
        self.clear = _button(self, "delete", self.tr("Remove all seeds"))
        for button, signal in (
            (self.files, self.files_asked),
            (self.undo, self.undo_asked),
            (self.redo, self.redo_asked),
            (self.clear, self.clear_asked),
        ):
            button.clicked.connect(lambda _=False, to=signal: to.emit())
            layout.addWidget(button)
        self._add_keys(parent)

    def show_state(self, *, can_undo: bool, can_redo: bool, has_seeds: bool) -> None:
        """Say what can be done now."""
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)
        self.clear.setEnabled(has_seeds)

    def _add_keys(self, panel: QWidget) -> None:
        for key, signal in (
            ("Ctrl+Z", self.undo_asked),
            ("Ctrl+Shift+Z", self.redo_asked),
            ("Ctrl+Y", self.redo_asked),
        ):
            shortcut = QShortcut(QKeySequence(key), panel)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(signal)


class ResultsBar(QWidget):
    """How many matches there are, how long they play, and the button of the dials."""

    def __init__(self, parent: QWidget) -> None:
        """Begin without matches."""
        super().__init__(parent)
        self.total = plain_label("", self)
        self.total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.dials_button = DotButton(self)
        self.dials_button.setIcon(icon("filter"))
        self.dials_button.setIconSize(QSize(ICON_PX, ICON_PX))
        self.dials_button.setText(self.tr("Filters"))
        self.dials_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.dials_button.setCheckable(True)
        self.dials_button.setToolTip(self.tr("How many matches, and which"))
        layout = _row(self)
        layout.addWidget(self.total, 1)
        layout.addWidget(self.dials_button)

    def show_total(self, matches: Sequence[Match], wanted: int) -> None:
        """Count some matches, of which so many were wanted."""
        time = long_time(sum(match.track.duration_s for match in matches))
        if not matches:
            text = ""
        elif len(matches) == 1:
            text = self.tr("1 match, {time}").format(time=time)
        else:
            text = self.tr("{count:,} matches, {time}").format(count=len(matches), time=time)
        self.total.setText(text)
        fewer = 0 < len(matches) < wanted
        self.total.setToolTip(self.tr("No other track passes the filters.") if fewer else "")


class SavingBar(QWidget):
    """What can be done with all matches together."""

    play_asked = Signal()
    save_asked = Signal()
    save_with_seeds_asked = Signal()
    export_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Begin with nothing to save."""
        super().__init__(parent)
        self.play = _button(self, "play", self.tr("Play all matches"), self.tr("Play all"))
        self.save = _button(
            self, "playlist", self.tr("Save the matches as a playlist"), self.tr("Save as playlist")
        )
        self.more = _button(self, "down", self.tr("More ways to keep the matches"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        self.play.clicked.connect(lambda: self.play_asked.emit())
        self.save.clicked.connect(lambda: self.save_asked.emit())
        layout = _row(self)
        layout.addWidget(self.play)
        layout.addStretch(1)
        layout.addWidget(self.save)
        layout.addWidget(self.more)
        self.set_usable(usable=False)

    def set_usable(self, *, usable: bool) -> None:
        """Say whether there are matches."""
        for button in (self.play, self.save, self.more):
            button.setEnabled(usable)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text, signal in (
            ("playlist", self.tr("Save as playlist"), self.save_asked),
            ("similar", self.tr("Save with the seeds first"), self.save_with_seeds_asked),
            ("export", self.tr("Export\u2026"), self.export_asked),
        ):
            action = menu.addAction(icon(name), text)
            action.triggered.connect(_sender(signal))
        return menu


class DotButton(QToolButton):
    """A button that can wear a dot, which says that something is set behind it."""

    def __init__(self, parent: QWidget) -> None:
        """Begin without the dot."""
        super().__init__(parent)
        self._dot = False

    def set_dot(self, *, on: bool) -> None:
        """Put the dot on, or take it off."""
        self._dot = on
        self.setAccessibleDescription(self.tr("Some are set") if on else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, and the dot at its corner."""
        super().paintEvent(event)
        if self._dot:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme_of(self.palette()).accent))
            painter.drawEllipse(QPointF(self.width() - 6, 6), 3.5, 3.5)


def _sender(signal: SignalInstance) -> Callable[[], None]:
    return lambda: signal.emit()


def _row(widget: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACE_PX // 2)
    return layout


def _heading(text: str, parent: QWidget) -> QLabel:
    label = plain_label(text, parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _button(parent: QWidget, icon_name: str, tip: str, text: str = "") -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if text:
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button
