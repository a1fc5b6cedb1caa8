"""Files: the places where tracks lie, how far each has come, and the folders they lie under."""

import json
import os
import time
from collections.abc import Iterable, Sequence, Set

from library.query import searchable
from library.records import (
    EncoderKey,
    File,
    FileCounts,
    FileId,
    FileState,
    Stamp,
    Tags,
    TrackId,
    display_path,
)
from library.store.database import Row, Store
from library.store.id_lists import json_of
from library.store.tag_columns import TAG_COLUMNS, tag_values, tags_from

_SEPARATOR = os.fsencode(os.sep)

# What a file has come to for one encoder and model version, and why.
_STATES = """
SELECT f.*,
    CASE WHEN f.state <> 'read' THEN f.state
         WHEN e.id IS NOT NULL THEN 'analysed'
         WHEN u.reason IS NOT NULL THEN 'failed'
         ELSE 'pending' END AS state_now,
    CASE WHEN f.state = 'read' AND e.id IS NULL THEN coalesce(u.reason, '')
         ELSE f.reason END AS reason_now
FROM files f
LEFT JOIN embeddings e ON e.track_id = f.track_id
    AND e.encoder = :encoder AND e.model_version = :model_version
LEFT JOIN unanalysed u ON u.track_id = f.track_id
    AND u.encoder = :encoder AND u.model_version = :model_version
"""
_COUNT_UNREAD = "SELECT count(*) FROM files WHERE present AND state = 'failed'"
# CROSS JOIN: begins with the few tracks that could not be analysed.
_COUNT_UNANALYSED = """
SELECT count(*) FROM unanalysed u
CROSS JOIN files f ON f.track_id = u.track_id AND f.present AND f.state = 'read'
WHERE u.encoder = :encoder AND u.model_version = :model_version AND NOT EXISTS (
    SELECT 1 FROM embeddings e WHERE e.track_id = u.track_id
    AND e.encoder = :encoder AND e.model_version = :model_version)
"""
_FILE_COLUMNS = (
    "id, path, size_bytes, mtime_ns, ctime_ns, state_now, reason_now, track_id, present, "
    "last_seen_s, " + ", ".join(TAG_COLUMNS)
)


class FileTable:
    """Every file that was ever found under the roots, present or not."""

    def __init__(self, store: Store, key: EncoderKey) -> None:
        """Look at the files of a store as they stand for one encoder and model version."""
        store.database.conn.create_function("label", 1, _label, deterministic=True)
        self._store = store
        self._key = {"encoder": key.encoder, "model_version": key.model_version}

    def known(self) -> dict[bytes, tuple[Stamp, FileState]]:
        """Stamp and state of every file that was ever found, by path, present or not.

        A file that comes back as it was need not be read again.
        """
        sql = f"SELECT path, size_bytes, mtime_ns, ctime_ns, state_now FROM ({_STATES})"
        return {
            path: (Stamp(path, size_bytes, mtime_ns, ctime_ns), FileState(state))
            for path, size_bytes, mtime_ns, ctime_ns, state in self._store.rows(sql, self._key)
        }

    def register(self, stamps: Iterable[Stamp]) -> None:
        """Note files that were found, in one transaction: new or changed ones become pending.

        A file whose stamp is unchanged keeps its state and is marked present; where nothing
        changed, nothing is written to the disk.
        """
        rows = [(s.path, s.size_bytes, s.mtime_ns, s.ctime_ns) for s in stamps]
        now_s = time.time()
        with self._store.transaction():
            self._store.write(_FOUND_TABLE)
            self._store.write("DELETE FROM temp.found")
            self._store.write_many("INSERT OR REPLACE INTO temp.found VALUES (?, ?, ?, ?)", rows)
            self._store.write(_UPDATE_CHANGED, (now_s,))
            self._store.write(_UPDATE_RETURNED, (now_s,))
            self._store.write(_INSERT_NEW, (now_s,))
            self._store.write("DELETE FROM temp.found")

    def mark_absent(self, roots: Sequence[bytes], seen: Set[bytes]) -> int:
        """Mark the files under these roots that were not seen as absent; how many there were.

        Nothing is deleted, but for the old names of files that were moved. A file was moved if
        its track has another file under the same root that is present and was read: the track,
        its vectors and its playlists lose nothing by it, and the file does not count as missing
        for ever. Should it have been a second copy, on a drive that comes back, it is found again.
        """
        gone = {
            path
            for root in roots
            for (path,) in self._store.rows(
                f"SELECT path FROM files WHERE present AND {_UNDER}", under(root)
            )
            if path not in seen
        }
        now_s = time.time()
        with self._store.transaction():
            self._store.write_many(
                "UPDATE files SET present = 0, last_seen_s = ? WHERE path = ?",
                ((now_s, path) for path in gone),
            )
            for root in roots:
                self._store.write(_FORGET_MOVED, under(root))
        return len(gone)

    def pending(self) -> list[Stamp]:
        """Stamps of the present files that are to be analysed, in order of path."""
        sql = (
            f"SELECT path, size_bytes, mtime_ns, ctime_ns FROM ({_STATES}) "
            "WHERE present AND state_now = 'pending' ORDER BY path"
        )
        return [Stamp(*row) for row in self._store.rows(sql, self._key)]

    def with_state(self, *states: FileState) -> list[File]:
        """The present files in any of these states, in order of path."""
        wanted = json.dumps([str(state) for state in states])
        return self._files(
            "present AND state_now IN (SELECT value FROM json_each(:states))", {"states": wanted}
        )

    def missing(self) -> list[File]:
        """The files that were there once and are not now, in order of path."""
        return self._files("NOT present", {})

    def missing_tracks(self) -> frozenset[TrackId]:
        """The tracks of which a file was there once and is not now."""
        sql = "SELECT DISTINCT track_id FROM files WHERE NOT present AND track_id IS NOT NULL"
        return frozenset(TrackId(id_) for (id_,) in self._store.rows(sql))

    def tracks_below(self, folder: bytes) -> frozenset[TrackId]:
        """The tracks of which a file, present or not, lies below a folder."""
        sql = f"SELECT DISTINCT track_id FROM files WHERE track_id IS NOT NULL AND {_UNDER}"
        return frozenset(TrackId(id_) for (id_,) in self._store.rows(sql, under(folder)))

    def of_track(self, track_id: TrackId) -> list[File]:
        """Every file of a track, the preferred one first."""
        return self._files("track_id = :track_id", {"track_id": track_id}, order_by=PREFERRED_FIRST)

    def paths_of(self, track_ids: Iterable[TrackId]) -> dict[TrackId, list[bytes]]:
        """Where the files of these tracks lie, the preferred one first; tracks without are not."""
        rows = self._store.rows(
            "SELECT track_id, path FROM files WHERE track_id IN (SELECT value FROM json_each(?)) "
            f"ORDER BY {PREFERRED_FIRST}",
            (json_of(track_ids),),
        )
        paths: dict[TrackId, list[bytes]] = {}
        for track_id, path in rows:
            paths.setdefault(TrackId(track_id), []).append(path)
        return paths

    def counts(self) -> FileCounts:
        """How many files there are in each state; total = analysed + failed + pending."""
        sql = f"SELECT present, state_now, count(*) FROM ({_STATES}) GROUP BY present, state_now"
        counted = {(bool(p), state): n for p, state, n in self._store.rows(sql, self._key)}
        analysed, failed, pending = (
            counted.get((True, str(state)), 0)
            for state in (FileState.ANALYSED, FileState.FAILED, FileState.PENDING)
        )
        return FileCounts(
            total=analysed + failed + pending,
            analysed=analysed,
            failed=failed,
            pending=pending,
            missing=sum(n for (present, _), n in counted.items() if not present),
        )

    def n_failed(self) -> int:
        """How many there are in the state failed, as `counts` has it; quick in a large library."""
        (n_unread,) = self._store.row(_COUNT_UNREAD) or (0,)
        (n_unanalysed,) = self._store.row(_COUNT_UNANALYSED, self._key) or (0,)
        return int(n_unread) + int(n_unanalysed)

    def forget_outside(self, roots: Sequence[bytes]) -> None:
        """Delete the rows of files that lie under none of these folders, inside a transaction."""
        inside = " OR ".join("(path >= ? AND path < ?)" for _ in roots) or "0"
        bounds = [bound for root in roots for bound in under(root).values()]
        self._store.write(f"DELETE FROM files WHERE NOT ({inside})", bounds)

    def keep(self, stamp: Stamp, tags: Tags, track_id: TrackId) -> None:
        """Note that a file was read and holds this track, inside a transaction."""
        values = {"reason": "", "track_id": track_id, **_tag_parameters(stamp, tags)}
        self._store.write(_PUT_READ, _stamp_parameters(stamp) | values)

    def fail(self, stamp: Stamp, reason: str, tags: Tags) -> None:
        """Note that a file could not be read, inside a transaction.

        A track that it held before stays linked, and so do its tags where none could be read, so
        that the track keeps its name.
        """
        values = {"reason": reason, **_tag_parameters(stamp, tags)}
        put = _PUT_FAILED if tags == Tags() else _PUT_FAILED_WITH_TAGS
        self._store.write(put, _stamp_parameters(stamp) | values)

    def _files(
        self, where: str, parameters: dict[str, object], order_by: str = "path"
    ) -> list[File]:
        sql = f"SELECT {_FILE_COLUMNS} FROM ({_STATES}) WHERE {where} ORDER BY {order_by}"
        return [_file(row) for row in self._store.rows(sql, self._key | parameters)]


PREFERRED_FIRST = "(present AND state <> 'failed') DESC, last_seen_s DESC, id"

_UNDER = "path >= :lower AND path < :upper"

_FORGET_MOVED = f"""
DELETE FROM files WHERE NOT present AND {_UNDER} AND EXISTS (
    SELECT 1 FROM files other WHERE other.track_id = files.track_id AND other.present
    AND other.state = 'read' AND other.path >= :lower AND other.path < :upper
)
"""

_STAMP_COLUMNS = ("path", "size_bytes", "mtime_ns", "ctime_ns", "last_seen_s")
_LABEL_AND_TAGS = ("label", *TAG_COLUMNS)


def _put(state: str, columns: Sequence[str], kept: Sequence[str] = ()) -> str:
    """A statement that writes a present file; `kept` columns are written for new files only."""
    names = (*_STAMP_COLUMNS, *columns)
    updates = (f"{name} = excluded.{name}" for name in names if name not in ("path", *kept))
    return (
        f"INSERT INTO files (state, {', '.join(names)}) "
        f"VALUES ('{state}', {', '.join(':' + name for name in names)}) "
        f"ON CONFLICT (path) DO UPDATE SET present = 1, state = '{state}', {', '.join(updates)}"
    )


_PUT_READ = _put("read", ("reason", "track_id", *_LABEL_AND_TAGS))
_PUT_FAILED = _put("failed", ("reason", *_LABEL_AND_TAGS), kept=_LABEL_AND_TAGS)
_PUT_FAILED_WITH_TAGS = _put("failed", ("reason", *_LABEL_AND_TAGS))

_FOUND_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS found (
    path BLOB PRIMARY KEY, size_bytes INTEGER, mtime_ns INTEGER, ctime_ns INTEGER
) WITHOUT ROWID
"""
# The cross join looks up each file that was found, rather than reading all there are.
_UPDATE_CHANGED = """
UPDATE files SET (size_bytes, mtime_ns, ctime_ns) =
        (SELECT size_bytes, mtime_ns, ctime_ns FROM temp.found n WHERE n.path = files.path),
    state = 'pending', reason = '', present = 1, last_seen_s = ?
WHERE id IN (
    SELECT f.id FROM temp.found n CROSS JOIN files f ON f.path = n.path
    WHERE (f.size_bytes, f.mtime_ns, f.ctime_ns) IS NOT (n.size_bytes, n.mtime_ns, n.ctime_ns)
)
"""
_UPDATE_RETURNED = """
UPDATE files SET present = 1, last_seen_s = ?
WHERE NOT present AND path IN (SELECT path FROM temp.found)
"""
_INSERT_NEW = """
INSERT INTO files (path, size_bytes, mtime_ns, ctime_ns, label, last_seen_s)
SELECT path, size_bytes, mtime_ns, ctime_ns, label(path), ? FROM temp.found
WHERE path NOT IN (SELECT path FROM files)
"""


def under(root: bytes) -> dict[str, object]:
    """Parameters of `path >= :lower AND path < :upper`: the paths below a folder."""
    folder = root.rstrip(_SEPARATOR) + _SEPARATOR
    return {"lower": folder, "upper": folder[:-1] + bytes([folder[-1] + 1])}


def stem(path: bytes) -> str:
    """The file's name without its ending, as text."""
    return os.path.splitext(display_path(os.path.basename(path)))[0]


def _label(path: bytes, title: str = "") -> str:
    """What text search finds a file by, besides artist and album: its title or its name."""
    return searchable(title or stem(path))


def _stamp_parameters(stamp: Stamp) -> dict[str, object]:
    values = (stamp.path, stamp.size_bytes, stamp.mtime_ns, stamp.ctime_ns, time.time())
    return dict(zip(_STAMP_COLUMNS, values, strict=True))


def _tag_parameters(stamp: Stamp, tags: Tags) -> dict[str, object]:
    values = (_label(stamp.path, tags.title), *tag_values(tags))
    return dict(zip(_LABEL_AND_TAGS, values, strict=True))


def _file(row: Row) -> File:
    id_, path, size_bytes, mtime_ns, ctime_ns, state, reason, track_id, present, *rest = row
    changed_at_s, *tags = rest
    return File(
        id=FileId(id_),
        stamp=Stamp(path, size_bytes, mtime_ns, ctime_ns),
        state=FileState(state),
        reason=reason,
        track_id=None if track_id is None else TrackId(track_id),
        present=bool(present),
        changed_at_s=changed_at_s,
        tags=tags_from(tags),
    )
