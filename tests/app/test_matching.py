"""From requests to matches, in a real library; files from outside are listened to."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.match_request import (
    ChosenSeed,
    Dials,
    Lack,
    MatchRequest,
    SeedKey,
    with_excluded,
    with_lock_turned,
    with_seeds,
)
from app.matching import IS_FOLDER, IS_GONE, MatchFinder, filters_of, hear_seeds
from app.services import open_services
from app.similar import Seed
from library.records import TrackId
from tests.app.conftest import write_tone
from tests.app.heard_library import make_library
from tests.fakes import fake_choice

SCORES = (0.9, 0.1, 0.1)
ANY = Dials(per_artist=0, per_album=0)
ONE, TWO, THREE, UNHEARD = map(TrackId, (1, 2, 3, 4))


def opened(folder: Path):
    return open_services(folder, readonly=True, choose_encoder=lambda _: fake_choice())


@pytest.fixture
def services(tmp_path):
    heard = dict.fromkeys(["First", "Second", "Third"], SCORES)
    make_library(tmp_path / "data", {**heard, "Unheard": None})
    with opened(tmp_path / "data") as found:
        yield found


def like(*keys: TrackId | bytes, dials: Dials = ANY) -> MatchRequest:
    return with_seeds(MatchRequest(dials=dials), keys, wanted=True)


def find_matches(services, request, heard):
    return MatchFinder(services.catalog, services.encoder).find(request, heard)


def found_ids(found):
    return {match.track.id for match in found.matches}


def test_a_library_seed_has_its_matches_at_once(services):
    found = find_matches(services, like(ONE), {})
    assert found_ids(found) == {TWO, THREE}
    assert found.lack is None
    assert found.seeds[ONE].label == "First"
    assert found.window_s == services.encoder.window.window_s


def test_the_path_of_a_known_file_is_a_library_seed(services):
    found = find_matches(services, like(b"/music/1.mp3"), {})
    assert found.seeds[b"/music/1.mp3"].track_id == ONE
    assert found_ids(found) == {TWO, THREE}


def test_excluded_tracks_are_no_matches_and_locked_ones_always_are(services):
    assert found_ids(find_matches(services, with_excluded(like(ONE), [TWO]), {})) == {THREE}
    narrow = like(ONE, dials=Dials(first_year=1990))
    locked = with_lock_turned(narrow, [THREE])
    assert found_ids(find_matches(services, locked, {})) == {THREE}


@pytest.mark.parametrize(
    ("chosen", "lack"),
    [
        ([], Lack.NO_SEED),
        ([ChosenSeed(ONE, wanted=False)], Lack.NO_WANTED_SEED),
        ([ChosenSeed(UNHEARD)], Lack.NOT_HEARD),
    ],
    ids=["no seed", "only unwanted", "only unheard"],
)
def test_without_a_wanted_seed_that_was_heard_the_answer_says_so(services, chosen, lack):
    found = find_matches(services, MatchRequest(tuple(chosen), dials=ANY), {})
    assert found.lack == lack
    assert found.matches == ()


def test_a_seed_that_nobody_heard_is_named_and_the_others_are_searched_from(services):
    found = find_matches(services, like(ONE, UNHEARD, b"/elsewhere/new.flac"), {})
    assert found.unheard == (UNHEARD, b"/elsewhere/new.flac")
    assert found_ids(found) == {TWO, THREE}


def test_a_seed_that_was_heard_before_is_not_asked_for_again(services):
    seed = find_matches(services, like(ONE), {}).seeds[ONE]
    found = find_matches(services, like(b"/elsewhere/new.flac"), {b"/elsewhere/new.flac": seed})
    assert found.unheard == ()
    assert found_ids(found) == {TWO, THREE}


def test_what_was_heard_for_another_request_is_no_seed_of_this_one(services):
    seed = find_matches(services, like(ONE), {}).seeds[ONE]
    assert list(find_matches(services, like(TWO), {b"/x": seed}).seeds) == [TWO]


def test_a_track_that_left_the_library_is_refused(services):
    found = find_matches(services, like(TrackId(99)), {})
    assert found.refused == {TrackId(99): IS_GONE}
    assert found.lack == Lack.NOT_HEARD
    assert found.unheard == ()


def test_filters_that_nothing_passes_are_told_from_an_empty_library(services, tmp_path):
    found = find_matches(services, like(ONE, dials=Dials(first_year=1990)), {})
    assert found.lack == Lack.FILTERED
    make_library(tmp_path / "small", {"Only": SCORES})
    with opened(tmp_path / "small") as small:
        assert find_matches(small, like(ONE), {}).lack == Lack.EMPTY_LIBRARY


def test_seeds_that_cancel_out_are_told(services):
    seed = find_matches(services, like(ONE), {}).seeds[ONE]
    there = seed.embedding
    away = replace(there, vector=-there.vector, windows=-there.windows)
    heard: dict[SeedKey, Seed] = {b"/there": seed, b"/away": replace(seed, embedding=away)}
    assert find_matches(services, like(b"/there", b"/away"), heard).lack == Lack.CANCEL_OUT


def test_dials_of_zero_let_any_number_through():
    request = with_excluded(like(ONE, dials=Dials(0, 3, 60.0, None, None, 1999)), [TWO])
    filters = filters_of(request)
    assert (filters.per_artist, filters.per_album) == (None, 3)
    assert (filters.min_length_s, filters.last_year) == (60.0, 1999)
    assert filters.not_these == {TWO}
    assert filters.present_only


def test_files_are_heard_and_folders_are_refused_with_advice(services, tmp_path):
    song = os.fsencode(write_tone(tmp_path / "song.flac", 300, title="Outside"))
    folder = os.fsencode(tmp_path)
    found = hear_seeds(services, [song, folder])
    assert found.seeds[song].label == "Outside"
    assert found.refused == {folder: IS_FOLDER}
    matches = find_matches(services, like(song), found.seeds)
    assert found_ids(matches) == {ONE, TWO, THREE}
