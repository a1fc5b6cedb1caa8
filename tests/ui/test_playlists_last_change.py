"""Undo where no single playlist is meant: of the one that was changed last."""

from library.records import EntryId
from tests.ui.playlist_library import make_playlist, make_songs, stored
from ui.playlists.edits import PlaylistEdits
from ui.playlists.last_change import LastChange


def test_the_playlist_that_was_changed_last_is_undone_and_redone(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    first, second = (make_playlist(tmp_path, name, songs[:1]) for name in ("a", "b"))
    edits = PlaylistEdits(open_background(tmp_path))
    last = LastChange(edits)
    last.undo()  # nothing was changed yet
    with qtbot.waitSignals([edits.ended] * 2):
        edits.append(second, songs[1:2])
        edits.append(first, songs[1:2])

    with qtbot.waitSignal(edits.ended):
        last.undo()
    assert (stored(tmp_path, first), stored(tmp_path, second)) == (songs[:1], songs[:2])
    with qtbot.waitSignal(edits.ended):
        last.redo()
    assert stored(tmp_path, first) == songs[:2]


def test_what_failed_was_no_change(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    first, second = (make_playlist(tmp_path, name, songs[:1]) for name in ("a", "b"))
    edits = PlaylistEdits(open_background(tmp_path))
    last = LastChange(edits)
    with qtbot.waitSignals([edits.ended] * 2):
        edits.append(first, songs[1:2])
        edits.rename(second, "A")

    with qtbot.waitSignal(edits.ended):
        last.undo()
    assert stored(tmp_path, first) == songs[:1]


def test_a_playlist_that_was_just_made_is_taken_back_and_brought_back(
    tmp_path, open_background, qtbot
):
    edits = PlaylistEdits(open_background(tmp_path))
    last = LastChange(edits)
    with qtbot.waitSignal(edits.created) as created:
        edits.create("x")
    for do, expected in ((last.undo, None), (last.redo, [])):
        with qtbot.waitSignal(edits.ended):
            do()
        assert stored(tmp_path, created.args[0]) == expected


def test_a_change_that_is_shown_but_not_yet_written_is_taken_back(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    first = make_playlist(tmp_path, "a", songs[:1])
    edits = PlaylistEdits(open_background(tmp_path))
    last = LastChange(edits)
    with qtbot.waitSignals([edits.ended] * 2):
        edits.append(first, songs[1:2])
        last.undo()
    assert stored(tmp_path, first) == songs[:1]


def test_a_change_that_fails_leaves_the_one_before_as_the_last(tmp_path, open_background, qtbot):
    songs = make_songs(tmp_path)
    first, gone = (make_playlist(tmp_path, name, songs[:1]) for name in ("a", "b"))
    edits = PlaylistEdits(open_background(tmp_path))
    last = LastChange(edits)
    with qtbot.waitSignals([edits.ended] * 3):
        edits.delete(gone)
        edits.append(first, songs[1:2])
        edits.move(gone, [EntryId(10_000)], 0)
    with qtbot.waitSignal(edits.ended):
        last.undo()
    assert stored(tmp_path, first) == songs[:1]
