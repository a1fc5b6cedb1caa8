import os
from pathlib import Path

import pytest

from app.cli.main import run
from app.cli.session import Session
from tests.app.cli_runner import CommandLine
from tests.app.heard_library import make_library
from tests.app.test_curves import write_song
from tests.fakes import tagless_choice


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    scores = (0.5, 0.5, 0.5)
    make_library(tmp_path / "data", {"Night bass": scores, "Night storm": scores})
    return CommandLine(tmp_path / "data", capsys)


def test_the_passages_that_are_alike_are_named_for_a_player(segue: CommandLine):
    lines = segue("alike", "night bass", "2", "--count", "2").out.splitlines()
    told = segue("alike", "night bass", "2", "--json").json

    assert (told["first"]["label"], told["second"]["id"]) == ("Night bass", 2)
    pairs = told["passages"]
    assert len(pairs) == 3
    assert all(pair["first_end_s"] - pair["first_start_s"] == 10.0 for pair in pairs)
    similarities = [pair["similarity"] for pair in pairs]
    assert similarities == sorted(similarities, reverse=True)
    starts = {5.0: "0:05-0:15", 35.0: "0:35-0:45", 65.0: "1:05-1:15"}
    assert lines == [
        f"{starts[pair['first_start_s']]} of Night bass and "
        f"{starts[pair['second_start_s']]} of Night storm: {pair['similarity']:.2f}"
        for pair in pairs[:2]
    ]


def test_a_file_from_outside_is_alike_to_itself(segue: CommandLine, tmp_path: Path):
    song = write_song(tmp_path / "song.flac")
    passages = segue("alike", song, song, "--json").json["passages"]
    assert len(passages) == 3
    assert all(pair["similarity"] == pytest.approx(1.0) for pair in passages)


def test_curves_are_shown_with_their_strongest_passages(segue: CommandLine, tmp_path: Path):
    song = write_song(tmp_path / "song.flac")

    outcome = segue("curve", song, "--tag", "high", "--like", "night storm")
    told = segue("curve", song, "--tag", "high", "--like", "night storm", "--json").json

    label, header, *rows = outcome.out.splitlines()
    assert label == "song.flac, 0:06"
    assert header.split() == ["time", "high", "like", "Night", "storm"]
    assert len(rows) == 11 + 2
    high, like = told["curves"]
    assert (high["name"], like["name"]) == ("high", "like Night storm")
    assert len(told["times_s"]) == len(high["values"]) == len(like["values"]) == 11
    assert 2.0 <= high["strongest"]["start_s"] <= 3.0
    assert high["strongest"]["value"] == max(high["values"])
    assert rows[-2] == f"high: strongest at 0:02-0:03 ({max(high['values']):.2f})"
    assert rows[0].split() == ["0:00", f"{high['values'][0]:.2f}", f"{like['values'][0]:.2f}"]


def test_a_long_recording_is_shown_in_few_rows(segue: CommandLine, tmp_path: Path):
    song = write_song(tmp_path / "song.flac", times=4)
    rows = segue("curve", song).out.splitlines()[2:]
    assert len(rows) == 16 + 3  # every third of 49 places, and where each curve is strongest
    assert {row.partition(":")[0] for row in rows[-3:]} == {"low", "high", "loud"}


def test_what_cannot_be_followed_is_a_sentence(segue: CommandLine, tmp_path: Path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music")
    outcome = segue("curve", broken)
    assert outcome.code == 3
    assert outcome.err.startswith(f"Could not use {broken}: ")

    gone = segue("curve", "night storm")
    assert (gone.code, gone.err) == (3, "Could not use /music/2.mp3: no such file or directory\n")

    unknown = segue("curve", broken, "--tag", "hihg")
    assert unknown.code == 1
    assert unknown.err == "There is no tag 'hihg'; did you mean 'high'?\n"


def test_without_tags_there_is_a_curve_of_likeness_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    song = os.fspath(write_song(tmp_path / "song.flac"))
    session = Session(data_dir=tmp_path / "none", choose_encoder=lambda _: tagless_choice())
    assert run(["curve", song], session) == 0
    assert capsys.readouterr().err.startswith("The encoder in use hears no tags; compare")
