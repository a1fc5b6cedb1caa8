import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.cli.browse import _version
from app.cli.main import main, run
from app.cli.session import Session, data_dir
from app.encoder_choice import EncoderChoice
from app.settings import Settings
from library.catalog import Catalog
from library.records import Embedding, Recording, Stamp, Tags
from tests.app.cli_runner import PROJECT, CommandLine, command, run_process
from tests.fakes import DIMENSION, TAGS, fake_choice

HEAVY = ("torch", "torchaudio", "librosa", "numba", "scipy", "matplotlib", "PySide6")


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A library with one playlist, Evening, of one track, Snow."""
    command_line = CommandLine(tmp_path / "data", capsys)
    with Catalog.open(command_line.data, fake_choice().key) as catalog:
        stamp = Stamp(bytes(tmp_path / "snow.mp3"), 1, 1, 1)
        catalog.files.register([stamp])
        recording = Recording(bytes(16), "mp3", 44_100, 2, 100.0)
        tags = Tags(title="雪 Snow")
        track_id = catalog.keep(stamp, tags, recording, None, reason="silent")
        catalog.playlists.create("Evening", [track_id])
    return command_line


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["search", "snow"], ["export", "Evening", "{tmp}/e.m3u8"]],
    ids=lambda arguments: arguments[0],
)
def test_quick_commands_load_nothing_heavy(
    segue: CommandLine, tmp_path: Path, arguments: list[str]
):
    words = ["--data", str(segue.data), *(word.format(tmp=tmp_path) for word in arguments)]
    program = f"""
import sys
from app.cli.browse import _version
from app.cli.main import main, run
from app.cli.session import Session
from tests.fakes import fake_choice
code = run({words!r}, Session(choose_encoder=lambda _: fake_choice()))
print("\\n" + ",".join(sorted(set(sys.modules) & set({HEAVY!r}))) + ";", code)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, check=True, text=True
    )

    assert result.stdout.splitlines()[-1] == "; 0"


def test_main_runs_the_words_of_this_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.argv", ["segue", "sing"])

    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 2
    assert "sing" in capsys.readouterr().err


def test_a_package_that_is_not_there_is_told():
    assert _version("no-such-package") == "not installed"


def test_every_command_explains_itself(segue: CommandLine):
    words = segue("--help").out.partition("Commands:")[2].splitlines()
    names = [line.split()[0] for line in words if line.startswith("  ")]

    assert len(names) >= 11
    for name in names:
        assert segue(name, "--help").out.startswith(f"Usage: segue {name}")


@pytest.mark.parametrize(
    "words",
    [["--data", "{data}", "search", "snow"], ["search", "snow", "--data", "{data}"]],
    ids=["before the command", "after it"],
)
def test_the_data_folder_may_be_told_anywhere(
    segue: CommandLine, words: list[str], capsys: pytest.CaptureFixture[str]
):
    session = Session(choose_encoder=lambda _: fake_choice())

    assert run([word.format(data=segue.data) for word in words], session) == 0

    assert "Snow" in capsys.readouterr().out


def test_the_data_folder_is_told_or_that_of_the_environment_or_of_the_account(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("SEGUE_DATA", "/from/environment")
    assert data_dir(Session(data_dir=Path("/told"))) == Path("/told")
    assert data_dir(Session()) == Path("/from/environment")
    monkeypatch.delenv("SEGUE_DATA")
    assert data_dir(Session()).name == "segue"


def test_a_library_that_does_not_exist_is_empty_and_is_not_made(segue: CommandLine, tmp_path: Path):
    outcome = segue("--data", tmp_path / "none", "search", "snow")

    assert outcome.err == "Nothing in the library answers to snow.\n"
    assert not (tmp_path / "none").exists()


def test_search_shows_tracks_to_people_and_programs(segue: CommandLine, tmp_path: Path):
    table = segue("search", "sno").out.splitlines()
    (track,) = segue("search", "SNOW", "--json").json

    assert table[0].split() == ["id", "title", "artist", "album", "length", "file"]
    assert table[1].startswith(" 1  雪 Snow")
    assert track["path"] == f"{tmp_path}/snow.mp3"


@pytest.mark.parametrize("text", ['"', "AND", "a*b", "(", "NEAR/2", "-", "x:y", "\x00", "é\u202e"])
def test_any_text_may_be_searched(segue: CommandLine, text: str):
    assert segue("search", "--", text).code == 0


def test_a_title_that_two_tracks_bear_does_not_name_one(segue: CommandLine):
    with Catalog.open(segue.data, fake_choice().key) as catalog:
        stamp = Stamp(b"/snow2.mp3", 1, 1, 1)
        catalog.files.register([stamp])
        recording = Recording(b"x" * 16, "mp3", 44_100, 2, 100.0)
        catalog.keep(stamp, Tags(title="雪 Snow"), recording, None, reason="silent")

    outcome = segue("playlist", "add", "Evening", "雪 snow")

    assert outcome.code == 1
    assert outcome.err.splitlines()[-1] == "雪 snow may mean any of these: name one by its number."


def test_info_tells_what_this_segue_is(segue: CommandLine):
    known = segue("info", "--json").json
    shown = segue("info").out

    assert (known["encoder"], known["device"], known["tracks"]) == ("fake", "the fake device", 1)
    assert known["files"] == {
        "total": 1,
        "analysed": 0,
        "failed": 1,
        "waiting": 0,
        "missing": 0,
    }
    assert known["packages"]["numpy"].split(".")[0].isdigit()
    assert f"Library    {segue.data}" in shown
    assert "the fake device" in shown


def test_an_unknown_command_is_a_usage_error(segue: CommandLine):
    outcome = segue("sing")

    assert outcome.code == 2
    assert "sing" in outcome.err


def test_a_library_that_another_program_changes_is_a_sentence(segue: CommandLine):
    with Catalog.open(segue.data, fake_choice().key):
        outcome = segue("playlist", "delete", "Evening")

    assert outcome.code == 1
    assert outcome.err.startswith("Another Segue is changing the library")
    assert outcome.err.count("\n") == 1


def failing(error: Exception) -> Session:
    def choose(_: Settings) -> EncoderChoice:
        raise error

    return Session(choose_encoder=choose)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied", "/x"), "Permission denied: /x"),
        (OSError(28, "No space left on device"), "No space left on device."),
        (
            KeyError("x"),
            "Segue made a mistake (KeyError: 'x'). Please report it with what --debug shows.",
        ),
    ],
    ids=["path", "no path", "mistake"],
)
def test_an_unexpected_error_is_a_sentence_too(
    error: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert run(["search", "snow"], failing(error)) == 1

    assert capsys.readouterr().err == sentence + "\n"


@pytest.mark.parametrize("words", [["--debug", "search", "x"], ["search", "x", "--debug"]])
def test_debug_shows_where_an_error_arose(words: list[str]):
    with pytest.raises(KeyError):
        run(words, failing(KeyError("x")))


def test_a_reader_that_goes_away_is_no_error(segue: CommandLine):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        process = subprocess.run(
            command(segue.data, ["search", "snow"]),
            cwd=PROJECT,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert process.stderr == b""


def test_titles_are_printed_in_a_locale_that_lacks_their_letters(segue: CommandLine):
    surroundings = os.environ | {"PYTHONIOENCODING": "latin-1:strict"}
    program = (
        "import sys; sys.argv = ['segue', '--data', sys.argv[1], 'playlist', 'show', 'Evening'];"
        "import app.services as s; from tests.fakes import fake_choice;"
        "s.encoder_from = lambda _: fake_choice();"
        "from app.cli.main import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(segue.data)],
        cwd=PROJECT,
        env=surroundings,
        capture_output=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, b"")
    assert b"\\u96ea Snow" in result.stdout


def test_check_finds_a_sound_library_in_order(segue: CommandLine):
    outcome = segue("check")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1] == "The library is in order."
    assert segue("check", "--json").json["tracks"] == 1


def test_check_looks_for_the_tracks_that_it_is_given(segue: CommandLine):
    words = ["check", "--ids-from-stdin"]

    there = run_process(segue.data, *words, input=b"1\n1\n")
    lost = run_process(segue.data, *words, input=b"1\n7\nx\n")

    assert there.returncode == 0
    assert b"asked for  1 of 1 are there" in there.stdout
    assert lost.returncode == 1
    assert lost.stderr.decode().splitlines() == [
        "Track 7 is not in the library.",
        "Track x is not in the library.",
    ]


def test_check_tells_people_what_it_missed(segue: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1 7"))

    outcome = segue("check", "--ids-from-stdin")

    assert (outcome.code, outcome.err) == (1, "Track 7 is not in the library.\n")
    assert outcome.out.splitlines()[-2:] == [
        "asked for  1 of 2 are there",
        "The library is not in order.",
    ]


def test_check_finds_a_library_that_is_not_there_yet_in_order(segue: CommandLine, tmp_path: Path):
    assert segue("--data", tmp_path / "none", "check").code == 0


def test_check_fails_on_a_vector_that_is_none(segue: CommandLine):
    vectors = np.eye(DIMENSION, dtype=np.float32)
    with Catalog.open(segue.data, fake_choice().key) as catalog:
        stamp = Stamp(b"/tone.mp3", 1, 1, 1)
        catalog.files.register([stamp])
        recording = Recording(b"x" * 16, "mp3", 44_100, 2, 100.0)
        scores = np.zeros(len(TAGS), np.float32)
        embedding = Embedding(vectors[0], vectors[:1], np.zeros(1, np.float32), 10.0, scores)
        catalog.keep(stamp, Tags(), recording, embedding)
        with catalog._store.transaction():
            catalog._store.write("UPDATE embeddings SET vector = zeroblob(32)")

    outcome = segue("check")

    assert outcome.code == 1
    assert outcome.err
    assert outcome.out.splitlines()[-1] == "The library is not in order."


def test_check_fails_on_a_damaged_library(segue: CommandLine):
    with Catalog.open(segue.data, fake_choice().key) as catalog:
        database = catalog._store.path
    content = bytearray(database.read_bytes())
    content[4096:8192] = bytes(4096)
    database.write_bytes(content)

    outcome = segue("check")

    assert outcome.code == 1
    assert outcome.err


def test_json_of_check_names_what_is_wrong(segue: CommandLine):
    result = run_process(segue.data, "check", "--ids-from-stdin", "--json", input=b"7")

    assert json.loads(result.stdout)["problems"] == ["Track 7 is not in the library."]
    assert result.returncode == 1
