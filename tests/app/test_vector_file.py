import base64
import zipfile
from pathlib import Path

import numpy as np
import pytest

from app.errors import VectorsUnusable
from app.vector_file import read_vectors


def test_vectors_of_any_program_are_read_and_made_unit_long(tmp_path: Path):
    file = tmp_path / "v.npz"
    np.savez(file, paths=np.array(["a.flac", "/b.flac"]), vectors=np.array([[3.0, 4.0], [0, 2]]))

    found = read_vectors(file, b"/music")

    assert set(found.by_path) == {b"/music/a.flac", b"/b.flac"}
    np.testing.assert_allclose(found.by_path[b"/music/a.flac"], [0.6, 0.8], atol=1e-7)
    np.testing.assert_allclose(found.by_path[b"/b.flac"], [0, 1])
    assert found.by_path[b"/b.flac"].dtype == np.float32
    assert (found.encoder, found.model_version) == ("", "")


def test_the_bytes_of_paths_go_before_their_text(tmp_path: Path):
    file = tmp_path / "v.npz"
    coded = base64.b64encode(b"/m/\xff.flac").decode()
    arrays = {"paths": np.array(["/m/?.flac"]), "paths_b64": np.array([coded])}
    np.savez(
        file, allow_pickle=False, vectors=np.ones((1, 3)), encoder="e", model_version="7", **arrays
    )

    found = read_vectors(file, b"/")

    assert set(found.by_path) == {b"/m/\xff.flac"}
    assert (found.encoder, found.model_version) == ("e", "7")


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"paths": ["a"]}, "it holds no array 'vectors'"),
        ({"vectors": [[1.0]]}, "it holds no array 'paths'"),
        ({"paths": ["a", "b"], "vectors": [[1.0]]}, "for 2 paths it holds vectors of the shape"),
        ({"paths": ["a"], "vectors": [1.0]}, "for 1 paths it holds vectors of the shape (1,)"),
        ({"paths": ["a"], "vectors": [["x"]]}, "the type <U1"),
        ({"paths": ["a"], "vectors": [[0.0, 0.0]]}, "has no length"),
        ({"paths": ["a"], "vectors": [[1.0, np.nan]]}, "not finite"),
        ({"paths": ["a", "./a"], "vectors": [[1.0], [1.0]]}, "it names a file twice"),
        ({"paths_b64": ["?"], "vectors": [[1.0]]}, "it is no archive of plain arrays"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, arrays, reason: str):
    file = tmp_path / "v.npz"
    np.savez(
        file, allow_pickle=False, **{name: np.array(values) for name, values in arrays.items()}
    )

    with pytest.raises(VectorsUnusable) as refusal:
        read_vectors(file, b"/")

    assert str(refusal.value).startswith(f"Could not use the vectors in {file}: ")
    assert reason in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 cut short"], ids=repr)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "v.npz").write_bytes(content)

    with pytest.raises(VectorsUnusable, match="it is no archive of plain arrays"):
        read_vectors(tmp_path / "v.npz", b"/")


def test_a_compressed_archive_that_is_damaged_is_refused(tmp_path: Path):
    file = tmp_path / "v.npz"
    rows = np.random.default_rng(3).normal(size=(50, 8))
    np.savez_compressed(file, paths=np.array([str(n) for n in range(50)]), vectors=rows)
    assert len(read_vectors(file, b"/").by_path) == 50
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo("vectors.npy").header_offset
    content[start + 80 : start + 120] = bytes(40)
    file.write_bytes(content)

    with pytest.raises(VectorsUnusable, match="it is no archive of plain arrays"):
        read_vectors(file, b"/")


def test_arrays_of_objects_are_not_opened(tmp_path: Path):
    np.savez(tmp_path / "v.npz", paths=np.array(["a"]), vectors=np.array([object()]))

    with pytest.raises(VectorsUnusable, match="it is no archive of plain arrays"):
        read_vectors(tmp_path / "v.npz", b"/")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(VectorsUnusable, match="No such file or directory"):
        read_vectors(tmp_path / "nowhere.npz", b"/")
