"""Files: the places where tracks lie, how far each has come, and the folders they lie under."""

import json
import os
import time
from collections.abc import Iterable, Sequence, Set

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
_FILE_COLUMNS = (
    "id, path, size_bytes, mtime_ns, ctime_ns, state_now, reason_now, track_id, present, "
    + ", ".join(TAG_COLUMNS)
)


class FileTable:
    """Every file that was ever found under the roots, present or not."""

    def __init__(self, store: Store, key: EncoderKey) -> None:
        """Look at the files of a store as they stand for one encoder and model version."""
        self._store = store
        self._key = {"encoder": key.encoder, "model_version": key.model_version}

    def known(self) -> dict[bytes, tuple[Stamp, FileState]]:
        """Stamp and state of every present file, by path."""
        sql = (
            f"SELECT path, size_bytes, mtime_ns, ctime_ns, state_now FROM ({_STATES}) WHERE present"
        )
        return {
            path: (Stamp(path, size_bytes, mtime_ns, ctime_ns), FileState(state))
            for path, size_bytes, mtime_ns, ctime_ns, state in self._store.rows(sql, self._key)
        }

    def register(self, stamps: Iterable[Stamp]) -> None:
        """Note files that were found, in one transaction: new or changed ones become pending.

        A file whose stamp is unchanged keeps its state and is marked present; where nothing
        changed, nothing is written to the disk.
        """
        rows = [(s.path, s.size_bytes, s.mtime_ns, s.ctime_ns, stem(s.path)) for s in stamps]
        now_s = time.time()
        with self._store.transaction():
            self._store.write(_FOUND_TABLE)
            self._store.write("DELETE FROM temp.found")
            self._store.write_many("INSERT OR REPLACE INTO temp.found VALUES (?, ?, ?, ?, ?)", rows)
            self._store.write(_UPDATE_CHANGED, (now_s,))
            self._store.write(_UPDATE_RETURNED, (now_s,))
            self._store.write(_INSERT_NEW, (now_s,))
            self._store.write("DELETE FROM temp.found")

    def mark_absent(self, roots: Sequence[bytes], seen: Set[bytes]) -> int:
        """Mark the files under these roots that were not seen as absent; how many there were.

        Nothing is deleted, with one exception: see `forget_moved`.
        """
        gone = [
            (time.time(), path)
            for root in roots
            for (path,) in self._store.rows(
                f"SELECT path FROM files WHERE present AND {_UNDER}", under(root)
            )
            if path not in seen
        ]
        with self._store.transaction():
            self._store.write_many(
                "UPDATE files SET present = 0, last_seen_s = ? WHERE path = ?", gone
            )
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

    def of_track(self, track_id: TrackId) -> list[File]:
        """Every file of a track, the preferred one first."""
        return self._files("track_id = :track_id", {"track_id": track_id}, order_by=PREFERRED_FIRST)

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

    def forget_outside(self, roots: Sequence[bytes]) -> None:
        """Delete the rows of files that lie under none of these folders, inside a transaction."""
        inside = " OR ".join("(path >= ? AND path < ?)" for _ in roots) or "0"
        bounds = [bound for root in roots for bound in under(root).values()]
        self._store.write(f"DELETE FROM files WHERE NOT ({inside})", bounds)

    def keep(self, stamp: Stamp, tags: Tags, track_id: TrackId) -> None:
        """Note that a file was read and holds this track, inside a transaction."""
        self._put(stamp, tags, "read", "", track_id)

    def fail(self, stamp: Stamp, reason: str, tags: Tags) -> None:
        """Note that a file could not be read, inside a transaction.

        A track that it held before stays linked, so that the track keeps its name.
        """
        self._put(stamp, tags, "failed", reason, None)

    def _put(
        self, stamp: Stamp, tags: Tags, state: str, reason: str, track_id: TrackId | None
    ) -> None:
        values = (
            stamp.path,
            stamp.size_bytes,
            stamp.mtime_ns,
            stamp.ctime_ns,
            state,
            reason,
            track_id,
            time.time(),
            tags.title or stem(stamp.path),
            *tag_values(tags),
        )
        self._store.write(_PUT, values)

    def _files(
        self, where: str, parameters: dict[str, object], order_by: str = "path"
    ) -> list[File]:
        sql = f"SELECT {_FILE_COLUMNS} FROM ({_STATES}) WHERE {where} ORDER BY {order_by}"
        return [_file(row) for row in self._store.rows(sql, self._key | parameters)]


PREFERRED_FIRST = "present AND state <> 'failed' DESC, last_seen_s DESC, id"

_UNDER = "path >= :lower AND path < :upper"

_PUT_COLUMNS = (
    "path",
    "size_bytes",
    "mtime_ns",
    "ctime_ns",
    "state",
    "reason",
    "track_id",
    "last_seen_s",
    "label",
    *TAG_COLUMNS,
)
_PUT = f"""
INSERT INTO files ({", ".join(_PUT_COLUMNS)}, present)
VALUES ({", ".join("?" for _ in _PUT_COLUMNS)}, 1)
ON CONFLICT (path) DO UPDATE SET present = 1,
    track_id = coalesce(excluded.track_id, files.track_id),
    {", ".join(f"{c} = excluded.{c}" for c in _PUT_COLUMNS if c not in ("path", "track_id"))}
"""

_FOUND_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS found (
    path BLOB PRIMARY KEY, size_bytes INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, label TEXT
) WITHOUT ROWID
"""
_UPDATE_CHANGED = """
UPDATE files SET size_bytes = n.size_bytes, mtime_ns = n.mtime_ns, ctime_ns = n.ctime_ns,
    state = 'pending', reason = '', present = 1, last_seen_s = ?
FROM temp.found n WHERE files.path = n.path
    AND (files.size_bytes, files.mtime_ns, files.ctime_ns)
        IS NOT (n.size_bytes, n.mtime_ns, n.ctime_ns)
"""
_UPDATE_RETURNED = """
UPDATE files SET present = 1, last_seen_s = ?
WHERE NOT present AND path IN (SELECT path FROM temp.found)
"""
_INSERT_NEW = """
INSERT INTO files (path, size_bytes, mtime_ns, ctime_ns, label, last_seen_s)
SELECT path, size_bytes, mtime_ns, ctime_ns, label, ? FROM temp.found
WHERE path NOT IN (SELECT path FROM files)
"""


def under(root: bytes) -> dict[str, object]:
    """Parameters of `path >= :lower AND path < :upper`: the paths below a folder."""
    folder = root.rstrip(_SEPARATOR) + _SEPARATOR
    return {"lower": folder, "upper": folder[:-1] + bytes([folder[-1] + 1])}


def stem(path: bytes) -> str:
    """The file's name without its ending, as text."""
    return os.path.splitext(display_path(os.path.basename(path)))[0]


def _file(row: Row) -> File:
    id_, path, size_bytes, mtime_ns, ctime_ns, state, reason, track_id, present, *tags = row
    return File(
        id=FileId(id_),
        stamp=Stamp(path, size_bytes, mtime_ns, ctime_ns),
        state=FileState(state),
        reason=reason,
        track_id=None if track_id is None else TrackId(track_id),
        present=bool(present),
        tags=tags_from(tags),
    )
