"""Vectors made equally spread in all directions, learned without labels.

Sources:
    Whitening of descriptors: Jégou and Chum 2012, Negative evidences and co-occurences in image
    retrieval. Covariance from few vectors: Ledoit and Wolf 2004, A well-conditioned estimator for
    large-dimensional covariance matrices.
"""

import numpy as np
import numpy.typing as npt

from library.records import FloatArray

DoubleArray = npt.NDArray[np.float64]

_LEAST_LENGTH = 1e-12
_LEAST_VARIANCE = 1e-12


def whitened(vectors: FloatArray, examples: FloatArray) -> FloatArray:
    """The vectors in a space in which examples have equal variance in every direction.

    Args:
        vectors: float32, shape (n, dimension).
        examples: float32, shape (n_examples, dimension), one at least: mean and covariance are
            estimated on them.

    Returns:
        float32, shape (n, dimension), unit rows; a vector that is the mean stays near 0.
    """
    mean = examples.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(shrunk_covariance(examples))
    spread = (vectors - mean) @ (
        directions / np.sqrt(np.maximum(variances, _LEAST_VARIANCE))
    )  # (n, dimension)
    lengths = np.linalg.norm(spread, axis=1, keepdims=True)
    unit: FloatArray = (spread / np.maximum(lengths, _LEAST_LENGTH)).astype(np.float32)
    return unit


def shrunk_covariance(examples: FloatArray) -> DoubleArray:
    """Covariance of rows, drawn towards equal variances by as much as its error asks for.

    Args:
        examples: float32, shape (n_examples, dimension), not all the same.

    Returns:
        float64, shape (dimension, dimension), positive definite.
    """
    centred = examples - examples.mean(axis=0, dtype=np.float64)
    n_examples, dimension = centred.shape
    covariance = centred.T @ centred / n_examples
    mean_variance = np.trace(covariance) / dimension
    target = mean_variance * np.eye(dimension)
    distance = ((covariance - target) ** 2).sum()
    squares = centred**2
    error = ((squares.T @ squares).sum() / n_examples - (covariance**2).sum()) / n_examples
    share = min(error / distance, 1.0) if distance > 0 else 1.0
    shrunk: DoubleArray = (1 - share) * covariance + share * target
    return shrunk
