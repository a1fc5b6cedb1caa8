"""The folders of the library as a list, to add to and to take out of."""

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from library.records import LibraryChanged, display_path
from ui.analysing.analysis import Analysis
from ui.analysing.choose_folder import choose_folder
from ui.background import Background
from ui.plain_text import one_line, plain_box
from ui.style import SPACE_PX

if TYPE_CHECKING:
    from app.services import Services

_HEIGHT_PX = 96


@dataclass(frozen=True, slots=True)
class _Folder:
    path: bytes
    is_there: bool


class FolderList(QWidget):
    """Lists the folders; what is added is analysed, what is removed leaves the library."""

    def __init__(
        self, background: Background, analysis: Analysis, parent: QWidget | None = None
    ) -> None:
        """Begin to read which folders there are."""
        super().__init__(parent)
        self._background = background
        self._analysis = analysis
        self._build()
        background.library_changed.connect(self._follow)
        self._read()

    def _build(self) -> None:
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Folders with music"))
        self._list.setMinimumHeight(_HEIGHT_PX)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.itemSelectionChanged.connect(self._draw_buttons)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._ask_to_remove)
        add = QPushButton(self.tr("A&dd folder…"))
        add.setAutoDefault(False)
        add.clicked.connect(
            lambda: choose_folder(self, lambda folder: self._analysis.add_folders([folder]))
        )
        self._remove = QPushButton(self.tr("&Remove…"))
        self._remove.setAutoDefault(False)
        self._remove.setToolTip(self.tr("Take the folder out of the library (Del)"))
        self._remove.clicked.connect(self._ask_to_remove)
        buttons = QVBoxLayout()
        buttons.addWidget(add)
        buttons.addWidget(self._remove)
        buttons.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        self._draw_buttons()

    def _follow(self, change: LibraryChanged) -> None:
        if change.roots:
            self._read()

    def _read(self) -> None:
        def work(services: "Services") -> list[_Folder]:
            return [_Folder(root, os.path.isdir(root)) for root in services.catalog.roots()]

        self._background.read(work, parent=self, on_success=self._show, replaces="folder list")

    def _show(self, folders: list[_Folder]) -> None:
        self._list.clear()
        for folder in folders:
            name = one_line(display_path(folder.path))
            words = name if folder.is_there else self.tr("{folder} (not there)").format(folder=name)
            item = QListWidgetItem(words, self._list)
            item.setData(Qt.ItemDataRole.UserRole, folder.path)
        self._draw_buttons()

    def _draw_buttons(self) -> None:
        self._remove.setEnabled(bool(self._list.selectedItems()))

    def _ask_to_remove(self) -> None:
        for item in self._list.selectedItems():
            folder = bytes(item.data(Qt.ItemDataRole.UserRole))
            self._background.read(
                partial(_n_tracks, folder), parent=self, on_success=partial(self._confirm, folder)
            )

    def _confirm(self, folder: bytes, n_tracks: int) -> None:
        tracks = (
            self.tr("Its one track leaves the library.")
            if n_tracks == 1
            else self.tr("Its {n:,} tracks leave the library.").format(n=n_tracks)
        )
        words = self.tr(
            "Take {folder} out of the library?\n\n{tracks} Tracks that stand in a playlist stay "
            "there and are marked missing. The music files themselves are not touched."
        ).format(folder=display_path(folder), tracks=tracks)
        box = plain_box(QMessageBox.Icon.Question, self.tr("Remove folder"), words, self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        remove = box.addButton(self.tr("&Remove"), QMessageBox.ButtonRole.AcceptRole)
        remove.clicked.connect(lambda: self._analysis.remove_folder(folder))
        box.open()


def _n_tracks(folder: bytes, services: "Services") -> int:
    return len(services.catalog.files.tracks_below(folder))
