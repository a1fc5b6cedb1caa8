"""Drags with a real pointer: within the window, and from and to another program."""

import os
from urllib.parse import quote

import pytest

from tests.app.conftest import write_tone
from tests.desktop.music import SONGS, make_playlist, playlists
from tests.desktop.other_program import OtherProgram

TREES = list(SONGS[:4])
IN_LIST = "Tracks of the playlist"
EMPTY_TRAY, OVER_TRAY = "Place for seeds", "seed-drop-outline"


@pytest.fixture
def window(start, shelf):
    """The library, and a playlist of its first four songs."""
    make_playlist(shelf.data_dir, "Trees", [shelf.ids[title] for title in TREES])
    window = start(shelf.data_dir)
    window.until("texts", list(SONGS), view="Tracks")
    window.until("texts", ["Trees", "New playlist"], view="Playlists")
    return window


def drop_on_tray(screen, window, held_at):
    screen.carry(held_at, window.ask("centre", name=EMPTY_TRAY))
    window.until("is_shown", True, name=OVER_TRAY)
    screen.let_go()


def show_trees(screen, window):
    screen.click(window.ask("row", view="Playlists", text="Trees"))
    window.until("texts", TREES, view=IN_LIST)


def drop_in_list(screen, window, held_at, beside, *, share, gap):
    """Let go over a row, in a part of it, once the line is where it shall be."""
    screen.carry(held_at, window.ask("row", view=IN_LIST, text=beside, share=share))
    window.until("gap", gap, view=IN_LIST)
    screen.let_go()


def test_a_track_that_is_dragged_to_the_tray_becomes_a_seed_with_matches(screen, window):
    drop_on_tray(screen, window, window.ask("row", view="Tracks", text="Birch"))
    window.until("texts", ["Birch – Band Birch"], view="Seeds")
    window.until("n_rows", len(SONGS) - 1, view="Matches")
    screen.press("ctrl+z")
    window.until("is_shown", False, name="Seeds")
    window.until("is_shown", False, name="Matches")
    screen.press("ctrl+shift+z")
    window.until("texts", ["Birch – Band Birch"], view="Seeds")
    window.until("n_rows", len(SONGS) - 1, view="Matches")


def test_a_file_of_another_program_that_is_not_in_the_library_becomes_a_seed(
    screen, window, tmp_path
):
    new = write_tone(tmp_path / "elsewhere" / "Ünheard 100 %.flac", 330)
    with OtherProgram(screen, "drag_source", new) as source:
        drop_on_tray(screen, window, source.place)
        window.until("texts", [new.name], view="Seeds")
        window.until("n_rows", len(SONGS), view="Matches")
    window.until("active_title", "Segue")  # keys go to the window again
    screen.press("ctrl+z")
    window.until("is_shown", False, name="Seeds")
    screen.press("ctrl+y")
    window.until("n_rows", len(SONGS), view="Matches")


@pytest.mark.parametrize(
    ("share", "gap"), [(0.2, 2), (0.8, 3)], ids=["upper half of a row", "lower half"]
)
def test_a_file_of_another_program_comes_into_a_playlist_where_the_line_was_shown(
    screen, window, shelf, share, gap
):
    show_trees(screen, window)
    longer = [*TREES[:gap], "Hazel", *TREES[gap:]]
    with OtherProgram(screen, "drag_source", shelf.songs["Hazel"]) as source:
        drop_in_list(screen, window, source.place, "Cedar", share=share, gap=gap)
        window.until("texts", longer, view=IN_LIST)
    window.until("active_title", "Segue")  # keys go to the window again
    screen.press("ctrl+z")
    window.until("texts", TREES, view=IN_LIST)
    screen.press("ctrl+shift+z")
    window.until("texts", longer, view=IN_LIST)
    assert window.close() == 0
    assert playlists(shelf.data_dir) == {"Trees": longer}


def test_an_entry_is_dragged_to_another_row_of_its_playlist(screen, window, shelf):
    show_trees(screen, window)
    aspen = window.ask("row", view=IN_LIST, text="Aspen")
    drop_in_list(screen, window, aspen, "Cedar", share=0.8, gap=3)
    moved = ["Birch", "Cedar", "Aspen", "Dogwood"]
    window.until("texts", moved, view=IN_LIST)
    screen.press("ctrl+z")
    window.until("texts", TREES, view=IN_LIST)
    screen.press("ctrl+shift+z")
    window.until("texts", moved, view=IN_LIST)
    assert window.close() == 0
    assert playlists(shelf.data_dir) == {"Trees": moved}


def test_tracks_are_dropped_on_a_playlist_in_the_side_bar(screen, window, shelf):
    screen.click(window.ask("row", view="Tracks", text="Fir"))
    screen.hold("shift")
    screen.click(window.ask("row", view="Tracks", text="Ginkgo"))
    screen.release("shift")
    window.until("selected", ["Fir", "Ginkgo"], view="Tracks")
    screen.drag(
        window.ask("row", view="Tracks", text="Fir"),
        window.ask("row", view="Playlists", text="Trees"),
    )
    window.until("count", 6, view="Playlists", text="Trees")
    screen.press("ctrl+z")
    window.until("count", 4, view="Playlists", text="Trees")
    screen.press("ctrl+shift+z")
    window.until("count", 6, view="Playlists", text="Trees")
    assert window.close() == 0
    assert playlists(shelf.data_dir) == {"Trees": [*TREES, "Fir", "Ginkgo"]}


def test_another_program_gets_the_addresses_of_the_selected_files_to_copy_only(
    screen, window, shelf
):
    screen.click(window.ask("row", view="Tracks", text="Cedar"))
    screen.hold("ctrl")
    screen.click(window.ask("row", view="Tracks", text="Elm"))
    screen.release("ctrl")
    window.until("selected", ["Cedar", "Elm"], view="Tracks")
    with OtherProgram(screen, "drop_target") as target:
        screen.drag(window.ask("row", view="Tracks", text="Elm"), target.place)
        told = target.told()
    assert told["uris"] == [
        "file://" + quote(os.fsencode(shelf.songs[title])) for title in ("Cedar", "Elm")
    ]
    assert told["offered"] == ["CopyAction"]
    assert told["action"] == "CopyAction"
    assert all(path.exists() for path in shelf.songs.values())
