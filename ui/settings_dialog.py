"""The settings: folders, analysis, lists of similar tracks, look. What is chosen holds at once."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.sentences import sentence_of
from library.records import LibraryChanged
from ui.analysing.analysis import Analysis
from ui.analysing.folder_list import FolderList
from ui.background import Background, Written
from ui.plain_text import plain_label
from ui.style import SPACE_PX, inset

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings

_WRITE_AFTER_MS = 300
_WIDTH_PX = 560
_FIELD_PX = 200
_MOST_PER_ARTIST = 50
_MOST_MATCHES = 1_000


class SettingsDialog(QDialog):
    """Shows the settings; every change is told and written soon.

    changed: the settings as they are from now on.
    """

    changed = Signal(object)

    def __init__(
        self,
        background: Background,
        analysis: Analysis,
        data_dir: Path,
        settings: "Settings",
        parent: QWidget | None = None,
    ) -> None:
        """Show these settings of the library in a folder."""
        super().__init__(parent)
        self._background = background
        self._data_dir = data_dir
        self._settings = settings
        self._write_soon = QTimer(self, singleShot=True, interval=_WRITE_AFTER_MS)
        self._write_soon.timeout.connect(self._write)
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(_WIDTH_PX)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(2 * SPACE_PX)
        self._form.setVerticalSpacing(SPACE_PX)
        self._build(FolderList(background, analysis))
        self._ask_device()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is not written yet."""
        self.flush()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Write what is not written yet."""
        self.flush()
        super().done(result)

    def flush(self) -> None:
        """Write now what was to be written soon."""
        if self._write_soon.isActive():
            self._write_soon.stop()
            self._write()

    def _build(self, folders: FolderList) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(_heading(self.tr("Folders with music")))
        layout.addWidget(folders, 1)
        layout.addWidget(self._build_watch())
        layout.addSpacing(SPACE_PX)
        self._build_analysis()
        self._build_lists()
        self._build_look()
        layout.addLayout(self._form)
        self._problem = plain_label()
        self._problem.setWordWrap(True)
        self._problem.hide()
        layout.addWidget(self._problem)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _build_watch(self) -> QCheckBox:
        watch = QCheckBox(self.tr("&Notice by itself when files are added or changed"))
        watch.setChecked(self._settings.watch_folders)
        watch.toggled.connect(lambda on: self._choose(watch_folders=on))
        return watch

    def _build_analysis(self) -> None:
        self._form.addRow(_heading(self.tr("Analysis")))
        names = {
            "auto": self.tr("The fastest there is"),
            "cuda": self.tr("NVIDIA GPU (CUDA)"),
            "mps": self.tr("Apple GPU (MPS)"),
            "cpu": self.tr("The processor"),
        }
        device = self._choice(names, self._settings.device, lambda name: self._choose(device=name))
        self._add(self.tr("Comp&ute on"), device)
        self._device = _note(self.tr("Looking what this machine offers…"))
        self._device.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._form.addRow("", self._device)
        workers = self._number(
            self._settings.n_decoders,
            range(4 * (os.cpu_count() or 1) + 1),
            lambda count: self._choose(n_decoders=count),
            none=self.tr("automatic"),
        )
        self._add(self.tr("Files read at &once"), workers)
        self._form.addRow("", _note(self.tr("Both hold from the next analysis on.")))

    def _build_lists(self) -> None:
        self._form.addRow(_heading(self.tr("Similar tracks")))
        any_number = self.tr("any number")
        per_artist = self._number(
            self._settings.tracks_per_artist,
            range(_MOST_PER_ARTIST + 1),
            lambda count: self._choose(tracks_per_artist=count),
            none=any_number,
        )
        per_album = self._number(
            self._settings.tracks_per_album,
            range(_MOST_PER_ARTIST + 1),
            lambda count: self._choose(tracks_per_album=count),
            none=any_number,
        )
        matches = self._number(
            self._settings.matches_count,
            range(1, _MOST_MATCHES + 1),
            lambda count: self._choose(matches_count=count),
        )
        self._add(self.tr("At most, of one &artist"), per_artist)
        self._add(self.tr("At most, of one a&lbum"), per_album)
        self._add(self.tr("&Matches listed"), matches)

    def _build_look(self) -> None:
        self._form.addRow(_heading(self.tr("Look")))
        names = {
            "auto": self.tr("As the desktop"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        theme = self._choice(names, self._settings.theme, lambda name: self._choose(theme=name))
        self._add(self.tr("&Theme"), theme)

    def _choice(
        self, names: dict[str, str], chosen: str, choose: Callable[[str], None]
    ) -> QComboBox:
        box = QComboBox()
        if chosen not in names:
            names = {**names, chosen: chosen}
        for name, words in names.items():
            box.addItem(words, name)
        box.setCurrentIndex(box.findData(chosen))
        box.activated.connect(lambda index: choose(box.itemData(index)))
        return box

    def _number(
        self, value: int, values: range, choose: Callable[[int], None], *, none: str = ""
    ) -> QSpinBox:
        box = QSpinBox()
        box.setRange(values[0], max(values[-1], value))
        box.setSpecialValueText(none)
        inset(box)
        box.setValue(value)
        box.valueChanged.connect(choose)
        return box

    def _add(self, words: str, field: QWidget) -> None:
        field.setAccessibleName(words.replace("&", ""))
        field.setFixedWidth(_FIELD_PX)
        self._form.addRow(words, field)

    def _choose(self, **chosen: object) -> None:
        self._settings = replace(self._settings, **chosen)  # type: ignore[arg-type]
        self._write_soon.start()

    def _write(self) -> None:
        settings = self._settings

        def work(services: "Services") -> Written[None]:
            from app.settings import SETTINGS_FILE, write_settings

            write_settings(services.data_dir / SETTINGS_FILE, settings)
            return Written(None, LibraryChanged())

        self._background.write(
            work,
            parent=self._background,
            on_success=self._tell_written,
            on_failure=self._tell_failure,
        )
        self.changed.emit(settings)

    def _tell_written(self, _nothing: None) -> None:
        if shiboken6.isValid(self):
            self._problem.hide()
            self._ask_device()

    def _tell_failure(self, error: Exception) -> None:
        sentence = sentence_of(error)
        if sentence is None or not shiboken6.isValid(self):
            self._background.failed.emit(error)
            return
        self._problem.setText(sentence)
        self._problem.show()

    def _ask_device(self) -> None:
        """A process that loads the network says where it would compute; that takes seconds."""

        def work(services: "Services") -> str:
            from app.device import device_of

            return device_of(services.with_present_settings().encoder)

        self._background.listen(
            work,
            parent=self._device,
            on_success=self._device.setText,
            on_failure=lambda error: self._device.setText(sentence_of(error) or str(error)),
            replaces="device",
        )


def _heading(text: str) -> QLabel:
    label = plain_label(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _note(text: str) -> QLabel:
    label = plain_label(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
