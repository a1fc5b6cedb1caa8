import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.queue import PlayQueue, Repeat
from app.queue_data import queue_as_json, restore_queue
from app.queue_line import Playable, QueueKey
from library.records import TrackId

TRACKS = [TrackId(number) for number in range(10, 16)]


@pytest.fixture
def queue() -> PlayQueue:
    """Six tracks, of which the third plays."""
    queue = PlayQueue()
    queue.replace(TRACKS, 2)
    return queue


def names(queue: PlayQueue) -> list[Playable]:
    return list(queue.line.playables)


def playing(queue: PlayQueue) -> Playable | None:
    index = queue.current_index
    return None if index is None else queue.line.playables[index]


def keys_of(queue: PlayQueue, *tracks: int) -> list[QueueKey]:
    return [queue.line.keys[names(queue).index(TrackId(track))] for track in tracks]


def played_to_the_end(queue: PlayQueue) -> list[Playable | None]:
    played: list[Playable | None] = []
    while queue.advance() is not None and len(played) < 20:
        played.append(playing(queue))
    return played


def test_an_empty_queue_has_nothing_to_play():
    queue = PlayQueue()
    assert queue.current is queue.upcoming() is queue.advance() is queue.skip() is None
    assert queue.go_back(0.0) is None


def test_entries_follow_each_other_up_to_the_last(queue: PlayQueue):
    assert played_to_the_end(queue) == [13, 14, 15]
    assert playing(queue) == 15
    assert not queue.has_following


def test_upcoming_is_what_advance_goes_to(queue: PlayQueue):
    upcoming = queue.upcoming()
    assert playing(queue) == 12
    assert queue.advance() == upcoming == queue.current


def test_repeating_all_goes_from_the_last_to_the_first(queue: PlayQueue):
    queue.repeat = Repeat.ALL
    queue.go_to(5)
    queue.advance()
    assert playing(queue) == 10
    queue.go_back(0.0)
    assert playing(queue) == 15


def test_repeating_one_stays_until_the_listener_skips(queue: PlayQueue):
    queue.repeat = Repeat.ONE
    queue.advance()
    assert playing(queue) == 12
    queue.skip()
    assert playing(queue) == 13


def test_after_a_stop_play_goes_on_with_the_next_entry(queue: PlayQueue):
    queue.stop_after_current = True
    assert queue.upcoming() is None
    assert queue.advance() is None
    assert playing(queue) == 13
    assert not queue.stop_after_current


def test_going_back_restarts_a_track_that_has_played_for_a_while(queue: PlayQueue):
    queue.go_back(3.1)
    assert playing(queue) == 12
    queue.go_back(2.9)
    assert playing(queue) == 11


def test_going_back_from_the_first_restarts_it(queue: PlayQueue):
    queue.go_to(0)
    assert queue.go_back(0.0) == queue.current
    assert playing(queue) == 10


def test_what_is_to_play_next_comes_before_the_rest(queue: PlayQueue):
    queue.play_next([b"/tmp/a.mp3", TrackId(99)])
    assert names(queue) == [10, 11, 12, b"/tmp/a.mp3", 99, 13, 14, 15]
    queue.append([TrackId(7)])
    assert names(queue)[-1] == 7
    assert playing(queue) == 12


def test_the_current_entry_is_followed_through_a_move(queue: PlayQueue):
    queue.move(keys_of(queue, 12, 10), 5)
    assert names(queue) == [11, 13, 14, 10, 12, 15]
    assert playing(queue) == 12


def test_a_track_that_stands_twice_is_two_entries():
    queue = PlayQueue()
    queue.replace([TrackId(1), TrackId(1)], 0)
    queue.remove([queue.line.keys[0]])
    assert names(queue) == [1]
    assert playing(queue) is None
    queue.skip()
    assert playing(queue) == 1


def test_a_removed_entry_is_followed_by_what_followed_it(queue: PlayQueue):
    queue.remove(keys_of(queue, 11, 12))
    assert queue.current is None
    queue.insert(0, [TrackId(1)])
    queue.play_next([TrackId(2)])
    assert names(queue) == [1, 10, 2, 13, 14, 15]
    queue.advance()
    assert playing(queue) == 2


def test_going_back_from_a_removed_entry_finds_the_one_before(queue: PlayQueue):
    queue.remove(keys_of(queue, 12))
    queue.go_back(20.0)
    assert playing(queue) == 11


def test_shuffling_puts_the_current_entry_first_and_back_again(queue: PlayQueue):
    queue.shuffle(seed=4)
    assert queue.shuffled
    assert names(queue)[0] == playing(queue) == 12
    assert sorted(names(queue)) == TRACKS
    assert names(queue)[1:] != [10, 11, 13, 14, 15]
    queue.append([TrackId(99)])
    queue.unshuffle()
    assert names(queue) == [*TRACKS, 99]
    assert playing(queue) == 12
    assert not queue.shuffled


def test_a_seed_gives_the_same_order_again(queue: PlayQueue):
    other = PlayQueue()
    other.replace(TRACKS, 2)
    queue.shuffle(seed=1)
    other.shuffle(seed=1)
    assert names(queue) == names(other)


def test_shuffling_twice_comes_back_to_the_first_order(queue: PlayQueue):
    queue.shuffle(seed=1)
    queue.shuffle(seed=2)
    queue.unshuffle()
    assert names(queue) == TRACKS


def test_every_edit_can_be_undone_while_something_else_plays(queue: PlayQueue):
    queue.remove(keys_of(queue, 10, 11))
    queue.skip()
    queue.undo()
    assert names(queue) == TRACKS
    assert playing(queue) == 13
    queue.redo()
    assert names(queue) == [12, 13, 14, 15]
    assert playing(queue) == 13


def test_undo_brings_the_current_entry_back_as_the_current_one(queue: PlayQueue):
    queue.clear()
    assert names(queue) == []
    queue.undo()
    assert playing(queue) == 12


def test_an_edit_that_changes_nothing_is_not_there_to_be_undone():
    queue = PlayQueue()
    queue.clear()
    queue.remove([])
    queue.undo()
    queue.redo()
    assert not queue.can_undo
    assert not queue.can_redo


def test_a_new_edit_leaves_nothing_to_be_done_again(queue: PlayQueue):
    queue.clear()
    queue.undo()
    assert queue.can_redo
    queue.append([TrackId(1)])
    assert not queue.can_redo


def test_an_entry_is_known_until_it_is_removed(queue: PlayQueue):
    (key,) = keys_of(queue, 14)
    assert queue.playable(key) == 14
    queue.remove([key])
    assert queue.playable(key) is None


EDITS = st.lists(
    st.tuples(st.sampled_from("amrsuzy"), st.integers(0, 9), st.integers(0, 9)), max_size=25
)


@given(EDITS)
def test_what_is_undone_to_the_end_is_what_it_was_at_the_start(edits):
    queue = PlayQueue()
    queue.replace(TRACKS, 2)
    for kind, first, second in edits:
        keys = queue.line.keys[first : first + 3]
        gap = min(second, len(queue.line.keys))
        match kind:
            case "a":
                queue.insert(gap, [TrackId(first), b"/x"])
            case "m":
                queue.move(keys, gap)
            case "r":
                queue.remove(keys)
            case "s":
                queue.shuffle(seed=first)
            case "u":
                queue.unshuffle()
            case "z":
                queue.undo()
            case "y":
                queue.skip()
        line = queue.line
        assert len(line.keys) == len(line.playables) == len(set(line.keys))
        assert queue.current is None or line.keys.index(queue.current) == queue.current_index
    while queue.can_undo:
        queue.undo()
    assert names(queue) == []


def test_a_queue_comes_back_from_its_text(queue: PlayQueue):
    queue.insert(1, [b"/music/\xff.flac"])
    queue.repeat = Repeat.ALL
    queue.shuffle(seed=3)
    queue.remove(keys_of(queue, 15))
    back = PlayQueue()
    restore_queue(back, queue_as_json(queue))
    assert names(back) == names(queue)
    assert playing(back) == 12
    assert back.repeat is Repeat.ALL
    assert not back.can_undo
    back.append([TrackId(50)])
    back.unshuffle()
    assert names(back) == [10, b"/music/\xff.flac", 11, 12, 13, 14, 50]


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"entries": [True], "current": None, "repeat": "off", "unshuffled": []},
        {"entries": [1], "current": 4, "repeat": "off", "unshuffled": []},
        {"entries": [1], "current": "a", "repeat": "off", "unshuffled": []},
        {"entries": [1], "current": 0, "repeat": "often", "unshuffled": []},
        {"entries": [1], "current": 0, "repeat": "off", "unshuffled": [3]},
    ],
)
def test_a_text_that_holds_no_queue_changes_nothing(queue: PlayQueue, content):
    with pytest.raises(ValueError, match=r"queue|Repeat"):
        restore_queue(queue, json.dumps(content))
    assert names(queue) == TRACKS
    assert playing(queue) == 12
    assert queue.repeat is Repeat.OFF
