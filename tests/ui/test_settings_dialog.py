import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QMessageBox, QPushButton, QSpinBox

from app.settings import SETTINGS_FILE, Settings, read_settings
from tests.ui.test_analysis import OpenBackground
from ui.analysing.analysis import Analysis
from ui.background import Background
from ui.settings_dialog import SettingsDialog


@pytest.fixture
def background(open_background: OpenBackground, tmp_path: Path) -> Background:
    return open_background(tmp_path / "data")


@pytest.fixture
def analysis(background: Background) -> Analysis:
    return Analysis(background, background)


@pytest.fixture
def dialog(qtbot, background: Background, analysis: Analysis, tmp_path: Path) -> SettingsDialog:
    dialog = SettingsDialog(background, analysis, tmp_path / "data", Settings(device="cpu"))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def number(dialog: SettingsDialog, name: str) -> QSpinBox:
    return next(box for box in dialog.findChildren(QSpinBox) if box.accessibleName() == name)


def choice(dialog: SettingsDialog, name: str) -> QComboBox:
    return next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == name)


def test_what_is_chosen_is_written_and_told(qtbot, dialog: SettingsDialog, tmp_path: Path):
    theme = choice(dialog, "Theme")
    with qtbot.waitSignal(dialog.changed) as changed:
        theme.setCurrentIndex(2)
        theme.activated.emit(2)
        number(dialog, "At most, of one artist").setValue(0)
        number(dialog, "Matches listed").setValue(80)
        dialog.findChildren(QCheckBox)[0].click()
    wanted = Settings(
        device="cpu", theme="dark", tracks_per_artist=0, matches_count=80, watch_folders=False
    )
    assert changed.args == [wanted]
    qtbot.waitUntil((tmp_path / "data" / SETTINGS_FILE).exists)
    assert read_settings(tmp_path / "data" / SETTINGS_FILE) == wanted


def test_what_was_chosen_last_is_written_when_the_dialog_closes(
    qtbot, background: Background, dialog: SettingsDialog, tmp_path: Path
):
    number(dialog, "Files read at once").setValue(2)
    dialog.reject()
    qtbot.waitUntil((tmp_path / "data" / SETTINGS_FILE).exists)
    assert read_settings(tmp_path / "data" / SETTINGS_FILE).n_decoders == 2


def test_none_is_a_word(dialog: SettingsDialog):
    assert number(dialog, "Files read at once").text() == "automatic"
    number(dialog, "At most, of one album").setValue(0)
    assert number(dialog, "At most, of one album").text() == "any number"


def test_the_device_that_computes_is_named(qtbot, dialog: SettingsDialog):
    qtbot.waitUntil(lambda: dialog._device.text() == "the fake device", timeout=30_000)


def test_settings_that_cannot_be_written_are_told_in_place(
    qtbot, dialog: SettingsDialog, tmp_path: Path
):
    (tmp_path / "data" / SETTINGS_FILE).mkdir()
    number(dialog, "Matches listed").setValue(80)
    qtbot.waitUntil(dialog._problem.isVisible)
    assert "settings.json" in dialog._problem.text()


def test_folders_are_listed_and_removed_once_the_listener_agrees(
    qtbot, background: Background, analysis: Analysis, dialog: SettingsDialog, tmp_path: Path
):
    music = tmp_path / "music"
    music.mkdir()
    analysis.add_folders([os.fsencode(music)])
    (folders,) = dialog.findChildren(QListWidget)
    qtbot.waitUntil(lambda: folders.count() == 1)
    assert folders.item(0).text() == str(music)
    qtbot.waitUntil(lambda: not analysis.running)
    folders.setCurrentRow(0)
    remove = next(b for b in dialog.findChildren(QPushButton) if b.text() == "&Remove…")
    remove.click()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QMessageBox)))
    (box,) = dialog.findChildren(QMessageBox)
    assert "The music files themselves are not touched." in box.text()
    assert str(music) in box.text()
    agree = next(b for b in box.buttons() if b.text() == "&Remove")
    agree.click()
    qtbot.waitUntil(lambda: folders.count() == 0)
    assert music.is_dir()


def test_a_folder_that_is_away_is_marked(
    qtbot, background: Background, analysis: Analysis, dialog: SettingsDialog, tmp_path: Path
):
    music = tmp_path / "music"
    music.mkdir()
    with qtbot.waitSignal(analysis.ended):
        analysis.add_folders([os.fsencode(music)])
    music.rmdir()
    again = SettingsDialog(background, analysis, tmp_path / "data", Settings())
    qtbot.addWidget(again)
    (folders,) = again.findChildren(QListWidget)
    qtbot.waitUntil(lambda: folders.count() == 1)
    assert folders.item(0).text() == f"{music} (not there)"
