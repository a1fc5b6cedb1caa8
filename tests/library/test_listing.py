"""Orders of the whole library, facets with counts, and albums, beside the same in plain Python."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.catalog import Catalog
from library.listing import Album, FacetCount, SortColumn, SortKey
from library.query import Facet, FacetTerm, NumberField, NumberTerm, Query, TagTerm, words
from library.records import Tags, Track, TrackId
from tests.library.samples import KEY, add_track, embedding, recording, stamp_of

NAMES = ("beta", "Alpha", "", "alpha", "Émile", "émile", "Zeta")
GENRES = ((), ("Rock",), ("rock", "Jazz"), ("Jazz",), ("Rock & Roll", "ROCK", "Rock"))
ORDERS = st.lists(st.builds(SortKey, st.sampled_from(SortColumn), st.booleans()), max_size=3)
QUERIES = (
    Query(),
    words("a"),
    Query(((NumberTerm(NumberField.YEAR, 1981, 1983),),)),
    Query(((TagTerm(1, least=0.5),),)),
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    with Catalog.open(tmp_path_factory.mktemp("data"), KEY) as opened:
        for number in range(1, 61):
            tags = Tags(
                title=NAMES[number % 7],
                artist=NAMES[number * 3 // 2 % 7],
                album=NAMES[number // 5 % 7],
                genres=GENRES[number % 5],
                year=1980 + number % 4 if number % 6 else None,
                track_number=number % 9 or None,
            )
            opened.keep(
                stamp_of(b"/music/%d.flac" % number), tags, recording(number), embedding(number)
            )
        with opened._store.transaction():
            opened._store.write("UPDATE tracks SET plays = id % 4, duration_s = 100 + id % 7")
            opened._store.write("UPDATE tracks SET added_at_s = 1000 + id % 8")
        yield opened


def lower(text: str) -> bytes:
    return text.encode().lower()


def value(track: Track, column: SortColumn) -> Any:
    tags = track.tags
    return {
        SortColumn.TITLE: lower(track.title),
        SortColumn.ARTIST: lower(tags.artist) or None,
        SortColumn.ALBUM: lower(tags.album) or None,
        SortColumn.LENGTH: track.duration_s,
        SortColumn.YEAR: tags.year,
        SortColumn.GENRE: lower(", ".join(tags.genres)) or None,
        SortColumn.ADDED: track.added_at_s,
        SortColumn.PLAYS: track.plays,
    }[column]


def goes_before(catalog: Catalog, order: list[SortKey], ids: list[TrackId]) -> list[TrackId]:
    """The ids in order: one key after the other, the least important first."""
    tracks = catalog.tracks.get(ids)
    for key in reversed(order):
        have = [id_ for id_ in ids if value(tracks[id_], key.column) is not None]
        lack = [id_ for id_ in ids if value(tracks[id_], key.column) is None]
        have.sort(key=lambda id_: value(tracks[id_], key.column), reverse=key.descending)
        ids = have + lack
    return ids


@settings(max_examples=150, deadline=None)
@given(order=ORDERS.filter(bool), query=st.sampled_from(QUERIES))
def test_tracks_stand_in_the_order_that_is_asked_for_and_equals_by_name(catalog, order, query):
    passing = set(catalog.listing(query))
    by_name = [id_ for id_ in catalog.listing(Query()) if id_ in passing]
    answer = catalog.listing(query, order)
    assert answer == goes_before(catalog, order, by_name)
    assert catalog.listing(query, order, limit=7) == answer[:7]


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("column", [SortColumn.ARTIST, SortColumn.YEAR, SortColumn.GENRE])
def test_what_has_no_value_stands_last_either_way(catalog, column, descending):
    answer = catalog.listing(Query(), [SortKey(column, descending)])
    tracks = catalog.tracks.get(answer)
    lacks = [value(track, column) is None for track in tracks.values()]
    assert lacks == sorted(lacks)
    assert any(lacks)


@pytest.mark.parametrize("query", QUERIES)
def test_without_an_order_the_listing_is_the_whole_search(catalog, query):
    answer = catalog.listing(query)
    assert answer == [track.id for track in catalog.search(query, limit=1_000)]
    assert catalog.listing(query, limit=3) == answer[:3]


# facets


def test_values_stand_by_name_and_what_has_none_stands_last(catalog):
    assert catalog.facet(Query(), Facet.ARTIST)[-1].value == ""
    names = [lower(count.value) for count in catalog.facet(Query(), Facet.ARTIST)[:-1]]
    assert names == sorted(names)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("facet", Facet)
def test_facets_count_every_track_once_under_each_of_its_values(catalog, query, facet):
    expected: Counter[bytes] = Counter()
    for track in catalog.tracks.get(catalog.listing(query)).values():
        tags = track.tags
        values = {
            Facet.GENRE: tags.genres,
            Facet.ARTIST: (tags.artist,),
            Facet.ALBUM: (tags.album,),
        }[facet]
        expected.update(set(map(lower, values)) or {b""})
    found = catalog.facet(query, facet)
    assert {lower(count.value): count.n_tracks for count in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("facet", Facet)
def test_a_facets_term_finds_as_many_tracks_as_were_counted(catalog, facet):
    for count in catalog.facet(Query(), facet):
        term = FacetTerm(facet, count.value)
        assert len(catalog.listing(Query(((term,),)))) == count.n_tracks


def test_a_value_is_shown_in_the_spelling_that_most_tracks_have(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        for number, artist in enumerate(["ABBA", "Abba", "Abba", "abba"], start=1):
            add_track(opened, number, artist=artist)
        assert opened.facet(Query(), Facet.ARTIST) == [FacetCount("Abba", 4)]


def test_a_genre_is_found_whole_whatever_signs_it_holds(tmp_path):
    genres = ["Rock", 'x"Rock', ', "Rock', '["Rock', "100%", "a_b", "back\\slash", "1000", "axb"]
    with Catalog.open(tmp_path, KEY) as opened:
        for number, genre in enumerate(genres, start=1):
            add_track(opened, number, genres=("First", genre))
            add_track(opened, number + 100, genres=(genre, "Second"))
        for number, genre in enumerate(genres, start=1):
            query = Query(((FacetTerm(Facet.GENRE, genre),),))
            assert set(opened.listing(query)) == {2 * number - 1, 2 * number}


# albums


def test_albums_of_one_title_are_told_apart_by_their_artist_or_else_by_their_folder(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        for number, (folder, title, artist, album_artist) in enumerate(
            [
                ("a", "Hits", "Abba", "Abba"),
                ("b", "HITS", "Abba", "ABBA"),
                ("c", "Hits", "One", ""),
                ("c", "Hits", "Two", ""),
                ("d", "Hits", "Solo", ""),
                ("e", "", "Nobody", ""),
            ],
            start=1,
        ):
            add_track(
                opened,
                number,
                f"/{folder}/{number}.flac".encode(),
                album=title,
                artist=artist,
                album_artist=album_artist,
            )
        found = opened.albums(Query())
        assert [(one.title, one.artist, one.n_tracks) for one in found] == [
            ("Hits", "Abba", 2),
            ("Hits", "Solo", 1),
            ("Hits", "", 2),
        ]
        assert [opened.album_tracks(album) for album in found] == [[1, 2], [5], [3, 4]]


def test_an_album_knows_its_first_year_its_length_and_a_track_with_a_cover(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        for number, year in enumerate([None, 1991, 1990], start=1):
            add_track(opened, number, artist="A", album="B", year=year, track_number=9 - number)
        with opened._store.transaction():
            opened.tracks.keep_cover(TrackId(2), b"jpeg")
        assert opened.albums(Query()) == [Album("B", "A", 1990, 3, 540.0, TrackId(2))]
        assert opened.album_tracks(opened.albums(Query())[0]) == [3, 2, 1]


def test_albums_stand_by_artist_and_year_and_only_for_tracks_that_pass(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        for number, (artist, album, year) in enumerate(
            [("b", "Late", 2000), ("B", "Early", 1970), ("A", "No Year", None), ("a", "Last", 2020)]
        ):
            add_track(opened, number + 1, artist=artist, album=album, year=year)
        titles = [album.title for album in opened.albums(Query())]
        assert titles == ["Last", "No Year", "Early", "Late"]
        seventies = Query(((NumberTerm(NumberField.YEAR, 1970, 1979),),))
        assert [album.title for album in opened.albums(seventies)] == ["Early"]


def test_an_album_that_went_away_has_no_tracks(tmp_path):
    with Catalog.open(tmp_path, KEY) as opened:
        opened.add_root(b"/music")
        add_track(opened, 1, album="B")
        (album,) = opened.albums(Query())
        opened.remove_root(b"/music")
        assert opened.album_tracks(album) == []
