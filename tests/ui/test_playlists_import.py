"""The import dialog: what a playlist file means here, what not, and the playlist made of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from library.records import TrackId
from tests.ui.playlist_library import make_songs, stored
from ui.background import Background
from ui.playlists.edits import PlaylistEdits
from ui.playlists.import_dialog import ImportDialog, import_playlists


@dataclass
class Desk:
    """A library of six songs, and playlist files beside it."""

    folder: Path
    songs: list[TrackId]
    background: Background
    qtbot: QtBot
    opened: list[ImportDialog] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edits = PlaylistEdits(self.background, self.background)

    def file(self, name: str, *lines: str) -> bytes:
        path = self.folder / name
        path.write_text("\n".join(lines))
        return bytes(path)

    def open(self, *paths: bytes) -> ImportDialog:
        dialog = ImportDialog(self.background, self.edits, paths)
        self.opened.append(dialog)
        self.qtbot.addWidget(dialog)
        dialog.show()
        self.qtbot.waitExposed(dialog)
        return dialog

    def says(self, dialog: ImportDialog, sentence: str) -> None:
        self.qtbot.waitUntil(lambda: dialog.about.text() == sentence)


@pytest.fixture
def desk(tmp_path, open_background: Callable[[Path], Background], qtbot) -> Desk:
    songs = make_songs(tmp_path)
    return Desk(tmp_path, songs, open_background(tmp_path), qtbot)


def rows_of(dialog: ImportDialog) -> list[tuple[str, ...]]:
    model = dialog.table.model()
    return [
        tuple(model.index(row, column).data() for column in range(3))
        for row in range(model.rowCount())
    ]


def test_what_was_found_and_what_not_stands_beside_each_entry(desk):
    dialog = desk.open(
        desk.file("mix.m3u8", "/music/2.mp3", "/old/music/3.mp3", "gone.mp3", "http://x.org/1")
    )
    QAbstractItemModelTester(
        dialog.table.model(), QAbstractItemModelTester.FailureReportingMode.Warning, dialog
    )
    desk.says(dialog, "mix: 2 of 4 entries are in the library.")

    assert rows_of(dialog) == [
        ("/music/2.mp3", "The Band - Song 2", "by its path"),
        ("/old/music/3.mp3", "The Band - Song 3", "by the end of its path"),
        ("gone.mp3", "–", "not in the library"),
        ("http://x.org/1", "–", "an address, not a file"),
    ]


def test_return_makes_the_playlist_under_the_name_that_stands_there(desk):
    dialog = desk.open(desk.file("mix.m3u8", "/music/2.mp3", "/music/1.mp3"))
    desk.says(dialog, "mix: 2 of 2 entries are in the library.")
    desk.qtbot.keyClicks(dialog.name, "Rain")
    with desk.qtbot.waitSignals([dialog.made, dialog.accepted]):
        desk.qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

    with desk.qtbot.waitSignal(desk.edits.created) as created:
        desk.edits.create("Rain")
    assert created.args[1] == "Rain 2"


def test_several_files_come_one_after_the_other(desk):
    made: list[object] = []
    dialog = desk.open(
        desk.file("a.m3u8", "/music/1.mp3"),
        desk.file("b.pls", "[playlist]", "File1=/music/2.mp3"),
        desk.file("c.m3u", "/music/3.mp3"),
    )
    dialog.made.connect(made.append)
    desk.says(dialog, "a: 1 of 1 entries are in the library.")
    dialog.make()
    desk.says(dialog, "b: 1 of 1 entries are in the library.")
    dialog.skip()
    desk.says(dialog, "c: 1 of 1 entries are in the library.")
    assert not dialog._skip.isVisible()
    with desk.qtbot.waitSignal(dialog.accepted):
        dialog.make()
    desk.qtbot.waitUntil(lambda: len(made) == 2)

    assert [stored(desk.folder, one) for one in made] == [[desk.songs[0]], [desk.songs[2]]]


def test_a_file_that_is_no_playlist_is_a_sentence(desk):
    dialog = desk.open(desk.file("x.xspf", "no xml at all"))
    desk.qtbot.waitUntil(lambda: "Could not use the playlist file" in dialog.about.text())

    assert not dialog._make.isEnabled()
    assert rows_of(dialog) == []


def test_nothing_is_made_of_nothing(desk):
    dialog = desk.open(desk.file("x.m3u8", "<b>gone</b>.mp3"))
    desk.says(
        dialog,
        "x: 0 of 1 entries are in the library. There is nothing to make a playlist of.",
    )

    assert not dialog._make.isEnabled()
    assert rows_of(dialog)[0][0] == "<b>gone</b>.mp3"


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_files_that_were_named_are_imported_without_choosing_any(desk, window):
    import_playlists(desk.background, desk.edits, [desk.file("x.m3u8", "/music/1.mp3")], window)

    (dialog,) = window.findChildren(ImportDialog)
    desk.says(dialog, "x: 1 of 1 entries are in the library.")
    dialog.reject()
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


def test_without_a_file_some_are_chosen(desk, window):
    path = desk.file("x.m3u8", "/music/1.mp3")
    import_playlists(desk.background, desk.edits, [], window)
    (chooser,) = window.findChildren(QFileDialog)
    chooser.selectFile(path.decode())
    chooser.done(QFileDialog.DialogCode.Accepted)
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(chooser))

    (dialog,) = window.findChildren(ImportDialog)
    desk.says(dialog, "x: 1 of 1 entries are in the library.")
