import random
import threading
import time

import numpy as np
import pytest

from library import vectors as vectors_module
from library.records import EncoderKey
from library.store.embeddings import Revision
from library.vectors import IndexConfig, IndexUnusable, VectorIndex, exact_nearest
from tests.library.samples import unit_vectors

DIMENSION = 16
KEY = EncoderKey("network", "v1", DIMENSION)


def ids_of(n: int, first: int = 1):
    return np.arange(first, first + n, dtype=np.int64)


def build(vectors, key: EncoderKey = KEY) -> VectorIndex:
    index = VectorIndex(key)
    index.add(ids_of(len(vectors)), vectors, Revision(len(vectors), len(vectors)))
    return index


def clustered(n: int, seed: int = 0):
    """Unit vectors in groups, as those of songs are."""
    centres = unit_vectors(20, DIMENSION, seed)
    noise = np.random.default_rng(seed).normal(size=(n, DIMENSION)) * 0.2
    vectors = centres[np.arange(n) % 20] + noise
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


# exact search


def test_exact_search_agrees_with_sorting_all_cosines():
    vectors, ids = unit_vectors(500, DIMENSION, 0), ids_of(500, 100)
    for seed in unit_vectors(20, DIMENSION, 1):
        cosines = {
            int(i): float(np.dot(v.astype(float), seed)) for i, v in zip(ids, vectors, strict=True)
        }
        best = sorted(cosines, key=cosines.__getitem__, reverse=True)[:10]
        found = exact_nearest(ids, vectors, seed, 10)
        assert [i for i, _ in found] == best
        # float32 sums of sixteen products err by less than 16 * 2**-24
        assert [s for _, s in found] == pytest.approx([cosines[i] for i in best], abs=1e-6)


def test_exact_search_passes_over_what_is_excluded_and_gives_what_there_is():
    vectors = unit_vectors(30, DIMENSION, 0)
    found = exact_nearest(ids_of(30), vectors, vectors[0], 10, lambda i: i > 4)
    assert {i for i, _ in found} == {1, 2, 3, 4}
    assert exact_nearest(ids_of(30), vectors, vectors[0], 0) == []
    assert exact_nearest(ids_of(0), vectors[:0], vectors[0], 5) == []


def test_equal_vectors_come_in_order_of_id():
    vectors = np.repeat(unit_vectors(1, DIMENSION, 0), 9, axis=0)
    assert [i for i, _ in exact_nearest(ids_of(9), vectors, vectors[0], 9)] == list(range(1, 10))
    assert [i for i, _ in build(vectors).nearest(vectors[0], 4)] == [1, 2, 3, 4]


# the index


def test_the_index_finds_what_exact_search_finds():
    vectors = clustered(5_000)
    index = build(vectors)
    seeds = clustered(100, seed=1)
    hits = 0
    for seed in seeds:
        exact = {i for i, _ in exact_nearest(ids_of(5_000), vectors, seed, 10)}
        hits += len(exact & {i for i, _ in index.nearest(seed, 10)})
    assert hits / 1_000 >= 0.99


def test_similarities_are_cosines():
    vectors = clustered(200)
    for track_id, similarity in build(vectors).nearest(vectors[3], 20):
        assert similarity == pytest.approx(float(vectors[track_id - 1] @ vectors[3]), abs=1e-6)


def test_adding_bit_by_bit_grows_past_the_first_room():
    vectors = clustered(3_000)
    index = VectorIndex(KEY)
    for start in range(0, 3_000, 500):
        part = slice(start, start + 500)
        index.add(ids_of(500, start + 1), vectors[part], Revision(start + 500, start + 500))
    assert index.count == 3_000
    assert index.revision == Revision(3_000, 3_000)
    np.testing.assert_array_equal(index.ids(), ids_of(3_000))
    assert all(index.nearest(vectors[i], 1)[0][0] == i + 1 for i in range(0, 3_000, 50))


def test_many_equal_vectors_hide_nothing():
    equal = np.repeat(unit_vectors(1, DIMENSION, 7), 2_000, axis=0)
    vectors = np.concatenate([equal, clustered(500)])
    index = build(vectors)
    assert index.count == 2_500
    np.testing.assert_array_equal(index.ids(), ids_of(2_500))
    assert all(index.nearest(vectors[i], 1)[0][0] == i + 1 for i in range(2_000, 2_500))
    assert len(index.nearest(equal[0], 2_100)) == 2_100


def test_an_empty_index_finds_nothing():
    index = VectorIndex(KEY)
    assert index.nearest(unit_vectors(1, DIMENSION, 0)[0], 5) == []
    assert index.count == 0


def test_more_than_there_are_gives_all_there_are():
    vectors = clustered(50)
    assert len(build(vectors).nearest(vectors[0], 500)) == 50


def test_a_graph_that_cannot_reach_enough_gives_none(monkeypatch):
    vectors = clustered(50)
    index = build(vectors)
    for label in range(1, 49):
        index._graph.mark_deleted(label)
    assert index.nearest(vectors[0], 20) == []


# its file


def test_a_saved_index_is_the_same_when_loaded(tmp_path):
    vectors = np.concatenate([clustered(2_000), clustered(10)])  # the last ten are there twice
    index = build(vectors)
    index.save(tmp_path / "index")
    loaded = VectorIndex.load(tmp_path / "index", KEY)
    assert (loaded.count, loaded.revision) == (2_010, Revision(2_010, 2_010))
    np.testing.assert_array_equal(loaded.ids(), index.ids())
    for seed in clustered(20, seed=1):
        assert loaded.nearest(seed, 10) == index.nearest(seed, 10)


def test_a_loaded_index_knows_equal_vectors_and_grows(tmp_path):
    vectors = clustered(100)
    build(vectors).save(tmp_path / "index")
    loaded = VectorIndex.load(tmp_path / "index", KEY)
    loaded.add(ids_of(100, 101), vectors, Revision(200, 200))
    assert loaded._graph.get_current_count() == 100
    assert [i for i, _ in loaded.nearest(vectors[4], 2)] == [5, 105]


@pytest.mark.parametrize(
    ("key", "config"),
    [
        (EncoderKey("network", "v2", DIMENSION), IndexConfig()),
        (EncoderKey("handcrafted", "v1", DIMENSION), IndexConfig()),
        (EncoderKey("network", "v1", 8), IndexConfig()),
        (KEY, IndexConfig(m=8)),
    ],
    ids=["version", "encoder", "dimension", "config"],
)
def test_an_index_of_another_kind_is_unusable(tmp_path, key, config):
    build(clustered(50)).save(tmp_path / "index")
    with pytest.raises(IndexUnusable, match="other vectors"):
        VectorIndex.load(tmp_path / "index", key, config)


@pytest.mark.parametrize("missing", ["index", "index.sidecar"])
def test_an_index_without_its_other_half_is_unusable(tmp_path, missing):
    build(clustered(50)).save(tmp_path / "index")
    (tmp_path / missing).unlink()
    with pytest.raises(IndexUnusable):
        VectorIndex.load(tmp_path / "index", KEY)


def test_the_sidecar_of_an_older_index_vouches_for_no_newer_one(tmp_path):
    build(clustered(50)).save(tmp_path / "old")
    build(clustered(60)).save(tmp_path / "new")
    (tmp_path / "new").replace(tmp_path / "old")
    with pytest.raises(IndexUnusable, match="not the file"):
        VectorIndex.load(tmp_path / "old", KEY)


def _flip(data, chance):
    for _ in range(chance.choice([1, 4, 64])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _flip_header(data, chance):
    data[chance.randrange(min(96, len(data)))] ^= 1 << chance.randrange(8)


def _cut(data, chance):
    del data[chance.randrange(len(data)) :]


def _zero_page(data, chance):
    start = chance.randrange(len(data))
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))


def _random_page(data, chance):
    start = chance.randrange(len(data))
    data[start : start + 4096] = chance.randbytes(len(data[start : start + 4096]))


def _append(data, chance):
    data += chance.randbytes(chance.randrange(1, 100))


def _empty(data, chance):
    data.clear()


DAMAGES = (_flip, _flip_header, _cut, _zero_page, _random_page, _append, _empty)


@pytest.mark.parametrize("half", ["index", "index.sidecar"])
def test_no_damage_to_either_file_is_taken_for_an_index(tmp_path, half):
    vectors = clustered(300)
    build(vectors).save(tmp_path / "index")
    sound = (tmp_path / half).read_bytes()
    chance = random.Random(9)
    for number in range(210):
        data = bytearray(sound)
        DAMAGES[number % len(DAMAGES)](data, chance)
        if data == sound:
            continue
        (tmp_path / half).write_bytes(data)
        with pytest.raises(IndexUnusable):
            VectorIndex.load(tmp_path / "index", KEY)
    (tmp_path / half).write_bytes(sound)
    assert VectorIndex.load(tmp_path / "index", KEY).nearest(vectors[0], 1)[0][0] == 1


def test_damaged_index_files_made_elsewhere_are_never_opened(tmp_path, badinput):
    build(clustered(50)).save(tmp_path / "index")
    files = sorted((badinput / "synthetic" / "state").glob("hnsw_*.bin"))
    assert files
    for damaged in files:
        (tmp_path / "index").write_bytes(damaged.read_bytes())
        with pytest.raises(IndexUnusable):
            VectorIndex.load(tmp_path / "index", KEY)


def test_an_index_that_cannot_be_written_whole_is_an_error(tmp_path):
    index = build(clustered(50))
    with pytest.raises(OSError, match=r".+"):
        index.save(tmp_path / "no folder" / "index")
    index.save(tmp_path / "index")
    (tmp_path / "index.new").mkdir()
    with pytest.raises(OSError, match=r".+"):
        build(clustered(60)).save(tmp_path / "index")
    assert VectorIndex.load(tmp_path / "index", KEY).count == 50


def test_an_index_that_did_not_fit_on_the_disk_is_an_error(tmp_path):
    index = build(clustered(50))
    (tmp_path / "index.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="could not be written whole"):
        index.save(tmp_path / "index")
    assert not (tmp_path / "index").exists()


# threads


def test_searching_while_vectors_are_added_is_safe():
    vectors = clustered(6_000)
    index = build(vectors[:1_000])
    finished = threading.Event()
    wrong: list[int] = []

    def ask(number: int) -> None:
        chance = random.Random(number)
        while not finished.is_set():
            row = chance.randrange(1_000)
            if index.nearest(vectors[row], 5)[0][0] != row + 1:
                wrong.append(row)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for start in range(1_000, 6_000, 250):
            part = slice(start, start + 250)
            index.add(ids_of(250, start + 1), vectors[part], Revision(start + 250, start + 250))
    finally:
        finished.set()
        for thread in threads:
            thread.join()
    assert index.count == 6_000
    assert len(wrong) == 0


def test_a_writer_is_alone_and_readers_are_together():
    lock = vectors_module._ReadersOrWriter()
    inside: list[str] = []
    both_in = threading.Barrier(2)

    def read() -> None:
        with lock.reading():
            both_in.wait(10)  # passes only if both readers are inside

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()

    def write(name: str) -> None:
        for _ in range(200):
            with lock.writing():
                inside.append(name)
                assert inside == [name]
                time.sleep(0)
                inside.remove(name)

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert inside == []
