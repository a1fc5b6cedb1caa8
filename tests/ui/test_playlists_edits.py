"""Changes of playlists through the background: shown first, written, told, and taken back."""

from collections.abc import Callable

import pytest

from library.catalog import Catalog
from tests.fakes import fake_choice
from tests.ui.playlist_library import make_playlist, make_songs, stored
from ui.playlists.edits import PlaylistEdits


@pytest.fixture
def songs(tmp_path):
    return make_songs(tmp_path)


@pytest.fixture
def evening(tmp_path, songs):
    return make_playlist(tmp_path, "Evening", songs[:3])


@pytest.fixture
def edits(tmp_path, evening, open_background):
    return PlaylistEdits(open_background(tmp_path))


@pytest.fixture
def sentences(edits):
    told: list[str] = []
    edits.told.connect(lambda sentence, _undo: told.append(sentence))
    return told


@pytest.fixture
def undos(edits):
    told: list[Callable[[], None]] = []
    edits.told.connect(lambda _sentence, undo: told.append(undo))
    return told


def test_a_new_playlist_gets_a_free_name_and_its_tracks(
    edits, *, sentences, tmp_path, songs, qtbot
):
    with qtbot.waitSignal(edits.created) as created:
        edits.create("evening", songs[:2])

    playlist_id, name = created.args
    assert name == "evening 2"
    assert stored(tmp_path, playlist_id) == songs[:2]
    assert sentences == ["Made the playlist evening 2 with 2 tracks."]


def test_making_a_playlist_can_be_taken_back_from_the_notice(
    edits, *, undos, tmp_path, songs, qtbot
):
    with qtbot.waitSignal(edits.created) as created:
        edits.create("Rain", songs[:1])
    with qtbot.waitSignal(edits.ended):
        undos[0]()

    assert stored(tmp_path, created.args[0]) is None


def test_an_edit_is_announced_at_once_and_ends_with_the_truth(edits, evening, songs, qtbot):
    begun = []
    edits.begun.connect(lambda playlist_id, edit: begun.append((playlist_id, edit)))
    with qtbot.waitSignal(edits.ended) as ended:
        edits.insert(evening, 1, songs[4:5])
        assert [one[0] for one in begun] == [evening]

    playlist_id, end = ended.args
    tracks = [entry.track_id for entry in end.overview.playlist.entries]
    assert (playlist_id, end.edit) == begun[0]
    assert tracks == [songs[0], songs[4], songs[1], songs[2]]


def test_an_entry_can_be_moved_and_removed_before_it_is_written(
    edits, tmp_path, evening, songs, qtbot
):
    begun = []
    edits.begun.connect(lambda _, edit: begun.append(edit))
    edits.insert(evening, 0, songs[3:6])
    first, second, third = (entry.id for entry in begun[0].entries)
    edits.move(evening, [third], 0)
    with qtbot.waitSignals([edits.ended] * 3):
        edits.remove(evening, [first, second])

    assert stored(tmp_path, evening) == [songs[5], *songs[:3]]


def test_adding_tracks_is_told_and_can_be_taken_back(
    edits, *, sentences, undos, tmp_path, evening, songs, qtbot
):
    with qtbot.waitSignal(edits.told):
        edits.append(evening, songs[3:4])
    assert sentences == ["Added 1 track to Evening."]
    assert stored(tmp_path, evening) == songs[:4]

    with qtbot.waitSignal(edits.ended):
        undos[0]()
    assert stored(tmp_path, evening) == songs[:3]


def test_a_notice_takes_nothing_else_back_than_what_it_tells_of(
    edits, *, sentences, undos, tmp_path, evening, songs, qtbot
):
    with qtbot.waitSignal(edits.told):
        edits.append(evening, songs[3:4])
    with qtbot.waitSignal(edits.ended):
        edits.insert(evening, 0, songs[5:6])
    undos[0]()

    assert sentences[-1] == "The playlist was changed since; undo these changes first."
    assert stored(tmp_path, evening) == [songs[5], *songs[:4]]


def test_a_deleted_playlist_comes_back_from_the_notice(
    edits, *, sentences, undos, tmp_path, evening, songs, qtbot
):
    with qtbot.waitSignal(edits.told):
        edits.delete(evening)
    assert stored(tmp_path, evening) is None
    assert sentences == ["Deleted Evening."]

    with qtbot.waitSignal(edits.ended):
        undos[0]()
    assert stored(tmp_path, evening) == songs[:3]


def test_undo_and_redo_go_back_and_forth(edits, tmp_path, evening, songs, qtbot):
    with qtbot.waitSignals([edits.ended] * 2):
        edits.rename(evening, "Night")
        edits.insert(evening, 0, songs[3:4])
    with qtbot.waitSignals([edits.ended] * 2):
        edits.undo(evening)
        edits.undo(evening)
    assert stored(tmp_path, evening) == songs[:3]
    with qtbot.waitSignals([edits.ended] * 2):
        edits.redo(evening)
        edits.redo(evening)

    assert stored(tmp_path, evening) == [songs[3], *songs[:3]]


def test_undoing_the_making_of_a_playlist_offers_it_again(
    edits, *, undos, tmp_path, evening, songs, qtbot
):
    with qtbot.waitSignal(edits.told):
        edits.undo(evening)
    assert stored(tmp_path, evening) is None

    with qtbot.waitSignal(edits.ended):
        undos[0]()
    assert stored(tmp_path, evening) == songs[:3]


def test_a_name_that_is_taken_fails_with_a_sentence(edits, tmp_path, evening, qtbot):
    background = edits._background
    with qtbot.waitSignal(edits.created):
        edits.create("Rain")
    with qtbot.waitSignal(background.failed) as failed, qtbot.waitSignal(edits.ended) as ended:
        edits.rename(evening, "rain")

    assert str(failed.args[0]) == "There is a playlist Rain already."
    assert ended.args[1].failed


def test_files_that_the_library_does_not_know_are_told_of(
    edits, *, sentences, tmp_path, evening, songs, qtbot
):
    with qtbot.waitSignals([edits.told] * 2):
        edits.insert_files(evening, 1, [b"/music/6.mp3", b"/nowhere/1.mp3"])
        edits.append_files(evening, [b"/nowhere/1.mp3", b"/nowhere/2.mp3"])
    qtbot.waitUntil(lambda: stored(tmp_path, evening) == [songs[0], songs[5], *songs[1:3]])

    assert sentences[0].startswith("A file was left out: it is not in the library yet.")
    assert sentences[1].startswith("2 files were left out: they are not in the library yet.")


def test_files_make_a_playlist_of_the_tracks_they_hold(edits, tmp_path, songs, qtbot):
    with qtbot.waitSignal(edits.created) as created:
        edits.create_from_files([b"/music/2.mp3", b"/music/1.mp3"])

    assert created.args[1] == "Playlist 1"
    assert stored(tmp_path, created.args[0]) == [songs[1], songs[0]]


def test_a_copy_has_the_tracks_and_a_name_of_its_own(edits, tmp_path, evening, songs, qtbot):
    with qtbot.waitSignal(edits.created) as created:
        edits.duplicate(evening)

    assert created.args[1] == "Evening 2"
    assert stored(tmp_path, created.args[0]) == songs[:3]


def test_a_deleted_playlist_is_restored_after_a_restart(
    tmp_path, evening, songs, open_background, qtbot
):
    with Catalog.open(tmp_path, fake_choice().key) as catalog:
        catalog.playlists.delete(evening)
    edits = PlaylistEdits(open_background(tmp_path))
    with qtbot.waitSignal(edits.ended):
        edits.restore(evening)

    assert stored(tmp_path, evening) == songs[:3]
