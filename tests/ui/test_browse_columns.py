"""Columns without a window: widths that fill a table, and orders that clicks make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search import FIELDS
from library.listing import SortColumn, SortKey
from ui.browse.column_widths import LEAST_PX, Wanted, fitted
from ui.browse.columns import COLUMNS, Column, column_name
from ui.browse.search_fields import EXAMPLES
from ui.browse.sort_order import clicked, order_from, plain_order

ARTIST = SortKey(SortColumn.ARTIST)
YEAR = SortKey(SortColumn.YEAR)


def test_columns_of_text_share_what_the_others_leave():
    wanted = {0: Wanted(200, gives=True), 1: Wanted(100, gives=True), 2: Wanted(60, gives=False)}
    assert fitted(wanted, 660) == {0: 400, 1: 200, 2: 60}


def test_no_column_of_text_gets_narrower_than_can_be_read():
    wanted = {0: Wanted(900, gives=True), 1: Wanted(10, gives=True)}
    assert fitted(wanted, 500) == {0: 500 - LEAST_PX, 1: LEAST_PX}


def test_a_column_that_is_dragged_keeps_its_width():
    wanted = {0: Wanted(300, gives=True), 1: Wanted(100, gives=True), 2: Wanted(100, gives=True)}
    assert fitted(wanted, 600, pinned=0) == {0: 300, 1: 150, 2: 150}


@given(
    st.lists(st.builds(Wanted, st.integers(0, 2_000), gives=st.booleans()), max_size=11),
    st.integers(0, 4_000),
)
def test_widths_fill_the_table_to_the_pixel_wherever_it_is_wide_enough(columns, available_px):
    wanted = dict(enumerate(columns))
    widths = fitted(wanted, available_px)
    least = sum(LEAST_PX if one.gives else one.width_px for one in columns)
    if any(one.gives for one in columns):
        assert sum(widths.values()) == max(available_px, least)
    assert widths.keys() == wanted.keys()


def test_clicks_sort_one_way_then_the_other_then_not_at_all():
    once = clicked((), Column.ARTIST, adds=False)
    twice = clicked(once, Column.ARTIST, adds=False)
    assert once == (ARTIST,)
    assert twice == (SortKey(SortColumn.ARTIST, descending=True),)
    assert clicked(twice, Column.ARTIST, adds=False) == ()


def test_a_click_on_another_column_sorts_by_that_one_alone():
    assert clicked((ARTIST,), Column.YEAR, adds=False) == (YEAR,)


def test_a_click_with_ctrl_adds_turns_and_removes_one_of_several_columns():
    both = clicked((ARTIST,), Column.YEAR, adds=True)
    turned = clicked(both, Column.ARTIST, adds=True)
    assert both == (ARTIST, YEAR)
    assert turned == (SortKey(SortColumn.ARTIST, descending=True), YEAR)
    assert clicked(turned, Column.ARTIST, adds=True) == (YEAR,)


def test_the_newest_and_the_most_played_come_first():
    assert clicked((), Column.ADDED, adds=False) == (SortKey(SortColumn.ADDED, descending=True),)


def test_what_cannot_be_sorted_by_changes_nothing():
    assert clicked((ARTIST,), Column.HEARD, adds=False) == (ARTIST,)


def test_an_order_comes_back_from_plain_data():
    order = (ARTIST, SortKey(SortColumn.YEAR, descending=True))
    assert order_from(plain_order(order)) == order


@pytest.mark.parametrize(
    "plain", [None, "artist", 3, [["artist"]], [["mood", True]], [["year", 1]], [3, None]], ids=repr
)
def test_nonsense_is_no_order(plain):
    assert order_from(plain) == ()


def test_every_column_has_a_name_of_its_own(qapp):
    assert len({column_name(column) for column in COLUMNS}) == len(COLUMNS)


def test_the_help_shows_every_field_of_the_search_language():
    assert set(EXAMPLES) == set(FIELDS)
    assert all(example.startswith(f"{field}:") for field, example in EXAMPLES.items())
