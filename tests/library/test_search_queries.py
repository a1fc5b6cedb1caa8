"""Every query against a filter in plain Python, over a small library with all that can happen."""

import time
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.catalog import Catalog
from library.query import (
    Facet,
    FacetTerm,
    NumberField,
    NumberTerm,
    Query,
    StateTerm,
    TagTerm,
    Term,
    TextField,
    TextTerm,
    TrackState,
)
from library.records import File, Tags, Track, TrackId, display_path
from library.store import search as store_search
from tests.library.samples import KEY, embedding, recording, stamp_of

DAY_S = 86_400.0
TEXTS = (
    "Night Town",
    "night",
    "Nightingale, live",
    "Björk",
    "BJORK town",
    "The Town Band",
    "日本語 100%",
    "a_b 'c\"d",
    "Live",
    "",
)
GENRES = ((), ("Rock",), ("Rock", "Hip-Hop"), ("Live Rock", "Jazz"), ("Jazz", "Night"))


@dataclass(frozen=True)
class Shown:
    """A track as the naive filter sees it."""

    track: Track
    file: File
    scores: tuple[float, ...] | None


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    with Catalog.open(tmp_path_factory.mktemp("data"), KEY) as opened:
        for number in range(1, 41):
            _keep(opened, number)
        opened.files.mark_absent([b"/away"], set())
        opened.fail(stamp_of(b"/music/night/10.flac", version=2), "damaged")
        opened.files.register([stamp_of(b"/music/night/waiting.flac")])
        with opened._store.transaction():
            opened._store.write("UPDATE tracks SET plays = id % 5")
            added_at_s = time.time() - DAY_S / 2
            opened._store.write("UPDATE tracks SET added_at_s = ? - id * ?", (added_at_s, DAY_S))
            opened._store.write("UPDATE tracks SET duration_s = 100 + id / 3.0")
        yield opened


def _keep(catalog: Catalog, number: int) -> None:
    tags = Tags(
        title=TEXTS[number % 10],
        artist=TEXTS[number * 3 % 10],
        album=TEXTS[number // 4 % 10],
        album_artist=TEXTS[number * 7 // 3 % 10],
        genres=GENRES[number % 5],
        year=1980 + number % 7 if number % 4 else None,
        track_number=number % 3 or None,
        disc_number=number % 2 or None,
    )
    folder = (b"/music/night", b"/away/Bj\xc3\xb6rk", b"/music/100%")[number % 3]
    stamp = stamp_of(b"%s/%d.flac" % (folder, number))
    heard = None if number % 6 == 0 else embedding(number)
    catalog.files.register([stamp])
    catalog.keep(stamp, tags, recording(number), heard, reason="" if heard else "silent")
    if number % 8 < 2:  # a second file, which is shown while the other one is away
        copy = stamp_of(b"/music/copies/%d.flac" % number)
        catalog.keep(copy, Tags("Copy", "Live", genres=("Jazz",)), recording(number), None)


@pytest.fixture(scope="module")
def shown(catalog) -> list[Shown]:
    """Every track by the first of its files, with its scores."""
    scores = {i: tuple(e.tag_scores) for i, e in catalog.embeddings.get(_ids(catalog)).items()}
    return [
        Shown(track, catalog.files.of_track(track.id)[0], scores.get(track.id))
        for track in catalog.tracks.all()
    ]


def _ids(catalog: Catalog) -> list[TrackId]:
    return catalog.tracks.ids()


def test_the_small_library_has_all_that_can_happen(shown):
    assert {one.track.missing for one in shown} == {True, False}
    assert {one.scores is None for one in shown} == {True, False}
    assert {one.track.title == "Copy" for one in shown} == {True, False}
    assert all(one.track.path == one.file.stamp.path for one in shown)


# the naive filter


def passes(query: Query, one: Shown) -> bool:
    return all(any(_passes(term, one) for term in group) for group in query.groups)


def _passes(term: Term, one: Shown) -> bool:
    match term:
        case TextTerm():
            passed = any(_stands_in(term, text) for text in _texts(term.field, one))
        case NumberTerm():
            passed = _is_within(term, _number(term.field, one.track))
        case StateTerm(state=TrackState.MISSING):
            passed = one.track.missing
        case StateTerm():
            passed = one.scores is None
        case TagTerm():
            passed = one.scores is not None and (
                term.least <= one.scores[term.tag_index] <= term.most
            )
        case FacetTerm():
            values = map(_lower, _values(term.facet, one.track))
            passed = _lower(term.value) in (tuple(values) or ("",))
    return passed != term.excluded


def _texts(field: TextField, one: Shown) -> tuple[str, ...]:
    tags = one.track.tags
    return {
        TextField.WORDS: (one.track.title, tags.artist, tags.album),
        TextField.TITLE: (one.track.title,),
        TextField.ARTIST: (tags.artist, tags.album_artist),
        TextField.ALBUM: (tags.album,),
        TextField.GENRE: tags.genres,
        TextField.PATH: (display_path(one.track.path),),
    }[field]


def _values(facet: Facet, track: Track) -> tuple[str, ...]:
    tags = track.tags
    return {
        Facet.GENRE: tags.genres,
        Facet.ARTIST: (tags.artist,),
        Facet.ALBUM: (tags.album,),
    }[facet]


def _stands_in(term: TextTerm, text: str) -> bool:
    wanted, held = _plain_words(term.text), _plain_words(text)
    for start in range(len(held) - len(wanted) + 1 if wanted else 0):
        *firsts, last = held[start : start + len(wanted)]
        ends_well = last == wanted[-1] if term.whole else last.startswith(wanted[-1])
        if firsts == wanted[:-1] and ends_well:
            return True
    return False


def _plain_words(text: str) -> list[str]:
    letters = (c for c in unicodedata.normalize("NFKD", text.lower()))
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in kept).split()


def _number(field: NumberField, track: Track) -> float | None:
    return {
        NumberField.YEAR: track.tags.year,
        NumberField.LENGTH: int(track.duration_s + 0.5),
        NumberField.PLAYS: track.plays,
        NumberField.AGE: time.time() - track.added_at_s,
    }[field]


def _is_within(term: NumberTerm, value: float | None) -> bool:
    if value is None:
        return False
    return (term.least is None or value >= term.least) and (term.most is None or value <= term.most)


def by_name(one: Shown) -> tuple[object, ...]:
    tags = one.track.tags
    return (
        _lower(tags.artist),
        _lower(tags.album),
        -1 if tags.disc_number is None else tags.disc_number,
        -1 if tags.track_number is None else tags.track_number,
        _lower(one.track.title),
        one.file.id,
    )


def _lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


# queries

SOME_TEXT = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(["n", "nigh", "town b", "live rock", "hip hop", "rock hip", "music night"]),
    st.sampled_from(["%", "_", "100", "日本", "björk copies", "copies 1", "flac", '"', "c\x00d"]),
    st.text("nightow ö%_'\"", max_size=4),
)
TEXT_TERMS = st.builds(
    TextTerm, st.sampled_from(TextField), SOME_TEXT, whole=st.booleans(), excluded=st.booleans()
)


def number_terms(field: NumberField, most: int, unit: float, offset: float = 0):
    bound = st.none() | st.integers(0, most).map(lambda value: offset + unit * value)
    return st.builds(NumberTerm, st.just(field), bound, bound, excluded=st.booleans())


SCORE = st.floats(0, 1)
TERMS = st.one_of(
    TEXT_TERMS,
    TEXT_TERMS,
    number_terms(NumberField.YEAR, 8, 1, 1979),
    number_terms(NumberField.LENGTH, 16, 1, 99),
    number_terms(NumberField.PLAYS, 6, 1),
    number_terms(NumberField.AGE, 42, DAY_S),
    st.builds(StateTerm, st.sampled_from(TrackState), excluded=st.booleans()),
    st.builds(TagTerm, st.integers(0, 2), SCORE, SCORE, excluded=st.booleans()),
    st.builds(
        FacetTerm,
        st.sampled_from(Facet),
        st.sampled_from([*TEXTS, "rock", "Jazz", "live", "BAND", "_", "%"]),
        excluded=st.booleans(),
    ),
)
QUERIES = st.lists(st.lists(TERMS, min_size=1, max_size=2).map(tuple), max_size=3).map(
    lambda groups: Query(tuple(groups))
)
MANY = st.sampled_from([0, 3, store_search.MANY])


def found(catalog: Catalog, query: Query, many: int, limit: int = 99) -> list[TrackId]:
    """The answer where more than so many matches are too many to sort."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(store_search, "MANY", many)
        return [track.id for track in catalog.search(query, limit)]


@settings(max_examples=250, deadline=None)
@given(query=QUERIES, many=MANY)
def test_a_query_finds_what_a_naive_filter_lets_through(catalog, shown, query, many):
    answer = found(catalog, query, many)
    assert len(answer) == len(set(answer))
    assert set(answer) == {one.track.id for one in shown if passes(query, one)}
    assert found(catalog, query, many, limit=3) == answer[:3]


@settings(max_examples=150, deadline=None)
@given(query=QUERIES, many=MANY)
def test_tracks_stand_in_order_of_name_where_nothing_ranks_them(catalog, shown, query, many):
    ranking = [
        term
        for (term, *others) in query.groups
        if (isinstance(term, TagTerm) and not others and not term.excluded)
        or (isinstance(term, TextTerm) and many and not term.excluded)
    ]
    answer = found(catalog, query, many)
    if not ranking:
        expected = sorted((one for one in shown if passes(query, one)), key=by_name)
        assert answer == [one.track.id for one in expected]


@given(wanted=st.dictionaries(st.integers(0, 2), st.floats(0, 0.9), min_size=1))
def test_wanted_tags_rank_by_the_product_of_their_scores(catalog, shown, wanted):
    query = Query(tuple((TagTerm(index, least),) for index, least in wanted.items()))
    products = {}
    for one in shown:
        if passes(query, one) and one.scores is not None:
            products[one.track.id] = 1.0
            for index in wanted:
                products[one.track.id] *= float(one.scores[index])
    expected = sorted(products, key=lambda track_id: (-products[track_id], track_id))
    assert found(catalog, query, store_search.MANY) == expected


def test_words_narrow_what_tags_find(catalog, shown):
    night = (TextTerm(TextField.WORDS, "night"),)
    answer = found(catalog, Query((night, (TagTerm(0),))), store_search.MANY)
    scores = [one.scores[0] for id_ in answer for one in shown if one.track.id == id_]
    assert scores == sorted(scores, reverse=True)
    assert 0 < len(answer) < len(found(catalog, Query((night,)), store_search.MANY))


def test_a_track_is_found_by_the_file_that_it_is_shown_by_now(tmp_path):
    """The copy is away, comes back, is seen later than the first, and goes for good."""
    first, copy = stamp_of(b"/a/1.flac"), stamp_of(b"/b/1.flac")
    queries = [Query(((TextTerm(TextField.TITLE, title),),)) for title in ("first", "copy")]
    with Catalog.open(tmp_path, KEY) as catalog:
        catalog.add_root(b"/a")
        catalog.add_root(b"/b")

        def answers() -> list[int]:
            assert catalog.check().problems == ()
            return [len(catalog.search(query)) for query in queries]

        catalog.keep(first, Tags("First", year=1990), recording(1), embedding(1))
        catalog.keep(copy, Tags("Copy", year=2000), recording(1), None)
        assert answers() == [0, 1]
        catalog.files.mark_absent([b"/b"], set())
        assert answers() == [1, 0]
        catalog.files.register([copy])
        assert answers() == [0, 1]
        catalog.fail(copy, "damaged")
        assert answers() == [1, 0]
        catalog.files.mark_absent([b"/a"], set())
        assert [t.missing for t in catalog.tracks.all()] == [True]
        catalog.remove_root(b"/a")
        assert answers() == [0, 1]
        catalog.keep(copy, Tags("Copy"), recording(2), embedding(2))
        assert answers() == [0, 1]
        assert catalog.tracks.get([TrackId(1)])[TrackId(1)].missing


def test_an_album_stands_in_the_order_of_its_discs_and_tracks(tmp_path):
    places = [(2, 1), (1, 2), (None, None), (1, 10), (1, 1), (2, None)]
    with Catalog.open(tmp_path, KEY) as catalog:
        for number, (disc, track) in enumerate(places, start=1):
            tags = Tags("Song", "A", "B", disc_number=disc, track_number=track, year=1990)
            catalog.keep(stamp_of(b"/%d.flac" % number), tags, recording(number), None)
        for many in (0, store_search.MANY):
            query = Query(((NumberTerm(NumberField.YEAR, 1990, 1990),),))
            assert found(catalog, query, many) == [3, 5, 2, 4, 6, 1]
