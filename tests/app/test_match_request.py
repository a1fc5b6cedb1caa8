"""Requests for matches: what each step gives, undo over them, and the way to disk and back."""

import json

import pytest

from app.match_request import (
    MAX_SEEDS,
    Dials,
    MatchRequest,
    RequestHistory,
    usual_dials,
    with_excluded,
    with_flipped,
    with_lock_turned,
    with_only_seeds,
    with_seeds,
    without_seeds,
)
from app.match_state import dials_from, plain_request, request_from
from app.settings import Settings
from library.records import TrackId

ONE, TWO, THREE = TrackId(1), TrackId(2), TrackId(3)
FILE = b"/music/caf\xe9.mp3"


def seeds(*keys: TrackId | bytes) -> MatchRequest:
    return with_seeds(MatchRequest(), keys, wanted=True)


def test_seeds_stand_in_the_order_in_which_they_came() -> None:
    request = with_seeds(seeds(TWO, FILE), [ONE], wanted=False)
    assert request.keys == (TWO, FILE, ONE)
    assert request.wanted == (TWO, FILE)
    assert request.unwanted == (ONE,)


def test_a_seed_that_comes_again_keeps_its_place_and_changes_sides() -> None:
    request = with_seeds(seeds(ONE, TWO), [ONE], wanted=False)
    assert request.keys == (ONE, TWO)
    assert request.unwanted == (ONE,)


def test_there_are_only_so_many_seeds() -> None:
    assert len(seeds(*map(TrackId, range(MAX_SEEDS + 10))).seeds) == MAX_SEEDS


def test_flipping_changes_sides_at_the_same_place() -> None:
    request = with_flipped(seeds(ONE, TWO, THREE), [TWO])
    assert request.keys == (ONE, TWO, THREE)
    assert request.unwanted == (TWO,)
    assert with_flipped(request, [TWO]) == seeds(ONE, TWO, THREE)


def test_a_new_question_keeps_only_the_dials() -> None:
    request = MatchRequest(excluded=frozenset({TWO}), dials=Dials(count=7))
    assert with_only_seeds(request, [ONE]) == MatchRequest(seeds(ONE).seeds, dials=Dials(count=7))


def test_with_the_last_seed_goes_what_was_excluded_and_locked_for_it() -> None:
    request = with_lock_turned(with_excluded(seeds(ONE), [TWO]), [THREE])
    assert without_seeds(with_seeds(request, [FILE], wanted=True), [ONE]).excluded == {TWO}
    assert without_seeds(request, [ONE]) == MatchRequest()


def test_a_track_is_a_seed_or_locked_or_excluded_but_not_two_of_these() -> None:
    locked = with_lock_turned(seeds(ONE), [TWO])
    assert locked.locked == {TWO}
    excluded = with_excluded(locked, [TWO])
    assert excluded.locked == frozenset()
    assert excluded.excluded == {TWO}
    assert with_lock_turned(excluded, [TWO]) == locked
    assert with_seeds(locked, [TWO], wanted=True).locked == frozenset()
    assert with_seeds(excluded, [TWO], wanted=False).excluded == frozenset()


def test_a_lock_is_turned_for_all_of_a_selection_alike() -> None:
    request = with_lock_turned(seeds(ONE), [TWO])
    both = with_lock_turned(request, [TWO, THREE])
    assert both.locked == {TWO, THREE}
    assert with_lock_turned(both, [TWO, THREE]).locked == frozenset()


def test_a_new_library_begins_with_the_dials_of_the_settings() -> None:
    settings = Settings(tracks_per_artist=5, tracks_per_album=0, matches_count=20)
    assert usual_dials(settings) == Dials(per_artist=5, per_album=0, count=20)


def test_undo_and_redo_walk_along_the_requests() -> None:
    history = RequestHistory(MatchRequest())
    assert history.go_on(seeds(ONE))
    assert history.go_on(seeds(ONE, TWO))
    history.undo()
    assert history.current == seeds(ONE)
    history.undo()
    assert history.current == MatchRequest()
    assert not history.can_undo
    history.undo()
    history.redo()
    assert history.current == seeds(ONE)
    assert history.can_redo


def test_a_new_step_leaves_nothing_to_redo() -> None:
    history = RequestHistory(MatchRequest())
    history.go_on(seeds(ONE))
    history.undo()
    history.go_on(seeds(TWO))
    history.redo()
    assert history.current == seeds(TWO)
    assert not history.can_redo


def test_what_changes_nothing_is_no_step() -> None:
    history = RequestHistory(seeds(ONE))
    assert not history.go_on(seeds(ONE))
    assert not history.can_undo


def test_turning_one_dial_further_is_one_step_to_undo() -> None:
    history = RequestHistory(MatchRequest())
    for dials in (Dials(count=40), Dials(count=30), Dials(count=30, per_album=0)):
        history.go_on(MatchRequest(dials=dials))
    history.undo()
    assert history.current.dials == Dials(count=30)
    history.undo()
    assert history.current.dials == Dials()


def test_only_so_many_requests_are_kept() -> None:
    history = RequestHistory(MatchRequest())
    for number in range(300):
        history.go_on(seeds(TrackId(number)))
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert undone == 200


def test_a_request_comes_back_from_plain_data() -> None:
    dials = Dials(3, 0, 60.0, 600.0, 1960, 1979, frozenset({"Jazz", "Dub"}), 25)
    request = MatchRequest(
        with_seeds(seeds(ONE, FILE), [TWO], wanted=False).seeds,
        frozenset({TrackId(8)}),
        frozenset({TrackId(9)}),
        dials,
    )
    plain = json.loads(json.dumps(plain_request(request)))
    assert request_from(plain, Dials()) == request


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        {"seeds": 3, "excluded": "x", "locked": [True, None, -1], "dials": []},
        {"seeds": [{"key": "%%%"}, {"key": True}, {"key": ""}, {"key": 1.5}, 7]},
        {"dials": {"count": "many", "first_year": -3, "min_length_s": float("nan"), "genres": [1]}},
    ],
    ids=["nothing", "a list", "wrong kinds", "keys that are none", "dials that are none"],
)
def test_plain_data_that_cannot_be_read_is_left_out(plain: object) -> None:
    usual = Dials(per_artist=4)
    assert request_from(plain, usual) == MatchRequest(dials=usual)


def test_a_list_of_no_matches_cannot_be_asked_for() -> None:
    assert dials_from({"count": 0}, Dials()).count == 1
