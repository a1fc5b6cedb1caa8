"""The window by keys alone, as they come from a real keyboard."""

import os

import pytest

from library.formats.files import read_playlist
from tests.desktop.music import SONGS, make_playlist, playlists

TREES = list(SONGS[:4])
IN_LIST = "Tracks of the playlist"
MOST_TABS = 60

# Every part of the window by what takes the keys in it: menus and tables by arrows from there.
REACHED = {
    "Places",
    "Playlists",
    "Search in the library",
    "Tracks",
    "Add files from anywhere…",
    "Seeds",
    "Filters",
    "Matches",
    "Save the matches as a playlist",
    "Volume",
}


@pytest.fixture
def window(start, shelf):
    make_playlist(shelf.data_dir, "Trees", [shelf.ids[title] for title in TREES])
    window = start(shelf.data_dir)
    window.until("texts", list(SONGS), view="Tracks")
    window.until("texts", ["Trees", "New playlist"], view="Playlists")
    window.until("focus", "Tracks")
    return window


def tab_to(screen, window, name):
    """Press Tab until a control has the keys."""
    passed = [window.ask("focus")]
    while passed[-1] != name:
        assert len(passed) < MOST_TABS, f"{name} is not among {passed}"
        passed.append(press_tab(screen, window))


def press_tab(screen, window, keys="Tab"):
    """Press it once; what has the keys then."""
    presses = window.ask("n_presses")
    screen.press(keys)
    window.until("n_presses", presses + 1)
    return window.ask("focus")


def test_a_playlist_is_exported_by_keys_alone(screen, window, shelf, tmp_path):
    tab_to(screen, window, "Playlists")
    screen.press("Home", "Return")
    window.until("texts", TREES, view=IN_LIST)
    tab_to(screen, window, IN_LIST)
    screen.press("ctrl+e")
    window.until("active_title", "Export Trees")
    screen.press("alt+m")
    window.until("focus", "Format")
    screen.press("Down", "Down")
    file = tmp_path / "trees.xspf"
    screen.press("alt+f")
    window.until("focus", "File")
    screen.press("ctrl+a")
    screen.type(str(file))
    window.until("text", str(file), name="File")
    screen.press("alt+s")
    window.until("is_said", True, words="Saved and read back: 4 of 4 tracks.")
    screen.press("Escape")
    window.until("active_title", "Segue")
    entries = read_playlist(file)
    assert [entry.title for entry in entries] == TREES
    assert [os.path.join(os.fsencode(tmp_path), entry.path or b"") for entry in entries] == [
        os.fsencode(shelf.songs[title]) for title in TREES
    ]
    assert window.ask("focus") == IN_LIST


def test_what_is_alike_is_found_and_saved_by_keys_alone(screen, window, shelf):
    screen.press("ctrl+f")
    screen.type("elm")
    window.until("texts", ["Elm"], view="Tracks")
    screen.press("Return")
    window.until("focus", "Tracks")
    screen.press("ctrl+Return")
    window.until("texts", ["Elm – Band Elm"], view="Seeds")
    window.until("n_rows", len(SONGS) - 1, view="Matches")
    matches = window.ask("texts", view="Matches")
    screen.press("ctrl+5")
    window.until("focus", "Matches")
    tab_to(screen, window, "Save the matches as a playlist")
    screen.press("space")
    window.until("texts", matches, view=IN_LIST)
    assert window.close() == 0
    assert playlists(shelf.data_dir) == {"Trees": TREES, "Like Elm": matches}


@pytest.mark.parametrize("keys", ["Tab", "shift+Tab"])
def test_tab_goes_round_through_every_part_and_the_keys_are_never_lost(screen, window, keys):
    screen.press("Home", "ctrl+Return")
    window.until("n_rows", len(SONGS) - 1, view="Matches")
    first = window.ask("focus")
    passed = [press_tab(screen, window, keys)]
    while passed[-1] != first:
        assert len(passed) < MOST_TABS, passed
        passed.append(press_tab(screen, window, keys))
    assert passed.count("") == 0
    assert len(set(passed)) == len(passed)
    assert set(passed) >= REACHED


def test_f1_shows_the_keys_and_escape_leads_back(screen, window):
    screen.press("F1")
    window.until("active_title", "Keyboard and mouse")
    assert window.ask("is_shown", name="Shortcuts")
    screen.press("Escape")
    window.until("active_title", "Segue")
    assert window.ask("focus") == "Tracks"
