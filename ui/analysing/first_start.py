"""The page of a library without folders: what Segue does, and how to begin."""

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from library.records import display_path
from ui.analysing.choose_folder import choose_folder, music_folder
from ui.background import Background
from ui.drag import dragged_files
from ui.icons import program_icon
from ui.plain_text import menu_text, plain_label, plain_tooltip
from ui.style import RADIUS_PX, SPACE_PX, theme_of

if TYPE_CHECKING:
    from app.services import Services

_ICON_PX = 72
_COLUMN_PX = 352
_TICK_PX = 32
_DROP_MARGIN_PX = 12


class FirstStart(QWidget):
    """Offers the desktop's music folder, other folders, and the demo collection.

    folders_chosen: the folders (paths, bytes) that the listener wants in the library; a drop may
        bring what is none.
    demo_asked: the listener wants to try the demo collection.
    """

    folders_chosen = Signal(list)
    demo_asked = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        """Begin without folders; the music folder is offered once it is known to be there."""
        super().__init__(parent)
        self._background = background
        self._ticks: dict[bytes, QCheckBox] = {}
        self._is_over = False
        self._has_looked = False
        self.setAcceptDrops(True)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._build()
        self._draw_ready()

    def offer(self, folder: bytes) -> None:
        """Offer a folder, ticked."""
        if folder in self._ticks:
            self._ticks[folder].setChecked(True)
            return
        tick = QCheckBox()
        name = display_path(folder)
        middle = Qt.TextElideMode.ElideMiddle
        tick.setText(menu_text(tick.fontMetrics().elidedText(name, middle, _COLUMN_PX - _TICK_PX)))
        tick.setAccessibleName(name)
        tick.setToolTip(plain_tooltip(name))
        tick.setChecked(True)
        tick.toggled.connect(self._draw_ready)
        self._ticks[folder] = tick
        self._folders.addWidget(tick)
        self._draw_ready()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for the desktop's music folder."""
        super().showEvent(event)
        self._give_sentences_room()
        if self._has_looked:
            return
        self._has_looked = True
        folder = music_folder()

        def holds_something(_services: "Services") -> bool:
            return os.path.isdir(folder) and bool(os.listdir(folder))

        self._background.read(
            holds_something,
            parent=self,
            on_success=lambda there: self.offer(folder) if there else None,
            on_failure=lambda _error: None,
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders from the file manager."""
        if event.mimeData().hasUrls():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._set_over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Nothing will be dropped."""
        self._set_over(over=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Begin with the folders that were dropped."""
        self._set_over(over=False)
        folders = dragged_files(event.mimeData())
        if folders:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.folders_chosen.emit(folders)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show where a drag may be dropped."""
        super().paintEvent(event)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(Qt.PenStyle.DashLine)
        pen.setColor(theme.accent if self._is_over else theme.line)
        pen.setWidthF(2.0 if self._is_over else 1.0)
        painter.setPen(pen)
        margin = _DROP_MARGIN_PX
        area = self.rect().adjusted(margin, margin, -margin, -margin)
        painter.drawRoundedRect(area, 2 * RADIUS_PX, 2 * RADIUS_PX)
        painter.end()

    def _build(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(SPACE_PX)
        self._add_welcome(column)
        self._folders = QVBoxLayout()
        column.addLayout(self._folders)
        column.addSpacing(SPACE_PX)
        column.addLayout(self._build_buttons())
        column.addSpacing(2 * SPACE_PX)
        drop = _dim(
            self.tr("or drop a folder here.\nYour music files are only read, never changed.")
        )
        column.addWidget(drop)
        self._place(column)

    def _give_sentences_room(self) -> None:
        """As high as a sentence is in the column; a layout takes it to be as wide as it likes."""
        for label in self.findChildren(QLabel):
            if label.wordWrap():
                label.setMinimumHeight(label.heightForWidth(_COLUMN_PX))

    def _place(self, column: QVBoxLayout) -> None:
        """The column in the middle of the page, a little above its centre."""
        middle = QWidget()
        middle.setFixedWidth(_COLUMN_PX)
        column.setContentsMargins(0, 0, 0, 0)
        middle.setLayout(column)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(middle, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def _add_welcome(self, column: QVBoxLayout) -> None:
        picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        picture.setPixmap(program_icon().pixmap(_ICON_PX, _ICON_PX))
        picture.setFixedHeight(_ICON_PX)
        title = plain_label(self.tr("Welcome to Segue"))
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        title.setFont(font)
        sentence = self.tr(
            "Segue listens to your music, on this computer alone, "
            "and finds the songs in it that sound alike."
        )
        column.addWidget(picture)
        column.addWidget(title)
        column.addWidget(_dim(sentence))
        column.addSpacing(2 * SPACE_PX)

    def _build_buttons(self) -> QLayout:
        self._begin = QPushButton(self.tr("&Start listening"))
        self._begin.clicked.connect(self._choose_ticked)
        self._choose = QPushButton(self.tr("&Choose folders…"))
        self._choose.clicked.connect(lambda: choose_folder(self, self.offer))
        demo = QPushButton(self.tr("Try the &demo collection"))
        demo.setToolTip(self.tr("72 short pieces that come with Segue"))
        demo.clicked.connect(self.demo_asked)
        row = QHBoxLayout()
        row.setSpacing(SPACE_PX)
        row.addWidget(self._choose, 1)
        row.addWidget(demo, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE_PX)
        buttons.addWidget(self._begin)
        buttons.addLayout(row)
        return buttons

    def _choose_ticked(self) -> None:
        self.folders_chosen.emit([path for path, tick in self._ticks.items() if tick.isChecked()])

    def _draw_ready(self) -> None:
        """What is the next thing to do stands out."""
        ready = any(tick.isChecked() for tick in self._ticks.values())
        self._begin.setVisible(bool(self._ticks))
        self._begin.setEnabled(ready)
        self._begin.setDefault(ready)
        self._choose.setDefault(not ready)
        if ready and self._choose.hasFocus():
            self._begin.setFocus()

    def _set_over(self, *, over: bool) -> None:
        self._is_over = over
        self.update()


def _dim(text: str) -> QLabel:
    label = plain_label(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
