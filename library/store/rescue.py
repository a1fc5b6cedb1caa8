"""Looking after the database file: is it sound, copies of it, and what happens to a damaged one.

A damaged database is set aside under a dated name and never overwritten; the newest copy that is
sound takes its place. Copies are made by SQLite's own backup call, once a day and before the
tables are changed.
"""

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path

from library.errors import StoreDamaged, StoreError, StoreTooNew
from library.store.database import translating

APPLICATION_ID = 0x53656775  # "Segu", in the header of the file
KEPT_BACKUPS = 3
BACKUP_INTERVAL_S = 24 * 3600.0
_DATED = "%Y%m%d-%H%M%S"


def inspect_file(path: Path, newest_version: int) -> int:
    """The schema version of a database, 0 for an empty one, after reading all of its structure.

    Raises:
        StoreTooNew: its version is above `newest_version`.
        StoreDamaged: it is damaged, or not a library of Segue.
        StoreError: it cannot be opened.
    """
    with translating(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        version = version_of(path, connection, newest_version)
        (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise StoreDamaged(path, f"it is damaged ({finding.splitlines()[-1]})")
    return version


def version_of(path: Path, connection: sqlite3.Connection, newest_version: int) -> int:
    """The schema version of an open database, 0 before its first tables are made.

    Raises:
        StoreTooNew: the version is above `newest_version`.
        StoreDamaged: it has tables, but is not a library of Segue.
    """
    version, application_id, n_tables = (
        int(connection.execute(sql).fetchone()[0])
        for sql in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if version > newest_version:
        raise StoreTooNew(path, "a newer Segue made it; it was left as it is")
    if n_tables and application_id != APPLICATION_ID:
        raise StoreDamaged(path, "it is not a library of Segue")
    return version


def replace_damaged(path: Path, damage: StoreDamaged, newest_version: int) -> str:
    """Set a damaged database aside and put the newest sound copy in its place.

    Returns:
        Sentences that say what was done.

    Raises:
        StoreDamaged: there is no sound copy; the damaged file was set aside all the same.
    """
    aside = _set_aside(path)
    for index_file in path.parent.glob("index-*.hnsw*"):
        index_file.unlink()  # made from vectors that the copy may not have
    for backup in _backups(path):
        try:
            inspect_file(backup, newest_version)
        except StoreError:
            continue
        _copy_into_place(backup, path)
        return (
            f"The library database was damaged and was set aside as {aside.name}. "
            f"The copy {backup.name} has taken its place; what was done since then is missing."
        )
    raise StoreDamaged(
        path,
        f"{damage.reason}. It was set aside as {aside.name}, and there is no copy of it. "
        "Scan your folders to begin anew",
    ) from damage


def back_up(path: Path, connection: sqlite3.Connection) -> None:
    """Copy the open database under a dated name, and drop all but the newest copies.

    Raises:
        StoreError: the copy cannot be written.
    """
    target = _free_name(path, "backup")
    unfinished = target.with_name(target.name + ".new")
    try:
        with translating(target), closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        os.replace(unfinished, target)
    except OSError as error:
        raise StoreError(target, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    for old in (*_backups(path)[KEPT_BACKUPS:], *path.parent.glob(f"{path.stem}-backup-*.new")):
        old.unlink()


def backup_is_due(path: Path) -> bool:
    """Whether the newest copy is older than a day, from the future, or absent."""
    backups = _backups(path)
    if not backups:
        return True
    age_s = time.time() - backups[0].stat().st_mtime
    return not 0 <= age_s < BACKUP_INTERVAL_S


def _backups(path: Path) -> list[Path]:
    """The copies of a database, the newest first."""
    backups = path.parent.glob(f"{path.stem}-backup-*{path.suffix}")
    return sorted(backups, key=lambda backup: backup.stem, reverse=True)


def _set_aside(path: Path) -> Path:
    aside = _free_name(path, "damaged")
    for suffix in ("-wal", "-shm", ""):
        try:
            os.replace(f"{path}{suffix}", f"{aside}{suffix}")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(path, f"it is damaged and cannot be set aside: {error}") from error
    return aside


def _copy_into_place(backup: Path, path: Path) -> None:
    unfinished = path.with_name(path.name + ".new")
    try:
        shutil.copyfile(backup, unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise StoreError(path, f"the copy {backup.name} cannot be put in place: {error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _free_name(path: Path, word: str) -> Path:
    """A dated name beside a database that no file has."""
    dated = f"{path.stem}-{word}-{time.strftime(_DATED)}"
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (path.with_name(f"{dated}{ending}{path.suffix}") for ending in endings)
    return next(name for name in names if not os.path.lexists(name))
