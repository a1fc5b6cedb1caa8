import os
import sqlite3
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from library.catalog import Catalog
from library.query import Query, TextField, TextTerm, has_words, words
from library.records import Tags
from library.tags import read_tags
from tests.library.samples import KEY, embedding, recording, stamp_of

SONGS = {
    1: Tags("Don't Stop", "Fleetwood Mac", "Rumours"),
    2: Tags("Back in Black", "AC/DC", "Back in Black"),
    3: Tags("Björk's Sång", "Sigur Rós", "Ágætis byrjun"),
    4: Tags("日本語の歌", "IDOLM@STER", "M.I.A."),
    5: Tags("", "", ""),
    6: Tags('The "Quoted" One', "multi-agent", "50% off"),
    7: Tags("A song of love and other things", "The Lovers", "Lovely days"),
    8: Tags("Love", "Love", "Love"),
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    with Catalog.open(tmp_path_factory.mktemp("data"), KEY) as opened:
        for number, tags in SONGS.items():
            stamp = stamp_of(b"/music/file number %d.flac" % number)
            opened.keep(stamp, tags, recording(number), embedding(number))
        opened.files.register([stamp_of(b"/music/waiting love.flac")])
        yield opened


def found(catalog, text):
    return {track.id for track in catalog.search(words(text))}


@pytest.mark.parametrize(
    ("text", "songs"),
    [
        ("don't", {1}),
        ("DON'T stop", {1}),
        ("stop don't", {1}),
        ("don", {1}),
        ("fleet rumo", {1}),
        ("AC/DC", {2}),
        ("ac dc", {2}),
        ("bjork", {3}),
        ("BJÖRK sang ros", {3}),
        ("agætis", {3}),
        ("日本", {4}),
        ("IDOLM@STER", {4}),
        ("M.I.A.", {4}),
        ("file number 5", {5}),
        ('"quoted"', {6}),
        ('quoted "one', {6}),
        ("multi-agent", {6}),
        ("50%", {6}),
        ("lov", {7, 8}),
        ("love waiting", set()),
        ("mac OR black", set()),
        ("title:love", set()),
        ("lo*", {7, 8}),
        ("nothing of the kind", set()),
        ("don't\x00stop", {1}),
    ],
)
def test_every_word_must_begin_a_word(catalog, text, songs):
    assert found(catalog, text) == songs


@pytest.mark.parametrize("text", ["", "   ", "!?%&/()", "\x00"])
def test_text_without_letters_and_digits_has_no_words(catalog, text):
    assert words(text).groups == ()
    assert not has_words(text)


def test_the_closest_match_comes_first(catalog):
    assert [track.id for track in catalog.search(words("love"))] == [8, 7]


def test_there_are_at_most_as_many_as_wanted(catalog):
    assert [track.id for track in catalog.search(words("love"), limit=1)] == [8]
    assert catalog.search(words("love"), limit=0) == []


def test_a_track_with_several_files_is_found_once(tmp_path):
    with Catalog.open(tmp_path, KEY) as catalog:
        for place in (b"/a.flac", b"/b.flac", b"/c.flac"):
            catalog.keep(stamp_of(place), Tags("Same"), recording(1), embedding(1))
        other = Tags("The same with many more words in its title")
        catalog.keep(stamp_of(b"/d.flac"), other, recording(2), embedding(2))
        found = catalog.search(words("same"), limit=2)
        assert [track.title for track in found] == ["Same", other.title]


def test_search_follows_new_tags(tmp_path):
    with Catalog.open(tmp_path, KEY) as catalog:
        for title in ("Before", "After"):
            catalog.keep(stamp_of(b"/a.flac"), Tags(title), recording(1), embedding(1))
        assert len(catalog.search(words("after"))) == 1
        assert catalog.search(words("before")) == []


SYNTAX = st.lists(st.sampled_from([*string.printable, "NEAR(", " AND ", " NOT ", "é"])).map("".join)


@settings(max_examples=500, deadline=None)
@given(text=st.one_of(st.text(), SYNTAX))
@example("\ud800 lone surrogate")
@example("a" * 100_000)
@example('"' * 9_999)
@example("a " * 5_000)
def test_any_text_is_a_valid_search(catalog, text):
    assert len(catalog.search(words(text))) <= len(SONGS)
    for field in TextField:
        assert len(catalog.search(Query(((TextTerm(field, text),),)))) <= len(SONGS)


def test_the_naughty_titles_are_valid_searches_that_find_themselves(tmp_path, badinput):
    files = sorted((badinput / "synthetic" / "text").iterdir())
    all_titles = {read_tags(os.fsencode(path)).title for path in files}
    titles = sorted(title for title in all_titles if has_words(title))
    assert len(titles) > 100
    with Catalog.open(tmp_path, KEY) as catalog:
        with catalog._store.transaction():
            for number, title in enumerate(titles):
                path = b"/music/%d.flac" % number
                catalog.keep(stamp_of(path), Tags(title), recording(number), embedding(number))
        lost = [
            title
            for number, title in enumerate(titles)
            if number + 1 not in {t.id for t in catalog.search(words(title), limit=len(titles))}
        ]
        assert lost == []
        for title in all_titles.difference(titles):
            assert words(title).groups == ()


def test_raw_text_would_have_been_an_error(catalog):
    """What the quoting is for: the same texts are no valid queries as they stand."""
    for text in ("IDOLM@STER", "AC/DC", "don't", 'quoted "one'):
        with pytest.raises(sqlite3.OperationalError):
            catalog._store.rows("SELECT rowid FROM files_fts WHERE files_fts MATCH ?", (text,))
