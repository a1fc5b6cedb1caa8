"""Making playlists from playlist files: what was found of each, then a playlist under a name."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from library.errors import LibraryError
from library.records import PlaylistId, Track, TrackId, display_path
from ui.background import Background
from ui.drag import path_of
from ui.plain_text import plain_label
from ui.playlists.edits import PlaylistEdits
from ui.playlists.import_model import ImportColumn, ImportModel
from ui.style import ROW_PX, SPACE_PX

if TYPE_CHECKING:
    from app.exchange import Imported
    from app.services import Services


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file holds, and the tracks that it names."""

    imported: "Imported"
    tracks: dict[TrackId, Track]


def import_playlists(
    background: Background, edits: PlaylistEdits, paths: Sequence[bytes], window: QWidget
) -> None:
    """Import playlist files; with none of them named, let the listener choose."""

    def go_on(chosen: Sequence[bytes]) -> None:
        dialog = ImportDialog(background, edits, chosen, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    if paths:
        go_on(paths)
    else:
        _choose_files(window, go_on)


def _choose_files(window: QWidget, then: Callable[[Sequence[bytes]], None]) -> None:
    def tr(text: str) -> str:
        return QCoreApplication.translate("ImportDialog", text)

    chooser = QFileDialog(window, tr("Import playlists"))
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
    playlists = tr("Playlists (*.m3u8 *.m3u *.pls *.xspf *.jspf *.csv)")
    chooser.setNameFilters([playlists, tr("All files (*)")])

    def chosen() -> None:
        paths = [path for path in map(path_of, chooser.selectedUrls()) if path is not None]
        if paths:
            then(paths)

    chooser.accepted.connect(chosen)
    chooser.open()


class ImportDialog(QDialog):
    """Goes through playlist files one by one. `made`: a playlist that was made of one."""

    made = Signal(object)

    def __init__(
        self,
        background: Background,
        edits: PlaylistEdits,
        paths: Sequence[bytes],
        parent: QWidget | None = None,
    ) -> None:
        """Begin with the first file; nothing that it names is opened."""
        super().__init__(parent)
        self._background = background
        self._edits = edits
        self._waiting = deque(paths)
        self._ids: tuple[TrackId, ...] = ()
        self._model = ImportModel(self)
        self.about = plain_label()
        self.about.setWordWrap(True)
        self.table = QTableView()
        self.name = QLineEdit()
        self._make_buttons()
        self._lay_out()
        self.setWindowTitle(self.tr("Import playlists"))
        self._next()

    def make(self) -> None:
        """Make a playlist of the tracks that were found, and go on to the next file."""

        def made(playlist_id: PlaylistId) -> None:
            if shiboken6.isValid(self):
                self.made.emit(playlist_id)
                self._next()

        self._make.setEnabled(False)
        self._edits.create(self.name.text(), self._ids, then=made)

    def skip(self) -> None:
        """Leave this file away."""
        self._next()

    def _make_buttons(self) -> None:
        self.buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self._make = QPushButton(self.tr("&Make playlist"))
        self._skip = QPushButton(self.tr("&Skip"))
        self._close = QPushButton(self.tr("Close"))
        self.buttons.addButton(self._make, role.ActionRole)
        self.buttons.addButton(self._skip, role.ActionRole)
        self.buttons.addButton(self._close, role.RejectRole)
        self._make.clicked.connect(self.make)
        self._skip.clicked.connect(self.skip)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        self.table.setModel(self._model)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAccessibleName(self.tr("Entries of the file"))
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        label = QLabel(self.tr("&Name"))
        label.setBuddy(self.name)
        self.name.setAccessibleName(self.tr("Name of the playlist"))
        name = QHBoxLayout()
        name.addWidget(label)
        name.addWidget(self.name, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(2 * SPACE_PX,) * 4)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self.about)
        layout.addWidget(self.table, 1)
        layout.addLayout(name)
        layout.addWidget(self.buttons)
        self.resize(720, 460)

    def _next(self) -> None:
        """Read the next file; after the last the dialog is done."""
        if not self._waiting:
            self.accept()
            return
        path = self._waiting.popleft()
        self._show_reading(path)

        def read(services: "Services") -> _Found:
            from app.exchange import import_file

            imported = import_file(services, Path(os.fsdecode(path)))
            ids = dict.fromkeys(imported.track_ids)
            return _Found(imported, services.catalog.tracks.get(ids))

        self._background.browse(
            read,
            on_success=self._show,
            on_failure=self._show_failure,
            parent=self,
            replaces="playlist import",
        )

    def _show_reading(self, path: bytes) -> None:
        self._ids = ()
        self._model.show_entries((), {})
        name = display_path(os.path.basename(path))
        self.about.setText(self.tr("Reading {name}…").format(name=name))
        self.name.clear()
        self.name.setEnabled(False)
        self._make.setEnabled(False)
        self._skip.setVisible(bool(self._waiting))

    def _show(self, found: _Found) -> None:
        imported = found.imported
        self._ids = imported.track_ids
        self._model.show_entries(imported.matched, found.tracks)
        self.table.setColumnWidth(ImportColumn.HOW, 180)
        words = self.tr("{name}: {found:,} of {all:,} entries are in the library.")
        sentence = words.format(name=imported.name, found=len(self._ids), all=len(imported.matched))
        if not self._ids:
            sentence += " " + self.tr("There is nothing to make a playlist of.")
        self.about.setText(sentence)
        self.name.setText(imported.name)
        self.name.setEnabled(bool(self._ids))
        self._make.setEnabled(bool(self._ids))
        if self._ids:
            self._make.setDefault(True)
            self.name.setFocus()
            self.name.selectAll()

    def _show_failure(self, error: Exception) -> None:
        if isinstance(error, LibraryError):
            self.about.setText(str(error))
        else:
            self.about.setText(self.tr("The file could not be read."))
            self._background.failed.emit(error)
