"""What can be searched for: a small window with the fields of the search language."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QWidget

from ui.plain_text import plain_label
from ui.style import SPACE_PX

EXAMPLES = {
    "title": "title:blue",
    "artist": 'artist:"miles davis"',
    "album": "album:kind",
    "genre": "genre:jazz",
    "path": "path:live",
    "year": "year:1990-1999",
    "length": "length:>5:00",
    "plays": "plays:0",
    "added": "added:<30d",
    "is": "is:missing",
    "tag": "tag:jazz>0.5",
}


class SearchFields(QFrame):
    """A page that closes by itself. field_chosen: the beginning of a term, to be typed on."""

    field_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        """Lay out a row for every field."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("What can be searched for"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX)
        self._grid.setHorizontalSpacing(2 * SPACE_PX)
        self._grid.setVerticalSpacing(SPACE_PX // 2)
        self._add_sentence(
            self.tr("Words are looked for in title, artist and album. Fields narrow the search:")
        )
        meanings = self._meanings()
        for field, example in EXAMPLES.items():
            self._add_field(field, example, meanings[field])
        self._add_sentence(
            self.tr("A minus leaves out: -live. OR between two terms takes either of them.")
        )

    def open_below(self, widget: QWidget) -> None:
        """Open under a widget, within its screen."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        area = widget.screen().availableGeometry()
        corner.setX(max(area.left(), min(corner.x(), area.right() - self.width())))
        corner.setY(max(area.top(), min(corner.y(), area.bottom() - self.height())))
        self.move(corner)
        self.show()

    def _add_sentence(self, words: str) -> None:
        label = plain_label(words)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 2)

    def _add_field(self, field: str, example: str, meaning: str) -> None:
        button = QPushButton(example)
        button.setFlat(True)
        button.setAccessibleName(f"{example}: {meaning}")
        button.setStyleSheet("text-align: left; padding: 3px 6px;")
        button.clicked.connect(lambda: self._choose(field))
        row = self._grid.rowCount()
        self._grid.addWidget(button, row, 0)
        self._grid.addWidget(plain_label(meaning), row, 1)

    def _choose(self, field: str) -> None:
        self.close()
        self.field_chosen.emit(f" {field}:")

    def _meanings(self) -> dict[str, str]:
        return {
            "title": self.tr("in the title"),
            "artist": self.tr("in the artist; quotes keep words together"),
            "album": self.tr("in the album's title"),
            "genre": self.tr("in one of the genres"),
            "path": self.tr("in folders and file names"),
            "year": self.tr("years: 1990, 1990-1999, -1979 or 2000-"),
            "length": self.tr("length: >5:00, 2:00-6:00 or <90 seconds"),
            "plays": self.tr("how often it was played: 0, >3 or 1-5"),
            "added": self.tr("since when it is here: <30d, <6w, >2m or >1y"),
            "is": self.tr("missing, or unheard: not analysed yet"),
            "tag": self.tr("what Segue hears, and how surely"),
        }
