from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.search import FIELDS, MAX_TERMS, as_typed, parse_search
from app.tags import NOTEWORTHY
from library.catalog import Catalog
from library.query import (
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
from tests.app.heard_library import keep_heard
from tests.fakes import TAGS, fake_choice

NAMES = ("jazz", "female vocalists", "Mellow")
DAY_S = 86_400


def word(text: str, *, whole: bool = False) -> TextTerm:
    return TextTerm(TextField.WORDS, text, whole)


def number(field: NumberField, least: int | None, most: int | None) -> NumberTerm:
    return NumberTerm(field, least, most)


def parsed(text: str) -> tuple[Term, ...]:
    """The terms of a text whose groups are of one term each, and which nothing is said about."""
    query, notices = parse_search(text, NAMES)
    assert notices == ()
    assert {len(group) for group in query.groups} <= {1}
    return tuple(term for (term,) in query.groups)


TERMS: dict[str, Term] = {
    "night": word("night"),
    "don't": word("don't"),
    "AC/DC": word("AC/DC"),
    '5"': word('5"'),
    "multi-agent": word("multi-agent"),
    '"night town"': word("night town", whole=True),
    '"night to': word("night to"),
    "Re:": word("Re:"),
    "title:night": TextTerm(TextField.TITLE, "night"),
    "Artist:Björk": TextTerm(TextField.ARTIST, "Björk"),
    'artist:"miles davis"': TextTerm(TextField.ARTIST, "miles davis", whole=True),
    'album:"kind of': TextTerm(TextField.ALBUM, "kind of"),
    "artist: miles": TextTerm(TextField.ARTIST, "miles"),
    "genre:hip-hop": TextTerm(TextField.GENRE, "hip-hop"),
    "path:a/b:c": TextTerm(TextField.PATH, "a/b:c"),
    "year:1990": number(NumberField.YEAR, 1990, 1990),
    "year:1990-1999": number(NumberField.YEAR, 1990, 1999),
    "year:-1979": number(NumberField.YEAR, None, 1979),
    "year:2000-": number(NumberField.YEAR, 2000, None),
    'year:">2000"': number(NumberField.YEAR, 2001, None),
    "year:<2000": number(NumberField.YEAR, None, 1999),
    "length:>5:00": number(NumberField.LENGTH, 301, None),
    "length:2:00-6:00": number(NumberField.LENGTH, 120, 360),
    "length:<90": number(NumberField.LENGTH, None, 89),
    "length:1:02:03": number(NumberField.LENGTH, 3723, 3723),
    "plays:0": number(NumberField.PLAYS, 0, 0),
    "plays:>3": number(NumberField.PLAYS, 4, None),
    "added:<30d": number(NumberField.AGE, None, 30 * DAY_S),
    "added:>2W": number(NumberField.AGE, 14 * DAY_S, None),
    "added:1m-1y": number(NumberField.AGE, 30 * DAY_S, 365 * DAY_S),
    "is:missing": StateTerm(TrackState.MISSING),
    "is:Unheard": StateTerm(TrackState.UNHEARD),
    "tag:jazz": TagTerm(0, least=NOTEWORTHY),
    "tag:mellow>0.5": TagTerm(2, least=0.5),
    'tag:"Female vocalists"': TagTerm(1, least=NOTEWORTHY),
    'tag:"female vocalists"<.3': TagTerm(1, most=0.3),
}


@pytest.mark.parametrize("text", TERMS)
def test_a_term_is_what_it_says(text: str):
    assert parsed(text) == (TERMS[text],)


@pytest.mark.parametrize("text", TERMS)
def test_a_dash_before_any_term_excludes_it(text: str):
    assert parsed("-" + text) == (replace(TERMS[text], excluded=True),)


@given(st.permutations(sorted(text for text in TERMS if text.count('"') in (0, 2))))
def test_terms_go_together_in_any_order(texts: list[str]):
    assert parsed("  ".join(texts)) == tuple(TERMS[text] for text in texts)


def test_the_same_term_counts_once():
    assert parsed("night town night") == (word("night"), word("town"))


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("night OR day", [("night", "day")]),
        ("night | day town", [("night", "day"), ("town",)]),
        ("a OR b OR c d | e", [("a", "b", "c"), ("d", "e")]),
        ("or night", [("or",), ("night",)]),
        ("OR night", [("night",)]),
        ("night OR", [("night",)]),
        ("night OR OR | day", [("night", "day")]),
        ("night OR artist:", [("night",)]),
        ('"OR" night', [("OR",), ("night",)]),
    ],
)
def test_or_joins_two_terms(text: str, groups: list[tuple[str, ...]]):
    query, notices = parse_search(text, ())
    assert [tuple(t.text for t in g if isinstance(t, TextTerm)) for g in query.groups] == groups
    assert notices == ()


@pytest.mark.parametrize("text", ["", " ", "-", "!?", '"', '""', "OR", "|", "\x00", "🎵", "\u202e"])
def test_what_holds_no_word_is_no_term(text: str):
    assert parse_search(text, NAMES) == (Query(), ())


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ["", " ", '"', '""', " OR", " year:"])
def test_a_field_without_a_value_waits_for_it(field: str, value: str):
    assert parse_search(f"{field}:{value}", NAMES) == (Query(), ())


def test_the_next_term_is_not_the_value_of_an_unfinished_one():
    assert parsed("artist: year:1990 album: -live") == (
        number(NumberField.YEAR, 1990, 1990),
        replace(word("live"), excluded=True),
    )


@pytest.mark.parametrize(
    ("text", "terms", "notice"),
    [
        ("foo:bar", (word("foo bar"),), "There is no field foo: searching for the words."),
        ('x:"a b"', (word("x a b", whole=True),), "There is no field x: searching for the words."),
        (
            "year:new",
            (),
            "year:new is left out: year: takes 1990, 1990-1999, -1979 or 2000-.",
        ),
        ("length:>", (), "length:> is left out: length: takes >5:00, 2:00-6:00 or <90."),
        ("length:2:0", (), "length:2:0 is left out: length: takes >5:00, 2:00-6:00 or <90."),
        ("plays:-", (), "plays:- is left out: plays: takes 0, >3 or 1-5."),
        ("plays:1-x", (), "plays:1-x is left out: plays: takes 0, >3 or 1-5."),
        ("plays:x-1", (), "plays:x-1 is left out: plays: takes 0, >3 or 1-5."),
        ("added:<30", (), "added:<30 is left out: added: takes <30d, <6w, >2m or >1y."),
        ("is:miss", (), "is:miss is left out: is: takes missing or unheard."),
        ("tag:jaz", (), "There is no tag 'jaz'; did you mean 'jazz'?"),
        (
            "tag:jazz>",
            (TagTerm(0, least=NOTEWORTHY),),
            "tag:jazz> goes without the bound: it takes a score as in >0.5.",
        ),
    ],
)
def test_what_is_not_understood_is_told(text: str, terms: tuple[Term, ...], notice: str):
    query, notices = parse_search(f"night {text}", NAMES)
    assert query.groups == ((word("night"),), *((term,) for term in terms))
    assert notices == (notice,)


def test_an_encoder_without_tags_is_told_once():
    query, notices = parse_search("tag:jazz night tag:rock", ())
    assert query.groups == ((word("night"),),)
    assert notices == ("The encoder in use hears no tags; the network does.",)


def test_a_search_has_a_bounded_number_of_terms():
    numbers = [str(number) for number in range(MAX_TERMS)]
    assert len(parsed(" ".join(numbers))) == MAX_TERMS
    for joined in (" ".join([*numbers, "more"]), " OR ".join([*numbers, "more"])):
        query, notices = parse_search(joined, ())
        assert sum(map(len, query.groups)) == MAX_TERMS
        assert notices == (f"Only the first {MAX_TERMS} terms of the search count.",)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["night", "town"], "night town"),
        (["cello suite"], "cello suite"),
        (["tag:female vocalists"], 'tag:"female vocalists"'),
        (["-tag:female vocalists>0.5"], '-tag:"female vocalists">0.5'),
        (["Artist:miles davis", "night"], 'Artist:"miles davis" night'),
        (['artist:"miles davis" night'], 'artist:"miles davis" night'),
        (["x:a b"], "x:a b"),
        (["artist:", "love"], "artist: love"),
    ],
)
def test_a_shell_may_take_quotes_away(arguments: list[str], text: str):
    assert as_typed(arguments) == text


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"'))
SOME_WORDS = st.lists(
    PLAIN.filter(lambda text: any(map(str.isalnum, text))), min_size=1, max_size=4
)


@given(words=SOME_WORDS, field=st.sampled_from([f for f in TextField if f != TextField.WORDS]))
def test_quoting_keeps_any_words_together(words: list[str], field: TextField):
    text = " ".join(words)
    assert parsed(f'"{text}"') == (word(text, whole=True),)
    assert parsed(f'{field}:"{text}" night') == (
        TextTerm(field, text, whole=True),
        word("night"),
    )


@given(words=SOME_WORDS)
def test_an_argument_with_spaces_is_the_value_of_its_field(words: list[str]):
    text = " ".join([*words, "x"])
    expected = "".join(c for c in text if c not in "<>")
    assert parsed(as_typed([f"artist:{expected}"])) == (
        TextTerm(TextField.ARTIST, expected.strip(), whole=" " in expected.strip()),
    )


# any text

SYNTAX = st.lists(
    st.sampled_from(
        [f"{field}:" for field in FIELDS]
        + ['"', "-", " ", "OR", "|", "<", ">", "1990", ":", "night", "30d", "0.5", "missing", "*"]
        + ["NEAR(", " NOT ", "'", "%", "_", "\\", "\x00", "\u202e", "🎵", "é", "jazz", "low"]
    )
).map("".join)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder: Path = tmp_path_factory.mktemp("data")
    with Catalog.open(folder, fake_choice().key) as opened:
        keep_heard(opened, 1, (0.9, 0.1, 0.5), "Night 1990")
        keep_heard(opened, 2, None, "100% é")
        yield opened


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.text(), SYNTAX))
@example("\ud800 lone surrogate")
@example("a" * 10_000)
@example('"' * 9_999)
@example("a b " * 2_500)
@example("-" * 10_000)
@example("OR " * 3_000)
@example("year:" * 2_000)
@example("year:" + "9" * 10_000)
@example("length:>" + "9:" * 5_000)
@example("tag:" + "x" * 10_000)
@example("x" * 5_000 + ":" + "y" * 5_000)
@example(" ".join(f"-{field}:{i}" for i in range(400) for field in ("artist", "year", "plays")))
@example("\u202eartist:\u200fnight\u202c")
@example("title:night'; DROP TABLE files; --")
def test_any_text_is_a_valid_search(catalog: Catalog, text: str):
    query, notices = parse_search(text, TAGS)
    assert all(notice.endswith((".", "?")) for notice in notices)
    assert len(catalog.search(query)) <= 2
    assert parse_search(text, TAGS) == (query, notices)


def test_formatting_characters_part_words_and_change_nothing(catalog: Catalog):
    query, _ = parse_search("\u202eartist:\u200f band\u202c night\x00", TAGS)
    assert [track.title for track in catalog.search(query)] == ["Night 1990"]
