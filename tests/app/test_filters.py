from typing import Any

import pytest

from app.filters import Filters, Quota, passes, usual_filters
from app.settings import Settings
from library.records import Tags, Track, TrackId


def track(
    track_id: int = 1,
    *,
    path: bytes = b"/music/a.mp3",
    duration_s: float = 200.0,
    missing: bool = False,
    **tags: Any,
) -> Track:
    return Track(TrackId(track_id), path, Tags(**tags), duration_s, missing, 0.0, 0)


def taken(tracks: list[Track], filters: Filters) -> list[TrackId]:
    quota = Quota(filters)
    kept = []
    for one in tracks:
        if quota.allows(one):
            quota.take(one)
            kept.append(one.id)
    return kept


def test_no_filter_lets_everything_pass():
    assert passes(track(missing=True), Filters())


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(min_length_s=200), True),
        (Filters(min_length_s=201), False),
        (Filters(max_length_s=200), True),
        (Filters(max_length_s=199), False),
        (Filters(first_year=1977), True),
        (Filters(first_year=1978), False),
        (Filters(last_year=1977), True),
        (Filters(last_year=1976), False),
        (Filters(genres=frozenset({"krautrock", "dub"})), True),
        (Filters(genres=frozenset({"rock"})), False),
        (Filters(not_genres=frozenset({"KRAUTROCK"})), False),
        (Filters(not_genres=frozenset({"rock"})), True),
        (Filters(not_these=frozenset({TrackId(1)})), False),
        (Filters(not_these=frozenset({TrackId(2)})), True),
        (Filters(present_only=True), True),
    ],
    ids=str,
)
def test_each_filter_judges_length_year_genre_and_track(filters, passing):
    one = track(year=1977, genres=("Art Pop", "Krautrock"))

    assert passes(one, filters) is passing


def test_a_track_without_a_year_is_not_in_any_range_of_years():
    assert not passes(track(), Filters(first_year=1900))


def test_a_track_whose_file_is_away_is_left_out_on_request():
    assert not passes(track(missing=True), Filters(present_only=True))


def test_the_usual_filters_follow_the_settings():
    filters = usual_filters(Settings(tracks_per_artist=4, tracks_per_album=0))

    assert (filters.per_artist, filters.per_album) == (4, None)
    assert filters.versions is not None


def test_an_artist_is_the_same_in_any_case_and_with_any_guest():
    names = ["Björk", "bjork", "BJÖRK feat. Thom Yorke", "Björk ft. Arca"]
    tracks = [track(number, artist=name) for number, name in enumerate(names)]

    assert taken(tracks, Filters(per_artist=2)) == [0, 1]


def test_a_track_without_an_artist_is_its_own_artist():
    assert taken([track(number) for number in range(3)], Filters(per_artist=1)) == [0, 1, 2]


def test_a_compilation_of_many_artists_in_one_folder_is_one_album():
    tracks = [track(number, album="Hits", artist=f"artist {number}") for number in range(3)]

    assert taken(tracks, Filters(per_album=1)) == [0]


def test_albums_with_one_title_by_two_artists_are_two():
    tracks = [
        track(1, album="Greatest Hits", album_artist="Queen"),
        track(2, album="Greatest Hits", album_artist="ABBA"),
        track(3, album="Greatest Hits", path=b"/music/cher/1.mp3"),
        track(4, album="Greatest Hits", album_artist="queen", path=b"/music/cd2/1.mp3"),
        track(5, album="Greatest Hits", path=b"/music/madonna/1.mp3"),
    ]

    assert taken(tracks, Filters(per_album=1)) == [1, 2, 3, 5]


def test_a_track_without_an_album_is_its_own_album():
    assert taken([track(number) for number in range(3)], Filters(per_album=1)) == [0, 1, 2]
