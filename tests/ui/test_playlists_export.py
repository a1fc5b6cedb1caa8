"""The export dialog: choices, the real first lines, what is left out, saved and read back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.export_choices import PathKind
from library.formats.model import PlaylistFormat
from library.records import TrackId
from tests.ui.playlist_library import make_songs
from ui.background import Background
from ui.playlists.export_dialog import ExportDialog
from ui.playlists.export_memory import ExportMemory

ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class Desk:
    """A dialog for the songs 1 to 3, which goes to a folder of its own."""

    folder: Path
    songs: list[TrackId]
    background: Background
    qtbot: QtBot
    memory: ExportMemory = field(default_factory=ExportMemory)

    def __post_init__(self) -> None:
        self.memory.folder = str(self.folder)
        self.opened: list[ExportDialog] = []
        self.open("Evening")

    def open(self, name: str) -> None:
        self.dialog = ExportDialog(self.background, name, self.songs[:3], memory=self.memory)
        self.opened.append(self.dialog)
        self.qtbot.addWidget(self.dialog)
        self.dialog.show()
        self.qtbot.waitExposed(self.dialog)
        self.previewed()

    def previewed(self, text: str = "/music/1.mp3") -> None:
        self.qtbot.waitUntil(lambda: text in self.dialog.preview.toPlainText())

    def says(self, sentence: str) -> None:
        self.qtbot.waitUntil(lambda: self.dialog.status.text() == sentence)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
        self.qtbot.keyClick(self.dialog.focusWidget() or self.dialog, key, modifier)

    def write(self, text: str) -> None:
        self.dialog.file.selectAll()
        self.qtbot.keyClicks(self.dialog.file, text)


@pytest.fixture
def desk(tmp_path, open_background: Callable[[Path], Background], qtbot) -> Desk:
    songs = make_songs(tmp_path / "data")
    folder = tmp_path / "out"
    folder.mkdir()
    return Desk(folder, songs, open_background(tmp_path / "data"), qtbot)


def test_it_begins_with_a_name_and_shows_the_first_lines(desk):
    assert desk.dialog.file.text() == str(desk.folder / "Evening.m3u8")
    assert desk.dialog.preview.toPlainText().startswith("#EXTM3U")
    assert desk.dialog.kinds[PathKind.ABSOLUTE].isChecked()
    assert not desk.dialog.left_out.isVisible()


def test_what_was_shown_is_saved_and_read_back(desk):
    shown = desk.dialog.preview.toPlainText()
    with desk.qtbot.waitSignal(desk.dialog.saved) as saved:
        desk.press(Qt.Key.Key_Return)

    assert saved.args == [str(desk.folder / "Evening.m3u8")]
    assert Path(saved.args[0]).read_text().splitlines()[:8] == shown.splitlines()
    assert desk.dialog.status.text() == "Saved and read back: 3 of 3 tracks."
    assert desk.dialog.isVisible()


def test_the_format_changes_ending_and_lines_and_an_ending_the_format(desk):
    desk.dialog.format.setCurrentIndex(list(PlaylistFormat).index(PlaylistFormat.PLS))
    desk.previewed("[playlist]")
    assert desk.dialog.file.text().endswith("Evening.pls")

    desk.write(str(desk.folder / "x.csv"))
    desk.previewed("path")
    assert desk.dialog.choices.playlist_format is PlaylistFormat.CSV


def test_it_is_used_by_keyboard_alone(desk):
    desk.press(Qt.Key.Key_R, ALT)
    desk.previewed("../")
    desk.press(Qt.Key.Key_O, ALT)
    desk.qtbot.waitUntil(desk.dialog.old.isEnabled)
    desk.press(Qt.Key.Key_Tab)
    assert desk.dialog.old.hasFocus()
    desk.qtbot.keyClicks(desk.dialog.old, "/music")
    desk.press(Qt.Key.Key_Tab)
    desk.qtbot.keyClicks(desk.dialog.new, "D:\\Music")
    desk.previewed("D:\\Music\\1.mp3")
    with desk.qtbot.waitSignal(desk.dialog.saved):
        desk.press(Qt.Key.Key_S, ALT)
    with desk.qtbot.waitSignal(desk.dialog.rejected):
        desk.press(Qt.Key.Key_Escape)
    assert "D:\\Music\\1.mp3" in (desk.folder / "Evening.m3u8").read_text()


def test_tracks_that_cannot_be_named_are_listed_with_the_reason(desk):
    desk.dialog.kinds[PathKind.PREFIX].click()
    desk.says("Say which folder is to be replaced, by its whole path.")
    assert not desk.dialog._save.isEnabled()

    desk.dialog.old.setText("/elsewhere")
    desk.qtbot.waitUntil(desk.dialog.left_out.isVisible)
    rows = [desk.dialog.left_out.item(row).text() for row in range(desk.dialog.left_out.count())]
    assert rows[0] == "/music/1.mp3: it is not in /elsewhere"
    assert "3 tracks" in desk.dialog._left_out_title.text()

    desk.dialog.save()
    desk.says("None of the tracks can be named in such a file.")
    assert list(desk.folder.iterdir()) == []


def test_an_existing_file_is_told_of_before_it_is_replaced(desk):
    (desk.folder / "x.m3u8").write_text("old")
    desk.write(str(desk.folder / "x.m3u8"))

    desk.says("There is such a file already; it will be replaced.")
    with desk.qtbot.waitSignal(desk.dialog.saved):
        desk.dialog.save()
    assert "/music/1.mp3" in (desk.folder / "x.m3u8").read_text()


def test_a_folder_that_is_not_there_is_a_sentence_and_all_can_be_chosen_again(desk):
    desk.write(str(desk.folder / "gone" / "x.m3u8"))
    desk.dialog.save()

    desk.qtbot.waitUntil(lambda: "No such file or directory" in desk.dialog.status.text())
    assert desk.dialog.file.isEnabled()
    assert desk.dialog._save.isEnabled()


def test_an_incomplete_choice_cannot_be_saved(desk):
    desk.dialog.file.clear()
    desk.says("Choose a file to save to.")

    assert not desk.dialog._save.isEnabled()


def test_a_new_choice_takes_the_good_news_back(desk):
    with desk.qtbot.waitSignal(desk.dialog.saved):
        desk.dialog.save()
    desk.dialog.kinds[PathKind.RELATIVE].click()

    desk.says("There is such a file already; it will be replaced.")


def test_the_next_export_begins_like_the_last(desk):
    desk.dialog.kinds[PathKind.ABSOLUTE].click()
    desk.dialog.format.setCurrentIndex(list(PlaylistFormat).index(PlaylistFormat.XSPF))
    desk.previewed("<")
    with desk.qtbot.waitSignal(desk.dialog.saved):
        desk.dialog.save()
    kept = ExportMemory()
    kept.restore_state(desk.memory.save_state())
    desk.memory = kept
    desk.open("Night/1")

    assert desk.dialog.file.text() == str(desk.folder / "Night 1.xspf")
    assert desk.dialog.choices.kind is PathKind.ABSOLUTE


def test_a_memory_that_makes_no_sense_is_left_out():
    memory = ExportMemory()
    memory.restore_state({"format": "exe", "paths": 3, "folder": None, "old": "/music"})

    assert memory == ExportMemory(old="/music")
