import shutil
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pytest

from library.catalog import Catalog
from library.errors import LibraryLocked, StoreError
from library.query import words
from library.records import (
    EncoderKey,
    FileCounts,
    FileState,
    Tags,
    TrackId,
)
from tests.library.samples import (
    KEY,
    add_track,
    embedding,
    picture,
    recording,
    stamp_of,
    unit_vectors,
)

OTHER_KEY = EncoderKey("network", "v2", 8, n_tags=3)


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def catalog(data_dir):
    with Catalog.open(data_dir, KEY) as opened:
        yield opened


def reopened(catalog, data_dir):
    catalog.close()
    return Catalog.open(data_dir, KEY)


# what is kept


def test_what_was_kept_is_there_when_the_library_is_opened_again(catalog, data_dir):
    tags = Tags("Title", "Artist", "Album", "Various", ("Rock", "日本"), 1999, 3, 1)
    stamp = stamp_of(b"/music/\xff\n.flac")
    catalog.files.register([stamp])
    kept = embedding(1)
    track_id = catalog.keep(stamp, tags, recording(1), kept, cover=picture())
    with reopened(catalog, data_dir) as again:
        (track,) = again.tracks.all()
        assert (track.id, track.path, track.tags) == (track_id, stamp.path, tags)
        assert (track.duration_s, track.missing, track.plays) == (180.0, False, 0)
        (file,) = again.files.with_state(FileState.ANALYSED)
        assert (file.stamp, file.tags, file.track_id, file.present) == (
            stamp,
            tags,
            track_id,
            True,
        )
        held = again.embeddings.get([track_id])[track_id]
        np.testing.assert_array_equal(held.vector, kept.vector)
        np.testing.assert_array_equal(held.windows, kept.windows)
        np.testing.assert_array_equal(held.window_starts_s, kept.window_starts_s)
        assert held.window_s == kept.window_s
        assert held.vector.dtype == held.windows.dtype == np.float32
        assert again.tracks.cover(track_id) == picture()
        assert again.check().ok


def test_what_was_kept_is_on_the_disk_before_keep_returns(catalog, data_dir):
    add_track(catalog, 1)
    with Catalog.open(data_dir, KEY, readonly=True) as reader:
        assert reader.tracks.count() == 1
    assert catalog._store.row("PRAGMA synchronous") == (2,)  # FULL
    assert catalog._store.row("PRAGMA journal_mode") == ("wal",)


def test_the_same_recording_at_another_place_is_the_same_track(catalog):
    first = add_track(catalog, 1, b"/music/album/1.flac", title="As on the album")
    stamp = stamp_of(b"/music/best of/7.mp3")
    assert catalog.has_embedding(recording(1).digest)
    assert catalog.keep(stamp, Tags(title="Best"), recording(1), None) == first
    assert catalog.tracks.count() == 1
    assert catalog.files.counts() == FileCounts(2, 2, 0, 0, 0)
    assert [f.stamp.path for f in catalog.files.of_track(first)] == [
        b"/music/best of/7.mp3",
        b"/music/album/1.flac",
    ]


def test_a_recording_that_cannot_be_heard_is_listed_with_the_reason(catalog):
    stamp = stamp_of(b"/music/short.wav")
    track_id = catalog.keep(stamp, Tags(title="Short"), recording(1), None, reason="too short")
    (file,) = catalog.files.with_state(FileState.FAILED)
    assert (file.reason, file.track_id) == ("too short", track_id)
    assert not catalog.has_embedding(recording(1).digest)
    assert catalog.nearest(unit_vectors(1, 8, 0)[0], 5) == []
    assert [t.id for t in catalog.search(words("short"))] == [track_id]


def test_the_length_that_was_heard_replaces_the_stated_one_and_is_kept(catalog):
    stamp = stamp_of(b"/music/1.wav")
    stated, real = replace(recording(1), duration_s=200.0), replace(recording(1), duration_s=99.0)
    track_id = catalog.keep(stamp, Tags(), stated, None, reason="the embedder stopped")
    catalog.keep(stamp, Tags(), real, embedding(1))
    catalog.keep(stamp_of(b"/music/renamed.wav"), Tags(), stated, None)
    assert catalog.tracks.get([track_id])[track_id].duration_s == 99.0


def test_a_recording_that_is_heard_at_last_counts_as_analysed(catalog):
    stamp = stamp_of(b"/music/1.wav")
    catalog.keep(stamp, Tags(), recording(1), None, reason="the embedder stopped")
    catalog.keep(stamp, Tags(), recording(1), embedding(1))
    assert catalog.files.counts() == FileCounts(1, 1, 0, 0, 0)
    assert catalog._store.rows("SELECT * FROM unanalysed") == []


def test_a_file_that_cannot_be_read_is_listed_with_the_reason(catalog):
    stamp = stamp_of(b"/music/broken.mp3")
    catalog.files.register([stamp])
    catalog.fail(stamp, "unexpected end of file", Tags(title="Broken"))
    (file,) = catalog.files.with_state(FileState.FAILED)
    assert (file.stamp, file.reason, file.track_id) == (stamp, "unexpected end of file", None)
    assert file.tags == Tags(title="Broken")
    assert catalog.search(words("broken")) == []


def test_a_track_whose_file_breaks_keeps_its_name_and_is_missing(catalog):
    track_id = add_track(catalog, 1, b"/music/1.mp3", title="Once whole")
    catalog.fail(stamp_of(b"/music/1.mp3", version=2), "damaged")
    track = catalog.tracks.get([track_id])[track_id]
    assert (track.title, track.missing) == ("Once whole", True)
    assert catalog.files.counts() == FileCounts(1, 0, 1, 0, 0)


def test_a_track_whose_file_now_holds_other_music_keeps_its_name(catalog):
    first = add_track(catalog, 1, b"/music/1.mp3", title="First", artist="A", album="B")
    catalog.playlists.create("Mine", [first])
    second = add_track(catalog, 2, b"/music/1.mp3", title="Second")
    tracks = catalog.tracks.get([first, second])
    assert tracks[first].tags == Tags(title="First", artist="A", album="B")
    assert (tracks[first].path, tracks[first].missing) == (b"/music/1.mp3", True)
    assert (tracks[second].title, tracks[second].missing) == ("Second", False)
    assert catalog.check().ok


def test_names_that_were_swapped_are_two_tracks_as_before(catalog):
    first, second = add_track(catalog, 1), add_track(catalog, 2)
    swapped = [(b"/music/1.flac", 2), (b"/music/2.flac", 1)]
    catalog.files.register([stamp_of(path, version=9) for path, _ in swapped])
    for path, number in swapped:
        assert catalog.has_embedding(recording(number).digest)
        catalog.keep(stamp_of(path, version=9), Tags(), recording(number), None)
    assert catalog.tracks.by_path(b"/music/1.flac").id == second
    assert catalog.tracks.by_path(b"/music/2.flac").id == first
    assert catalog.files.counts() == FileCounts(2, 2, 0, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: {"vector": 2 * e.vector},
        lambda e: {"vector": np.full(8, np.nan, np.float32)},
        lambda e: {"vector": unit_vectors(1, 9, 0)[0]},
        lambda e: {"windows": e.windows[:, :4]},
        lambda e: {"windows": e.windows[:2]},
        lambda e: {"windows": e.windows * np.float32(np.inf)},
        lambda e: {"window_starts_s": e.window_starts_s[:0], "windows": e.windows[:0]},
    ],
    ids=["long", "nan", "dimension", "narrow", "few", "infinite", "none"],
)
def test_vectors_that_cannot_be_right_are_refused_and_nothing_is_kept(catalog, change):
    right = embedding(1)
    fields = {name: getattr(right, name) for name in type(right).__dataclass_fields__}
    wrong = type(right)(**(fields | change(right)))
    stamp = stamp_of(b"/music/1.flac")
    catalog.files.register([stamp])
    with pytest.raises(ValueError, match=r"vector|windows"):
        catalog.keep(stamp, Tags(), recording(1), wrong)
    assert catalog.tracks.count() == 0
    assert catalog.files.pending() == [stamp]


def test_tracks_are_found_by_path_and_by_recording(catalog):
    track_id = add_track(catalog, 1, b"/music/1.flac")
    catalog.files.register([stamp_of(b"/music/pending.flac")])
    by_path, by_digest = catalog.tracks.by_path, catalog.tracks.by_digest
    assert by_path(b"/music/1.flac").id == by_digest(recording(1).digest).id == track_id
    assert by_path(b"/music/pending.flac") is None
    assert by_path(b"/music/2.flac") is None
    assert by_digest(recording(2).digest) is None


# keys


def test_vectors_of_another_model_version_are_out_of_reach(catalog, data_dir):
    track_id = add_track(catalog, 1)
    catalog.close()
    with Catalog.open(data_dir, OTHER_KEY) as other:
        assert not other.has_embedding(recording(1).digest)
        assert other.nearest(embedding(1).vector, 1) == []
        assert other.embeddings.get([track_id]) == {}
        assert other.files.counts() == FileCounts(1, 0, 0, 1, 0)
        assert other.files.pending() == [stamp_of(b"/music/1.flac")]
        other.keep(stamp_of(b"/music/1.flac"), Tags(), recording(1), embedding(2))
        assert other.files.counts() == FileCounts(1, 1, 0, 0, 0)
    with Catalog.open(data_dir, KEY) as first:
        assert first.files.counts() == FileCounts(1, 1, 0, 0, 0)
        np.testing.assert_array_equal(
            first.embeddings.get([track_id])[track_id].vector, embedding(1).vector
        )


# nearest


def exactly(catalog, vector, k, excluded=()):
    """The answer by plain arithmetic over what was stored."""
    ids, vectors = catalog.embeddings.matrix()
    rows = [(float(v @ vector), int(i)) for i, v in zip(ids, vectors, strict=True)]
    best = sorted(((s, i) for s, i in rows if i not in excluded), key=lambda row: (-row[0], row[1]))
    return [i for _, i in best[:k]]


@pytest.fixture(scope="module")
def filled_dir(tmp_path_factory):
    """A library of 300 tracks on the disk, without an index."""
    folder = tmp_path_factory.mktemp("filled")
    with Catalog.open(folder, KEY) as catalog, catalog._store.transaction():
        for number in range(1, 301):
            add_track(catalog, number)
    return folder


@pytest.fixture
def filled(filled_dir, data_dir):
    shutil.copytree(filled_dir, data_dir)
    with Catalog.open(data_dir, KEY) as opened:
        yield opened


@pytest.mark.parametrize("indexed", [True, False])
def test_a_track_is_its_own_nearest_and_cosines_fall(filled, indexed):
    if indexed:
        filled.refresh_index()
    assert (filled._index.current() is not None) == indexed
    found = filled.nearest(embedding(7).vector, 20)
    assert found[0][1] == pytest.approx(1, abs=1e-6)
    assert found[0][0] == filled.tracks.by_path(b"/music/7.flac").id
    assert [i for i, _ in found] == exactly(filled, embedding(7).vector, 20)
    similarities = [similarity for _, similarity in found]
    assert similarities == sorted(similarities, reverse=True)
    assert all(-1 <= similarity <= 1 for similarity in similarities)


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("as_function", [True, False])
@pytest.mark.parametrize("n_excluded", [1, 150, 290, 300])
def test_the_wanted_count_is_filled_whatever_is_excluded(filled, indexed, as_function, n_excluded):
    if indexed:
        filled.refresh_index()
    vector = embedding(7).vector
    excluded = set(exactly(filled, vector, n_excluded))
    exclude = excluded.__contains__ if as_function else excluded
    found = [i for i, _ in filled.nearest(vector, 10, exclude=exclude)]
    assert found == exactly(filled, vector, 10, excluded)
    assert len(found) == min(10, 300 - n_excluded)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_small_library_gives_all_it_has(catalog, indexed):
    ids = {add_track(catalog, number) for number in (1, 2, 3)}
    if indexed:
        catalog.refresh_index()
    assert {i for i, _ in catalog.nearest(embedding(1).vector, 10)} == ids


def test_an_index_behind_the_database_is_asked_beside_what_came_since(filled):
    filled.refresh_index()
    for n_new in range(1, 5):
        new = add_track(filled, 1_000 + n_new)
        assert filled._index.current() is None
        index, ids, vectors = filled._index.current_with_newer()
        assert (index.count, len(ids)) == (300, n_new)
        np.testing.assert_array_equal(vectors[-1], embedding(1_000 + n_new).vector)
        assert filled.nearest(embedding(1_000 + n_new).vector, 1)[0][0] == new
        for seed in (7, 1_001):
            found = [i for i, _ in filled.nearest(embedding(seed).vector, 20)]
            assert found == exactly(filled, embedding(seed).vector, 20)
    filled.refresh_index()
    assert filled._index.current() is not None
    assert filled.nearest(embedding(1_004).vector, 1)[0][0] == new


def test_what_came_after_the_index_and_went_again_is_not_found(filled):
    filled.add_root(b"/music")
    filled.add_root(b"/new")
    filled.refresh_index()
    for number in (1_001, 1_002):
        gone = add_track(filled, number, b"/new/%d.flac" % number)
    assert filled.nearest(embedding(1_002).vector, 1)[0][0] == gone
    filled.remove_root(b"/new")
    assert len(filled._index.current_with_newer()[1]) == 0
    new = add_track(filled, 1_003)
    assert filled._index.current_with_newer()[1].tolist() == [new]
    for seed in (7, 1_002, 1_003):
        found = [i for i, _ in filled.nearest(embedding(seed).vector, 20)]
        assert found == exactly(filled, embedding(seed).vector, 20)


def test_an_index_that_holds_what_is_gone_is_not_asked(filled):
    filled.add_root(b"/music/1")
    filled.refresh_index()
    filled.remove_root(b"/elsewhere")  # leaves what lies in /music/1: nothing
    assert filled._index.current_with_newer() is None
    assert filled.nearest(embedding(7).vector, 5) == []
    new = add_track(filled, 1_000)
    assert [i for i, _ in filled.nearest(embedding(7).vector, 5)] == [new]


def test_a_vector_that_was_replaced_is_found_at_its_new_place(filled):
    filled.refresh_index()
    track = filled.tracks.by_path(b"/music/7.flac")
    filled.keep(stamp_of(b"/music/7.flac"), Tags(), recording(7), embedding(9_999))
    for _ in range(2):
        assert filled.nearest(embedding(9_999).vector, 1)[0][0] == track.id
        assert filled.nearest(embedding(7).vector, 1)[0][0] != track.id
        filled.refresh_index()
    assert filled._index.current() is not None
    assert filled.check().ok


def test_the_index_is_read_again_and_not_built(filled, data_dir):
    filled.refresh_index()
    saved_at_ns = next(data_dir.glob("*.hnsw")).stat().st_mtime_ns
    with reopened(filled, data_dir) as again:
        assert again._index.current() is not None
        again.refresh_index()
        assert again.nearest(embedding(7).vector, 3)
    assert next(data_dir.glob("*.hnsw")).stat().st_mtime_ns == saved_at_ns


@pytest.mark.parametrize("which", ["*.hnsw", "*.sidecar"])
def test_a_damaged_index_is_built_again(filled, data_dir, which):
    filled.refresh_index()
    path = next(data_dir.glob(which))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with reopened(filled, data_dir) as again:
        assert again._index.current() is None
        expected = exactly(again, embedding(7).vector, 10)
        assert [i for i, _ in again.nearest(embedding(7).vector, 10)] == expected
        assert again.check().ok
        again.refresh_index()
        assert again._index.current() is not None
        assert [i for i, _ in again.nearest(embedding(7).vector, 10)] == expected


def test_an_index_that_cannot_be_saved_is_a_sentence_and_exact_search_goes_on(filled, data_dir):
    filled.refresh_index()
    name = next(data_dir.glob("*.hnsw")).name
    new = add_track(filled, 1_000)
    (data_dir / f"{name}.new").mkdir()
    with pytest.raises(StoreError, match=name):
        filled.refresh_index()
    assert filled.nearest(embedding(1_000).vector, 1)[0][0] == new
    (data_dir / f"{name}.new").rmdir()
    filled.refresh_index()
    assert filled._index.current() is not None


@pytest.mark.parametrize(
    "vector",
    [np.zeros(8, np.float32), np.full(8, np.nan, np.float32), unit_vectors(1, 7, 0)[0]],
    ids=["zero", "nan", "short"],
)
def test_a_seed_that_is_no_unit_vector_of_the_key_is_refused(filled, vector):
    with pytest.raises(ValueError, match="unit length"):
        filled.nearest(vector, 3)


# readers beside the writer


def test_nothing_there_yet_is_an_empty_library_to_a_reader(tmp_path):
    with Catalog.open(tmp_path / "none", KEY, readonly=True) as reader:
        assert reader.files.counts() == FileCounts(0, 0, 0, 0, 0)
        assert reader.tracks.all() == reader.search(words("x")) == []
        assert reader.nearest(embedding(1).vector, 3) == []
        assert reader.playlists.all() == ()
        assert reader.check().ok
    assert not (tmp_path / "none").exists()


def test_a_reader_sees_what_the_writer_commits(catalog, data_dir):
    with Catalog.open(data_dir, KEY, readonly=True) as reader:
        assert reader.nearest(embedding(1).vector, 3) == []
        for number in range(1, 40):
            track_id = add_track(catalog, number)
            assert reader.nearest(embedding(number).vector, 1)[0][0] == track_id
            if number % 10 == 0:
                catalog.refresh_index()
                assert reader.nearest(embedding(number).vector, 1)[0][0] == track_id
                assert reader._index.current() is not None


def test_a_reader_cannot_write(catalog, data_dir):
    add_track(catalog, 1)
    with (
        Catalog.open(data_dir, KEY, readonly=True) as reader,
        pytest.raises(StoreError, match="may not be written to"),
    ):
        reader.add_root(b"/music")


def test_only_one_catalog_writes(catalog, data_dir):
    with pytest.raises(LibraryLocked, match="Another Segue is changing the library"):
        Catalog.open(data_dir, KEY)
    catalog.close()
    Catalog.open(data_dir, KEY).close()


def test_a_catalog_belongs_to_the_thread_that_opened_it(catalog):
    caught: list[BaseException] = []

    def use() -> None:
        try:
            catalog.tracks.count()
        except sqlite3.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Could not use the library database"):
        Catalog.open(tmp_path / "file" / "data", KEY)


# roots


def test_roots_are_kept_once_and_in_order(catalog, data_dir):
    for root in (b"/b/", b"/a", b"/b", b"/a/../a"):
        catalog.add_root(root)
    with reopened(catalog, data_dir) as again:
        assert again.roots() == (b"/a", b"/b")


def test_removing_a_root_forgets_what_lies_nowhere_else(catalog):
    catalog.add_root(b"/music")
    catalog.add_root(b"/music/kept")
    catalog.add_root(b"/musicbox")
    gone = add_track(catalog, 1, b"/music/1.flac", title="Gone")
    inside = add_track(catalog, 2, b"/music/kept/2.flac")
    beside = add_track(catalog, 3, b"/musicbox/3.flac")
    listed = add_track(catalog, 4, b"/music/4.flac", title="Listed", artist="A")
    undone = add_track(catalog, 5, b"/music/5.flac")
    old_entry = add_track(catalog, 6, b"/music/6.flac")
    playlist = catalog.playlists.create("Mine", [listed, undone])
    entries = catalog.playlists.get(playlist).entries
    catalog.playlists.remove(playlist, [entries[1].id])
    old = catalog.playlists.create("Old", [old_entry])
    catalog._store.write("DELETE FROM playlist_changes WHERE playlist_id = ?", (old,))
    catalog.refresh_index()
    catalog.remove_root(b"/music/")
    assert catalog.roots() == (b"/music/kept", b"/musicbox")
    assert catalog.tracks.ids() == [inside, beside, listed, undone, old_entry]
    assert catalog.search(words("gone")) == []
    assert catalog.files.counts().total == 2
    lost = catalog.tracks.get([listed])[listed]
    assert (lost.title, lost.missing) == ("Listed", True)
    catalog.playlists.undo(playlist)
    assert len(catalog.playlists.get(playlist).entries) == 2
    for _ in range(2):
        assert gone not in [i for i, _ in catalog.nearest(embedding(1).vector, 10)]
        catalog.refresh_index()
    assert catalog.check().ok
    assert catalog.check().index == "equal to the database"


def test_ids_may_come_from_an_array(filled):
    ids, _ = filled.embeddings.matrix()
    assert set(filled.tracks.get(ids[:3])) == set(filled.embeddings.get(ids[:3])) == {1, 2, 3}
    filled.tracks.keep_cover(ids[0], picture())
    assert filled.tracks.cover(TrackId(1)) == picture()


def test_the_length_of_some_tracks_together_counts_each_once(catalog):
    kept = [
        catalog.keep(stamp_of(f"/music/{seed}.flac".encode()), Tags(), recording(seed), None)
        for seed in (1, 2, 3)
    ]
    each_s = catalog.tracks.get(kept[:1])[kept[0]].duration_s
    assert catalog.tracks.total_s([kept[0], kept[2], kept[0]]) == 2 * each_s
    assert catalog.tracks.total_s([]) == 0.0


def test_plays_are_counted_track_by_track(catalog, data_dir):
    kept = [
        catalog.keep(stamp_of(f"/music/{seed}.flac".encode()), Tags(), recording(seed), None)
        for seed in (1, 2)
    ]
    catalog.tracks.note_play(kept[1])
    catalog.tracks.note_play(kept[1])
    with reopened(catalog, data_dir) as again:
        assert [track.plays for track in again.tracks.get(kept).values()] == [0, 2]


def test_a_catalog_that_reads_can_refresh_the_index_of_the_one_that_writes(filled, data_dir):
    assert not filled.has_saved_index()
    with Catalog.open(data_dir, KEY, readonly=True) as reader:
        reader.refresh_index()
    assert filled.has_saved_index()
    assert filled._index.current() is not None
    add_track(filled, 1_000)
    assert not filled.has_saved_index()


@pytest.mark.parametrize("which", ["*.hnsw", "*.sidecar"])
def test_an_index_that_is_damaged_or_gone_does_not_count_as_saved(filled, data_dir, which):
    filled.refresh_index()
    path = next(data_dir.glob(which))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert not filled.has_saved_index()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not filled.has_saved_index()
    path.write_bytes(whole)
    assert filled.has_saved_index()
    path.unlink()
    assert not filled.has_saved_index()


def test_a_snapshot_does_not_see_what_is_written_meanwhile(filled, data_dir):
    with Catalog.open(data_dir, KEY, readonly=True) as reader:
        with reader.embeddings.snapshot():
            before = reader.embeddings.revision()
            new = add_track(filled, 1_000)
            assert reader.embeddings.revision() == before
            assert len(reader.embeddings.matrix()[0]) == before.count
            assert new not in reader.embeddings.rows_after(0)[0]
        assert reader.embeddings.revision().count == before.count + 1
        assert new in reader.embeddings.matrix()[0]
