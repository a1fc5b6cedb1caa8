"""The page of a playlist: shown, edited at once, written, undone, taken away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from library.catalog import Catalog
from library.records import PlaylistId, TrackId
from tests.fakes import fake_choice
from tests.ui.drops import drag_over, drop, mime_of_files
from tests.ui.playlist_library import make_playlist, make_songs, stored
from ui.background import Background
from ui.drag import dragged_tracks, tracks_mime
from ui.playlists.edits import PlaylistEdits
from ui.playlists.playlist_model import PlaylistModel
from ui.playlists.playlist_page import PlaylistPage
from ui.rows.cell import Ink, Mark
from ui.rows.entry_model import Column
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@dataclass
class Desk:
    """A window with the page of a playlist of the songs 1 to 4, of 6 in the library."""

    folder: Path
    songs: list[TrackId]
    playlist_id: PlaylistId
    background: Background
    qtbot: QtBot
    page: PlaylistPage = field(init=False)

    def __post_init__(self) -> None:
        self.actions = TrackActions(self.background)
        self.edits = PlaylistEdits(self.background, self.background)
        rows = TrackRows(self.background, self.background)
        self.page = PlaylistPage(self.background, rows, self.edits, self.actions)
        self.qtbot.addWidget(self.page)
        self.page.resize(700, 500)
        self.page.show()
        self.qtbot.waitExposed(self.page)

    @property
    def model(self) -> PlaylistModel:
        model = self.page.table.model()
        assert isinstance(model, PlaylistModel)
        return model

    def open(self) -> None:
        self.page.show_playlist(self.playlist_id)
        self.qtbot.waitUntil(lambda: self.titles()[:1] == ["Song 1"] and "…" not in self.titles())

    def titles(self) -> list[str]:
        return [self.model.text(row, Column.TITLE) for row in range(self.model.rowCount())]

    def numbers(self) -> list[int]:
        """The songs that the page shows, by their numbers."""
        return [self.songs.index(track_id) + 1 for track_id in self.model.ids]

    def written(self) -> list[int]:
        """The songs that the database holds."""
        tracks = stored(self.folder, self.playlist_id)
        assert tracks is not None
        return [self.songs.index(track_id) + 1 for track_id in tracks]

    def select(self, *rows: int) -> None:
        selection = self.page.table.selectionModel()
        selection.clear()
        for row in rows:
            selection.select(self.model.index(row, 0), SELECT)
        if rows:
            index = self.model.index(rows[0], Column.TITLE)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.page.table.setFocus()

    def settles(self, numbers: list[int]) -> None:
        """Wait until the page and the database agree on these songs."""
        assert self.numbers() == numbers
        self.qtbot.waitUntil(lambda: self.written() == numbers)
        self.qtbot.waitUntil(lambda: self.model.is_settled)
        assert self.numbers() == numbers

    def labels(self) -> list[str]:
        return [self.page._name.text(), self.page._about.text()]


@pytest.fixture
def desk(tmp_path, open_background: Callable[[Path], Background], qtbot) -> Desk:
    songs = make_songs(tmp_path)
    playlist_id = make_playlist(tmp_path, "Evening <b>", songs[:4])
    desk = Desk(tmp_path, songs, playlist_id, open_background(tmp_path), qtbot)
    QAbstractItemModelTester(
        desk.model, QAbstractItemModelTester.FailureReportingMode.Warning, desk.page
    )
    desk.open()
    return desk


def test_the_page_says_what_the_playlist_is(desk):
    assert desk.labels() == ["Evening <b>", "4 tracks · 7 min"]
    assert desk.titles() == ["Song 1", "Song 2", "Song 3", "Song 4"]
    assert desk.model.text(0, Column.LENGTH) == "1:40"
    assert desk.model.text(3, Column.NUMBER) == "4"
    assert desk.model.text(0, Column.ARTIST) == "The Band"


def test_missing_tracks_are_counted_marked_and_spoken_of(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    playlist_id = make_playlist(tmp_path, "x", songs[:2])
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        catalog.files.mark_absent([b"/music"], {b"/music/2.mp3"})
    desk = Desk(tmp_path, songs, playlist_id, open_background(tmp_path), qtbot)
    desk.open()

    role = Qt.ItemDataRole
    assert desk.labels()[1] == "2 tracks · 3 min · 1 missing"
    assert [desk.model.is_missing(row) for row in (0, 1)] == [True, False]
    index = desk.model.index(0, Column.TITLE)
    assert desk.model.data(index, role.AccessibleTextRole) == "Song 1, missing"
    assert "Missing" in desk.model.data(index, role.ToolTipRole)
    missing, present = (desk.page.table.cells(row, [Column.TITLE, Column.LENGTH]) for row in (0, 1))
    assert [(cell.ink, cell.mark) for cell in missing] == [(Ink.DIM, Mark.MISSING), (Ink.DIM, None)]
    assert [(cell.ink, cell.mark) for cell in present] == [(Ink.TEXT, None), (Ink.DIM, None)]
    assert [cell.at_right for cell in present] == [False, True]


def test_an_empty_playlist_says_what_to_do(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    desk = Desk(tmp_path, songs, make_playlist(tmp_path, "x", []), open_background(tmp_path), qtbot)
    desk.page.show_playlist(desk.playlist_id)
    qtbot.waitUntil(lambda: desk.labels() == ["x", "0 tracks"])

    assert "Drop tracks or files here" in desk.page.table.accessibleDescription()
    assert not desk.page._play.isEnabled()


def test_delete_removes_the_chosen_entries_at_once(desk):
    desk.select(1, 2)
    desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Delete)

    assert desk.page.table.selected_rows() == [1]
    desk.settles([1, 4])
    assert not desk.page._later.isActive()  # the edit has brought the truth
    assert desk.labels()[1] == "2 tracks · 3 min"


def test_alt_and_arrows_move_entries_that_stay_chosen(desk):
    desk.select(0, 2)
    desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert desk.page.table.selected_rows() == [2, 3]
    desk.settles([2, 4, 1, 3])

    desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert desk.page.table.selected_rows() == [1, 2]
    desk.settles([2, 1, 3, 4])


def test_moving_stops_at_the_ends(desk):
    desk.select(0)
    desk.page.table.move_up()
    desk.settles([1, 2, 3, 4])
    desk.select(3)
    desk.page.table.move_down()
    desk.settles([1, 2, 3, 4])


def test_everything_is_undone_and_redone_by_key(desk):
    desk.select(0)
    desk.page.table.remove()
    desk.select(2)
    desk.page.table.move_up()
    desk.settles([2, 4, 3])
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for expected in ([2, 3, 4], [1, 2, 3, 4]):
        desk.qtbot.waitUntil(desk.page._undo.isEnabled)
        desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Z, ctrl)
        desk.qtbot.waitUntil(lambda e=expected: desk.numbers() == e)
    for expected in ([2, 3, 4], [2, 4, 3]):
        desk.qtbot.waitUntil(desk.page._redo.isEnabled)
        desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Z, ctrl | shift)
        desk.qtbot.waitUntil(lambda e=expected: desk.numbers() == e)
    assert not desk.page._redo.isEnabled()


def test_undoing_the_making_leaves_the_page(desk):
    with desk.qtbot.waitSignal(desk.page.gone):
        desk.page.undo()
    assert stored(desk.folder, desk.playlist_id) is None


def test_a_playlist_that_came_back_can_be_shown_again(desk):
    with desk.qtbot.waitSignal(desk.page.gone):
        desk.edits.delete(desk.playlist_id)
    assert desk.page.playlist_id is None
    assert desk.numbers() == []
    with desk.qtbot.waitSignal(desk.edits.ended):
        desk.edits.restore(desk.playlist_id)
    desk.open()

    assert desk.numbers() == [1, 2, 3, 4]


def test_a_playlist_that_was_deleted_before_is_left_at_once(desk):
    made: list[PlaylistId] = []
    desk.edits.create("Other", then=made.append)
    desk.qtbot.waitUntil(lambda: bool(made))
    desk.edits.delete(made[0])
    with desk.qtbot.waitSignal(desk.page.gone):
        desk.page.show_playlist(made[0])


def test_copies_are_pasted_behind_the_chosen_entry(desk):
    desk.select(0, 1)
    desk.page.table.copy()
    assert QGuiApplication.clipboard().mimeData().text() == "The Band - Song 1\nThe Band - Song 2"
    desk.select(2)
    desk.page.table.paste()

    desk.settles([1, 2, 3, 1, 2, 4])


def test_an_entry_that_is_chosen_before_it_is_written_stays_chosen(desk):
    desk.edits.insert(desk.playlist_id, 1, desk.songs[4:])
    desk.select(1, 2)
    desk.settles([1, 5, 6, 2, 3, 4])

    assert desk.page.table.selected_rows() == [1, 2]


def test_what_is_chosen_stays_chosen_while_others_come_and_go(desk):
    desk.select(1, 3)
    desk.edits.insert(desk.playlist_id, 0, desk.songs[4:])
    desk.edits.remove(desk.playlist_id, [desk.model.entries[4].id])
    desk.settles([5, 6, 1, 2, 4])

    assert desk.page.table.selected_rows() == [3, 4]


def test_an_entry_that_is_moved_before_it_is_written_is_moved_once(desk):
    desk.edits.insert(desk.playlist_id, 4, desk.songs[4:5])
    desk.model.move([4], 0)
    desk.settles([5, 1, 2, 3, 4])
    desk.edits.move(desk.playlist_id, [desk.model.entries[0].id], 5)
    desk.settles([1, 2, 3, 4, 5])


def test_what_was_cut_can_be_pasted(desk):
    desk.select(0)
    desk.page.table.cut()
    desk.select(2)
    desk.page.table.paste()

    desk.settles([2, 3, 4, 1])


def drop_at(desk: Desk, mime: QMimeData, y_px: int, *, ctrl: bool = False) -> int | None:
    """Drag something over the table and drop it there; the gap that was shown."""
    gaps: list[int | None] = []
    table = desk.page.table

    def look() -> None:
        gaps.append(table.drop_gap)

    drop(table.viewport(), mime, 50, y_px, ctrl=ctrl, meanwhile=look)
    assert table.drop_gap is None
    return gaps[0]


def test_tracks_dropped_go_to_the_line_that_is_shown(desk):
    gap = drop_at(desk, tracks_mime(desk.songs[4:6], []), y_px=28 + 5)

    assert gap == 1
    desk.settles([1, 5, 6, 2, 3, 4])


def test_the_lower_half_of_a_row_means_behind_it_and_the_empty_space_the_end(desk):
    assert drop_at(desk, tracks_mime(desk.songs[4:5], []), y_px=28 + 20) == 2
    assert drop_at(desk, tracks_mime(desk.songs[5:6], []), y_px=300) == 5
    desk.settles([1, 2, 5, 3, 4, 6])


def test_own_entries_are_moved_and_with_ctrl_copied(desk):
    assert drop_at(desk, desk.model.mime_of([0, 3]), y_px=2 * 28 + 2) == 2
    desk.settles([2, 1, 4, 3])
    drop_at(desk, desk.model.mime_of([0]), y_px=300, ctrl=True)
    desk.settles([2, 1, 4, 3, 2])


def test_files_dropped_become_the_tracks_they_hold(desk):
    told = []
    desk.edits.told.connect(lambda sentence, _: told.append(sentence))
    drop_at(desk, mime_of_files("/music/6.mp3", "/nowhere/x.mp3"), y_px=2)

    desk.qtbot.waitUntil(lambda: desk.numbers() == [6, 1, 2, 3, 4])
    desk.settles([6, 1, 2, 3, 4])
    assert len(told) == 1


def test_a_drag_of_text_is_not_taken(desk):
    mime = QMimeData()
    mime.setText("hello")

    assert not drag_over(desk.page.table.viewport(), mime, 5, 5)


def test_a_drag_out_names_the_files_and_offers_only_copies(desk):
    mime = desk.model.mime_of([1, 0])

    assert [url.toLocalFile() for url in mime.urls()] == ["/music/2.mp3", "/music/1.mp3"]
    assert dragged_tracks(mime) == [desk.songs[1], desk.songs[0]]
    assert desk.model.supportedDragActions() == Qt.DropAction.CopyAction


def test_an_edit_that_fails_is_taken_back_and_told(desk):
    with Catalog.open(desk.folder, fake_choice().key, readonly=True):
        pass
    with desk.qtbot.waitSignal(desk.background.failed):
        desk.edits.insert(desk.playlist_id, 1, [TrackId(99)])
        assert desk.model.rowCount() == 5
    desk.settles([1, 2, 3, 4])


def test_edits_made_elsewhere_are_shown(desk):
    desk.edits.append(desk.playlist_id, desk.songs[5:])
    desk.settles([1, 2, 3, 4, 6])
    desk.edits.rename(desk.playlist_id, "Night")
    desk.qtbot.waitUntil(lambda: desk.labels()[0] == "Night")


def test_play_shuffle_similar_and_export_ask_with_the_tracks(desk):
    page, four = desk.page, desk.songs[:4]
    for button, signal, expected in (
        (page._play, page.play_asked, [four, 0]),
        (page._shuffle, page.shuffle_asked, [four]),
        (page._similar, desk.actions.similar_wanted, [tuple(four)]),
        (page._export, page.export_asked, [desk.playlist_id]),
    ):
        with desk.qtbot.waitSignal(signal) as asked:
            button.click()
        assert asked.args == expected


def test_return_plays_from_the_current_entry(desk):
    desk.select(2)
    with desk.qtbot.waitSignal(desk.page.play_asked) as asked:
        desk.qtbot.keyClick(desk.page.table, Qt.Key.Key_Return)
    assert asked.args == [desk.songs[:4], 2]


def test_another_playlist_takes_the_place(desk):
    made: list[PlaylistId] = []
    desk.edits.create("Other", desk.songs[4:], then=made.append)
    desk.qtbot.waitUntil(lambda: bool(made))
    desk.page.show_playlist(made[0])

    desk.qtbot.waitUntil(lambda: desk.numbers() == [5, 6])
    assert desk.page.playlist_id == made[0]


def test_the_menu_offers_tracks_and_edits(desk):
    desk.select(1)
    menu = desk.page.table.context_menu()
    texts = [action.text().split("\t")[0] for action in menu.actions()]
    menu.close()

    assert texts[0] == "Play"
    assert texts[-6:] == ["Cut", "Copy", "Paste", "Move up", "Move down", "Remove from playlist"]


def test_every_other_of_a_thousand_entries_is_removed_and_put_back(desk):
    desk.edits.insert(desk.playlist_id, 4, desk.songs * 166)
    desk.qtbot.waitUntil(lambda: len(desk.written()) == 1000)
    desk.qtbot.waitUntil(lambda: all(entry.id > 0 for entry in desk.model.entries))
    desk.model.remove(range(0, 1000, 2))
    assert desk.model.rowCount() == 500
    desk.qtbot.waitUntil(lambda: len(desk.written()) == 500)
    desk.page.undo()
    desk.qtbot.waitUntil(lambda: desk.model.rowCount() == 1000)
