import os
from pathlib import Path

import pytest

from library.catalog import Catalog
from library.records import Recording, Stamp, Tags
from tests.app.cli_runner import CommandLine
from tests.fakes import fake_choice


@pytest.fixture
def segue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A library of the tracks a to e in tmp_path/music, without a file behind them."""
    command_line = CommandLine(tmp_path / "data", capsys)
    with Catalog.open(command_line.data, fake_choice().key) as catalog:
        root = bytes(tmp_path / "music")
        catalog.add_root(root)
        names = [b"a", b"b", b"c", b"d", b"\xff"]
        for number, name in enumerate(names):
            stamp = Stamp(root + b"/" + name + b".mp3", 1, 1, 1)
            catalog.files.register([stamp])
            title = "e" if name == b"\xff" else name.decode()
            recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.0)
            tags = Tags(title=title, artist="The Letters")
            catalog.keep(stamp, tags, recording, None, reason="silent")
    return command_line


def shown(segue: CommandLine, name: str) -> str:
    """The titles in a playlist, in one word."""
    return "".join(t["title"] for t in segue("playlist", "show", name, "--json").json["tracks"])


def test_a_playlist_is_made_listed_and_shown(segue: CommandLine):
    assert segue("playlist", "list").err == "There is no playlist yet.\n"

    made = segue("playlist", "create", "Evening", "b", "a", "b")

    assert (made.code, made.err) == (0, "Made the playlist Evening with 3 tracks.\n")
    assert segue("playlist", "list").out.splitlines() == ["name     tracks", "Evening       3"]
    assert segue("playlist", "show", "evening").out.splitlines() == [
        "no.  title  artist       album  length",
        "  1  b      The Letters           1:40",
        "  2  a      The Letters           1:40",
        "  3  b      The Letters           1:40",
    ]
    assert segue("playlist", "list", "--json").json[0]["tracks"] == 3


def test_tracks_are_added_moved_and_removed_by_their_numbers(segue: CommandLine):
    segue("playlist", "create", "p", "a", "b")

    segue("playlist", "add", "p", "c", "d")
    assert shown(segue, "p") == "abcd"
    segue("playlist", "add", "p", "e", "--at", "1")
    assert shown(segue, "p") == "eabcd"
    segue("playlist", "move", "p", "1", "4")
    assert shown(segue, "p") == "abced"
    segue("playlist", "move", "p", "4", "2")
    assert shown(segue, "p") == "aebcd"
    segue("playlist", "remove", "p", "1", "3", "1")
    assert shown(segue, "p") == "ecd"


def test_every_change_is_undone_and_done_again(segue: CommandLine):
    segue("playlist", "create", "p", "a", "b")
    segue("playlist", "remove", "p", "1")

    undone = segue("playlist", "undo", "p")
    assert (shown(segue, "p"), undone.err) == ("ab", "The playlist p has 2 tracks now.\n")
    segue("playlist", "redo", "p")
    assert shown(segue, "p") == "b"


def test_a_deleted_playlist_is_brought_back_by_its_name(segue: CommandLine):
    segue("playlist", "create", "p", "a")
    segue("playlist", "delete", "p")
    assert segue("playlist", "show", "p").err == "There is no playlist p.\n"

    segue("playlist", "undo", "P")

    assert shown(segue, "p") == "a"
    assert segue("playlist", "redo", "p").err == "The playlist p is gone now.\n"


def test_a_playlist_is_renamed(segue: CommandLine):
    segue("playlist", "create", "p", "a")

    assert segue("playlist", "rename", "p", "q").err == "p is called q now.\n"
    assert shown(segue, "q") == "a"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "q"), "There is no playlist q."),
        (("undo", "q"), "There is and was no playlist q."),
        (("create", "P"), "There is a playlist p already."),
        (("remove", "p", "3"), "There is no number 3 in p, which has 2 tracks."),
        (("remove", "p", "0"), "There is no number 0 in p, which has 2 tracks."),
        (("move", "p", "1", "3"), "There is no number 3 in p, which has 2 tracks."),
        (("redo", "p"), "There is nothing to redo in the playlist p."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_a_sentence(
    segue: CommandLine, arguments: tuple[str, ...], sentence: str
):
    segue("playlist", "create", "p", "a", "b")

    outcome = segue("playlist", *arguments)

    assert (outcome.code, outcome.err) == (1, sentence + "\n")


def lines_of(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["../music/a.mp3", "../music/b.mp3"]),
        (("--paths", "relative"), ["../music/a.mp3", "../music/b.mp3"]),
        (("--paths", "absolute"), ["{music}/a.mp3", "{music}/b.mp3"]),
        (("--prefix", "{music}=/sdcard"), ["/sdcard/a.mp3", "/sdcard/b.mp3"]),
        (("--paths", "prefix", "--prefix", "{music}=D:\\M"), ["D:\\M\\a.mp3", "D:\\M\\b.mp3"]),
    ],
    ids=str,
)
def test_an_export_writes_paths_as_asked(
    segue: CommandLine, tmp_path: Path, options: tuple[str, ...], expected: list[str]
):
    segue("playlist", "create", "p", "a", "b")
    music = tmp_path / "music"
    (tmp_path / "lists").mkdir()
    file = tmp_path / "lists" / "p.m3u8"

    outcome = segue("export", "p", file, *(option.format(music=music) for option in options))

    assert (outcome.code, outcome.err) == (0, f"Wrote 2 tracks to {file}.\n")
    assert lines_of(file) == [line.format(music=music) for line in expected]


def test_a_prefix_takes_the_file_of_a_track_that_lies_under_it(segue: CommandLine, tmp_path: Path):
    with Catalog.open(segue.data, fake_choice().key) as catalog:
        other = Stamp(bytes(tmp_path / "best of" / "a.mp3"), 1, 1, 1)
        catalog.keep(other, Tags(title="a"), Recording(b"%016d" % 0, "mp3", 44_100, 2, 100.0), None)
    segue("playlist", "create", "p", "1")

    for root in ("music", "best of"):
        outcome = segue("export", "p", tmp_path / "p.m3u8", "--prefix", f"{tmp_path / root}=/sd")
        assert (outcome.code, lines_of(tmp_path / "p.m3u8")) == (0, ["/sd/a.mp3"])


@pytest.mark.parametrize("ending", ["m3u8", "pls", "xspf", "jspf", "csv"])
def test_an_exported_playlist_is_imported_again(segue: CommandLine, tmp_path: Path, ending: str):
    segue("playlist", "create", "p", "b", "a", "b")
    segue("export", "p", tmp_path / "copy", "--format", ending)

    outcome = segue("import-playlist", tmp_path / f"copy.{ending}")

    assert outcome.code == 0
    assert outcome.err == ("In the library: 3 of 3.\nMade the playlist copy with 3 tracks.\n")
    assert shown(segue, "copy") == "bab"


def test_what_a_format_cannot_name_is_left_out_with_the_reason(segue: CommandLine, tmp_path: Path):
    segue("playlist", "create", "p", "a", "e")
    segue("playlist", "create", "odd", "e")

    some = segue("export", "p", tmp_path / "p.m3u8")
    none = segue("export", "odd", tmp_path / "odd.m3u8")

    left_out = f"Left out {tmp_path}/music/\ufffd.mp3: its path is not UTF-8"
    assert some.code == 0
    assert some.err.startswith(left_out)
    assert some.err.endswith(f"Wrote 1 track to {tmp_path}/p.m3u8.\n")
    assert none.code == 1


def test_a_dry_run_says_what_is_matched_and_makes_nothing(segue: CommandLine, tmp_path: Path):
    file = tmp_path / "p.m3u"
    file.write_text("music/a.mp3\nmusic/nothing.mp3\nhttp://radio.example/stream\n")

    with Catalog.open(segue.data, fake_choice().key):  # a scan may go on meanwhile
        outcome = segue("import-playlist", file, "--dry-run")

    assert outcome.code == 0
    assert [line.split("  ")[-1] for line in outcome.out.splitlines()[1:]] == [
        "music/a.mp3",
        "music/nothing.mp3",
        "http://radio.example/stream",
    ]
    assert outcome.err == "In the library: 1 of 3.\n"
    assert segue("playlist", "list", "--json").json == []
    how = [entry["how"] for entry in segue("import-playlist", file, "--dry-run", "--json").json]
    assert how[:2] == ["path", "not in the library"]


def test_an_import_takes_the_name_that_it_is_given(segue: CommandLine, tmp_path: Path):
    file = tmp_path / "p.m3u"
    file.write_text("music/a.mp3\n")

    segue("import-playlist", file, "--name", "Morning")

    assert shown(segue, "Morning") == "a"


def test_nothing_is_made_of_a_playlist_without_a_known_track(segue: CommandLine, tmp_path: Path):
    file = tmp_path / "p.m3u"
    file.write_text("nothing.mp3\n")

    outcome = segue("import-playlist", file)

    assert outcome.code == 1
    assert outcome.err == (
        "In the library: 0 of 1.\nNo playlist was made, because none of its tracks is here.\n"
    )


@pytest.mark.parametrize("name", ["p.txt", "p.xspf", "nothing.m3u8"])
def test_a_file_that_is_no_playlist_is_rejected(segue: CommandLine, tmp_path: Path, name: str):
    for written in ("p.txt", "p.xspf"):
        (tmp_path / written).write_text("music/a.mp3")

    outcome = segue("import-playlist", tmp_path / name)

    assert outcome.code == 3
    assert outcome.err.startswith(f"Could not use the playlist file {tmp_path}/{name}: ")


@pytest.mark.parametrize(
    "options",
    [
        ("p.m3u8", "--paths", "prefix"),
        ("p.m3u8", "--paths", "absolute", "--prefix", "/a=/b"),
        ("p.m3u8", "--prefix", "/a"),
        ("p.m3u8", "--prefix", "=/b"),
        ("p.m3u8", "--format", "pls"),
    ],
    ids=" ".join,
)
def test_options_that_contradict_each_other_are_a_usage_error(
    segue: CommandLine, tmp_path: Path, options: tuple[str, ...]
):
    segue("playlist", "create", "p", "a")

    assert segue("export", "p", os.fspath(tmp_path / options[0]), *options[1:]).code == 2
