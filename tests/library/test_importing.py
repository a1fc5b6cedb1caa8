"""Which library tracks the entries of a playlist mean."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.formats.files import folder_of, read_playlist, write_playlist
from library.formats.model import ExportEntry, ImportedEntry
from library.formats.paths import Absolute, Prefixed, Relative
from library.importing import LibraryFile, LibraryIndex, MatchedBy, match_entries
from library.records import TrackId
from tests.library.playlist_samples import ENDINGS, NAUGHTY_NAMES

LIBRARY = (
    LibraryFile(b"/music/Abba/Gold/01 Waterloo.mp3", TrackId(1), "Waterloo", "ABBA", 165.0),
    LibraryFile(b"/music/Abba/Live/01 Waterloo.mp3", TrackId(2), "Waterloo", "ABBA", 200.0),
    LibraryFile("/music/Björk/Jóga.flac".encode(), TrackId(3), "Jóga", "Björk", 305.0),
    LibraryFile(b"/music/old/caf\xe9.mp3", TrackId(4), "Café", "", 100.0),
    LibraryFile(b"/music/a\\b.mp3", TrackId(5), "Re:Zero", "", 90.0),
    LibraryFile(b"/music/lists/Re:Zero.mp3", TrackId(6)),
    LibraryFile(b"/music/One.mp3", TrackId(7), "Same", "Twin", 60.0),
    LibraryFile(b"/best/Two.mp3", TrackId(7), "Same", "Twin", 60.0),
)
FOLDER = b"/music/lists"


def match(
    path: bytes | None = None, folder: bytes = FOLDER, **more: object
) -> tuple[int | None, MatchedBy]:
    entry = ImportedEntry(path, **more)  # type: ignore[arg-type]
    (matched,) = match_entries([entry], folder, LibraryIndex(LIBRARY))
    assert matched.entry == entry
    assert matched.how.found == (matched.track_id is not None)
    return matched.track_id, matched.how


@pytest.mark.parametrize(
    ("path", "track_id"),
    [
        (b"/music/One.mp3", 7),
        (b"../One.mp3", 7),
        (b"./.././One.mp3", 7),
        (b"../../music//Abba/../One.mp3", 7),
        (b"  ../One.mp3 ", 7),
        (b"..\\One.mp3", 7),
        (b"..\\Abba\\Gold\\01 Waterloo.mp3", 1),
        (b"/music/old/caf\xe9.mp3", 4),
        (b"/music/a\\b.mp3", 5),
        (b"../a\\b.mp3", 5),
        ("/music/Björk/Jóga.flac".encode("cp1252"), 3),
    ],
    ids=repr,
)
def test_a_path_is_followed_by_name_from_the_folder_of_the_playlist(path, track_id):
    assert match(path) == (track_id, MatchedBy.PATH)


@pytest.mark.parametrize(
    ("path", "track_id"),
    [
        (b"/mnt/usb/Abba/Live/01 Waterloo.mp3", 2),
        (b"D:\\Musik\\Abba\\Gold\\01 Waterloo.mp3", 1),
        (b"C:/Musik/ABBA/GOLD/01 waterloo.MP3", 1),
        ("/Volumes/x/Björk/Jo\u0301ga.flac".encode(), 3),
        (b"One.mp3", 7),
        (b"/etc/Two.mp3", 7),
    ],
    ids=repr,
)
def test_a_path_from_elsewhere_is_matched_by_the_longest_end(path, track_id):
    assert match(path) == (track_id, MatchedBy.END_OF_PATH)


def test_an_end_that_several_tracks_share_is_no_match():
    assert match(b"/elsewhere/01 Waterloo.mp3") == (None, MatchedBy.AMBIGUOUS)


def test_the_length_may_decide_between_equal_ends_and_speak_against_one():
    assert match(b"/elsewhere/01 Waterloo.mp3", duration_s=201.0) == (2, MatchedBy.END_OF_PATH)
    assert match(b"/elsewhere/One.mp3", duration_s=63.0) == (7, MatchedBy.END_OF_PATH)
    assert match(b"/elsewhere/One.mp3", duration_s=63.1) == (None, MatchedBy.NOT_FOUND)


def test_artist_and_title_are_the_last_resort():
    assert match(b"/x/y.mp3", title="same", artist="TWIN") == (7, MatchedBy.TITLE)
    assert match(title="Jo\u0301ga", artist=" björk") == (3, MatchedBy.TITLE)
    assert match(title="Waterloo", artist="ABBA") == (None, MatchedBy.AMBIGUOUS)
    assert match(title="Waterloo", artist="ABBA", duration_s=166.0) == (1, MatchedBy.TITLE)
    assert match(title="Waterloo", artist="Queen") == (None, MatchedBy.NOT_FOUND)
    assert match(artist="ABBA") == (None, MatchedBy.NOT_FOUND)


def test_a_title_alone_needs_a_length_that_agrees():
    assert match(title="Café") == (None, MatchedBy.NOT_FOUND)
    assert match(title="Café", duration_s=101.0) == (4, MatchedBy.TITLE)
    assert match(title="Björk - Jóga", duration_s=305.0) == (3, MatchedBy.TITLE)


@pytest.mark.parametrize(
    "url",
    [
        "http://h/music/One.mp3",
        "//server/music/One.mp3",
        "\\\\server\\music\\One.mp3",
        "concat:/music/One.mp3|/etc/hosts",
        "file://server/music/One.mp3",
    ],
)
def test_an_address_is_never_in_the_library(url):
    assert match(url=url, title="Same", artist="Twin") == (None, MatchedBy.ADDRESS)


def test_a_name_with_the_form_of_an_address_is_found_by_its_path():
    assert match(url="Re:Zero.mp3") == (6, MatchedBy.PATH)
    assert match(url="Re:Zero.mp3", folder=b"/") == (None, MatchedBy.ADDRESS)


@pytest.mark.parametrize("path", [b"/music/One.mp3\0x", b"", b".", b"..", b"/", b"\0"])
def test_what_cannot_be_a_file_matches_nothing(path):
    assert match(path) == (None, MatchedBy.NOT_FOUND)


def test_matching_asks_the_disk_nothing(monkeypatch):
    def touched(*_arguments: object, **_options: object) -> None:
        raise AssertionError("the disk was asked")

    for name in ("stat", "lstat", "open", "readlink", "listdir", "scandir", "getcwd"):
        monkeypatch.setattr(os, name, touched)
    test_an_address_is_never_in_the_library("http://h/music/One.mp3")
    assert match(b"../../../../etc/passwd") == (None, MatchedBy.NOT_FOUND)
    assert match(b"~/x.mp3") == (None, MatchedBy.NOT_FOUND)


def test_a_name_that_very_many_files_share_says_nothing():
    files = [
        LibraryFile(b"/m/%d/01.mp3" % i, TrackId(i), "Intro", "X", 10.0 * i) for i in range(1, 101)
    ]
    entry = ImportedEntry(b"/x/01.mp3", title="Intro", artist="X", duration_s=500.0)
    for few, how in ((64, MatchedBy.END_OF_PATH), (65, MatchedBy.AMBIGUOUS)):
        (matched,) = match_entries([entry], b"/", LibraryIndex(files[:few]))
        assert matched.how == how


@given(st.binary(max_size=60), st.text(max_size=20), st.none() | st.text(max_size=30))
def test_any_entry_gets_an_answer(path, title, url):
    entry = ImportedEntry(path if url is None else None, url, title)
    (matched,) = match_entries([entry], FOLDER, LibraryIndex(LIBRARY))
    assert matched.how.found == (matched.track_id is not None)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("style", "how"),
    [
        (Relative(), MatchedBy.PATH),
        (Absolute(), MatchedBy.PATH),
        (Prefixed(b"/m", "D:\\Music"), MatchedBy.END_OF_PATH),
    ],
    ids=["relative", "absolute", "prefixed"],
)
def test_an_exported_playlist_is_matched_again_whatever_its_files_are_called(
    tmp_path, ending, style, how
):
    names = [name for name in NAUGHTY_NAMES if b"\\" not in name]
    files = [
        LibraryFile(b"/m/d%d/%b" % (i, name), TrackId(i), f"Title {i}", "A", 60.0)
        for i, name in enumerate(names)
    ]
    playlist = tmp_path / f"list{ending}"
    entries = [ExportEntry(file.path, file.title, "A", "", 60.0) for file in files]
    report = write_playlist(playlist, entries, style=style)
    left_out = {item.path for item in report.left_out}
    matches = match_entries(read_playlist(playlist), folder_of(playlist), LibraryIndex(files))
    assert [(found.track_id, found.how) for found in matches] == [
        (file.track_id, how) for file in files if file.path not in left_out
    ]
