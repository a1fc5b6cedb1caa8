"""The library page on a real library: searching, choosing, albums, changes, what comes back."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton

from library.catalog import Catalog
from library.records import LibraryChanged, Tags
from tests.fakes import fake_choice
from tests.ui.browse_library import adding, keep_song, make_songs
from ui.background import Background, Written
from ui.browse.columns import Column
from ui.browse.empty_place import EmptyPlace
from ui.browse.library_page import LibraryPage
from ui.covers import CoverCache
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows


@pytest.fixture
def ids(tmp_path):
    return make_songs(tmp_path)


@pytest.fixture
def failures() -> Iterator[list[Exception]]:
    failed: list[Exception] = []
    yield failed
    assert failed == []


@pytest.fixture
def open_page(qtbot, open_background, tmp_path, failures):
    opened: list[Background] = []

    def open_() -> LibraryPage:
        if not opened:
            opened.append(open_background(tmp_path))
            opened[0].failed.connect(failures.append)
        background = opened[0]
        rows, covers = TrackRows(background, background), CoverCache(background, background)
        page = LibraryPage(background, rows, covers, TrackActions(background))
        qtbot.addWidget(page)
        page.resize(900, 600)
        page.show()
        return page

    return open_


@pytest.fixture
def page(qtbot, ids, open_page):
    page = open_page()
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids))
    return page


def shown(page):
    return page._table.ids


def titles(page):
    rows = range(len(shown(page)))
    return [page._table.model().index(row, 0).data() for row in rows]


def typed(qtbot, page, text):
    page._line.set_text(text)
    qtbot.waitUntil(lambda: page._answered is not None and page._answered.text == text)


def empty_place(page):
    return page.findChild(EmptyPlace)


def buttons(page):
    return {one.text(): one for one in empty_place(page).findChildren(QPushButton)}


def count_words(page):
    return page._line._count.text()


def test_all_tracks_stand_there_in_order_of_artist_and_album(qtbot, page):
    qtbot.waitUntil(lambda: "…" not in titles(page))
    assert sorted(titles(page)) == ["6", "Azure", "Bright", "Cloud", "Dust", "Ember"]
    assert count_words(page) == "6 tracks · 10 min"


def test_typing_finds_as_you_type(qtbot, page, ids):
    page.focus_search()
    qtbot.keyClicks(page._line._line, "ben")
    qtbot.waitUntil(lambda: shown(page) == [ids[3]])
    assert count_words(page) == "1 track · 2 min"


def test_what_is_not_understood_is_said_under_the_line(qtbot, page):
    typed(qtbot, page, "mood:blue")
    notices = page._line._notices
    assert notices.text() == "There is no field mood: searching for the words."
    assert notices.isVisibleTo(page)
    typed(qtbot, page, "blue")
    assert not notices.isVisibleTo(page)


def test_nothing_found_offers_to_clear_the_search(qtbot, page, ids):
    page._line.set_text("nosuchword")
    qtbot.waitUntil(lambda: empty_place(page).isVisibleTo(page))
    assert count_words(page) == ""
    qtbot.mouseClick(buttons(page)["Clear the search"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids))
    assert not empty_place(page).isVisibleTo(page)


def test_an_empty_library_says_how_to_begin(qtbot, open_page):
    page = open_page()
    qtbot.waitUntil(lambda: empty_place(page).isVisibleTo(page))
    with qtbot.waitSignal(page.folders_asked):
        buttons(page)["Choose folders…"].click()
    with qtbot.waitSignal(page.demo_asked):
        buttons(page)["Try the demo collection"].click()


def test_a_library_that_is_being_read_says_so(qtbot, open_page, tmp_path):
    page = open_page()

    def add_folder(services):
        services.catalog.add_root(b"/music")
        return Written(None, LibraryChanged(roots=True))

    qtbot.waitUntil(lambda: buttons(page) != {})
    page._background.write(add_folder, parent=page)
    qtbot.waitUntil(lambda: "Choose folders…" not in visible_buttons(page))


def visible_buttons(page):
    return [text for text, button in buttons(page).items() if button.isVisibleTo(page)]


def test_what_is_chosen_narrows_tracks_and_the_panes_to_its_right(qtbot, page, ids):
    page.browser_action.setChecked(True)
    genres, artists, albums = page._browser.panes
    qtbot.waitUntil(lambda: [one.value for one in genres.counts] == ["Jazz", "Rock", ""])
    qtbot.waitUntil(lambda: [one.value for one in artists.counts] == ["Ana", "Ben", "Cleo", ""])
    genres.keyboardSearch("r")
    qtbot.waitUntil(lambda: shown(page) == [ids[1], ids[3], ids[4]])
    qtbot.waitUntil(lambda: [one.n_tracks for one in artists.counts] == [1, 1, 1])
    artists.keyboardSearch("a")
    qtbot.waitUntil(lambda: shown(page) == [ids[1]])
    qtbot.waitUntil(lambda: [one.value for one in albums.counts] == ["Blue"])


def test_quick_choices_in_two_panes_leave_no_pane_behind(qtbot, page):
    page.browser_action.setChecked(True)
    genres, artists, albums = page._browser.panes
    qtbot.waitUntil(lambda: len(albums.counts) == 4)
    genres.keyboardSearch("r")
    artists.keyboardSearch("b")
    qtbot.waitUntil(lambda: [one.value for one in albums.counts] == ["Blue"])
    qtbot.waitUntil(lambda: [one.value for one in artists.counts] == ["Ana", "Ben", "Cleo"])


def test_a_hidden_column_browser_narrows_nothing(qtbot, page, ids):
    page.browser_action.setChecked(True)
    genres = page._browser.panes[0]
    qtbot.waitUntil(lambda: len(genres.counts) == 3)
    genres.keyboardSearch("r")
    qtbot.waitUntil(lambda: len(shown(page)) == 3)
    page.browser_action.setChecked(False)
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids))


def test_sorting_by_a_column_sorts_the_library(qtbot, page, ids):
    page._table.header.sort_by(Column.TITLE)
    page._table.header.sort_by(Column.TITLE)
    qtbot.waitUntil(lambda: shown(page)[:2] == [ids[4], ids[3]])


def test_playing_from_the_table_carries_the_whole_listing(qtbot, page):
    expected = list(shown(page))
    page._table.select_track(expected[2])
    page.focus_list()
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page._table, Qt.Key.Key_Return)
    assert asked.args == [expected, 2]


def test_new_tracks_appear_and_what_is_selected_stays_so(qtbot, page, ids):
    page._table.select_track(ids[4])
    page._background.write(adding(7, Tags("Alder", "Aaron", "Aspen")), parent=page)
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids) + 1)
    assert page._table.selected_ids() == (ids[4],)
    assert count_words(page) == "7 tracks · 12 min"


def test_changes_are_gathered_to_one_reading_a_second(qtbot, page, ids):
    read: list[object] = []
    original = page._background.browse

    def counted(work, **how):
        read.append(work)
        original(work, **how)

    page._background.browse = counted
    for number in range(7, 27):
        page._background.write(adding(number, Tags(f"New {number}")), parent=page)
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids) + 20, timeout=5_000)
    assert len(read) <= 4


def test_a_slow_answer_is_awaited_however_often_the_library_changes(qtbot, page, ids):
    asked: list[object] = []
    original = page._background.browse

    def counted(work, **how):
        asked.append(work)
        original(work, **how)

    may_go_on = threading.Event()
    page._background.browse = counted
    original(lambda _services: may_go_on.wait(20), on_success=bool, parent=page)
    page._background.write(adding(7, Tags("New 7")), parent=page)
    qtbot.waitUntil(lambda: len(asked) == 1)
    page._background.write(adding(8, Tags("New 8")), parent=page)
    with qtbot.waitSignals([page._refresh_soon.timeout, page._refresh_soon.timeout]):
        pass
    assert len(asked) == 1
    may_go_on.set()
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids) + 2, timeout=5_000)


def test_playlists_that_change_leave_the_library_alone(qtbot, page):
    def make(services):
        made = services.catalog.playlists.create("One", [])
        return Written(None, LibraryChanged(playlists=frozenset([made])))

    with qtbot.waitSignal(page._background.library_changed):
        page._background.write(make, parent=page)
    assert not page._refresh_soon.isActive()


def test_the_playing_track_is_found_even_where_the_search_leaves_it_out(qtbot, page, ids):
    typed(qtbot, page, "ben")
    page.set_playing(ids[0])
    page.jump_action.trigger()
    qtbot.waitUntil(lambda: page._table.selected_ids() == (ids[0],))
    assert page._line.text == ""


def test_without_a_playing_track_there_is_nothing_to_jump_to(page, ids):
    assert not page.jump_action.isEnabled()
    page.set_playing(ids[0])
    assert page.jump_action.isEnabled()


def test_a_letter_typed_in_the_table_goes_on_in_the_search(qtbot, page, ids):
    page._line.set_text("be")
    page.focus_list()
    qtbot.keyClick(page._table, Qt.Key.Key_N)
    assert page._line.text == "ben"
    qtbot.waitUntil(lambda: shown(page) == [ids[3]])


def test_escape_clears_the_search_and_then_leaves_it(qtbot, page):
    left: list[bool] = []
    page._line.left.connect(lambda: left.append(True))
    page._line.set_text("ben")
    qtbot.keyClick(page._line._line, Qt.Key.Key_Escape)
    assert (page._line.text, left) == ("", [])
    qtbot.keyClick(page._line._line, Qt.Key.Key_Escape)
    assert left == [True]


def test_a_field_of_the_help_is_typed_on_in_the_line(qtbot, page):
    page._line.set_text("blue")
    by_text = {one.text(): one for one in page._line._fields.findChildren(QPushButton)}
    by_text['artist:"miles davis"'].click()
    assert page._line.text == "blue artist:"


def test_albums_stand_side_by_side_and_answer_to_the_search(qtbot, page):
    page.show_albums()
    qtbot.waitUntil(lambda: len(page._grid.albums) == 4)
    assert [(one.artist, one.title) for one in page._grid.albums] == [
        ("Ana", "Blue"),
        ("Ana", "Clear"),
        ("Ben", "Blue"),
        ("Cleo", "Earth"),
    ]
    assert count_words(page) == "4 albums"
    page._line.set_text("ben")
    qtbot.waitUntil(lambda: count_words(page) == "1 album")


def test_an_album_is_played_from_its_first_track(qtbot, page, ids):
    page.show_albums()
    qtbot.waitUntil(lambda: len(page._grid.albums) == 4)
    page.focus_list()
    page._grid.setCurrentIndex(page._grid.model().index(0, 0))
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page._grid, Qt.Key.Key_Return)
    assert asked.args == [ids[:2], 0]


def test_two_albums_are_queued_together(qtbot, page, ids):
    page.show_albums()
    qtbot.waitUntil(lambda: len(page._grid.albums) == 4)
    page.focus_list()
    page._grid.selectAll()
    qtbot.waitUntil(lambda: len(page._grid._ids) == 5)
    actions = page._grid._actions
    with qtbot.waitSignal(actions.queue_wanted) as wanted:
        qtbot.keyClick(page._grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert wanted.args == [tuple(ids[:5])]


def test_a_drag_of_an_album_names_its_files(qtbot, page, ids):
    page.show_albums()
    qtbot.waitUntil(lambda: len(page._grid.albums) == 4)
    page._grid.setCurrentIndex(page._grid.model().index(2, 0))
    qtbot.waitUntil(lambda: page._grid._ids == (ids[3],))
    assert page._grid._paths((ids[3],)) == [b"/music/4.mp3"]


def test_albums_fill_the_width_with_whole_columns(qtbot, page):
    page.show_albums()
    qtbot.waitUntil(lambda: len(page._grid.albums) == 4)
    for width_px in (640, 1_000, 1_400):
        page.resize(width_px, 600)
        grid = page._grid
        room_px = grid.viewport().width()
        n_columns = room_px // grid.gridSize().width()
        assert 0 <= room_px - n_columns * grid.gridSize().width() < n_columns + 3
        first, last = grid.model().index(0, 0), grid.model().index(min(3, n_columns - 1), 0)
        assert grid.visualRect(first).top() == grid.visualRect(last).top()


def test_the_page_comes_back_as_it_was_left(qtbot, page, open_page, ids):
    page.browser_action.setChecked(True)
    page._line.set_text("blue")
    state = page.save_state()
    again = open_page()
    again.restore_state(state)
    qtbot.waitUntil(lambda: sorted(shown(again)) == sorted([ids[0], ids[1], ids[3]]))
    assert again.browser_action.isChecked()
    assert again.save_state()["text"] == "blue"


@pytest.mark.parametrize(
    "state",
    [{}, {"albums": "yes", "text": 3, "table": [], "browser": 0, "sizes": ["a", 2]}],
    ids=["empty", "wrong types"],
)
def test_a_state_that_is_nonsense_shows_all_tracks(qtbot, page, ids, state):
    page.restore_state(state)
    qtbot.waitUntil(lambda: len(shown(page)) == len(ids))


def test_a_listing_that_grew_long_comes_in_two_steps_and_is_whole(qtbot, open_page, tmp_path):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        for number in range(1, 261):
            keep_song(
                catalog, number, Tags(f"Song {number:03}", "Ana", "Many", track_number=number)
            )
    page = open_page()
    qtbot.waitUntil(lambda: len(shown(page)) == 260, timeout=5_000)
    assert count_words(page).startswith("260 tracks")


def test_all_that_was_found_is_asked_for_once_nobody_types(qtbot, open_page, tmp_path):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        for number in range(1, 261):
            keep_song(catalog, number, Tags(f"Song {number:03}", "Ana"))
    page = open_page()
    qtbot.waitUntil(lambda: len(shown(page)) == 260, timeout=5_000)
    asked: list[object] = []
    original = page._background.browse

    def counted(work, **how):
        asked.append(work)
        original(work, **how)

    page._background.browse = counted
    page._rest_later.setInterval(60_000)
    for text in ("s", "so", "son"):
        page._line.set_text(text)
        page._ask_soon()
        qtbot.waitUntil(lambda text=text: page._answered.text == text, timeout=5_000)
    assert asked == []
    assert len(shown(page)) == 200
    page._rest_later.start(0)
    qtbot.waitUntil(lambda: len(shown(page)) == 260, timeout=5_000)
    assert len(asked) == 1


def test_every_control_has_a_name_and_can_take_the_keys(page):
    for control in (*page._line.findChildren(QToolButton), page._line._line):
        if isinstance(control.parent(), QLineEdit):
            continue  # Qt's own buttons inside the line
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
