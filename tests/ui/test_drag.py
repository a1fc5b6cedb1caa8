import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl

from library.records import EntryId, PlaylistId, TrackId
from ui.drag import (
    DraggedEntries,
    add_entries,
    carries_music,
    dragged_entries,
    dragged_files,
    dragged_tracks,
    path_of,
    tracks_mime,
    url_of,
)

PATHS = [b"/music/a b.mp3", b"/music/\xff#?%41;&.mp3", "/music/Ωmega/ß.flac".encode(), b"/m/%.ogg"]
ABROAD = """
from ui.drag import tracks_mime
mime = tracks_mime([1], [b"/music/a.mp3"])
print(mime.formats())
"""


@given(st.binary(min_size=1, max_size=60).filter(lambda name: not set(name) & set(b"\0/")))
def test_a_path_survives_the_way_into_an_address_and_back(name: bytes):
    path = os.path.normpath(b"/music/" + name)
    assert path_of(url_of(path)) == path


@pytest.mark.parametrize("path", PATHS, ids=repr)
def test_a_path_survives_the_way_through_another_program(path: bytes):
    given_away = bytes(tracks_mime([TrackId(1)], [path]).data("text/uri-list").data())
    assert given_away.isascii()
    taken = QMimeData()
    taken.setData("text/uri-list", given_away)
    assert dragged_files(taken) == [path]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.mp3",
        "file://elsewhere/music/a.mp3",
        "smb://host/music/a.mp3",
        "file:///music/a%00b.mp3",
        "music/a.mp3",
        "",
        "data:audio/mpeg;base64,AAAA",
    ],
    ids=repr,
)
def test_what_is_no_local_file_is_not_taken(address: str):
    mime = QMimeData()
    mime.setUrls([QUrl(address), url_of(b"/music/b.mp3")])
    assert dragged_files(mime) == [b"/music/b.mp3"]


def test_a_file_on_localhost_is_a_local_file():
    assert path_of(QUrl("file://localhost/music/a.mp3")) == b"/music/a.mp3"


def test_tracks_are_tracks_within_the_program_and_files_outside():
    mime = tracks_mime([TrackId(2), TrackId(1)], PATHS)
    assert dragged_tracks(mime) == [2, 1]
    assert dragged_files(mime) == []  # Segue knows them as tracks
    assert [path_of(url) for url in mime.urls()] == PATHS


def test_tracks_of_another_segue_are_files_here():
    done = subprocess.run(
        [sys.executable, "-c", ABROAD], capture_output=True, text=True, check=True
    )
    foreign = next(name for name in done.stdout.split("'") if "x-segue-tracks" in name)
    mime = QMimeData()
    mime.setData(foreign, b"[1]")
    mime.setUrls([url_of(b"/music/a.mp3")])
    assert dragged_tracks(mime) == []
    assert dragged_files(mime) == [b"/music/a.mp3"]


def test_tracks_without_files_carry_no_addresses():
    mime = tracks_mime([TrackId(1)], [])
    assert not mime.hasUrls()
    assert carries_music(mime)


def test_entries_of_a_playlist_are_carried_beside_their_tracks():
    mime = tracks_mime([TrackId(1)], [])
    assert dragged_entries(mime) is None
    entries = DraggedEntries(PlaylistId(3), (EntryId(5), EntryId(4)))
    add_entries(mime, entries)
    assert dragged_entries(mime) == entries
    assert dragged_tracks(mime) == [1]


def test_text_alone_is_no_music():
    mime = QMimeData()
    mime.setText("la la la")
    assert not carries_music(mime)
    assert dragged_tracks(mime) == []
    assert dragged_files(mime) == []
