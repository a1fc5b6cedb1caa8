"""What stands where there is nothing to list: what that means, and what to do next."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.icons import icon
from ui.plain_text import plain_label
from ui.style import SPACE_PX

_PICTURE_PX = 48
_TEXT_PX = 340


class EmptyPlace(QWidget):
    """A picture, a line, a sentence and buttons, in the middle of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to say."""
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._picture_name = ""
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = plain_label()
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self._title.setFont(font)
        self._sentence = plain_label()
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sentence.setWordWrap(True)
        self._sentence.setFixedWidth(_TEXT_PX)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_PX)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(SPACE_PX)
        layout.addWidget(self._title)
        layout.addWidget(self._sentence, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(SPACE_PX)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(self._buttons)
        row.addStretch()
        layout.addLayout(row)
        layout.addStretch(3)

    def say(
        self,
        picture: str,
        title: str,
        sentence: str,
        buttons: dict[str, Callable[[], None]],
    ) -> None:
        """Show an icon, text, and buttons by what stands on them; the first is the likely one."""
        self._sentence.setText(sentence)
        self._sentence.setFixedHeight(self._sentence.heightForWidth(_TEXT_PX))
        if title == self._title.text() and picture == self._picture_name:
            return
        self._picture_name = picture
        size = QSize(_PICTURE_PX, _PICTURE_PX)
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icon(picture).pixmap(size, ratio, QIcon.Mode.Disabled))
        self._title.setText(title)
        while (item := self._buttons.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        for words, action in buttons.items():
            added = QPushButton(words)
            added.clicked.connect(action)
            self._buttons.addWidget(added)
