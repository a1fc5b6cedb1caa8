"""The rules of order, and changes as stretches that can be put back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.edits import (
    Change,
    Contents,
    Entries,
    Side,
    change_between,
    inserted,
    moved,
    removed,
)
from library.errors import PlaylistError
from library.records import EntryId, PlaylistEntry, TrackId


def entries(*ids: int) -> Entries:
    return tuple(PlaylistEntry(EntryId(number), TrackId(number % 3)) for number in ids)


def ids(edited: Entries) -> list[EntryId]:
    return [entry.id for entry in edited]


lists = st.lists(st.integers(1, 12), unique=True).map(lambda numbers: entries(*numbers))


def test_insert_puts_entries_into_the_gap_before_a_position():
    assert ids(inserted(entries(1, 2), 1, entries(8, 9))) == [1, 8, 9, 2]
    assert ids(inserted(entries(1, 2), 2, entries(8))) == [1, 2, 8]


@pytest.mark.parametrize(
    ("block", "position", "expected"),
    [
        ([1], 2, [2, 1, 3, 4]),
        ([1], 1, [1, 2, 3, 4]),
        ([1], 0, [1, 2, 3, 4]),
        ([4], 0, [4, 1, 2, 3]),
        ([2, 3], 4, [1, 4, 2, 3]),
        ([4, 1], 2, [2, 1, 4, 3]),
        ([1, 2, 3, 4], 2, [1, 2, 3, 4]),
    ],
    ids=["down", "own gap", "own other gap", "to the top", "to the end", "scattered", "all"],
)
def test_move_brings_a_block_to_a_gap_of_the_list_as_it_was(block, position, expected):
    assert ids(moved(entries(1, 2, 3, 4), block, position)) == expected


@given(lists, st.data())
def test_move_keeps_every_entry_and_the_order_of_both_parts(start, data):
    block = data.draw(st.sets(st.sampled_from(ids(start)))) if start else set()
    position = data.draw(st.integers(0, len(start)))
    after = moved(start, block, position)
    assert sorted(ids(after)) == sorted(ids(start))
    assert [i for i in ids(after) if i in block] == [i for i in ids(start) if i in block]
    assert [i for i in ids(after) if i not in block] == [i for i in ids(start) if i not in block]
    # what stood before the gap and did not move still stands before the block
    ahead = [i for i in ids(start)[:position] if i not in block]
    assert ids(after)[: len(ahead)] == ahead
    assert set(ids(after)[len(ahead) : len(ahead) + len(block)]) == block


def test_remove_takes_out_one_of_two_entries_of_the_same_track():
    assert ids(removed(entries(1, 2, 4), [EntryId(1)])) == [2, 4]


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_the_list_is_refused(position):
    with pytest.raises(PlaylistError, match=f"no position {position} in a playlist of 2 entries"):
        inserted(entries(1, 2), position, entries(3))
    with pytest.raises(PlaylistError, match=f"no position {position}"):
        moved(entries(1, 2), [EntryId(1)], position)


def test_an_entry_that_is_not_in_the_list_is_refused():
    with pytest.raises(PlaylistError, match="no entry 9"):
        removed(entries(1, 2), [EntryId(1), EntryId(9)])
    with pytest.raises(PlaylistError, match="no entry 9"):
        moved(entries(1, 2), [EntryId(9)], 0)


def put(contents: Contents, out: Side, into: Side) -> Contents:
    end = out.start + len(out.entries)
    assert contents.entries[out.start : end] == out.entries
    return Contents(
        into.name,
        into.deleted,
        (*contents.entries[: out.start], *into.entries, *contents.entries[end:]),
    )


contents = st.builds(Contents, st.sampled_from(["a", "b"]), st.booleans(), lists)


@given(contents, contents)
def test_a_change_leads_forth_and_back(old, new):
    change = change_between(old, new)
    assert put(old, change.before, change.after) == new
    assert put(new, change.after, change.before) == old


@given(lists, st.integers(20, 30), st.data())
def test_a_change_holds_no_more_than_what_differs(start, number, data):
    position = data.draw(st.integers(0, len(start)))
    old = Contents("a", False, start)
    new = Contents("b", False, inserted(start, position, entries(number)))
    assert change_between(old, new) == Change(
        Side("a", False, position, ()), Side("b", False, position, entries(number))
    )
