"""Tracks: recordings by the digest of their audio, each shown by its preferred file."""

import time
from collections.abc import Iterable

from library.records import Recording, Tags, Track, TrackId
from library.store.database import Row, Store
from library.store.files import stem, under
from library.store.id_lists import json_of
from library.store.tag_columns import TAG_COLUMNS, tags_from

_TRACKS = f"""
SELECT t.id, t.duration_s, t.added_at_s, t.plays,
    t.last_path, t.last_title, t.last_artist, t.last_album,
    f.path, f.present AND f.state <> 'failed', {", ".join(f"f.{name}" for name in TAG_COLUMNS)}
FROM tracks t
LEFT JOIN files f ON f.id = t.file_id
"""

_UPSERT = """
INSERT INTO tracks (digest, codec, sample_rate_hz, channels, duration_s, added_at_s,
    last_path, last_title, last_artist, last_album)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET
    duration_s = CASE WHEN ? THEN excluded.duration_s ELSE tracks.duration_s END,
    last_path = excluded.last_path,
    last_title = excluded.last_title, last_artist = excluded.last_artist,
    last_album = excluded.last_album
RETURNING id
"""

_FORGET_UNUSED = """
DELETE FROM tracks WHERE id NOT IN (SELECT track_id FROM files WHERE track_id IS NOT NULL)
    AND id NOT IN (SELECT track_id FROM playlist_entries)
    AND id NOT IN (
        SELECT json_extract(entry.value, '$[1]') FROM playlist_changes c,
            json_each(json_array(c.before, c.after)) state,
            json_each(state.value, '$.entries') entry
    )
"""


class TrackTable:
    """Every recording that the library has met."""

    def __init__(self, store: Store) -> None:
        """Look at the tracks of a store."""
        self._store = store

    def get(self, ids: Iterable[TrackId]) -> dict[TrackId, Track]:
        """The tracks with these ids, in the order given; unknown ids are left out."""
        wanted = [TrackId(int(track_id)) for track_id in ids]
        rows = self._store.rows(
            f"{_TRACKS} WHERE t.id IN (SELECT value FROM json_each(?))", (json_of(wanted),)
        )
        found = {track.id: track for track in map(_track, rows)}
        return {track_id: found[track_id] for track_id in wanted if track_id in found}

    def durations(self, ids: Iterable[TrackId]) -> dict[TrackId, float]:
        """How long these tracks last, in seconds; unknown ids are left out."""
        wanted = json_of(ids)
        rows = self._store.rows(
            "SELECT id, duration_s FROM tracks WHERE id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return {TrackId(track_id): float(duration_s) for track_id, duration_s in rows}

    def by_path(self, path: bytes) -> Track | None:
        """The track that lies at this path, present or not; None where there is none."""
        row = self._store.row("SELECT track_id FROM files WHERE path = ?", (path,))
        if row is None or row[0] is None:
            return None
        track_id = TrackId(row[0])
        return self.get([track_id])[track_id]

    def in_folder(self, folder: bytes) -> list[TrackId]:
        """The tracks whose files lie in a folder or below it, each once, in order of path."""
        rows = self._store.rows(
            "SELECT track_id FROM files WHERE path >= :lower AND path < :upper"
            " AND track_id IS NOT NULL ORDER BY path",
            under(folder),
        )
        return list(dict.fromkeys(TrackId(track_id) for (track_id,) in rows))

    def by_digest(self, digest: bytes) -> Track | None:
        """The track that is this recording; None where the library has not met it."""
        row = self._store.row("SELECT id FROM tracks WHERE digest = ?", (digest,))
        return None if row is None else self.get([TrackId(row[0])])[TrackId(row[0])]

    def recording(self, track_id: TrackId) -> Recording | None:
        """The audio that makes a track; None where there is no such track."""
        row = self._store.row(
            "SELECT digest, codec, sample_rate_hz, channels, duration_s FROM tracks WHERE id = ?",
            (int(track_id),),
        )
        return None if row is None else Recording(*row)

    def all(self) -> list[Track]:
        """Every track, in order of id."""
        return [_track(row) for row in self._store.rows(f"{_TRACKS} ORDER BY t.id")]

    def ids(self) -> list[TrackId]:
        """The id of every track, rising."""
        return self._store.ids("SELECT id value FROM tracks ORDER BY id LIMIT -1")

    def count(self) -> int:
        """How many tracks there are."""
        (count,) = self._store.rows("SELECT count(*) FROM tracks")[0]
        return int(count)

    def total_s(self, ids: Iterable[TrackId]) -> float:
        """How long these tracks are together."""
        wanted = json_of(ids)
        sql = "SELECT total(duration_s) FROM tracks WHERE id IN (SELECT value FROM json_each(?))"
        ((seconds,),) = self._store.rows(sql, (wanted,))
        return float(seconds)

    def cover(self, track_id: TrackId) -> bytes | None:
        """The track's cover as a small JPEG; None where it has none."""
        row = self._store.row("SELECT jpeg FROM covers WHERE track_id = ?", (track_id,))
        return None if row is None else bytes(row[0])

    def keep(self, recording: Recording, path: bytes, tags: Tags, *, heard: bool) -> TrackId:
        """Make or find the track of a recording, inside a transaction, and note its name.

        The length of a track that is there already changes only if it was `heard`: what a
        container states is an estimate.
        """
        names = (path, tags.title or stem(path), tags.artist, tags.album)
        row = self._store.row(
            _UPSERT,
            (
                recording.digest,
                recording.codec,
                recording.sample_rate_hz,
                recording.channels,
                recording.duration_s,
                time.time(),
                *names,
                heard,
            ),
        )
        assert row is not None
        return TrackId(row[0])

    def keep_cover(self, track_id: TrackId, jpeg: bytes) -> None:
        """Set the cover of a track, inside a transaction."""
        self._store.write("INSERT OR REPLACE INTO covers VALUES (?, ?)", (track_id, jpeg))

    def note_play(self, track_id: TrackId) -> None:
        """Count one more play of a track, in a transaction of its own."""
        with self._store.transaction():
            self._store.write("UPDATE tracks SET plays = plays + 1 WHERE id = ?", (track_id,))

    def forget_unused(self) -> None:
        """Delete tracks that have no file and stand in no playlist, inside a transaction.

        What a playlist's undo could bring back counts as standing in it.
        """
        self._store.write(_FORGET_UNUSED)


def _track(row: Row) -> Track:
    id_, duration_s, added_at_s, plays, path, title, artist, album, *file = row
    file_path, reachable, *tags = file
    return Track(
        id=TrackId(id_),
        path=path if file_path is None else file_path,
        tags=Tags(title=title, artist=artist, album=album)
        if file_path is None
        else tags_from(tags),
        duration_s=duration_s,
        missing=not reachable,
        added_at_s=added_at_s,
        plays=plays,
    )
