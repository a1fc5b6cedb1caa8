"""From what is heard in a track's windows to the vector and the tags of the track."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio_model.config import TagCalibration

FloatArray = npt.NDArray[np.float32]

# Below this length the mean of unit vectors is rounding noise and has no direction.
_SHORTEST_MEAN = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class WindowsHeard:
    """What an encoder hears in the windows of one track.

    vectors: float32, shape (n_windows, dimension), unit rows.
    tag_logits: float32, shape (n_windows, n_tags); an encoder without tags has none.
    """

    vectors: FloatArray
    tag_logits: FloatArray


def track_vector(window_vectors: FloatArray) -> FloatArray:
    """Unit mean of unit window vectors: a track's place in the space.

    Args:
        window_vectors: float32, shape (n_windows, dimension), n_windows >= 1, unit rows.

    Returns:
        float32, shape (dimension,), unit length. Windows that cancel each other out have no mean
        direction: the first of them then stands for the track.

    Raises:
        ValueError: no window, or a value that is not finite.
    """
    if window_vectors.ndim != 2 or len(window_vectors) == 0:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"expected (n_windows, dimension), got {window_vectors.shape}")
    if not np.isfinite(window_vectors).all():
        raise ValueError("a window vector is not finite")
    mean = window_vectors.astype(np.float64).mean(axis=0)
    length = float(np.linalg.norm(mean))
    if length < _SHORTEST_MEAN:
        mean, length = window_vectors[0], 1.0
    unit: FloatArray = np.asarray(mean / length, dtype=np.float32)
    return unit


def track_tags(tag_logits: FloatArray, calibration: TagCalibration) -> FloatArray:
    """Scores of the tags of a track: those of its windows' mean logits.

    Args:
        tag_logits: float32, shape (n_windows, n_tags), n_windows >= 1.
        calibration: of these tags.

    Returns:
        float32, shape (n_tags,), probabilities.
    """
    return tag_scores(tag_logits.mean(axis=0, dtype=np.float64), calibration)


def tag_scores(tag_logits: npt.NDArray[np.floating], calibration: TagCalibration) -> FloatArray:
    """Probabilities from logits of shape (..., n_tags); float32, of the same shape."""
    margins = tag_logits * np.array(calibration.slopes) + np.array(calibration.offsets)
    # 1 / (1 + exp(-x)), written so that it never overflows
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * margins), dtype=np.float32)
