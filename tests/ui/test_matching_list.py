"""The list of matches: rows that stay in place, keys, buttons, drags, and what is told of each."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from library.records import Match, Tags, Track, TrackId, WindowPair
from tests.ui.similar_panel import fill
from ui.covers import CoverCache
from ui.drag import dragged_tracks
from ui.matching.match_delegate import EXCLUDE, LESS, LOCK, MORE, PART
from ui.matching.match_list import MatchList
from ui.matching.reasons import likeness, name_of_list, reason_line, reason_text
from ui.style import apply_theme
from ui.track_actions import TrackActions

ROLE = Qt.ItemDataRole.AccessibleTextRole


def match(number: int, *, missing: bool = False, similarity: float = 0.75) -> Match:
    tags = Tags(title=f"<i>{number}</i> " + "long title " * 9, artist="Band & Co", album="Album")
    path = b"/music/%d.mp3" % number
    track = Track(TrackId(number), path, tags, 180.0, missing, 0.0, 0)
    reasons = (WindowPair("Seed A", 35.0, 80.0, 0.9), WindowPair("Seed B", 5.0, 10.0, 0.8))
    return Match(track, similarity, reasons, ("jazz", "piano"))


def matches(*numbers: int) -> tuple[Match, ...]:
    return tuple(match(number) for number in numbers)


@pytest.fixture
def around(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def view(qtbot, around, open_background, tmp_path):
    fill(tmp_path, 1)
    background = open_background(tmp_path)
    made = MatchList(CoverCache(background, background), TrackActions(background), around)
    around.resize(340, 300)
    made.resize(340, 300)
    with qtbot.waitExposed(around):
        around.show()
    made.setFocus()
    return made


def chosen(view):
    return list(view.selected_ids())


def button_place(view, row, name):
    index = view.matches.index(row, 0)
    rects = view.itemDelegate().button_rects(view.visualRect(index), index)
    return next(rect.center() for button, rect in rects if button.name == name)


def test_the_selection_goes_with_its_track(view):
    view.show_matches(matches(1, 2, 3, 4), 1)
    view.setCurrentIndex(view.matches.index(2, 0))
    view.show_matches(matches(3, 9, 1), 1)
    assert chosen(view) == [3]
    assert view.currentIndex().row() == 0


def test_where_the_current_match_goes_the_one_in_its_place_takes_over(view):
    view.show_matches(matches(1, 2, 3), 1)
    view.setCurrentIndex(view.matches.index(1, 0))
    view.show_matches(matches(1, 3), 1)
    assert chosen(view) == [3]
    view.show_matches(matches(1), 1)
    assert chosen(view) == [1]
    view.show_matches((), 1)
    assert chosen(view) == []


def test_what_was_on_the_screen_stays_where_it_was(view):
    view.show_matches(matches(*range(1, 51)), 1)
    view.scrollTo(view.matches.index(20, 0), view.ScrollHint.PositionAtTop)
    top = view.visualRect(view.matches.index(20, 0)).top()
    view.show_matches(matches(90, 91, *range(1, 51)), 1)
    assert view.visualRect(view.matches.index(22, 0)).top() == top


def test_where_the_first_row_on_the_screen_goes_the_next_stays(view):
    view.show_matches(matches(*range(1, 51)), 1)
    view.scrollTo(view.matches.index(20, 0), view.ScrollHint.PositionAtTop)
    second = view.visualRect(view.matches.index(21, 0)).top()
    view.show_matches(matches(*range(1, 21), *range(22, 51)), 1)
    assert view.visualRect(view.matches.index(20, 0)).top() == second


def test_a_list_at_its_beginning_stays_there(view):
    view.show_matches(matches(*range(1, 51)), 1)
    view.show_matches(matches(90, *range(1, 51)), 1)
    assert view.verticalScrollBar().value() == 0


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_Plus, "more_pressed"),
        (Qt.Key.Key_Minus, "less_pressed"),
        (Qt.Key.Key_K, "lock_pressed"),
        (Qt.Key.Key_X, "exclude_pressed"),
        (Qt.Key.Key_Delete, "exclude_pressed"),
    ],
    ids=["plus", "minus", "K", "X", "delete"],
)
def test_keys_say_what_is_wished_of_the_chosen_matches(qtbot, view, key, signal):
    view.show_matches(matches(1, 2, 3), 1)
    view.setCurrentIndex(view.matches.index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(getattr(view, signal)) as told:
        qtbot.keyClick(view, key)
    assert told.args == [[1, 2]]


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        (MORE, "more_pressed"),
        (LESS, "less_pressed"),
        (LOCK, "lock_pressed"),
        (EXCLUDE, "exclude_pressed"),
    ],
)
def test_a_button_is_for_its_own_row_only_and_chooses_nothing(qtbot, view, name, signal):
    view.show_matches(matches(1, 2, 3), 1)
    view.setCurrentIndex(view.matches.index(0, 0))
    with qtbot.waitSignal(getattr(view, signal)) as told:
        qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=button_place(view, 2, name)
        )
    assert told.args == [[3]]
    assert chosen(view) == [1]


def test_the_part_that_matched_is_asked_for_with_its_match(qtbot, view):
    view.show_matches(matches(1, 2), 1)
    place = button_place(view, 1, PART)
    with qtbot.waitSignal(view.part_pressed) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args[0].track.id == 2


def test_a_second_press_of_a_button_does_not_play_the_list(qtbot, view):
    view.show_matches(matches(1, 2), 1)
    with qtbot.assertNotEmitted(view.play_pressed):
        qtbot.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=button_place(view, 1, LOCK)
        )


def test_a_double_click_and_return_play_from_there(qtbot, view):
    view.show_matches(matches(1, 2, 3), 1)
    place = view.visualRect(view.matches.index(1, 0)).topLeft() + QPoint(80, 12)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(view.play_pressed) as told:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [1]
    view.setCurrentIndex(view.matches.index(2, 0))
    with qtbot.waitSignal(view.play_pressed) as told:
        qtbot.keyClick(view, Qt.Key.Key_Enter)
    assert told.args == [2]


def test_matches_are_dragged_out_in_order_as_copies_without_missing_files(view):
    view.show_matches((match(1), match(2, missing=True), match(3)), 1)
    mime = view.matches.mimeData([view.matches.index(row, 0) for row in (2, 0, 1)])
    assert dragged_tracks(mime) == [1, 2, 3]
    assert [url.toString() for url in mime.urls()] == ["file:///music/1.mp3", "file:///music/3.mp3"]
    assert view.matches.supportedDragActions() == Qt.DropAction.CopyAction


def test_the_menu_has_the_part_and_the_lock_before_what_all_tracks_have(qtbot, view):
    view.show_matches(matches(1, 2), 1)
    view.setCurrentIndex(view.matches.index(1, 0))
    menu = view.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == ["Play the part that matched\tP", "Lock in the list\tK"]
    with qtbot.waitSignal(view.lock_pressed) as told:
        menu.actions()[1].trigger()
    assert told.args == [[2]]


def test_a_row_tells_everything_to_who_cannot_see_it(view):
    view.show_matches(matches(1), 2)
    view.matches.set_locked(frozenset({TrackId(1)}))
    view.matches.set_playing(TrackId(1))
    lines = view.matches.index(0, 0).data(ROLE).split("\n")
    assert lines[1:] == [
        "Band & Co – Album",
        "Locked in the list",
        "Playing now",
        "Similarity 0.75: very alike",
        "1:20 like 0:35 of Seed A",
        "0:10 like 0:05 of Seed B",
        "Heard in both: jazz, piano",
    ]
    tooltip = view.matches.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;i&gt;1&lt;/i&gt;" in tooltip


def test_only_rows_that_look_different_are_drawn_anew(qtbot, view):
    view.show_matches(matches(1, 2, 3), 1)
    with qtbot.waitSignal(view.matches.dataChanged) as told:
        view.matches.set_playing(TrackId(2))
    assert told.args[0].row() == 1
    with qtbot.assertNotEmitted(view.matches.dataChanged):
        view.matches.set_playing(TrackId(2))


def test_one_seed_is_not_named_in_every_row():
    assert reason_line(match(1), 1) == "1:20 like 0:35 · jazz, piano"
    assert reason_line(match(1), 2) == "1:20 like 0:35 of Seed A · jazz, piano"


def test_a_match_without_reasons_has_only_its_similarity():
    bare = Match(match(1).track, -0.2)
    assert reason_line(bare, 1) == ""
    assert reason_text(bare) == "Similarity -0.20: a little alike"


def test_likeness_has_a_word_for_every_number():
    words = [likeness(number / 10) for number in range(-10, 11)]
    assert list(dict.fromkeys(words)) == ["a little alike", "somewhat alike", "alike", "very alike"]


def test_a_list_is_named_after_its_seeds():
    assert name_of_list([]) == "Similar songs"
    assert name_of_list(["A"]) == "Like A"
    assert name_of_list(["A", "B"]) == "Like A and B"
    assert name_of_list(["A", "B", "C"]) == "Like A and 2 more"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rows_are_drawn_in_both_themes_narrow_and_wide(qapp, view, theme):
    apply_theme(qapp, theme)
    view.show_matches(matches(*range(1, 51)), 2)
    view.matches.set_locked(frozenset({TrackId(2)}))
    view.matches.set_playing(TrackId(2))
    view.setCurrentIndex(view.matches.index(1, 0))
    view.set_faded(faded=True)
    for width in (120, 340, 700):
        view.resize(width, 300)
        picture = view.grab().toImage()
        assert len({picture.pixel(x, 20) for x in range(picture.width())}) > 3
    apply_theme(qapp, "light")


def test_of_many_seeds_only_the_closest_are_told():
    pairs = tuple(WindowPair(f"Seed {n}", 0.0, 0.0, 0.9) for n in range(200))
    told = reason_text(Match(match(1).track, 0.9, pairs))
    assert "Seed 5" in told
    assert "Seed 6" not in told


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_the_button_under_the_pointer_is_lit_and_says_what_it_does(qtbot, view):
    view.show_matches(matches(1, 2), 1)
    place = button_place(view, 1, EXCLUDE)
    qtbot.mouseMove(view.viewport(), place)
    qtbot.waitUntil(lambda: view.button_under_pointer == (1, EXCLUDE))
    view.grab()
    ask = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), ask)
    assert "Exclude from these matches (X)" in QToolTip.text()
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert view.button_under_pointer is None
    QToolTip.hideText()
