"""The tables of the library and their history.

roots             folders that the person added
tracks            recordings, by the digest of their audio; with the name that they last had, so
                  that a track whose files are gone can still be named in a playlist, and with
                  the file that they are shown by, which triggers keep right
files             places where tracks lie, with their tags
files_fts         the words of title (or file name), artist and album, ranked
fields_fts        the words that only a search in a named field looks for
embeddings        one vector a track, encoder and model version; ids only ever rise, so that
                  (count, highest id) tells whether anything changed
windows           the vectors of the windows behind an embedding
tag_scores        the tags that were heard with an embedding, where its encoder hears tags
unanalysed        why a track has no vector for an encoder and model version
covers            one small picture a track
playlists, playlist_entries, playlist_changes    playlists and what was done to them

The state of a file is 'pending' (not read yet, or changed since), 'failed' (could not be read) or
'read' (its track is known). Whether a file that was read counts as analysed depends on the key of
the encoder that is asked for, and is worked out by `library.store.files`.
"""

import sqlite3
from contextlib import ExitStack
from pathlib import Path

from sqlite_utils import Database, Migrations

from library.errors import StoreDamaged, StoreError
from library.store import rescue
from library.store.database import Store, translating

BUSY_TIMEOUT_S = 10.0

migrations = Migrations("library")

_FIRST_TABLES = """
CREATE TABLE roots (
    path BLOB PRIMARY KEY,
    added_at_s REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE tracks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    codec TEXT NOT NULL,
    sample_rate_hz INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    duration_s REAL NOT NULL,
    added_at_s REAL NOT NULL,
    plays INTEGER NOT NULL DEFAULT 0,
    last_path BLOB NOT NULL,
    last_title TEXT NOT NULL,
    last_artist TEXT NOT NULL,
    last_album TEXT NOT NULL
);

CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'read', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    track_id INTEGER REFERENCES tracks(id) ON DELETE SET NULL,
    present INTEGER NOT NULL DEFAULT 1,
    last_seen_s REAL NOT NULL,
    label TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    artist TEXT NOT NULL DEFAULT '',
    album TEXT NOT NULL DEFAULT '',
    album_artist TEXT NOT NULL DEFAULT '',
    genres TEXT NOT NULL DEFAULT '[]',
    year INTEGER,
    track_number INTEGER,
    disc_number INTEGER
);
CREATE INDEX files_by_track ON files(track_id, present, state);

CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    track_id INTEGER NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
    encoder TEXT NOT NULL,
    model_version TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (encoder, model_version, track_id)
);
CREATE INDEX embeddings_by_track ON embeddings(track_id);

CREATE TABLE windows (
    embedding_id INTEGER PRIMARY KEY REFERENCES embeddings(id) ON DELETE CASCADE,
    vectors BLOB NOT NULL,
    starts_s BLOB NOT NULL,
    window_s REAL NOT NULL
);

CREATE TABLE unanalysed (
    track_id INTEGER NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
    encoder TEXT NOT NULL,
    model_version TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (track_id, encoder, model_version)
) WITHOUT ROWID;

CREATE TABLE covers (
    track_id INTEGER PRIMARY KEY REFERENCES tracks(id) ON DELETE CASCADE,
    jpeg BLOB NOT NULL
);

CREATE TABLE playlists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE,
    deleted INTEGER NOT NULL DEFAULT 0,
    created_at_s REAL NOT NULL
);
CREATE UNIQUE INDEX playlists_by_name ON playlists(name) WHERE deleted = 0;

CREATE TABLE playlist_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    playlist_id INTEGER NOT NULL REFERENCES playlists(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks(id)
);
CREATE INDEX playlist_entries_in_order ON playlist_entries(playlist_id, position);
CREATE INDEX playlist_entries_by_track ON playlist_entries(track_id);

CREATE TABLE playlist_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    playlist_id INTEGER NOT NULL REFERENCES playlists(id) ON DELETE CASCADE,
    undone INTEGER NOT NULL DEFAULT 0,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX playlist_changes_in_order ON playlist_changes(playlist_id, id);

CREATE VIRTUAL TABLE files_fts USING fts5(
    label, artist, album,
    content='files', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
);
CREATE TRIGGER files_after_insert AFTER INSERT ON files BEGIN
    INSERT INTO files_fts(rowid, label, artist, album)
    VALUES (new.id, new.label, new.artist, new.album);
END;
CREATE TRIGGER files_after_delete AFTER DELETE ON files BEGIN
    INSERT INTO files_fts(files_fts, rowid, label, artist, album)
    VALUES ('delete', old.id, old.label, old.artist, old.album);
END;
CREATE TRIGGER files_after_update AFTER UPDATE OF label, artist, album ON files BEGIN
    INSERT INTO files_fts(files_fts, rowid, label, artist, album)
    VALUES ('delete', old.id, old.label, old.artist, old.album);
    INSERT INTO files_fts(rowid, label, artist, album)
    VALUES (new.id, new.label, new.artist, new.album);
END;
"""

# Several values of a field are kept apart by a word that nobody types, so that no phrase spans two.
_APART = "' ' || char(0xE000) || ' '"


def _fields(row: str) -> str:
    """The values of `fields_fts` for a row of `files`."""
    return (
        f"{row}.id, {row}.artist || {_APART} || {row}.album_artist, "
        f"""replace({row}.genres, '", "', {_APART}), CAST({row}.path AS TEXT)"""
    )


_PUT_FIELDS = "INSERT INTO fields_fts(rowid, artist, genre, path)"
_DROP_FIELDS = (
    "INSERT INTO fields_fts(fields_fts, rowid, artist, genre, path) "
    f"SELECT 'delete', {_fields('old')};"
)


def _show(track_id: str) -> str:
    """Note the file that a track is shown by: one that can be read, last seen."""
    return f"""
    UPDATE tracks SET (file_id, year, missing) = (
        SELECT id, year, NOT (present AND state <> 'failed') FROM files WHERE track_id = tracks.id
        ORDER BY (present AND state <> 'failed') DESC, last_seen_s DESC, id LIMIT 1
    ) WHERE {track_id};"""


_SEARCH_FIELDS = f"""
ALTER TABLE tracks ADD COLUMN file_id INTEGER;
ALTER TABLE tracks ADD COLUMN year INTEGER;
ALTER TABLE tracks ADD COLUMN missing INTEGER;
{_show("1")}
CREATE INDEX tracks_as_shown
    ON tracks(file_id, duration_s, added_at_s, plays, year, missing);
CREATE INDEX files_in_order ON files(artist COLLATE NOCASE, album COLLATE NOCASE,
    disc_number, track_number, label COLLATE NOCASE);
CREATE TRIGGER files_shown_after_insert AFTER INSERT ON files BEGIN
    {_show("id = new.track_id")}
END;
CREATE TRIGGER files_shown_after_delete AFTER DELETE ON files BEGIN
    {_show("id = old.track_id")}
END;
CREATE TRIGGER files_shown_after_update
AFTER UPDATE OF track_id, present, state, last_seen_s, year ON files BEGIN
    {_show("id IN (old.track_id, new.track_id)")}
END;

CREATE VIRTUAL TABLE fields_fts USING fts5(
    artist, genre, path,
    content='', tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
);
{_PUT_FIELDS} SELECT {_fields("files")} FROM files;
CREATE TRIGGER fields_after_insert AFTER INSERT ON files BEGIN
    {_PUT_FIELDS} SELECT {_fields("new")};
END;
CREATE TRIGGER fields_after_delete AFTER DELETE ON files BEGIN
    {_DROP_FIELDS}
END;
CREATE TRIGGER fields_after_update
AFTER UPDATE OF artist, album_artist, genres, path ON files BEGIN
    {_DROP_FIELDS}
    {_PUT_FIELDS} SELECT {_fields("new")};
END;
"""


@migrations()
def first_tables(database: Database) -> None:
    """Make every table; each migration ends by writing its number into the header."""
    _run(database, _FIRST_TABLES)
    database.conn.execute("PRAGMA user_version = 1")


@migrations()
def tag_scores(database: Database) -> None:
    """Make room for what encoders hear beside vectors, in a table that is quick to read whole."""
    database.conn.execute(
        "CREATE TABLE tag_scores ("
        "embedding_id INTEGER PRIMARY KEY REFERENCES embeddings(id) ON DELETE CASCADE, "
        "scores BLOB NOT NULL)"
    )
    database.conn.execute("PRAGMA user_version = 2")


@migrations()
def search_fields(database: Database) -> None:
    """Make room for searching by field, and note for each track the file that it is shown by."""
    _run(database, _SEARCH_FIELDS)
    database.conn.execute("PRAGMA user_version = 3")


SCHEMA_VERSION = 3


def open_store(path: Path, *, readonly: bool = False) -> Store:
    """The library database, made or brought up to date where it may be written.

    For writing, the whole structure of the file is checked first. A damaged one is set aside under
    a dated name and the newest sound copy takes its place; `Store.notices` says so. Once a day, and
    before tables are changed, a copy is made.

    Read-only, nothing is changed, and a database that does not exist yet is an empty one.

    Raises:
        StoreTooNew: a newer Segue made it; nothing was changed.
        StoreDamaged: it is damaged. Opened for writing, there was no sound copy, and it has been
            set aside, so that the next start begins anew.
        StoreError: it cannot be opened, or (read-only) an older Segue made it.
    """
    if path.exists() and not path.is_file():
        raise StoreError(path, "it is not a file")
    return _open_to_read(path) if readonly else _open_to_write(path)


def _open_to_write(path: Path) -> Store:
    notices: list[str] = []
    version = 0
    if path.exists():
        try:
            version = rescue.inspect_file(path, SCHEMA_VERSION)
        except StoreDamaged as damage:
            notices.append(rescue.replace_damaged(path, damage, SCHEMA_VERSION))
            version = rescue.inspect_file(path, SCHEMA_VERSION)
    with ExitStack() as closing_on_failure, translating(path):
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        closing_on_failure.callback(connection.close)
        database = _prepare(path, connection, version)
        closing_on_failure.pop_all()
    if version and rescue.backup_is_due(path):
        try:
            rescue.back_up(path, connection)
        except StoreError as error:
            notices.append(f"Today's copy of the library was not made. {error}")
    return Store(path, database, tuple(notices))


def _prepare(path: Path, connection: sqlite3.Connection, version: int) -> Database:
    """Set the connection up for writing, and bring the tables up to date."""
    if version == 0:  # before there are tables, so that tables without it are somebody else's
        connection.execute(f"PRAGMA application_id = {rescue.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if 0 < version < SCHEMA_VERSION:
        rescue.back_up(path, connection)
    database = Database(connection, execute_plugins=False)
    migrations.apply(database)
    return database


def _open_to_read(path: Path) -> Store:
    if not path.exists():
        return _empty(path)
    with ExitStack() as closing_on_failure, translating(path):
        connection = _connect_to_read(path)
        closing_on_failure.callback(connection.close)
        version = rescue.version_of(path, connection, SCHEMA_VERSION)
        if version == SCHEMA_VERSION:
            closing_on_failure.pop_all()
            return Store(path, Database(connection, execute_plugins=False))
    if version == 0:  # its first tables are just being made
        return _empty(path)
    raise StoreError(path, "an older Segue made it; scan a folder once to bring it up to date")


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, also in a folder that may not be written to."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # In WAL mode SQLite needs to make a file beside the database. Where it may not, nobody
        # is writing either, and what stands in the database file is all there is.
        connection.close()
        wal = Path(f"{path}-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        uri += "&immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    return connection


def _empty(path: Path) -> Store:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    database = Database(connection, execute_plugins=False)
    migrations.apply(database)
    return Store(path, database)


def _run(database: Database, script: str) -> None:
    """Run several statements within the open transaction, which `executescript` would commit."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            database.conn.execute(statement)
            statement = ""
