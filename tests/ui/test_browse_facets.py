"""The column browser: what is chosen, by pointer and by keys, and what the rows say."""

import pytest
from PySide6.QtCore import Qt

from library.listing import FacetCount
from library.query import Facet
from ui.browse.column_browser import ColumnBrowser, chosen_from
from ui.browse.facet_pane import MAX_CHOSEN, FacetPane
from ui.browse.questions import NOTHING_CHOSEN

COUNTS = [
    FacetCount("Alpha", 12),
    FacetCount("Beta", 1_234),
    FacetCount("Be", 3),
    FacetCount("", 2),
]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def pane(qtbot):
    pane = FacetPane(Facet.ARTIST)
    qtbot.addWidget(pane)
    pane.resize(200, 300)
    pane.show()
    pane.show_counts(COUNTS)
    return pane


def click(qtbot, pane, row, held=Qt.KeyboardModifier.NoModifier):
    place = pane.visualRect(pane.model().index(row, 0)).center()
    qtbot.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, held, place)


def selected(pane):
    return sorted(index.row() for index in pane.selectedIndexes())


def test_the_first_row_is_all_and_the_last_those_without(pane):
    rows = [pane.model().index(row, 0).data() for row in range(pane.model().rowCount())]
    assert rows == ["All (3 artists)", "Alpha", "Beta", "Be", "(none)"]
    assert selected(pane) == [0]


def test_a_screen_reader_hears_the_counts(pane):
    role = Qt.ItemDataRole.AccessibleTextRole
    assert pane.model().index(2, 0).data(role) == "Beta, 1,234"


def test_a_click_chooses_one_and_a_click_with_ctrl_another(qtbot, pane):
    with qtbot.waitSignal(pane.chosen) as first:
        click(qtbot, pane, 1)
    with qtbot.waitSignal(pane.chosen) as second:
        click(qtbot, pane, 4, CTRL)
    assert first.args == [("Alpha",)]
    assert second.args == [("Alpha", "")]


def test_all_takes_the_place_of_what_was_chosen(qtbot, pane):
    click(qtbot, pane, 1)
    with qtbot.waitSignal(pane.chosen) as all_of_them:
        click(qtbot, pane, 0, CTRL)
    assert all_of_them.args == [()]
    assert selected(pane) == [0]


def test_without_the_last_chosen_value_it_is_all_again(qtbot, pane):
    click(qtbot, pane, 1)
    with qtbot.waitSignal(pane.chosen) as none:
        click(qtbot, pane, 1, CTRL)
    assert none.args == [()]
    assert selected(pane) == [0]


@pytest.mark.parametrize("held", [CTRL, Qt.KeyboardModifier.NoModifier], ids=["ctrl", "alone"])
def test_home_chooses_all(qtbot, pane, held):
    click(qtbot, pane, 2)
    with qtbot.waitSignal(pane.chosen) as chosen:
        qtbot.keyClick(pane, Qt.Key.Key_Home, held)
    assert chosen.args == [()]


def test_typing_chooses_the_value_that_begins_so(qtbot, pane):
    pane.keyboardSearch("b")
    assert pane.values == ("Beta",)
    pane.keyboardSearch("b")
    assert pane.values == ("Be",)


def test_typing_on_narrows_what_was_typed_before(qtbot, pane):
    pane.show_counts([FacetCount("Alpha", 1), FacetCount("Bat", 1), FacetCount("Beta", 1)])
    pane.keyboardSearch("b")
    pane.keyboardSearch("e")
    assert pane.values == ("Beta",)


def test_a_chosen_value_stays_when_nothing_has_it_any_more(qtbot, pane):
    click(qtbot, pane, 2)
    with qtbot.assertNotEmitted(pane.chosen):
        pane.show_counts([FacetCount("Alpha", 1)])
    assert pane.values == ("Beta",)
    assert pane.counts == [FacetCount("Beta", 0), FacetCount("Alpha", 1)]
    assert selected(pane) == [1]


def test_other_counts_keep_what_is_chosen(qtbot, pane):
    click(qtbot, pane, 2)
    pane.show_counts([FacetCount("Able", 1), *COUNTS])
    assert pane.values == ("Beta",)
    assert selected(pane) == [3]


def test_a_long_range_counts_up_to_a_limit_and_shows_so(qtbot, pane):
    pane.show_counts([FacetCount(f"{n:03}", 1) for n in range(200)])
    click(qtbot, pane, 1)
    pane.setCurrentIndex(pane.model().index(1, 0))
    place = pane.model().index(150, 0)
    pane.scrollTo(place)
    click(qtbot, pane, 150, Qt.KeyboardModifier.ShiftModifier)
    assert len(pane.values) == MAX_CHOSEN
    assert selected(pane) == list(range(1, MAX_CHOSEN + 1))


def test_ctrl_a_is_all(qtbot, pane):
    click(qtbot, pane, 2)
    qtbot.keyClick(pane, Qt.Key.Key_A, CTRL)
    assert pane.values == ()


@pytest.fixture
def browser(qtbot):
    browser = ColumnBrowser()
    qtbot.addWidget(browser)
    browser.resize(600, 300)
    browser.show()
    browser.show_counts(0, [COUNTS, COUNTS, COUNTS])
    return browser


def test_what_is_chosen_further_left_frees_what_was_chosen_further_right(qtbot, browser):
    genres, artists, albums = browser.panes
    click(qtbot, artists, 1)
    click(qtbot, albums, 2)
    with qtbot.waitSignal(browser.chosen_changed) as changed:
        click(qtbot, genres, 3)
    assert changed.args == [0]
    assert browser.chosen == (("Be",), (), ())


def test_choices_and_widths_come_back(qtbot, browser):
    click(qtbot, browser.panes[1], 1)
    state = browser.save_state()
    browser.choose(NOTHING_CHOSEN)
    browser.restore_state(state)
    assert browser.chosen == ((), ("Alpha",), ())
    assert browser.save_state() == state


@pytest.mark.parametrize("plain", [None, [], [["a"]], 7, {"a": 1}, [[1], "b", None]], ids=repr)
def test_nonsense_chooses_nothing(plain):
    assert chosen_from(plain) == NOTHING_CHOSEN


def test_the_panes_are_named_for_a_screen_reader(browser):
    assert [pane.accessibleName() for pane in browser.panes] == ["Genre", "Artist", "Album"]
