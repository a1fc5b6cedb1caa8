"""Playlists in the database, every edit of which can be undone and redone.

    playlists = PlaylistTable(store)                     # or catalog.playlists
    id = playlists.create("Evening", track_ids)          # PlaylistId
    playlists.append(id, track_ids); playlists.insert(id, 0, track_ids)
    playlists.move(id, entry_ids, position); playlists.remove(id, entry_ids)
    playlists.rename(id, "Night"); playlists.delete(id)
    playlists.undo(id); playlists.redo(id)               # any of the above, also after a restart
    playlists.restore(id)                                # one that was deleted
    playlists.get(id); playlists.by_name("night"); playlists.all(); playlists.deleted()
    playlists.summaries(); playlists.overview(id)        # what lists and pages show
    match_entries(entries, folder, playlists.library_index())      # library.importing

Each call is one transaction and one step of undo; it is on the disk when the call returns. A
deleted playlist is only marked so: undoing its deletion, or redoing its creation, brings it back
with its entries and its whole history. Names are unique among the playlists that are not deleted,
upper and lower case aside. The rules of order are in `library.edits`.
"""

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from library.edits import Change, Contents, Side, change_between, inserted, moved, removed
from library.errors import PlaylistError
from library.formats.text import one_line
from library.importing import LibraryFile, LibraryIndex
from library.records import (
    EntryId,
    Playlist,
    PlaylistEntry,
    PlaylistId,
    PlaylistOverview,
    PlaylistSummary,
    TrackId,
)
from library.store.database import Store
from library.store.playlist_views import deletion_is_last, overview, summaries

HISTORY_STEPS = 1000
MAX_NAME_CHARACTERS = 500


class PlaylistTable:
    """The playlists of a library. Every method but the reading ones needs a writable store.

    Raises (any method):
        PlaylistError: no such playlist, entry, position or track; a name that is empty or taken;
            nothing to undo or redo.
        StoreError: the database cannot be read or written.
    """

    def __init__(self, store: Store) -> None:
        """Use the tables of an open store."""
        self._store = store

    def create(self, name: str, track_ids: Sequence[TrackId] = ()) -> PlaylistId:
        """Make a playlist, with tracks in it or empty."""
        with self._editing():
            name = self._free_name(name, None)
            (playlist_id,) = self._store.rows(
                "INSERT INTO playlists (name, deleted, created_at_s) VALUES (?, 1, ?) RETURNING id",
                (name, time.time()),
            )[0]
            new = Contents(name, False, self._new_entries(track_ids))
            self._change(playlist_id, Contents(name, True, ()), new)
        return PlaylistId(playlist_id)

    def append(
        self, playlist_id: PlaylistId, track_ids: Sequence[TrackId]
    ) -> tuple[PlaylistEntry, ...]:
        """Put tracks at the end; their new entries, in order."""
        with self._editing():
            return self._insert(playlist_id, len(self._live(playlist_id).entries), track_ids)

    def insert(
        self, playlist_id: PlaylistId, position: int, track_ids: Sequence[TrackId]
    ) -> tuple[PlaylistEntry, ...]:
        """Put tracks before the entry that stands at a position; their new entries, in order."""
        with self._editing():
            return self._insert(playlist_id, position, track_ids)

    def move(self, playlist_id: PlaylistId, entry_ids: Collection[EntryId], position: int) -> None:
        """Bring entries together before the one that stands at a position now."""
        with self._editing():
            old = self._live(playlist_id)
            entries = moved(old.entries, entry_ids, position)
            self._change(playlist_id, old, replace(old, entries=entries))

    def remove(self, playlist_id: PlaylistId, entry_ids: Collection[EntryId]) -> None:
        """Take entries out; their tracks stay in the library."""
        with self._editing():
            old = self._live(playlist_id)
            entries = removed(old.entries, entry_ids)
            self._change(playlist_id, old, replace(old, entries=entries))

    def rename(self, playlist_id: PlaylistId, name: str) -> None:
        """Give a playlist another name."""
        with self._editing():
            old = self._live(playlist_id)
            name = self._free_name(name, playlist_id)
            self._change(playlist_id, old, replace(old, name=name))

    def delete(self, playlist_id: PlaylistId) -> None:
        """Take a playlist out of sight; undo brings it back."""
        with self._editing():
            old = self._live(playlist_id)
            self._change(playlist_id, old, replace(old, deleted=True))

    def undo(self, playlist_id: PlaylistId) -> Playlist | None:
        """Take the last change back; the playlist as it is now, None where it is now deleted."""
        with self._editing():
            change_id, change = self._step(playlist_id, undone=False)
            self._put(playlist_id, instead_of=change.after, side=change.before)
            self._store.write("UPDATE playlist_changes SET undone = 1 WHERE id = ?", (change_id,))
            return self._playlist(playlist_id)

    def redo(self, playlist_id: PlaylistId) -> Playlist | None:
        """Do again what was undone last; the playlist as it is now, None where deleted."""
        with self._editing():
            change_id, change = self._step(playlist_id, undone=True)
            self._put(playlist_id, instead_of=change.before, side=change.after)
            self._store.write("UPDATE playlist_changes SET undone = 0 WHERE id = ?", (change_id,))
            return self._playlist(playlist_id)

    def restore(self, playlist_id: PlaylistId) -> Playlist | None:
        """Bring a deleted playlist back, whether it was deleted or its making was undone."""
        if not self._contents(playlist_id).deleted:
            return self.get(playlist_id)
        if deletion_is_last(self._store, playlist_id):
            return self.undo(playlist_id)
        return self.redo(playlist_id)

    def get(self, playlist_id: PlaylistId) -> Playlist:
        """A playlist that is not deleted."""
        contents = self._live(playlist_id)
        return Playlist(playlist_id, contents.name, contents.entries)

    def by_name(self, name: str) -> Playlist | None:
        """The playlist of this name, upper and lower case aside, or None."""
        row = self._store.row(
            "SELECT id FROM playlists WHERE name = ? AND deleted = 0", (one_line(name),)
        )
        return None if row is None else self.get(PlaylistId(row[0]))

    def all(self) -> tuple[Playlist, ...]:
        """Every playlist that is not deleted, by name."""
        return self._listed("SELECT id FROM playlists WHERE deleted = 0 ORDER BY name, id")

    def summaries(self) -> tuple[PlaylistSummary, ...]:
        """Every playlist that is not deleted, by name, without its entries."""
        return summaries(self._store, deleted=False)

    def deleted_summaries(self) -> tuple[PlaylistSummary, ...]:
        """The deleted playlists, the last deleted first, without their entries."""
        return summaries(self._store, deleted=True)

    def overview(self, playlist_id: PlaylistId) -> PlaylistOverview | None:
        """A playlist with its length and what is missing of it; None where it is deleted."""
        playlist = self._playlist(playlist_id)
        return None if playlist is None else overview(self._store, playlist)

    def deleted(self) -> tuple[Playlist, ...]:
        """The deleted playlists, the last deleted first."""
        return self._listed(
            "SELECT playlists.id FROM playlists"
            " JOIN playlist_changes ON playlist_changes.playlist_id = playlists.id"
            " WHERE deleted = 1 GROUP BY playlists.id ORDER BY max(playlist_changes.id) DESC"
        )

    def library_index(self) -> LibraryIndex:
        """Every file whose track is known, for matching the entries of playlist files."""
        rows = self._store.rows(
            "SELECT path, track_id, title, artist, duration_s FROM files"
            " JOIN tracks ON tracks.id = files.track_id"
        )
        return LibraryIndex(
            LibraryFile(path, TrackId(track_id), title, artist, duration_s)
            for path, track_id, title, artist, duration_s in rows
        )

    def _insert(
        self, playlist_id: PlaylistId, position: int, track_ids: Sequence[TrackId]
    ) -> tuple[PlaylistEntry, ...]:
        old = self._live(playlist_id)
        new = self._new_entries(track_ids)
        self._change(playlist_id, old, replace(old, entries=inserted(old.entries, position, new)))
        return new

    def _listed(self, sql: str) -> tuple[Playlist, ...]:
        ids = [PlaylistId(row[0]) for row in self._store.rows(sql)]
        found = ((playlist_id, self._contents(playlist_id)) for playlist_id in ids)
        return tuple(Playlist(playlist_id, it.name, it.entries) for playlist_id, it in found)

    def _playlist(self, playlist_id: PlaylistId) -> Playlist | None:
        contents = self._contents(playlist_id)
        return None if contents.deleted else self.get(playlist_id)

    def _live(self, playlist_id: PlaylistId) -> Contents:
        contents = self._contents(playlist_id)
        if contents.deleted:
            raise PlaylistError(f"The playlist {contents.name} is deleted.")
        return contents

    def _contents(self, playlist_id: PlaylistId) -> Contents:
        row = self._store.row("SELECT name, deleted FROM playlists WHERE id = ?", (playlist_id,))
        if row is None:
            raise PlaylistError(f"There is no playlist {playlist_id}.")
        entries = self._store.rows(
            "SELECT id, track_id FROM playlist_entries WHERE playlist_id = ? ORDER BY position",
            (playlist_id,),
        )
        return Contents(row[0], bool(row[1]), _entries(entries))

    def _new_entries(self, track_ids: Sequence[TrackId]) -> tuple[PlaylistEntry, ...]:
        # ids are never given twice, not even after undo: AUTOINCREMENT remembers the highest
        row = self._store.row("SELECT seq FROM sqlite_sequence WHERE name = 'playlist_entries'")
        first = 1 if row is None else row[0] + 1
        return _entries(enumerate(track_ids, start=first))

    def _change(self, playlist_id: PlaylistId, old: Contents, new: Contents) -> None:
        """Carry an edit out and remember it; an edit that changes nothing is none."""
        if old == new:
            return
        change = change_between(old, new)
        self._put(playlist_id, instead_of=change.before, side=change.after)
        self._store.write(
            "DELETE FROM playlist_changes WHERE playlist_id = ? AND undone = 1", (playlist_id,)
        )
        self._store.write(
            "INSERT INTO playlist_changes (playlist_id, before, after) VALUES (?, ?, ?)",
            (playlist_id, _to_json(change.before), _to_json(change.after)),
        )
        self._store.write(
            "DELETE FROM playlist_changes WHERE id IN (SELECT id FROM playlist_changes"
            " WHERE playlist_id = ? ORDER BY id DESC LIMIT -1 OFFSET ?)",
            (playlist_id, HISTORY_STEPS),
        )

    def _put(self, playlist_id: PlaylistId, *, instead_of: Side, side: Side) -> None:
        """Put one side of a change in the place of the other, touching nothing before it."""
        end = instead_of.start + len(instead_of.entries)
        self._store.write(
            "DELETE FROM playlist_entries WHERE playlist_id = ? AND position >= ? AND position < ?",
            (playlist_id, instead_of.start, end),
        )
        self._store.write(
            "UPDATE playlist_entries SET position = position + ?"
            " WHERE playlist_id = ? AND position >= ?",
            (len(side.entries) - len(instead_of.entries), playlist_id, end),
        )
        self._store.write_many(
            "INSERT INTO playlist_entries (id, playlist_id, position, track_id)"
            " VALUES (?, ?, ?, ?)",
            (
                (entry.id, playlist_id, position, entry.track_id)
                for position, entry in enumerate(side.entries, start=side.start)
            ),
        )
        self._store.write(
            "UPDATE playlists SET name = ?, deleted = ? WHERE id = ?",
            (side.name, int(side.deleted), playlist_id),
        )

    def _step(self, playlist_id: PlaylistId, *, undone: bool) -> tuple[int, Change]:
        contents = self._contents(playlist_id)
        order = "ASC" if undone else "DESC"
        row = self._store.row(
            "SELECT id, before, after FROM playlist_changes"
            f" WHERE playlist_id = ? AND undone = ? ORDER BY id {order} LIMIT 1",
            (playlist_id, int(undone)),
        )
        if row is None:
            verb = "redo" if undone else "undo"
            raise PlaylistError(f"There is nothing to {verb} in the playlist {contents.name}.")
        return row[0], Change(_from_json(row[1]), _from_json(row[2]))

    def _free_name(self, name: str, playlist_id: PlaylistId | None) -> str:
        """The name as it will be kept.

        Raises:
            PlaylistError: it is empty, too long, or another playlist has it.
        """
        kept = one_line(name)
        if not kept:
            raise PlaylistError("A playlist needs a name.")
        if len(kept) > MAX_NAME_CHARACTERS:
            raise PlaylistError(
                f"A playlist's name has at most {MAX_NAME_CHARACTERS} characters, not {len(kept)}."
            )
        holder = self.by_name(kept)
        if holder is not None and holder.id != playlist_id:
            raise PlaylistError(f"There is a playlist {holder.name} already.")
        return kept

    @contextmanager
    def _editing(self) -> Iterator[None]:
        """One transaction; what breaks a rule of the tables becomes a sentence."""
        try:
            with self._store.transaction():
                yield
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
                raise PlaylistError("A track that is not in the library was named.") from error
            raise PlaylistError(
                "Another playlist has this name by now; rename it first."
            ) from error


def _entries(pairs: Iterable[Sequence[int]]) -> tuple[PlaylistEntry, ...]:
    return tuple(PlaylistEntry(EntryId(int(pair[0])), TrackId(int(pair[1]))) for pair in pairs)


def _to_json(side: Side) -> str:
    return json.dumps(
        {
            "name": side.name,
            "deleted": side.deleted,
            "start": side.start,
            "entries": [[entry.id, entry.track_id] for entry in side.entries],
        }
    )


def _from_json(text: str) -> Side:
    state = json.loads(text)
    return Side(state["name"], state["deleted"], state["start"], _entries(state["entries"]))
