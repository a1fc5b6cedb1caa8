"""A table of tracks: what it shows, selects, plays, copies and lets be dragged."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from library.listing import SortColumn, SortKey
from library.records import TrackId
from tests.ui.browse_library import make_songs
from ui.browse.columns import COLUMNS, SHOWN_AT_FIRST, Column
from ui.browse.track_table import TrackTable
from ui.drag import dragged_tracks
from ui.rows.row_painter import MARK_GAP_PX, MARK_PX
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

MARGIN_PX = 8
TITLE, ARTIST = COLUMNS.index(Column.TITLE), COLUMNS.index(Column.ARTIST)


@pytest.fixture
def ids(tmp_path):
    return make_songs(tmp_path)


@pytest.fixture
def actions(qapp):
    return TrackActions()


@pytest.fixture
def table(qtbot, open_background, tmp_path, ids, actions):
    background = open_background(tmp_path)
    table = TrackTable(background, TrackRows(background, background), actions)
    qtbot.addWidget(table)
    table.resize(800, 200)
    table.show()
    table.show_ids(list(ids), keeps_place=False)
    qtbot.waitUntil(lambda: all(text(table, row, TITLE) != "…" for row in range(len(ids))))
    return table


def text(table, row, column):
    return table.model().index(row, column).data()


def select(table, *rows):
    table.clearSelection()
    mode = table.selectionModel().SelectionFlag
    for row in rows:
        table.selectionModel().select(table.model().index(row, 0), mode.Select | mode.Rows)


def test_a_row_says_what_is_known_of_its_track(table):
    cells = [text(table, 1, column) for column in range(len(COLUMNS))]
    said = dict(zip(COLUMNS, cells, strict=True))
    assert said[Column.TITLE] == "Bright"
    assert said[Column.ARTIST] == "Ana"
    assert said[Column.LENGTH] == "1:40"
    assert said[Column.GENRE] == "Jazz, Rock"
    assert said[Column.HEARD] == "low, loud"
    assert said[Column.NUMBER] == "2"
    assert said[Column.PLAYS] == ""
    assert said[Column.PATH] == "/music/2.mp3"


def test_a_track_without_tags_is_shown_by_its_file(table):
    assert text(table, 5, TITLE) == "6"


def test_rows_that_were_not_read_yet_are_drawn_as_such(qtbot, open_background, tmp_path, ids):
    background = open_background(tmp_path)
    fresh = TrackTable(background, TrackRows(background, background), TrackActions(background))
    qtbot.addWidget(fresh)
    fresh.show_ids(list(ids), keeps_place=False)
    assert text(fresh, 0, TITLE) == "…"
    with qtbot.waitSignal(fresh.model().dataChanged):
        fresh.show()


def test_return_and_a_double_click_play_the_whole_list_from_there(qtbot, table, ids):
    table.select_track(ids[2])
    table.setFocus()
    with qtbot.waitSignal(table.play_asked) as by_key:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert by_key.args == [ids, 2]
    place = table.visualRect(table.model().index(1, 0)).center()
    with qtbot.waitSignal(table.play_asked) as by_click:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert by_click.args == [ids, 1]


def test_letters_go_to_the_search_and_keys_with_ctrl_do_not(qtbot, table):
    typed: list[str] = []
    table.typed.connect(typed.append)
    qtbot.keyClicks(table, "aB7")
    qtbot.keyClick(table, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert typed == ["a", "B", "7"]


def test_a_drag_carries_tracks_and_their_files(table, ids):
    select(table, 0, 2)
    mime = table.selection_mime()
    assert dragged_tracks(mime) == [ids[0], ids[2]]
    assert [url.toLocalFile() for url in mime.urls()] == ["/music/1.mp3", "/music/3.mp3"]


def test_the_files_of_rows_out_of_sight_are_known_soon_after_they_were_selected(
    qtbot, open_background, tmp_path, ids
):
    background = open_background(tmp_path)
    hidden = TrackTable(background, TrackRows(background, background), TrackActions(background))
    qtbot.addWidget(hidden)
    hidden.show_ids(list(ids), keeps_place=False)
    hidden.selectAll()
    qtbot.waitUntil(lambda: len(hidden.selection_mime().urls()) == len(ids))


def test_a_copy_holds_files_and_lines(qtbot, table):
    select(table, 0, 5)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.text() == "Ana - Azure\n6"
    assert len(mime.urls()) == 2


def test_a_refresh_keeps_selection_current_row_and_place(qtbot, table, ids):
    more = [*ids, *(TrackId(1_000 + n) for n in range(100))]
    table.show_ids(more, keeps_place=False)
    table.select_track(ids[4])
    table.verticalScrollBar().setValue(90)
    before_px = table.rowViewportPosition(4)
    table.show_ids([more[0], TrackId(999), *more[1:]], keeps_place=True)
    assert table.selected_ids() == (ids[4],)
    assert table.currentIndex().row() == 5
    assert table.rowViewportPosition(5) == before_px


def test_a_list_that_only_grew_at_its_end_keeps_its_selection_without_a_reset(qtbot, table, ids):
    table.select_track(ids[1])
    with qtbot.assertNotEmitted(table.model().modelReset):
        table.show_ids([*ids, TrackId(1_000)], keeps_place=True)
    assert table.selected_ids() == (ids[1],)


def test_all_stays_all_when_the_list_changes(table, ids):
    table.selectAll()
    table.show_ids([TrackId(1_000), *ids], keeps_place=True)
    assert table.selected_ids() == (TrackId(1_000), *ids)


def test_other_tracks_begin_at_the_top(table, ids):
    table.show_ids([TrackId(1_000 + n) for n in range(100)], keeps_place=False)
    table.verticalScrollBar().setValue(900)
    table.show_ids([TrackId(2_000 + n) for n in range(100)], keeps_place=False)
    assert table.verticalScrollBar().value() == 0


def test_a_track_that_is_not_in_the_list_cannot_be_selected(table):
    assert not table.select_track(TrackId(999))


def test_the_playing_track_is_said_to_a_screen_reader(table, ids):
    table.set_playing(ids[0])
    role = Qt.ItemDataRole.AccessibleTextRole
    assert table.model().index(0, TITLE).data(role) == "Azure, Playing"
    assert table.model().index(0, ARTIST).data(role) == "Ana"


def test_tooltips_show_markup_as_it_is_written(qtbot, open_background, tmp_path, ids):
    from library.records import Tags
    from tests.ui.browse_library import adding

    background = open_background(tmp_path)
    rows = TrackRows(background, background)
    table = TrackTable(background, rows, TrackActions(background))
    qtbot.addWidget(table)
    background.write(
        adding(7, Tags("<b>x</b>\nAT&T", "")),
        parent=table,
        on_success=lambda kept: table.show_ids([kept], keeps_place=False),
    )
    qtbot.waitUntil(lambda: table.ids != [] and text(table, 0, TITLE) not in (None, "…"))
    assert text(table, 0, TITLE) == "<b>x</b> AT&T"
    tip = table.model().index(0, TITLE).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip
    assert "&lt;b&gt;" in tip


def test_a_click_on_a_head_sorts_and_one_with_ctrl_adds_a_column(qtbot, table):
    header = table.header
    click_head(qtbot, table, Column.ARTIST)
    click_head(qtbot, table, Column.YEAR, Qt.KeyboardModifier.ControlModifier)
    assert header.order == (SortKey(SortColumn.ARTIST), SortKey(SortColumn.YEAR))


def click_head(qtbot, table, column, held=Qt.KeyboardModifier.NoModifier):
    header = table.header
    x = header.sectionViewportPosition(COLUMNS.index(column)) + 20
    with qtbot.waitSignal(table.order_changed):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, held, QPoint(x, 10))


def test_a_new_list_leaves_sorting_and_columns_as_they_are(qtbot, table):
    click_head(qtbot, table, Column.ARTIST)
    table.header.show_columns([Column.ARTIST])
    table.show_ids([TrackId(77)], keeps_place=True)
    assert table.header.order == (SortKey(SortColumn.ARTIST),)
    assert not table.header.is_shown(Column.ALBUM)


def test_columns_their_order_widths_and_sorting_come_back(qtbot, table, open_background, tmp_path):
    header = table.header
    header.show_columns([Column.ARTIST, Column.PLAYS])
    header.moveSection(header.visualIndex(COLUMNS.index(Column.PLAYS)), 0)
    header.resizeSection(ARTIST, 300)
    header.sort_by(Column.PLAYS)
    state = header.save_state()
    header.show_as_at_first()
    assert all(header.is_shown(column) for column in SHOWN_AT_FIRST)
    header.restore_state(state)
    assert header.save_state() == state
    assert header.sectionSize(ARTIST) == 300
    assert header.visualIndex(COLUMNS.index(Column.PLAYS)) == 0
    assert [column for column in COLUMNS if header.is_shown(column)] == [
        Column.TITLE,
        Column.ARTIST,
        Column.PLAYS,
    ]


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"columns": 3, "shown": {}, "widths": [], "order": "x"},
        {"columns": ["mood", None], "shown": ["mood"], "widths": {"title": -5, "artist": "wide"}},
        {"widths": {"title": 10**9}, "order": [["mood", True], None]},
    ],
    ids=["empty", "wrong types", "unknown names", "absurd numbers"],
)
def test_a_state_that_is_nonsense_leaves_columns_as_at_first(table, state):
    table.header.show_as_at_first()
    expected = table.header.save_state()
    table.header.restore_state(state)
    assert table.header.save_state() == expected


def test_a_double_click_on_the_border_of_a_head_shows_the_longest_text_in_sight(qtbot, table):
    header = table.header
    header.resizeSection(TITLE, 10)
    narrow_px = header.sectionSize(TITLE)
    font = table.font()
    font.setPixelSize(3 * table.fontInfo().pixelSize())  # so that no title fits
    table.setFont(font)
    right_px = header.sectionViewportPosition(TITLE) + narrow_px - 1
    with qtbot.waitSignal(header.sectionHandleDoubleClicked):
        border = QPoint(right_px, header.height() // 2)
        QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, pos=border)
    in_sight = [text(table, row, TITLE) for row in table.visible_range()]
    longest_px = max(map(table.fontMetrics().horizontalAdvance, in_sight))
    assert longest_px > narrow_px
    assert header.sectionSize(TITLE) == longest_px + 2 * MARGIN_PX + MARK_PX + MARK_GAP_PX


def test_the_columns_fill_the_table_at_any_width(qtbot, table):
    for width_px in (700, 1_400, 900):
        table.resize(width_px, 200)
        shown = [i for i in range(len(COLUMNS)) if not table.header.isSectionHidden(i)]
        total = sum(table.header.sectionSize(index) for index in shown)
        assert total == table.header.viewport().width()


def in_sight(table):
    return [one for i, one in enumerate(COLUMNS) if not table.header.isSectionHidden(i)]


def test_where_it_is_narrow_the_first_columns_come_first(table):
    table.resize(420, 200)
    assert in_sight(table) == [Column.TITLE, Column.ARTIST, Column.ALBUM, Column.LENGTH]
    assert table.horizontalScrollBar().maximum() == 0
    assert table.header.is_shown(Column.GENRE)
    table.resize(1_000, 200)
    assert in_sight(table) == list(SHOWN_AT_FIRST)


def test_columns_that_were_chosen_are_there_however_narrow_it_is(table):
    table.resize(300, 200)
    table.header.show_columns([*SHOWN_AT_FIRST, Column.PATH])
    assert in_sight(table) == [*SHOWN_AT_FIRST, Column.PATH]


def test_the_title_cannot_be_hidden_and_the_menu_reaches_columns_and_sorting_by_keys(table):
    menu = table.header.menu()
    by_name = {action.text(): action for action in menu.actions()}
    assert not by_name["Title"].isEnabled()
    by_name["Plays"].trigger()
    assert table.header.is_shown(Column.PLAYS)
    sorting = {action.text(): action for action in by_name["Sort by"].menu().actions()}
    sorting["Year"].trigger()
    assert table.header.order == (SortKey(SortColumn.YEAR),)
    menu.deleteLater()


def test_the_menu_is_about_the_selected_tracks(qtbot, table, ids, actions):
    select(table, 0, 3)
    with qtbot.waitSignal(actions.queue_wanted) as wanted:
        qtbot.keyClick(table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert wanted.args == [(ids[0], ids[3])]


def test_home_and_end_go_to_the_first_and_the_last_track(qtbot, table, ids):
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == len(ids) - 1
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.currentIndex().row() == 0


def test_tab_leaves_the_table(table):
    assert not table.tabKeyNavigation()
    assert QKeySequence("Ctrl+A").matches(QKeySequence(QKeySequence.StandardKey.SelectAll))


def test_keys_are_about_the_framed_track_where_none_is_selected(table, ids):
    table.selectionModel().setCurrentIndex(
        table.model().index(1, 0), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    assert (table.selected_ids(), table.meant_ids()) == ((), (ids[1],))
    table.selectRow(2)
    assert table.meant_ids() == (ids[2],)
