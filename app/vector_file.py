"""Vectors as a file of numpy arrays that any program can read: no pickle, no object arrays."""

import base64
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.errors import VectorFileError
from app.pipeline import Analysed, Refused
from library.atomic import write_atomically
from library.records import Embedding, EncoderKey, display_path


def write_vectors(
    path: Path, key: EncoderKey, analysed: Sequence[Analysed], refused: Sequence[Refused] = ()
) -> None:
    """Write embeddings as an .npz archive, in one step.

    Arrays, for n files with w windows in all and vectors of d dimensions:
        paths: text, (n,), for people; paths_b64: ASCII text, (n,), the bytes of the paths.
        vectors: float32, (n, d), unit length.
        windows: float32, (w, d), unit length; window_starts_s: float32, (w,).
        window_offsets: int64, (n + 1,): file i has the windows from offset i up to offset i + 1.
        window_s: float32, (n,), length of each window; durations_s: float64, (n,).
        encoder, model_version: text, ().
        failed_paths, failed_paths_b64, failed_reasons: text, one for each refused file.

    Args:
        path: where to; whatever it is called.
        key: of the encoder that made the vectors.
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
        "encoder": np.array(key.encoder),
        "model_version": np.array(key.model_version),
        **_path_arrays("failed_paths", [result.path for result in refused]),
        "failed_reasons": np.array([result.reason for result in refused], dtype=np.str_),
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    try:
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        raise VectorFileError(path, error.strerror or str(error)) from error


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
