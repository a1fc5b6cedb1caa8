from pathlib import Path

import pytest

from tests.app.cli_runner import CommandLine
from tests.app.heard_library import make_library


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


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        (["night", "-storm"], ["Night bass", "Night silence"]),
        (["-night"], ["Whistle"]),
        (["-title:night"], ["Whistle"]),
        (['-"night bass"', "-whistle"], ["Night silence", "Night storm"]),
        (["title:night s"], []),
        (["title:night storm"], ["Night storm"]),
        (["artist:the band", "storm", "OR", "whistle"], ["Whistle", "Night storm"]),
        (["path:music", "whistle"], ["Whistle"]),
        (["is:unheard"], ["Night silence"]),
        (["length:1:40", "-is:unheard", "-tag:low"], ["Whistle"]),
        (["length:>1:40"], []),
        (["plays:0", "added:<1d", "tag:low>0.7"], ["Night bass"]),
        (["tag:loud", "-tag:high>0.3"], ["Night bass"]),
        (["night", "--limit", "1", "-storm"], ["Night bass"]),
    ],
)
def test_the_search_language_is_spoken(segue: CommandLine, arguments: list[str], titles: list[str]):
    outcome = segue("search", *arguments, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert [track["title"] for track in outcome.json] == titles


def test_what_is_not_understood_is_told_beside_the_results(segue: CommandLine):
    outcome = segue("search", "night", "year:soon", "foo:bass", "--json")
    assert (outcome.code, outcome.json) == (0, [])
    assert outcome.err.splitlines() == [
        "year:soon is left out: year: takes 1990, 1990-1999, -1979 or 2000-.",
        "There is no field foo: searching for the words.",
    ]


@pytest.mark.parametrize("text", ["artist:", "!!!", '"', ""])
def test_a_search_for_nothing_finds_nothing(segue: CommandLine, text: str):
    outcome = segue("search", text)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"Nothing in the library answers to {text}.\n"


def test_an_option_that_is_not_there_is_no_word(segue: CommandLine):
    outcome = segue("search", "night", "--jsn")
    assert outcome.code == 2
    assert "There is no option --jsn." in outcome.err
