"""The database file: made, opened, refused, copied, set aside, restored."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from library.catalog import Catalog
from library.errors import StoreDamaged, StoreError, StoreTooNew
from library.layout import STORE_NAME
from library.query import (
    NumberField,
    NumberTerm,
    Query,
    StateTerm,
    Term,
    TextField,
    TextTerm,
    TrackState,
)
from library.records import Tags
from library.store import rescue, schema
from library.store.schema import open_store
from tests.library.samples import KEY, TAGLESS, add_track, embedding, recording, stamp_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / STORE_NAME


def make_library(folder: Path, n_tracks: int = 5) -> None:
    with Catalog.open(folder, KEY) as catalog:
        catalog.add_root(b"/music")
        for number in range(1, n_tracks + 1):
            add_track(catalog, number, title=f"Song {number}")
        catalog.playlists.create("Mine", catalog.tracks.ids())
        catalog.refresh_index()


def titles(folder: Path) -> list[str]:
    with Catalog.open(folder, KEY) as catalog:
        assert catalog.check().ok
        return [track.title for track in catalog.tracks.all()]


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("library-backup-*.sqlite"))


def set_aside(folder: Path) -> list[Path]:
    return sorted(folder.glob("library-damaged-*.sqlite"))


def run_sql(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


def test_a_new_database_says_whose_it_is_and_what_it_has(path):
    with closing(open_store(path)) as store:
        assert store.row("PRAGMA application_id") == (rescue.APPLICATION_ID,)
        assert store.row("PRAGMA user_version") == (schema.SCHEMA_VERSION,)
        assert store.row("PRAGMA foreign_keys") == (1,)
        assert store.rows("SELECT name FROM _sqlite_migrations") == [
            ("first_tables",),
            ("search_fields",),
            ("tag_scores",),
        ]


@pytest.mark.parametrize("readonly", [True, False])
def test_the_database_of_a_newer_segue_is_left_as_it_is(path, readonly):
    open_store(path).close()
    run_sql(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="a newer Segue made it"):
        open_store(path, readonly=readonly)
    assert path.read_bytes() == before
    assert copies(path.parent) == set_aside(path.parent) == []


def _no_database(path):
    path.write_bytes(b"no database at all" * 500)


def _cut_in_half(path):
    os.truncate(path, path.stat().st_size // 2)


def _a_page_of_zeros(path):
    with path.open("rb+") as file:
        file.seek(3 * 4096)
        file.write(bytes(4096))


def _somebody_elses(path):
    path.unlink()
    run_sql(path, "CREATE TABLE tracks (id)")


DAMAGES = (_no_database, _cut_in_half, _a_page_of_zeros, _somebody_elses)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_set_aside_and_the_next_start_is_a_new_one(tmp_path, path, damage):
    make_library(tmp_path)
    damage(path)
    damaged = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"set aside as .* there is no copy"):
        Catalog.open(tmp_path, KEY)
    (aside,) = set_aside(tmp_path)
    assert aside.read_bytes() == damaged
    assert not path.exists()
    assert titles(tmp_path) == []
    assert set_aside(tmp_path) == [aside]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_newest_good_copy_takes_the_place_of_a_damaged_database(tmp_path, path, damage):
    make_library(tmp_path)
    assert len(titles(tmp_path)) == 5  # opened again, and copied
    (copy,) = copies(tmp_path)
    newer = copy.with_name("library-backup-99991231-235959.sqlite")
    newer.write_bytes(copy.read_bytes()[:9_000])
    with Catalog.open(tmp_path, KEY) as catalog:
        add_track(catalog, 6)
        catalog.refresh_index()
    damage(path)
    with Catalog.open(tmp_path, KEY) as catalog:
        (notice,) = catalog.notices
        assert copy.name in notice
        assert set_aside(tmp_path)[0].name in notice
        assert catalog.tracks.count() == 5
        assert len(catalog.playlists.all()[0].entries) == 5
        assert catalog.check().ok
        other = add_track(catalog, 7)  # takes the place that the sixth had in the old index
        assert catalog.nearest(embedding(7).vector, 1)[0][0] == other
    with Catalog.open(tmp_path, KEY) as catalog:
        assert catalog.notices == ()


def test_a_database_whose_copy_cannot_be_put_in_place_is_a_sentence(tmp_path, path):
    make_library(tmp_path)
    titles(tmp_path)
    _no_database(path)
    (tmp_path / "library.sqlite.new").mkdir()
    with pytest.raises(StoreError, match="cannot be put in place"):
        open_store(path)
    assert len(set_aside(tmp_path)) == len(copies(tmp_path)) == 1


def test_two_damaged_databases_in_a_second_are_both_kept(tmp_path, path):
    for content in (b"first" * 999, b"second" * 999):
        path.write_bytes(content)
        with pytest.raises(StoreDamaged):
            open_store(path)
    assert {aside.read_bytes() for aside in set_aside(tmp_path)} == {
        b"first" * 999,
        b"second" * 999,
    }


@pytest.mark.parametrize("damage", [_no_database, _cut_in_half, _somebody_elses])
def test_a_reader_tells_of_damage_and_touches_nothing(tmp_path, path, damage):
    make_library(tmp_path)
    damage(path)
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    with pytest.raises(StoreDamaged):
        Catalog.open(tmp_path, KEY, readonly=True)
    assert before == {name: (tmp_path / name).read_bytes() for name in before}


def test_damage_that_is_met_later_is_a_sentence(tmp_path, path):
    make_library(tmp_path, n_tracks=50)
    (root_page,) = _rows(path, "SELECT rootpage FROM sqlite_master WHERE name = 'windows'")[0]
    with path.open("rb+") as file:
        file.seek((root_page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Catalog.open(tmp_path, KEY, readonly=True) as catalog:
        with pytest.raises(StoreDamaged, match="it is damaged"):
            catalog.embeddings.get(catalog.tracks.ids())
        with pytest.raises(StoreDamaged, match="it is damaged"):
            catalog.check()


def _rows(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_damaged_databases_made_elsewhere_are_set_aside_or_refused(tmp_path, badinput):
    for source in sorted((badinput / "synthetic" / "state").glob("db_*.sqlite")):
        folder = tmp_path / source.stem
        make_library(folder)
        titles(folder)
        shutil.copyfile(source, folder / STORE_NAME)
        if "future" in source.name:
            with pytest.raises(StoreTooNew):
                Catalog.open(folder, KEY)
            assert (folder / STORE_NAME).read_bytes() == source.read_bytes()
        else:
            assert len(titles(folder)) == 5
            assert set_aside(folder)[0].read_bytes() == source.read_bytes()


# copies


def test_a_copy_is_made_once_a_day_and_the_newest_are_kept(tmp_path, path):
    make_library(tmp_path)
    assert copies(tmp_path) == []
    for day in range(5):
        for _ in range(2):
            open_store(path).close()
        copied = copies(tmp_path)
        assert len(copied) == min(day + 1, rescue.KEPT_BACKUPS)
        for copy in copied:
            aged_s = copy.stat().st_mtime - rescue.BACKUP_INTERVAL_S - 1
            os.utime(copy, (aged_s, aged_s))
    assert not list(tmp_path.glob("*.new"))
    newest = rescue.inspect_file(copies(tmp_path)[0], schema.SCHEMA_VERSION)
    assert newest == schema.SCHEMA_VERSION


def test_what_a_killed_copy_left_behind_is_cleared_away(tmp_path, path):
    make_library(tmp_path)
    (tmp_path / "library-backup-20200101-000000.sqlite.new").write_bytes(b"half a copy")
    open_store(path).close()
    assert len(copies(tmp_path)) == 1
    assert not list(tmp_path.glob("*.new"))


def test_a_copy_from_the_future_does_not_stop_the_next(tmp_path, path):
    make_library(tmp_path)
    open_store(path).close()
    os.utime(copies(tmp_path)[0], (2**33, 2**33))
    open_store(path).close()
    assert len(copies(tmp_path)) == 2


def test_a_copy_that_cannot_be_made_is_a_notice(tmp_path, path):
    make_library(tmp_path)
    assert path.stat().st_size > 80_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, limits[1]))
    try:
        store = open_store(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    with closing(store):
        assert len(store.notices) == 1
        assert "copy of the library was not made" in store.notices[0]
        assert store.row("SELECT count(*) FROM tracks") == (5,)
    assert copies(tmp_path) == []
    assert not list(tmp_path.glob("*.new"))


# migrations


@pytest.fixture
def next_version(monkeypatch):
    """A Segue whose next migration adds a column, and fails where there is a playlist 'Fail'."""
    later = Migrations("library")
    later()(schema.first_tables)
    later()(schema.tag_scores)
    later()(schema.search_fields)

    @later()
    def ratings(database):
        database.conn.execute("ALTER TABLE tracks ADD COLUMN rating INTEGER")
        database.conn.execute("UPDATE tracks SET rating = 3")
        if list(database.query("SELECT 1 FROM playlists WHERE name = 'Fail'")):
            raise RuntimeError("half way")
        database.conn.execute("PRAGMA user_version = 4")

    monkeypatch.setattr(schema, "migrations", later)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)


@pytest.fixture
def first_version(tmp_path, path):
    """A library of the first version, with vectors of an encoder that heard no tags yet."""
    with pytest.MonkeyPatch.context() as before:
        first = Migrations("library")
        first()(schema.first_tables)
        before.setattr(schema, "migrations", first)
        before.setattr(schema, "SCHEMA_VERSION", 1)
        with Catalog.open(tmp_path, TAGLESS) as catalog:
            for number in (1, 2):
                stamp = stamp_of(b"/music/%d.flac" % number)
                catalog.files.register([stamp])
                vectors = embedding(number, n_tags=0)
                catalog.keep(stamp, Tags(title="Old"), recording(number), vectors)
    assert _rows(path, "PRAGMA user_version") == [(1,)]
    assert _rows(path, "SELECT 1 FROM sqlite_master WHERE name = 'tag_scores'") == []


def test_a_library_of_the_first_version_is_copied_and_keeps_its_vectors(
    tmp_path, path, first_version
):
    with Catalog.open(tmp_path, TAGLESS) as catalog:
        assert catalog.check().ok
        ids = catalog.tracks.ids()
        for number, stored in enumerate(catalog.embeddings.get(ids).values(), start=1):
            assert (stored.windows == embedding(number).windows).all()
            assert stored.tag_scores.shape == (0,)
    assert _rows(path, "PRAGMA user_version") == [(3,)]
    (copy,) = copies(tmp_path)
    assert _rows(copy, "PRAGMA user_version") == [(1,)]
    assert _rows(copy, "SELECT count(*) FROM embeddings") == [(2,)]


def test_a_library_of_the_first_version_is_analysed_anew_for_tags(tmp_path, first_version):
    with Catalog.open(tmp_path, KEY) as catalog:
        assert not catalog.has_embedding(recording(1).digest)
        assert catalog.files.counts().pending == 2
        catalog.keep(stamp_of(b"/music/1.flac"), Tags(), recording(1), embedding(1))
        assert catalog.embeddings.tag_scores()[1].shape == (1, KEY.n_tags)
        assert catalog.check().ok


def test_a_reader_waits_for_the_first_version_to_be_brought_up_to_date(tmp_path, first_version):
    with pytest.raises(StoreError, match="an older Segue made it"):
        Catalog.open(tmp_path, KEY, readonly=True)


@pytest.fixture
def second_version(tmp_path, path):
    """A library made by the second version's own statements, without any later table."""
    with closing(sqlite3.connect(path)) as connection:
        database = Database(connection, execute_plugins=False)
        second = Migrations("library")
        second()(schema.first_tables)
        second()(schema.tag_scores)
        second.apply(database)
        connection.execute(f"PRAGMA application_id = {rescue.APPLICATION_ID}")
        for number, digest in enumerate((b"one", b"two", b"gone"), start=1):
            connection.execute(
                "INSERT INTO tracks VALUES (?, ?, 'flac', 44100, 2, 180, 0, 0, '', '', '', '')",
                (number, digest),
            )
        connection.executemany(
            "INSERT INTO files (path, size_bytes, mtime_ns, ctime_ns, state, track_id, present, "
            "last_seen_s, label, artist, album_artist, genres, year) "
            "VALUES (?, 1, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (b"/old/1", "read", 1, 0, 9, "Away", "Bjork", "", "[]", 1990),
                (b"/new/1", "read", 1, 1, 5, "Here", "Bj\u00f6rk", "", '["Rock", "Pop"]', 1995),
                (b"/new/2", "failed", 2, 1, 5, "Broken", "Someone", "Various", "[]", None),
                (b"/new/3", "pending", None, 1, 5, "Waiting", "", "", "[]", None),
            ],
        )
        connection.commit()


def test_a_library_of_the_second_version_is_copied_and_can_be_searched(
    tmp_path, path, second_version
):
    with Catalog.open(tmp_path, KEY) as catalog:
        assert catalog.check().problems == ()
        assert [(t.title, t.missing) for t in catalog.tracks.all()[:2]] == [
            ("1", False),
            ("2", True),
        ]
        answers: dict[Term, list[int]] = {
            TextTerm(TextField.ARTIST, "bjork"): [1],
            TextTerm(TextField.ARTIST, "various"): [2],
            TextTerm(TextField.GENRE, "pop"): [1],
            TextTerm(TextField.GENRE, "rock pop"): [],
            TextTerm(TextField.PATH, "new"): [1, 2],
            TextTerm(TextField.PATH, "old"): [],
            NumberTerm(NumberField.YEAR, 1995, 1995): [1],
            NumberTerm(NumberField.YEAR, 1990, 1990): [],
            StateTerm(TrackState.MISSING): [2],
        }
        for term, found in answers.items():
            assert [t.id for t in catalog.search(Query(((term,),)))] == found
    assert _rows(path, "PRAGMA user_version") == [(3,)]
    (copy,) = copies(tmp_path)
    assert _rows(copy, "PRAGMA user_version") == [(2,)]
    assert _rows(copy, "SELECT count(*) FROM files") == [(4,)]


def test_a_copy_is_made_before_tables_are_changed(tmp_path, path, request):
    make_library(tmp_path)
    request.getfixturevalue("next_version")
    with closing(open_store(path)) as store:
        assert store.rows("SELECT DISTINCT rating FROM tracks") == [(3,)]
        assert store.row("PRAGMA user_version") == (4,)
        assert store.row("SELECT count(*) FROM playlist_entries") == (5,)
    (copy,) = copies(tmp_path)
    assert rescue.inspect_file(copy, 4) == 3
    assert _rows(copy, "SELECT count(*) FROM tracks") == [(5,)]


def test_a_migration_that_fails_changes_nothing(tmp_path, path, request):
    make_library(tmp_path)
    with Catalog.open(tmp_path, KEY) as catalog:
        catalog.playlists.create("Fail")
    request.getfixturevalue("next_version")
    with pytest.raises(RuntimeError, match="half way"):
        open_store(path)
    assert _rows(path, "PRAGMA user_version") == [(3,)]
    assert "rating" not in str(_rows(path, "SELECT sql FROM sqlite_master WHERE name = 'tracks'"))


def test_a_reader_does_not_migrate(tmp_path, path, request):
    make_library(tmp_path)
    request.getfixturevalue("next_version")
    with pytest.raises(StoreError, match="an older Segue made it"):
        open_store(path, readonly=True)
    assert _rows(path, "PRAGMA user_version") == [(3,)]


def test_a_reader_sees_an_empty_library_where_one_is_just_being_made(path):
    run_sql(path, f"PRAGMA application_id = {rescue.APPLICATION_ID}")
    with closing(open_store(path, readonly=True)) as store:
        assert store.rows("SELECT * FROM tracks") == []
    path.write_bytes(b"")
    with closing(open_store(path, readonly=True)) as store:
        assert store.rows("SELECT * FROM tracks") == []


# what SQLite says of the environment


def test_a_full_disk_is_a_sentence_and_nothing_is_half_done(tmp_path):
    with Catalog.open(tmp_path, KEY) as catalog:
        add_track(catalog, 1)
        ((pages,),) = catalog._store.rows("PRAGMA page_count")
        catalog._store.row(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="the disk is full"):
            [add_track(catalog, number) for number in range(2, 500)]
        n_tracks = catalog.tracks.count()
        assert 1 < n_tracks < 400
        assert catalog.check().ok
        catalog._store.row("PRAGMA max_page_count = 1000000")
        add_track(catalog, 1_000)
        assert catalog.tracks.count() == n_tracks + 1


def test_a_database_that_another_program_holds_is_a_sentence(tmp_path, path, monkeypatch):
    make_library(tmp_path)
    monkeypatch.setattr(schema, "BUSY_TIMEOUT_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            Catalog.open(tmp_path, KEY) as catalog,
            pytest.raises(StoreError, match="another program is using it"),
        ):
            add_track(catalog, 9)


def test_a_folder_in_the_place_of_the_database_is_a_sentence(path):
    path.mkdir()
    for readonly in (True, False):
        with pytest.raises(StoreError, match="it is not a file"):
            open_store(path, readonly=readonly)


def test_our_own_mistakes_stay_mistakes(path):
    with (
        closing(open_store(path)) as store,
        pytest.raises(sqlite3.OperationalError, match="syntax"),
    ):
        store.rows("SELEKT")


READER = """
import os, sys
from pathlib import Path
from library.catalog import Catalog
from library.lock import LOCK_NAME
from library.query import words
from tests.library.samples import KEY, embedding
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(folder, os.W_OK)
with Catalog.open(folder, KEY, readonly=True) as catalog:
    assert len(catalog.search(words("song"))) == 5
    assert len(catalog.nearest(embedding(1).vector, 3)) == 3
    assert catalog.check().ok
try:
    Catalog.open(folder, KEY)
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_library_that_may_not_be_written_to_can_be_read():
    with tempfile.TemporaryDirectory() as folder:
        make_library(Path(folder))
        for name in os.listdir(folder):
            os.chmod(os.path.join(folder, name), 0o444)
        os.chmod(folder, 0o555)
        ran = subprocess.run(
            [sys.executable, "-c", READER, folder], check=True, capture_output=True, text=True
        )
        os.chmod(folder, 0o755)
    assert ran.stdout.startswith("StoreError Could not use the library database")


# kill -9

KEEPER = """
import sys
from pathlib import Path
from library.catalog import Catalog
from tests.library.samples import KEY, add_track
with Catalog.open(Path(sys.argv[1]), KEY) as catalog:
    first = catalog.tracks.count() + 1
    for number in range(first, first + 10_000):
        track_id = add_track(catalog, number, title=f"Song {number}")
        if number % 10 == 0:
            catalog.playlists.create(f"List {number}", [track_id])
            catalog.refresh_index()
        print(track_id, flush=True)
"""


def test_nothing_that_was_acknowledged_is_lost_to_kill_9(tmp_path):
    acknowledged: set[int] = set()
    for round_number in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", KEEPER, tmp_path], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(7 + 6 * round_number):
                acknowledged.add(int(writer.stdout.readline()))
            writer.send_signal(signal.SIGKILL)
            acknowledged |= {int(line) for line in writer.stdout.read().split("\n")[:-1] if line}
        with Catalog.open(tmp_path, KEY, readonly=True) as catalog:
            assert catalog.check().problems == ()
            assert acknowledged <= set(catalog.tracks.ids())
            last = max(acknowledged)
            assert catalog.nearest(embedding(last).vector, 1)[0][0] == last
    assert len(acknowledged) > 100
