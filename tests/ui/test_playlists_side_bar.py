"""The side bar: places, playlists with counts, names in place, drops, what was deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from library.records import LibraryChanged, PlaylistId, TrackId
from tests.ui.drops import drag_over, drop, mime_of_files
from tests.ui.playlist_library import make_playlist, make_songs, stored
from ui.background import Background, Written
from ui.drag import tracks_mime
from ui.playlists.edits import PlaylistEdits
from ui.playlists.playlist_list import PlaylistListModel, Role
from ui.playlists.side_bar import Place, SideBar
from ui.track_actions import TrackActions


@dataclass
class Desk:
    """A side bar over a library with the playlists Evening (3 songs) and Night (none)."""

    folder: Path
    songs: list[TrackId]
    evening: PlaylistId
    night: PlaylistId
    background: Background
    qtbot: QtBot

    def __post_init__(self) -> None:
        self.actions = TrackActions(self.background)
        self.edits = PlaylistEdits(self.background, self.background)
        self.bar = SideBar(self.background, self.edits, self.actions)
        self.qtbot.addWidget(self.bar)
        self.bar.resize(200, 500)
        self.bar.show()
        self.qtbot.waitExposed(self.bar)
        self.qtbot.waitUntil(lambda: len(self.rows()) == 3)

    @property
    def model(self) -> QAbstractItemModel:
        return self.bar.playlists.model()

    def rows(self) -> list[tuple[str, int | None]]:
        indexes = [self.model.index(row, 0) for row in range(self.model.rowCount())]
        return [(index.data(), index.data(Role.COUNT)) for index in indexes]

    def go_to(self, row: int) -> QModelIndex:
        index = self.model.index(row, 0)
        self.bar.playlists.setFocus()
        self.bar.playlists.setCurrentIndex(index)
        return index

    def middle_of(self, row: int) -> tuple[int, int]:
        centre = self.bar.playlists.visualRect(self.model.index(row, 0)).center()
        return centre.x(), centre.y()

    def editor(self) -> QLineEdit | None:
        return self.bar.playlists.viewport().findChild(QLineEdit)

    def write_name(self, name: str) -> None:
        self.qtbot.waitUntil(lambda: self.editor() is not None)
        editor = self.editor()
        assert editor is not None
        editor.setText(name)
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)


@pytest.fixture
def desk(tmp_path, open_background: Callable[[Path], Background], qtbot) -> Desk:
    songs = make_songs(tmp_path)
    evening = make_playlist(tmp_path, "Evening", songs[:3])
    night = make_playlist(tmp_path, "Night", [])
    desk = Desk(tmp_path, songs, evening, night, open_background(tmp_path), qtbot)
    QAbstractItemModelTester(
        desk.model, QAbstractItemModelTester.FailureReportingMode.Warning, desk.bar
    )
    return desk


def test_playlists_are_listed_with_their_counts(desk):
    assert desk.rows() == [("Evening", 3), ("Night", 0), ("New playlist", None)]
    spoken = desk.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Evening, 3 tracks"


def test_playlists_are_read_again_once_the_library_is_open_for_writing(desk):
    desk.background.write(
        lambda services: Written(services.catalog.playlists.create("Found"), LibraryChanged()),
        parent=desk.bar,
        on_success=lambda _made: desk.background.opened.emit(()),
    )
    desk.qtbot.waitUntil(lambda: ("Found", 0) in desk.rows())


def test_places_and_playlists_ask_for_themselves(desk):
    bar, places = desk.bar, desk.bar.places.model()
    for row, signal in enumerate((bar.library_asked, bar.albums_asked, bar.queue_asked)):
        with desk.qtbot.waitSignal(signal):
            bar.places.setCurrentIndex(places.index(row, 0))
            desk.qtbot.keyClick(bar.places, Qt.Key.Key_Return)
    with desk.qtbot.waitSignal(bar.playlist_asked) as asked:
        desk.go_to(1)
        desk.qtbot.keyClick(bar.playlists, Qt.Key.Key_Return)
    assert asked.args == [desk.night]


def test_a_click_opens_a_playlist(desk):
    with desk.qtbot.waitSignal(desk.bar.playlist_asked) as asked:
        desk.qtbot.mouseClick(
            desk.bar.playlists.viewport(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(*desk.middle_of(0)),
        )
    assert asked.args == [desk.evening]


def test_the_mark_stays_with_its_playlist(desk):
    desk.bar.mark(desk.night)
    assert desk.bar.playlists.marked.data() == "Night"
    with desk.qtbot.waitSignal(desk.edits.created):
        desk.edits.create("Blue")
    desk.qtbot.waitUntil(lambda: len(desk.rows()) == 4)
    assert desk.bar.playlists.marked.data() == "Night"

    desk.bar.mark(Place.ALBUMS)
    assert desk.bar.places.marked.data() == "Albums"
    assert not desk.bar.playlists.marked.isValid()


def test_ctrl_n_makes_a_playlist_to_be_named_in_place(desk):
    with desk.qtbot.waitSignal(desk.bar.playlist_asked) as asked:
        desk.qtbot.keyClick(desk.bar, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    desk.write_name("Blue & green")

    desk.qtbot.waitUntil(lambda: ("Blue & green", 0) in desk.rows())
    assert stored(desk.folder, asked.args[0]) == []


def test_f2_renames_and_escape_leaves_the_name(desk):
    desk.go_to(0)
    desk.qtbot.keyClick(desk.bar.playlists, Qt.Key.Key_F2)
    desk.write_name("Zebra")
    desk.qtbot.waitUntil(lambda: desk.rows()[1] == ("Zebra", 3))

    desk.go_to(0)
    desk.qtbot.keyClick(desk.bar.playlists, Qt.Key.Key_F2)
    desk.qtbot.waitUntil(lambda: desk.editor() is not None)
    desk.qtbot.keyClick(desk.editor(), Qt.Key.Key_Escape)
    assert desk.rows()[0] == ("Night", 0)


def test_delete_takes_a_playlist_away_and_the_menu_brings_it_back(desk):
    desk.go_to(0)
    with desk.qtbot.waitSignal(desk.edits.told) as told:
        desk.qtbot.keyClick(desk.bar.playlists, Qt.Key.Key_Delete)
    assert told.args[0] == "Deleted Evening."
    desk.qtbot.waitUntil(lambda: desk.rows()[0] == ("Night", 0))

    desk.bar._fill_menu()
    back = desk.bar._deleted_menu
    assert [action.text() for action in back.actions()] == ["Evening"]
    back.actions()[0].trigger()
    desk.qtbot.waitUntil(lambda: desk.rows()[0] == ("Evening", 3))


def test_tracks_dropped_on_a_playlist_are_added_to_it(desk):
    x_px, y_px = desk.middle_of(1)
    drop(desk.bar.playlists.viewport(), tracks_mime(desk.songs[3:5], []), x_px, y_px)

    desk.qtbot.waitUntil(lambda: desk.rows()[1] == ("Night", 2))
    assert stored(desk.folder, desk.night) == desk.songs[3:5]


def test_files_dropped_on_a_playlist_are_added_to_it(desk):
    mime = mime_of_files("/music/6.mp3", "/nowhere/x.mp3")
    with desk.qtbot.waitSignals([desk.edits.told] * 2):
        drop(desk.bar.playlists.viewport(), mime, *desk.middle_of(1))

    assert stored(desk.folder, desk.night) == desk.songs[5:]


@pytest.mark.parametrize("place", ["the row of a new one", "the empty space"])
def test_tracks_dropped_elsewhere_make_a_playlist_to_be_named(desk, place):
    x_px, y_px = desk.middle_of(2) if place.startswith("the row") else (100, 350)
    with desk.qtbot.waitSignal(desk.edits.created) as created:
        drop(desk.bar.playlists.viewport(), tracks_mime(desk.songs[:2], []), x_px, y_px)
    desk.write_name("Mix")

    desk.qtbot.waitUntil(lambda: ("Mix", 2) in desk.rows())
    assert stored(desk.folder, created.args[0]) == desk.songs[:2]


def test_files_dropped_elsewhere_make_a_playlist(desk):
    with desk.qtbot.waitSignal(desk.edits.created):
        drop(desk.bar.playlists.viewport(), mime_of_files("/music/1.mp3"), 100, 350)
    desk.qtbot.waitUntil(lambda: ("Playlist 1", 1) in desk.rows())


def test_a_playlist_file_dropped_asks_for_its_import(desk):
    with desk.qtbot.waitSignal(desk.bar.import_asked) as asked:
        drop(desk.bar.playlists.viewport(), mime_of_files("/tmp/mix.m3u8"), 100, 350)
    assert asked.args == [(b"/tmp/mix.m3u8",)]


def test_the_queue_takes_tracks_and_the_library_none(desk):
    view = desk.bar.places
    centres = [view.visualRect(view.model().index(row, 0)).center() for row in range(3)]
    mime = tracks_mime(desk.songs[:2], [])
    with desk.qtbot.waitSignal(desk.actions.queue_wanted) as wanted:
        drop(view.viewport(), mime, centres[2].x(), centres[2].y())

    assert wanted.args == [tuple(desk.songs[:2])]
    assert not drag_over(view.viewport(), mime, centres[0].x(), centres[0].y())


def test_the_menu_of_a_playlist_plays_exports_and_copies_it(desk):
    menu = desk.bar.playlist_menu(desk.evening)
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    for text, signal, expected in (
        ("Play", desk.actions.play_wanted, [tuple(desk.songs[:3])]),
        ("Add to queue", desk.actions.queue_wanted, [tuple(desk.songs[:3])]),
        ("Find similar", desk.actions.similar_wanted, [tuple(desk.songs[:3])]),
        ("Export…", desk.bar.export_asked, [desk.evening]),
    ):
        with desk.qtbot.waitSignal(signal) as asked:
            actions[text].trigger()
        assert asked.args == expected
    actions["Duplicate"].trigger()
    desk.qtbot.waitUntil(lambda: ("Evening 2", 3) in desk.rows())
    menu.close()


def test_tracks_can_be_added_to_the_listed_playlists(desk):
    menu = desk.actions.menu((desk.songs[0],), desk.bar)
    (submenu,) = menu.findChildren(QMenu)
    texts = [action.text() for action in submenu.actions()]
    menu.close()

    assert texts[-2:] == ["Evening", "Night"]


def test_counts_stand_beside_places(desk):
    desk.bar.set_count(Place.QUEUE, 12)
    assert desk.bar.places.model().index(2, 0).data(Role.COUNT) == 12


def test_the_model_changes_no_name_to_nothing(desk):
    model = desk.model
    assert isinstance(model, PlaylistListModel)
    changes: list[object] = []
    desk.edits.ended.connect(lambda *end: changes.append(end))
    index = desk.go_to(0)
    model.setData(index, "  ")
    model.setData(index, "Evening")
    with desk.qtbot.waitSignal(desk.edits.created):
        desk.edits.create("Later")

    assert changes == []


def test_the_keys_stay_where_they_were_when_the_list_changes(desk):
    desk.bar.mark(desk.evening)
    desk.go_to(1)
    with desk.qtbot.waitSignal(desk.edits.created):
        desk.edits.create("Blue")
    desk.qtbot.waitUntil(lambda: len(desk.rows()) == 4)
    assert desk.bar.playlists.currentIndex().data() == "Night"

    desk.qtbot.keyClick(desk.bar.playlists, Qt.Key.Key_Delete)
    desk.qtbot.waitUntil(lambda: len(desk.rows()) == 3)
    assert desk.bar.playlists.currentIndex().row() == 2
    assert desk.bar.playlists.marked.data() == "Evening"


def test_the_menu_key_asks_for_the_menu_of_the_current_playlist(desk):
    desk.go_to(1)
    view, reason, at = desk.bar.playlists, QContextMenuEvent.Reason.Keyboard, QPoint(0, 0)
    view.menu_asked.disconnect()  # without a screen a menu cannot take the keys
    with desk.qtbot.waitSignal(view.menu_asked) as asked:
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, at))

    index, position = asked.args
    assert index.data() == "Night"
    assert view.indexAt(view.viewport().mapFromGlobal(position)) == index
