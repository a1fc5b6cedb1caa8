"""From the vectors of a track's windows to the vector of the track."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

# Below this length the mean of unit vectors is rounding noise and has no direction.
_SHORTEST_MEAN = 1e-6


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
