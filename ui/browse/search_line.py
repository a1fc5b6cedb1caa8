"""The line to search in: what is typed, what could not be understood, how much was found."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ui.browse.search_fields import SearchFields
from ui.icons import icon
from ui.plain_text import plain_label, plain_tooltip
from ui.style import ICON_PX, SPACE_PX

_LEAST_LINE_PX = 120
_ROOMY_PX = 520


class SearchLine(QWidget):
    """Search as you type.

    text_changed: the text, at every key.
    left: the keys go back to what was found (Return, arrow down, or Escape in an empty line).
    columns_asked: where on the screen the menu of columns is to open.
    """

    text_changed = Signal(str)
    left = Signal()
    browser_toggled = Signal(bool)
    columns_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._line = QLineEdit()
        self._line.setPlaceholderText(self.tr("Search"))
        self._line.setAccessibleName(self.tr("Search in the library"))
        self._line.setToolTip(self.tr("Search for words and fields (Ctrl+F)"))
        self._line.setClearButtonEnabled(True)
        self._line.setMinimumWidth(_LEAST_LINE_PX)
        self._line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._line.textChanged.connect(self.text_changed)
        self._line.installEventFilter(self)
        self._help = self._button("info", self.tr("What can be searched for"))
        self._help.clicked.connect(self._open_fields)
        self._browser = self._button("browser", self.tr("Genres, artists and albums (Ctrl+B)"))
        self._browser.setCheckable(True)
        self._browser.toggled.connect(self.browser_toggled)
        self._columns = self._button("columns", self.tr("Columns and sorting"))
        self._columns.clicked.connect(self._ask_for_columns)
        self._count = plain_label()
        self._count_words = ("", "")
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._notices = plain_label()
        self._notices.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._notices.setWordWrap(True)
        self._notices.hide()
        self._fields = SearchFields(self)
        self._fields.field_chosen.connect(self.type_on)
        self._lay_out()

    @property
    def text(self) -> str:
        """What is in the line."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Search for this."""
        self._line.setText(text)

    def type_on(self, letters: str) -> None:
        """Go on typing here, after what is there."""
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._line.end(False)
        self._line.insert(letters)

    def focus(self) -> None:
        """Take the keys, with all text selected to be typed over."""
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()

    def show_count(self, words: str, in_short: str) -> None:
        """Say how much was found; in short where there is little room."""
        self._count_words = (words, in_short)
        self._count.setToolTip(plain_tooltip(words))
        self._fit_count()

    def show_notices(self, notices: tuple[str, ...]) -> None:
        """Say what of the search could not be taken as it was typed."""
        self._notices.setText("\n".join(notices))
        self._notices.setVisible(bool(notices))

    def set_browser_shown(self, *, shown: bool) -> None:
        """Show whether the column browser is there."""
        self._browser.setChecked(shown)

    def set_columns_enabled(self, *, enabled: bool) -> None:
        """Say whether there are columns to choose."""
        self._columns.setVisible(enabled)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Keys that lead from the line to what was found."""
        is_key = watched is self._line and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and self._leads_away(event.key()):
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, the count is shorter."""
        super().resizeEvent(event)
        self._fit_count()

    def _leads_away(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape and self.text:
            self._line.clear()
            return True
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
            return True
        return False

    def _button(self, icon_name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE_PX // 2)
        row.addWidget(self._line, 1)
        for button in (self._help, self._browser, self._columns):
            row.addWidget(button)
        row.addSpacing(SPACE_PX // 2)
        row.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        layout.setSpacing(SPACE_PX // 2)
        layout.addLayout(row)
        layout.addWidget(self._notices)

    def _fit_count(self) -> None:
        words, in_short = self._count_words
        self._count.setText(words if self.width() >= _ROOMY_PX else in_short if words else "")

    def _open_fields(self) -> None:
        self._fields.open_below(self._help)

    def _ask_for_columns(self) -> None:
        below = QPoint(0, self._columns.height())
        self.columns_asked.emit(self._columns.mapToGlobal(below))
