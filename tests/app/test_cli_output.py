import base64
import json

import pytest

from app.cli.output import (
    clock,
    counted,
    in_words,
    path_fields,
    print_json,
    print_line,
    print_table,
    tell,
    track_fields,
    visible,
)
from library.records import Tags, Track, TrackId

NAUGHTY = {
    "colour": ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    "line": ("a\nACK 7\r", "a\\nACK 7\\r"),
    "tab": ("a\tb", "a\\tb"),
    "bell": ("a\x07", "a\\x07"),
    "c1": ("a\x9b31m", "a\\x9b31m"),
    "bidi": ("song\u202egpj.mp3", "song\\u202egpj.mp3"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "hidden": ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
    "tag": ("a\U000e0041", "a\\U000e0041"),
    "surrogate": ("a\udcff", "a\\udcff"),
}


@pytest.mark.parametrize(("text", "shown"), NAUGHTY.values(), ids=NAUGHTY)
def test_what_a_terminal_would_obey_or_hide_is_written_out(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    ["Ænima", "雪の華", "[bold]", ":smile:", "نمی\u200cخواهم", "C:\\"],
)
def test_what_people_write_is_left_as_it_is(text):
    assert visible(text) == text


@pytest.mark.parametrize(("text", "shown"), NAUGHTY.values(), ids=NAUGHTY)
def test_a_naughty_name_stays_one_line_wherever_it_is_printed(text, shown, capsys):
    print_line(text)
    print_table(("a", "b"), [(text, "[red]x[/red]")])
    tell(text)

    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == shown
    assert printed.out.splitlines()[2] == f"{shown}  [red]x[/red]"
    assert printed.err.splitlines() == [shown]


def test_a_drawn_table_shows_markup_as_text(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    print_table(("title",), [("[red]:smile:\x1b[2J[/red]",)])

    assert "[red]:smile:\\x1b[2J[/red]" in capsys.readouterr().out


def test_a_table_away_from_a_terminal_is_never_wrapped_or_cut(capsys):
    long = "x" * 500

    print_table(("id", "title", "file"), [(7, "雪", long), (12, "Snow", "/b")])

    assert capsys.readouterr().out.splitlines() == [
        "id  title  file",
        f" 7  雪     {long}",
        "12  Snow   /b",
    ]


def test_a_path_that_is_not_utf8_comes_with_its_bytes():
    fields = path_fields(b"/music/\xff.mp3")

    assert fields["path"] == "/music/\ufffd.mp3"
    assert base64.b64decode(fields["path_b64"]) == b"/music/\xff.mp3"


def test_a_path_in_utf8_comes_as_text_alone():
    assert path_fields("/música/é.mp3".encode()) == {"path": "/música/é.mp3"}


def test_json_is_ascii_and_means_the_same(capsys):
    print_json({"title": "雪\x1b\u202e"})

    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"title": "雪\x1b\u202e"}


def test_a_track_for_programs_has_its_tags_and_its_path():
    tags = Tags("Heroes", "Bowie", "Heroes", "David Bowie", ("Rock", "Art"), 1977)

    assert track_fields(Track(TrackId(3), b"/a.mp3", tags, 371.0, True, 0.0, 0)) == {
        "id": 3,
        "title": "Heroes",
        "artist": "Bowie",
        "album": "Heroes",
        "album_artist": "David Bowie",
        "genres": ["Rock", "Art"],
        "year": 1977,
        "duration_s": 371.0,
        "missing": True,
        "path": "/a.mp3",
    }


@pytest.mark.parametrize(
    ("duration_s", "shown"), [(0, "0:00"), (59.6, "1:00"), (187, "3:07"), (3723, "1:02:03")]
)
def test_a_clock_shows_durations_as_players_do(duration_s, shown):
    assert clock(duration_s) == shown


@pytest.mark.parametrize(
    ("duration_s", "words"), [(12.4, "12 s"), (89, "89 s"), (91, "2 min"), (7800, "2 h 10 min")]
)
def test_a_time_left_is_told_in_words(duration_s, words):
    assert in_words(duration_s) == words


def test_one_thing_has_no_plural():
    assert (counted(1, "file"), counted(2000, "file")) == ("1 file", "2,000 files")
