"""Vectors as a file of numpy arrays that any program can read: no pickle, no object arrays."""

import base64
import io
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.encoder_choice import EncoderChoice
from app.errors import VectorFileError, VectorsUnusable
from app.pipeline import Analysed, Refused
from library.atomic import write_atomically
from library.records import Embedding, FloatArray, display_path


@dataclass(frozen=True, slots=True, eq=False)
class TrackVectors:
    """One vector for each of some files, by absolute path; float32, unit length.

    encoder, model_version: who made them, empty where the file does not say.
    """

    by_path: Mapping[bytes, FloatArray]
    encoder: str
    model_version: str


def write_vectors(
    path: Path,
    encoder: EncoderChoice,
    analysed: Sequence[Analysed],
    refused: Sequence[Refused] = (),
) -> None:
    """Write embeddings as an .npz archive, in one step.

    Arrays, for n files with w windows in all, vectors of d dimensions and t tags:
        paths: text, (n,), for people; paths_b64: ASCII text, (n,), the bytes of the paths.
        vectors: float32, (n, d), unit length.
        windows: float32, (w, d), unit length; window_starts_s: float32, (w,).
        window_offsets: int64, (n + 1,): file i has the windows from offset i up to offset i + 1.
        window_s: float32, (n,), length of each window; durations_s: float64, (n,).
        tags: text, (t,), their names; tag_scores: float32, (n, t), probabilities.
        encoder, model_version: text, ().
        failed_paths, failed_paths_b64, failed_reasons: text, one for each refused file.

    Args:
        path: where to; whatever it is called.
        encoder: that made the vectors.
        analysed: with their embeddings, one at least.
        refused: files without vectors, and why.

    Raises:
        VectorFileError: the file cannot be written.
    """
    embeddings = [_embedding_of(result) for result in analysed]
    n_windows = [len(embedding.windows) for embedding in embeddings]
    arrays = {
        **_path_arrays("paths", [result.path for result in analysed]),
        "vectors": np.stack([embedding.vector for embedding in embeddings]),
        "windows": np.concatenate([embedding.windows for embedding in embeddings]),
        "window_starts_s": np.concatenate([e.window_starts_s for e in embeddings]),
        "window_offsets": np.concatenate([[0], np.cumsum(n_windows)]).astype(np.int64),
        "window_s": np.array([embedding.window_s for embedding in embeddings], dtype=np.float32),
        "durations_s": np.array([r.description.recording.duration_s for r in analysed]),
        "tags": np.array(encoder.tags, dtype=np.str_),
        "tag_scores": np.stack([embedding.tag_scores for embedding in embeddings]),
        "encoder": np.array(encoder.key.encoder),
        "model_version": np.array(encoder.key.model_version),
        **_path_arrays("failed_paths", [result.path for result in refused]),
        "failed_reasons": np.array([result.reason for result in refused], dtype=np.str_),
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    try:
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        raise VectorFileError(path, error.strerror or str(error)) from error


def read_vectors(path: Path, folder: bytes) -> TrackVectors:
    """The vectors of tracks in an .npz archive: `vectors`, with `paths_b64` or `paths`.

    Args:
        path: of the archive, as `write_vectors` or any other program wrote it.
        folder: where relative paths in it begin.

    Raises:
        VectorsUnusable: it cannot be read, lacks an array, or holds no vector for each path.
    """
    try:
        arrays = _read_arrays(path)
        paths, vectors = _paths_in(arrays), arrays["vectors"]
    except OSError as error:
        raise VectorsUnusable(path, error.strerror or str(error)) from error
    except KeyError as error:
        raise VectorsUnusable(path, f"it holds no array {error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise VectorsUnusable(path, f"it is no archive of plain arrays ({error})") from error
    units = _unit_rows(path, vectors, len(paths))
    by_path = {
        os.path.abspath(os.path.join(folder, name)): row
        for name, row in zip(paths, units, strict=True)
    }
    if len(by_path) < len(paths):
        raise VectorsUnusable(path, "it names a file twice")
    return TrackVectors(by_path, _text(arrays, "encoder"), _text(arrays, "model_version"))


_READ = ("paths", "paths_b64", "vectors", "encoder", "model_version")


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    with open(path, "rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in _READ if name in archive.files}


def _paths_in(arrays: Mapping[str, np.ndarray]) -> list[bytes]:
    if "paths_b64" in arrays:
        return [base64.b64decode(str(text), validate=True) for text in arrays["paths_b64"].ravel()]
    return [os.fsencode(str(text)) for text in arrays["paths"].ravel()]


def _unit_rows(path: Path, vectors: np.ndarray, n_paths: int) -> FloatArray:
    is_table = vectors.ndim == 2 and len(vectors) == n_paths  # noqa: PLR2004 - rows and columns
    if not is_table or vectors.dtype.kind not in "fiu":
        raise VectorsUnusable(
            path,
            f"for {n_paths} paths it holds vectors of the shape {vectors.shape} "
            f"and the type {vectors.dtype}",
        )
    rows = vectors.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise VectorsUnusable(path, "a vector in it is not finite, or has no length")
    units: FloatArray = (rows / lengths).astype(np.float32)
    return units


def _text(arrays: Mapping[str, np.ndarray], name: str) -> str:
    return str(arrays[name]) if name in arrays else ""


def _embedding_of(result: Analysed) -> Embedding:
    if result.embedding is None:
        raise ValueError(f"{os.fsdecode(result.path)} has no embedding")
    return result.embedding


def _path_arrays(name: str, paths: Sequence[bytes]) -> dict[str, np.ndarray]:
    shown = [display_path(path) for path in paths]
    encoded = [base64.b64encode(path).decode() for path in paths]
    return {
        name: np.array(shown, dtype=np.str_),
        f"{name}_b64": np.array(encoded, dtype=np.str_),
    }
