from pathlib import Path

import pytest

from app.cli.main import run
from app.cli.session import Session
from tests.app.cli_runner import CommandLine, Outcome
from tests.app.heard_library import make_library
from tests.fakes import tagless_choice


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    make_library(
        tmp_path,
        {
            "Night bass": (0.9, 0.1, 0.3),
            "Night storm": (0.6, 0.4, 0.9),
            "Whistle": (0.1, 0.9, 0.15),
            "Night silence": None,
        },
    )
    return CommandLine(tmp_path, capsys)


def titles(outcome: Outcome) -> list[str]:
    return [track["title"] for track in outcome.json]


def test_search_finds_tracks_by_tags_and_words_together(segue: CommandLine):
    assert titles(segue("search", "tag:loud", "--json")) == ["Night storm", "Night bass"]
    assert titles(segue("search", "tag:loud", "tag:low", "--json")) == ["Night storm", "Night bass"]
    assert titles(segue("search", "tag:high", "--json")) == ["Whistle", "Night storm"]
    assert titles(segue("search", 'night tag:"high"', "--json")) == ["Night storm"]
    assert titles(segue("search", "tag:low", "--limit", "1", "--json")) == ["Night bass"]
    assert titles(segue("search", "night", "--json")) == [
        "Night bass",
        "Night storm",
        "Night silence",
    ]


def test_search_tells_programs_what_was_heard(segue: CommandLine):
    (track,) = segue("search", "storm", "--json").json
    assert [one["tag"] for one in track["heard"]] == ["loud", "low", "high"]
    assert [one["score"] for one in track["heard"]] == pytest.approx([0.9, 0.6, 0.4])
    (silent,) = segue("search", "silence", "--json").json
    assert silent["heard"] == []


def test_a_search_for_an_unknown_tag_goes_on_without_it(segue: CommandLine):
    outcome = segue("search", "whistle", "tag:lowd", "--json")
    assert titles(outcome) == ["Whistle"]
    assert outcome.err == "There is no tag 'lowd'; did you mean 'low' or 'loud'?\n"


def test_a_tag_that_no_track_has_is_told(segue: CommandLine):
    outcome = segue("search", "whistle", "tag:low")
    assert (outcome.code, outcome.err) == (
        0,
        "Nothing in the library answers to whistle tag:low.\n",
    )


def test_a_track_is_shown_with_what_was_heard(segue: CommandLine):
    lines = segue("show", "night storm").out.splitlines()
    assert lines == [
        "Track      2",
        "Title      Night storm",
        "Artist     The Band",
        "Length     1:40",
        "File       /music/2.mp3",
        "Passages   0:05-0:15, 0:35-0:45, 1:05-1:15",
        "Heard      loud 90 %, low 60 %, high 40 %",
    ]
    shown = segue("show", "2", "--json").json
    assert (shown["title"], shown["analysed"], shown["files"]) == (
        "Night storm",
        True,
        [{"path": "/music/2.mp3"}],
    )
    assert shown["windows"][1] == {"start_s": 35.0, "end_s": 45.0}
    assert [one["tag"] for one in shown["heard"]] == ["loud", "low", "high"]


def test_a_track_that_was_not_heard_is_shown_all_the_same(segue: CommandLine):
    assert segue("show", "silence").out.splitlines()[-1] == "Heard      not yet"
    shown = segue("show", "silence", "--json").json
    assert (shown["analysed"], shown["heard"], shown["windows"]) == (False, [], [])


def test_all_tags_are_listed_with_their_tracks(segue: CommandLine):
    lines = segue("tags").out.splitlines()
    assert [line.split() for line in lines] == [
        ["tag", "tracks", "id", "most", "of", "all"],
        ["low", "2", "1", "The", "Band", "-", "Night", "bass"],
        ["high", "1", "3", "The", "Band", "-", "Whistle"],
        ["loud", "1", "2", "The", "Band", "-", "Night", "storm"],
    ]
    (low, *_) = segue("tags", "--json").json
    assert (low["tag"], low["tracks"], low["example"]["title"]) == ("low", 2, "Night bass")


def test_tags_of_an_empty_library_have_no_tracks(segue: CommandLine, tmp_path: Path):
    (low, *_) = segue("--data", tmp_path / "none", "tags", "--json").json
    assert (low["tracks"], low["example"]) == (0, None)


def test_an_encoder_without_tags_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    session = Session(data_dir=tmp_path, choose_encoder=lambda _: tagless_choice())
    assert run(["tags"], session) == 1
    assert capsys.readouterr().err == "The encoder in use hears no tags; the network does.\n"
