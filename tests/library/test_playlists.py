"""Stored playlists: edits, undo and redo, over a real database."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.errors import PlaylistError, StoreError
from library.records import Playlist, PlaylistId, Recording, Tags, TrackId
from library.store import playlists as playlists_module
from library.store.database import Store
from library.store.playlists import MAX_NAME_CHARACTERS, PlaylistTable
from library.store.schema import open_store
from library.store.tracks import TrackTable

N_TRACKS = 6


def make_tracks(store: Store) -> list[TrackId]:
    tracks = TrackTable(store)
    recordings = [Recording(bytes([i] * 16), "flac", 44100, 2, 60.0) for i in range(N_TRACKS)]
    with store.transaction():
        return [
            tracks.keep(recording, b"/m/%d" % i, Tags(), heard=False)
            for i, recording in enumerate(recordings)
        ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.sqlite"


@pytest.fixture
def store(path):
    store = open_store(path)
    yield store
    store.close()


@pytest.fixture
def tracks(store):
    return make_tracks(store)


@pytest.fixture
def table(store):
    return PlaylistTable(store)


def track_ids(playlist: Playlist) -> list[TrackId]:
    return [entry.track_id for entry in playlist.entries]


def test_a_new_playlist_holds_its_tracks_in_order_and_twice_where_asked(table, tracks):
    playlist_id = table.create("Evening", [tracks[2], tracks[0], tracks[2]])
    playlist = table.get(playlist_id)
    assert (playlist.id, playlist.name) == (playlist_id, "Evening")
    assert track_ids(playlist) == [tracks[2], tracks[0], tracks[2]]
    assert len({entry.id for entry in playlist.entries}) == 3


def test_tracks_are_inserted_at_a_position_and_appended_at_the_end(table, tracks):
    playlist_id = table.create("x", tracks[:2])
    new = table.insert(playlist_id, 1, [tracks[4]])
    last = table.append(playlist_id, [tracks[5]])
    playlist = table.get(playlist_id)
    assert track_ids(playlist) == [tracks[0], tracks[4], tracks[1], tracks[5]]
    assert (playlist.entries[1], playlist.entries[3]) == (*new, *last)


def test_a_block_is_moved_and_entries_are_removed(table, tracks):
    playlist_id = table.create("x", tracks[:4])
    first, second, third, fourth = (entry.id for entry in table.get(playlist_id).entries)
    table.move(playlist_id, [second, third], 4)
    assert track_ids(table.get(playlist_id)) == [tracks[i] for i in (0, 3, 1, 2)]
    table.remove(playlist_id, [first, third])
    assert [entry.id for entry in table.get(playlist_id).entries] == [fourth, second]


def test_edits_of_one_playlist_leave_the_others_alone(table, tracks):
    other = table.create("other", tracks[:3])
    before = table.get(other)
    playlist_id = table.create("x", tracks[:3])
    table.insert(playlist_id, 0, tracks)
    table.remove(playlist_id, [table.get(playlist_id).entries[1].id])
    table.undo(playlist_id)
    table.delete(playlist_id)
    assert table.get(other) == before


def test_playlists_are_listed_by_name_and_found_without_regard_to_case(table):
    table.create("night")
    table.create("Evening")
    assert [playlist.name for playlist in table.all()] == ["Evening", "night"]
    found = table.by_name("NIGHT")
    assert found is not None
    assert found.name == "night"
    assert table.by_name("dawn") is None


def test_a_name_is_one_line_and_not_empty(table):
    playlist_id = table.create(" a\nb\x07 ")
    assert table.get(playlist_id).name == "a b"
    with pytest.raises(PlaylistError, match="needs a name"):
        table.create("\n \t")
    with pytest.raises(PlaylistError, match="at most 500 characters, not 501"):
        table.rename(playlist_id, "x" * (MAX_NAME_CHARACTERS + 1))


def test_a_taken_name_is_refused_and_a_change_of_case_is_not(table):
    first = table.create("Evening")
    second = table.create("Night")
    with pytest.raises(PlaylistError, match="There is a playlist Evening already"):
        table.create("EVENING")
    with pytest.raises(PlaylistError, match="There is a playlist Evening already"):
        table.rename(second, "evening")
    table.rename(first, "EVENING")
    assert table.get(first).name == "EVENING"


def test_a_deleted_playlist_is_out_of_sight_until_it_is_undone(table, tracks):
    playlist_id = table.create("Evening", tracks)
    before = table.get(playlist_id)
    other = table.create("Night")
    table.delete(other)
    table.delete(playlist_id)
    assert (table.all(), table.by_name("Evening")) == ((), None)
    assert [playlist.id for playlist in table.deleted()] == [playlist_id, other]
    for edit in (
        table.get,
        table.delete,
        lambda i: table.append(i, []),
        lambda i: table.rename(i, "b"),
    ):
        with pytest.raises(PlaylistError, match="Evening is deleted"):
            edit(playlist_id)
    assert table.undo(playlist_id) == before
    assert table.all() == (before,)


def test_a_deleted_name_is_free_and_bringing_it_back_beside_its_heir_is_refused(table, tracks):
    first = table.create("Evening", tracks)
    table.delete(first)
    heir = table.create("evening")
    with pytest.raises(PlaylistError, match="rename it first"):
        table.undo(first)
    assert [playlist.id for playlist in table.deleted()] == [first]
    table.rename(heir, "Night")
    brought_back = table.undo(first)
    assert brought_back is not None
    assert track_ids(brought_back) == tracks


def test_undo_survives_a_restart(path, store, table, tracks):
    playlist_id = table.create("Evening", tracks[:2])
    table.append(playlist_id, [tracks[3]])
    table.delete(playlist_id)
    store.close()
    again = open_store(path)
    table = PlaylistTable(again)
    table.undo(playlist_id)
    assert track_ids(table.get(playlist_id)) == [tracks[0], tracks[1], tracks[3]]
    table.undo(playlist_id)
    assert track_ids(table.get(playlist_id)) == tracks[:2]
    table.redo(playlist_id)
    assert track_ids(table.get(playlist_id)) == [tracks[0], tracks[1], tracks[3]]
    again.close()


def test_undoing_the_creation_hides_the_playlist_and_redo_brings_it(table, tracks):
    playlist_id = table.create("Evening", tracks)
    before = table.get(playlist_id)
    assert table.undo(playlist_id) is None
    assert table.all() == ()
    with pytest.raises(PlaylistError, match="nothing to undo in the playlist Evening"):
        table.undo(playlist_id)
    assert table.redo(playlist_id) == before
    with pytest.raises(PlaylistError, match="nothing to redo in the playlist Evening"):
        table.redo(playlist_id)


def test_a_new_edit_ends_what_could_be_redone(table, tracks):
    playlist_id = table.create("Evening", tracks[:1])
    table.append(playlist_id, tracks[1:2])
    table.undo(playlist_id)
    table.append(playlist_id, tracks[2:3])
    with pytest.raises(PlaylistError, match="nothing to redo"):
        table.redo(playlist_id)


def test_an_edit_that_changes_nothing_is_no_step(table, tracks):
    playlist_id = table.create("Evening", tracks)
    table.rename(playlist_id, "Evening")
    table.move(playlist_id, [table.get(playlist_id).entries[0].id], 1)
    table.append(playlist_id, [])
    assert table.undo(playlist_id) is None


def test_an_entry_id_is_never_given_twice(table, tracks):
    playlist_id = table.create("Evening", tracks[:1])
    (undone,) = table.append(playlist_id, tracks[1:2])
    table.undo(playlist_id)
    (new,) = table.append(playlist_id, tracks[1:2])
    assert new.id > undone.id


def test_an_unknown_track_is_refused_and_changes_nothing(table, tracks):
    playlist_id = table.create("Evening", tracks)
    before = table.get(playlist_id)
    with pytest.raises(PlaylistError, match="track that is not in the library"):
        table.insert(playlist_id, 0, [tracks[0], 12345])
    assert table.get(playlist_id) == before
    with pytest.raises(PlaylistError, match="track that is not in the library"):
        table.create("Other", [12345])
    assert table.by_name("Other") is None


def test_an_unknown_playlist_is_refused(table):
    with pytest.raises(PlaylistError, match="no playlist 77"):
        table.undo(77)


def test_the_history_keeps_the_last_steps_only(table, tracks, monkeypatch):
    monkeypatch.setattr(playlists_module, "HISTORY_STEPS", 3)
    playlist_id = table.create("Evening")
    for track_id in tracks:
        table.append(playlist_id, [track_id])
    for _ in range(3):
        table.undo(playlist_id)
    with pytest.raises(PlaylistError, match="nothing to undo"):
        table.undo(playlist_id)
    assert track_ids(table.get(playlist_id)) == tracks[:3]


def test_a_failing_write_leaves_the_playlist_and_its_history_as_they_were(store, table, tracks):
    playlist_id = table.create("Evening", tracks)
    before = table.get(playlist_id)
    store.write(
        "CREATE TRIGGER refuse BEFORE INSERT ON playlist_changes"
        " BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    with pytest.raises(PlaylistError):
        table.remove(playlist_id, [before.entries[0].id])
    store.write("DROP TRIGGER refuse")
    assert table.get(playlist_id) == before
    assert table.undo(playlist_id) is None


def test_user_edits_are_synced_to_the_disk(store):
    assert store.row("PRAGMA synchronous") == (2,)


def test_a_library_that_is_open_for_reading_refuses_edits(path, store, table, tracks):
    playlist_id = table.create("Evening", tracks)
    reader = open_store(path, readonly=True)
    readonly = PlaylistTable(reader)
    assert readonly.get(playlist_id) == table.get(playlist_id)
    with pytest.raises(StoreError, match="may not be written"):
        readonly.delete(playlist_id)
    reader.close()


def test_the_index_for_imports_knows_each_file_of_a_known_track(store, table, tracks):
    store.write_many(
        "INSERT INTO files (path, size_bytes, mtime_ns, ctime_ns, last_seen_s, label, title,"
        " artist, track_id) VALUES (?, 0, 0, 0, 0, '', 'T', 'A', ?)",
        [(b"/m/a\xff.mp3", tracks[0]), (b"/m/b.mp3", tracks[0]), (b"/m/c.mp3", None)],
    )
    index = table.library_index()
    assert index.at(b"/m/a\xff.mp3") == index.at(b"/m/b.mp3") == tracks[0]
    assert index.at(b"/m/c.mp3") is None
    assert {file.duration_s for file in index.titled("a", "t")} == {60.0}


@dataclass
class Run:
    """A playlist under edits, and every state that an undo should lead back to."""

    table: PlaylistTable
    tracks: list[TrackId]
    playlist_id: PlaylistId
    states: list[Playlist | None]

    def state(self) -> Playlist | None:
        listed = {playlist.id: playlist for playlist in self.table.all()}
        return listed.get(self.playlist_id)

    def edit(self, draw: Callable[..., Any]) -> None:
        playlist = self.state()
        if playlist is None:
            self.table.undo(self.playlist_id)
            self.states.pop()
            return
        ids = [entry.id for entry in playlist.entries]
        some = draw(st.sets(st.sampled_from(ids))) if ids else set()
        gap = draw(st.integers(0, len(ids)))
        new = draw(st.lists(st.sampled_from(self.tracks), max_size=3))
        match draw(st.sampled_from(["insert", "append", "move", "remove", "rename", "delete"])):
            case "insert":
                self.table.insert(self.playlist_id, gap, new)
            case "append":
                self.table.append(self.playlist_id, new)
            case "move":
                self.table.move(self.playlist_id, some, gap)
            case "remove":
                self.table.remove(self.playlist_id, some)
            case "rename":
                self.table.rename(self.playlist_id, draw(st.sampled_from("abc")))
            case "delete":
                self.table.delete(self.playlist_id)
        if self.state() != self.states[-1]:
            self.states.append(self.state())


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_undo_of_all_edits_gives_the_start_back_and_redo_the_end(data):
    with TemporaryDirectory() as folder, closing(open_store(Path(folder) / "x.sqlite")) as store:
        table = PlaylistTable(store)
        tracks = make_tracks(store)
        playlist_id = table.create("x", tracks[:3])
        run = Run(table, tracks, playlist_id, [table.get(playlist_id)])
        for _ in range(data.draw(st.integers(1, 12))):
            run.edit(data.draw)
        for expected in reversed(run.states[:-1]):
            table.undo(playlist_id)
            assert run.state() == expected
        for expected in run.states[1:]:
            table.redo(playlist_id)
            assert run.state() == expected
        rows = store.rows("SELECT position FROM playlist_entries ORDER BY position")
        assert [position for (position,) in rows] == list(range(len(rows)))
