import contextlib
from pathlib import Path

import pytest

from tests.app.cli_runner import CommandLine
from tests.app.conftest import write_tone


@pytest.fixture
def segue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A command line whose demo collection is tones in four manners of six titles each."""
    folder = tmp_path / "collection"
    for manner, frequency_hz in (("Bass", 220), ("Hum", 650), ("Sing", 1200), ("Whistle", 1700)):
        for number in range(6):
            write_tone(
                folder / manner / f"{number}.flac",
                frequency_hz * (1 + number / 200),
                title=f"{manner} {number}",
                artist=f"The {manner}s",
                genre=manner,
            )
    monkeypatch.setattr("app.cli.demo.demo_collection", lambda: contextlib.nullcontext(folder))
    return CommandLine(tmp_path / "data", capsys)


def test_the_demo_lists_neighbours_measures_them_and_writes_a_playlist(
    segue: CommandLine, tmp_path: Path
):
    outcome = segue("demo", "-o", tmp_path / "demo.m3u8")

    assert outcome.code == 0
    heads = [line for line in outcome.out.splitlines() if line.startswith("Most like")]
    assert heads == [
        "Most like Bass 0 by The Basss (Bass):",
        "Most like Hum 0 by The Hums (Hum):",
        "Most like Sing 0 by The Sings (Sing):",
    ]
    assert outcome.out.splitlines()[-3:] == [
        "network                      1.000",
        "hand-crafted features        1.000",
        "chance                       0.217",
    ]
    lines = (tmp_path / "demo.m3u8").read_text().splitlines()
    assert sum(not line.startswith("#") for line in lines) == 3 * 6


def test_the_demo_has_a_library_of_its_own(segue: CommandLine, tmp_path: Path):
    segue("demo", "-o", tmp_path / "demo.m3u8")

    assert segue("search", "bass").err == "Nothing in the library answers to bass.\n"
    own = CommandLine(segue.data / "demo", segue.capture)
    assert len(own("search", "bass", "--json").json) == 6


def test_the_demo_tells_programs_its_figures(segue: CommandLine, tmp_path: Path):
    printed = segue("demo", "--json", "-o", tmp_path / "demo.m3u8").json

    assert printed["precision_at_5"]["chance"] == pytest.approx(5 / 23)
    assert printed["precision_at_5"]["network"] == printed["precision_at_5"]["handcrafted"] == 1
    for one in printed["lists"]:
        manner = one["seed"]["genres"]
        assert [match["genres"] for match in one["matches"]] == [manner] * 5


def test_a_demo_that_cannot_hear_a_piece_says_so(segue: CommandLine, tmp_path: Path):
    (tmp_path / "collection" / "broken.mp3").write_text("no music")

    outcome = segue("demo", "-o", tmp_path / "demo.m3u8")

    assert outcome.code == 1
    assert outcome.err.endswith("1 piece could not be analysed.\n")
