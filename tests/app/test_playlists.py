"""Names of new playlists, and the tracks that dropped files hold."""

import pytest

from app.playlists import free_name, is_playlist_file, tracks_at
from library.catalog import Catalog
from library.errors import PlaylistFileError
from tests.app.heard_library import keep_heard
from tests.fakes import fake_choice


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "data", fake_choice().key) as catalog:
        for number in range(1, 4):
            keep_heard(catalog, number, (0.5, 0.5, 0.5), f"Song {number}")
        yield catalog


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        pytest.param("", [], "Playlist 1", id="nothing wanted"),
        pytest.param(" ", ["playlist 1", "Playlist 3"], "Playlist 2", id="first free number"),
        pytest.param("Rain", ["Sun"], "Rain", id="free"),
        pytest.param("Rain", ["RAIN"], "Rain 2", id="taken in other letters"),
        pytest.param("Rain\n 2", ["Rain 2"], "Rain 2 2", id="line breaks"),
    ],
)
def test_a_name_gets_a_number_where_it_is_taken(wanted, taken, name):
    assert free_name(wanted, taken) == name


def test_files_folders_and_strangers_are_told_apart(catalog, tmp_path):
    first, second, third = catalog.tracks.ids()

    found = tracks_at(catalog, [b"/music/2.mp3", b"/music", b"/elsewhere/x.mp3", b"/elsewhere"])

    assert found.ids == (second, first, second, third)
    assert found.n_unknown == 2


def test_a_playlist_file_stands_for_the_tracks_that_it_names(catalog, tmp_path):
    file = tmp_path / "mix.m3u8"
    file.write_text("/music/3.mp3\n/music/9.mp3\n/music/1.mp3\n")
    first, _, third = catalog.tracks.ids()

    found = tracks_at(catalog, [bytes(file)])

    assert (found.ids, found.n_unknown) == ((third, first), 1)


def test_a_playlist_file_that_cannot_be_read_is_an_error_with_its_name(catalog, tmp_path):
    with pytest.raises(PlaylistFileError, match=r"gone\.pls"):
        tracks_at(catalog, [bytes(tmp_path / "gone.pls")])


def test_music_and_tables_are_no_playlist_files():
    assert is_playlist_file(b"/a/Mix.M3U")
    assert not is_playlist_file(b"/a/mix.csv")
    assert not is_playlist_file(b"/a/mix.mp3")
