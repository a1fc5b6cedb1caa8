"""One connection to the library database; the place where SQLite's errors become sentences.

A store belongs to the thread that opened it. Every commit is synced to the disk
(`synchronous=FULL`): a commit costs a few milliseconds, an analysed track a hundred times as much,
so that scans need no weaker promise than edits.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlite_utils import Database

from library.errors import StoreDamaged, StoreError
from library.store.id_lists import ids_of

Row = tuple[Any, ...]
Parameters = Sequence[object] | Mapping[str, object]

# Ids taken from an array would otherwise be stored as the bytes of a buffer.
sqlite3.register_adapter(np.int64, int)

_SENTENCES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it may not be written to",
    sqlite3.SQLITE_BUSY: "another program is using it",
    sqlite3.SQLITE_LOCKED: "another program is using it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk reported an error",
    sqlite3.SQLITE_PERM: "access was denied",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_TOOBIG: "a value is too large for it",
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code


class Store:
    """The library database, open. `notices` tell what happened to it while it was opened."""

    def __init__(self, path: Path, database: Database, notices: tuple[str, ...] = ()) -> None:
        """Take over an open database; `library.store.schema.open_store` makes one."""
        self.path = path
        self.database = database
        self.notices = notices

    def close(self) -> None:
        """Close the connection."""
        with self.translating():
            self.database.close()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        with self.translating():
            return list(self.database.conn.execute(sql, parameters))

    def ids(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """The ids in a query's only column `value`; quicker than `rows` of many.

        SQLite puts them together in one step, while other threads of the program go on. It keeps
        the order of a query that has a LIMIT.
        """
        ((text,),) = self.rows(f"SELECT json_group_array(value) FROM ({sql})", parameters)
        return ids_of(text)

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        with self.translating():
            row: Row | None = self.database.conn.execute(sql, parameters).fetchone()
            return row

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one changing statement inside a transaction; the number of rows it changed."""
        with self.translating():
            return int(self.database.conn.execute(sql, parameters).rowcount)

    def write_many(self, sql: str, parameters: Iterable[Parameters]) -> int:
        """Run one changing statement for many rows inside a transaction; rows changed."""
        with self.translating():
            return int(self.database.conn.executemany(sql, parameters).rowcount)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes durable together at the end, or not at all."""
        with self.translating(), self.database.atomic():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever another program writes meanwhile."""
        with self.transaction():
            yield

    def change_token(self) -> tuple[int, int]:
        """A value that differs once anybody has changed the database; costs microseconds."""
        with self.translating():
            (version,) = self.database.conn.execute("PRAGMA data_version").fetchone()
        return int(version), self.database.conn.total_changes

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Turn what SQLite says of the environment into a StoreError; our own bugs stay bugs."""
        with translating(self.path):
            yield


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the environment into a StoreError about this file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _DAMAGE:
            raise StoreDamaged(path, f"it is damaged ({error})") from error
        if code not in _SENTENCES:
            raise
        raise StoreError(path, f"{_SENTENCES[code]} ({error})") from error
