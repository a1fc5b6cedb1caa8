"""What Segue writes, read by the parsers of other programs.

Mopidy (a music server) reads M3U, PLS and XSPF; xspf-lib is a library for XSPF; pandas has a CSV
parser of its own. No public Python library reads plain JSPF: its tracks are XSPF's, field for
field, so xspf-lib takes them as its own, writes them as XSPF, and Mopidy reads that.
"""

import io
import json
import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.formats.files import write_playlist
from library.formats.model import ExportEntry
from library.formats.paths import Absolute, PathStyle, Relative
from library.formats.text import one_line
from tests.conftest import require_module
from tests.library.playlist_samples import (
    NAUGHTY_NAMES,
    NAUGHTY_TITLES,
    naughty_titles_of_badinput,
    titles,
)

both_styles = pytest.mark.parametrize(
    "style", [Relative(), Absolute()], ids=["relative", "absolute"]
)


def foreign(module: str) -> Any:
    """A module of another program, which may warn of itself as it likes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return require_module(module)


@pytest.fixture(scope="module")
def mopidy_playlists():
    return foreign("mopidy.internal.playlists")


@pytest.fixture(scope="module")
def mopidy_m3u():
    return foreign("mopidy.m3u.translator")


@pytest.fixture(scope="module")
def xspf_lib():
    return foreign("xspf_lib")


@pytest.fixture(scope="module")
def pandas():
    return foreign("pandas")


def naughty_entries(folder: Path) -> list[ExportEntry]:
    """Every naughty name under the folder, with every naughty title."""
    root = os.fsencode(folder)
    pairs = enumerate(NAUGHTY_NAMES * 2)
    return [
        ExportEntry(
            root + b"/music/" + name,
            title=NAUGHTY_TITLES[i % len(NAUGHTY_TITLES)],
            artist=NAUGHTY_TITLES[(i + 7) % len(NAUGHTY_TITLES)],
            album=NAUGHTY_TITLES[(i + 13) % len(NAUGHTY_TITLES)],
            duration_s=None if i % 5 == 0 else i + 0.25,
        )
        for i, name in pairs
    ]


def written(playlist: Path, entries: list[ExportEntry], style: PathStyle) -> list[ExportEntry]:
    """Write the playlist; the entries that are in it."""
    left_out = {item.path for item in write_playlist(playlist, entries, style=style).left_out}
    return [entry for entry in entries if entry.path not in left_out]


def whole(location: str | bytes, folder: Path) -> bytes:
    """The path that a location means which is as another program read it."""
    location = os.fsencode(location)
    return os.path.normpath(os.path.join(os.fsencode(folder), location))


def path_of(uri: str, folder: Path) -> bytes:
    """The path that a URI reference means."""
    return whole(unquote_to_bytes(uri.removeprefix("file://")), folder)


def stripped(entries: list[ExportEntry]) -> list[bytes]:
    """The paths, as a program reads them that takes blanks off the ends of lines."""
    return [os.fsencode(os.fsdecode(entry.path).strip()) for entry in entries]


@both_styles
def test_mopidy_reads_the_paths_and_the_captions_of_m3u8(tmp_path, mopidy_m3u, style):
    playlist = tmp_path / "list.m3u8"
    entries = written(playlist, naughty_entries(tmp_path), style)
    with playlist.open(encoding="utf-8") as file:
        found = mopidy_m3u.load_items(file, tmp_path)
    assert [path_of(item.uri, tmp_path) for item in found] == stripped(entries)
    for item, entry in zip(found, entries, strict=True):
        if one_line(entry.title) and one_line(entry.artist):
            assert item.name == f"{one_line(entry.artist)} - {one_line(entry.title)}"


@both_styles
@pytest.mark.parametrize("ending", [".m3u8", ".pls"])
def test_mopidy_finds_each_entry_of_m3u8_and_pls_once(tmp_path, mopidy_playlists, ending, style):
    playlist = tmp_path / f"list{ending}"
    entries = written(playlist, naughty_entries(tmp_path), style)
    found = mopidy_playlists.parse(playlist.read_bytes())
    assert [whole(location, tmp_path) for location in found] == stripped(entries)


@both_styles
def test_mopidy_reads_the_paths_of_xspf_whatever_their_bytes(tmp_path, mopidy_playlists, style):
    playlist = tmp_path / "list.xspf"
    entries = written(playlist, naughty_entries(tmp_path), style)
    assert len(entries) == 2 * len(NAUGHTY_NAMES)
    found = mopidy_playlists.parse(playlist.read_bytes())
    assert [path_of(uri, tmp_path) for uri in found] == [entry.path for entry in entries]


def assert_tracks_say_the_same(tracks: Any, entries: list[ExportEntry]) -> None:
    for track, entry in zip(tracks, entries, strict=True):
        assert (track.title or "") == one_line(entry.title)
        assert (track.creator or "") == one_line(entry.artist)
        assert (track.album or "") == one_line(entry.album)
        length_ms = None if entry.duration_s is None else round(entry.duration_s * 1000)
        assert track.duration == length_ms


@both_styles
def test_xspf_lib_reads_all_that_an_xspf_says(tmp_path, xspf_lib, style):
    playlist = tmp_path / "list.xspf"
    entries = written(playlist, naughty_entries(tmp_path), style)
    found = xspf_lib.Playlist.parse(str(playlist))
    assert_tracks_say_the_same(found.trackList, entries)
    # xspf-lib decodes the percent signs itself, and to text
    locations = [track.location[0].removeprefix("file://") for track in found.trackList]
    assert [whole(location, tmp_path) for location in locations] == [
        entry.path.decode(errors="replace").encode() for entry in entries
    ]


@both_styles
def test_the_tracks_of_jspf_are_tracks_of_xspf(tmp_path, xspf_lib, mopidy_playlists, style):
    playlist = tmp_path / "list.jspf"
    entries = written(playlist, naughty_entries(tmp_path), style)
    tracks = json.loads(playlist.read_text(encoding="utf-8"))["playlist"]["track"]
    theirs = xspf_lib.Playlist(trackList=[xspf_lib.Track(**track) for track in tracks])
    assert_tracks_say_the_same(theirs.trackList, entries)
    found = mopidy_playlists.parse(theirs.xml_string().encode())
    assert [path_of(uri, tmp_path) for uri in found] == [entry.path for entry in entries]


@both_styles
def test_pandas_reads_a_row_for_each_entry_of_csv(tmp_path, pandas, style):
    playlist = tmp_path / "list.csv"
    entries = written(playlist, naughty_entries(tmp_path), style)
    table = pandas.read_csv(playlist, dtype=str, keep_default_na=False)
    assert list(table.columns) == ["path", "path_b64", "title", "artist", "album", "duration_s"]
    assert len(table) == len(entries)
    for row, entry in zip(table.itertuples(), entries, strict=True):
        if not row.path_b64:
            assert whole(row.path, tmp_path) == entry.path
        assert row.title in (one_line(entry.title), "'" + one_line(entry.title))
        assert row.duration_s == ("" if entry.duration_s is None else f"{entry.duration_s:.3f}")


def test_the_naughty_titles_of_the_collection_reach_other_programs(
    tmp_path, mopidy_m3u, mopidy_playlists, xspf_lib, pandas
):
    names = naughty_titles_of_badinput()
    entries = [ExportEntry(b"/m/%d.wav" % i, name, "A") for i, name in enumerate(names)]
    for ending in (".m3u8", ".pls", ".xspf", ".csv"):
        assert written(tmp_path / f"list{ending}", entries, Absolute()) == entries
    captions = [f"A - {one_line(name)}".strip() for name in names]
    m3u = io.StringIO((tmp_path / "list.m3u8").read_text(encoding="utf-8"))
    assert [item.name for item in mopidy_m3u.load_items(m3u, tmp_path)] == captions
    pls = mopidy_playlists.parse((tmp_path / "list.pls").read_bytes())
    assert pls == [f"/m/{i}.wav" for i in range(len(names))]
    xspf = xspf_lib.Playlist.parse(str(tmp_path / "list.xspf"))
    assert [track.title or "" for track in xspf.trackList] == [one_line(name) for name in names]
    assert len(pandas.read_csv(tmp_path / "list.csv", keep_default_na=False)) == len(names)


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(titles, min_size=1, max_size=4))
def test_no_text_adds_an_entry_in_the_eyes_of_another_program(
    tmp_path_factory, mopidy_playlists, xspf_lib, pandas, texts
):
    folder = tmp_path_factory.mktemp("lists")
    entries = [ExportEntry(b"/m/a.wav", text, text, text) for text in texts]
    for ending in (".m3u8", ".pls", ".xspf"):
        playlist = folder / f"list{ending}"
        write_playlist(playlist, entries, style=Absolute(), name=texts[0])
        found = mopidy_playlists.parse(playlist.read_bytes())
        assert [path_of(uri, folder) for uri in found] == [b"/m/a.wav"] * len(texts)
    assert len(xspf_lib.Playlist.parse(str(folder / "list.xspf")).trackList) == len(texts)
    write_playlist(folder / "list.csv", entries, style=Absolute())
    assert len(pandas.read_csv(folder / "list.csv", keep_default_na=False)) == len(texts)
