"""Hubs kept down: tracks that are near everything would otherwise stand in every list.

In a space of many dimensions a few points are among the nearest of very many others, and some of
nobody. So a similarity counts by how far it stands out, on both sides: among the cosines of the
query with the library, and among those of the track. Each is measured in standard deviations from
its mean, the lesser of the two counts, and it is told on the scale of the library's ordinary track:
0.7 is as much as a cosine of 0.7 between two tracks that are neither hubs nor outsiders.

This is mutual proximity with normal marginals. The probability that a third track is less similar
to both is the product of two where they are independent, and the lesser where one decides the
other. Of neighbours, which see the library from nearly the same place, the second is nearer the
truth; and only then is the same music always the most similar.

Nothing is kept for a track: mean and deviation of its cosines follow from its vector and from mean
and covariance of a sample of the library. A file from outside has them just so.

Source:
    Schnitzer, Flexer, Schedl and Widmer 2012, "Local and global scaling reduce hubs in space",
    Journal of Machine Learning Research 13, section 3.2.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.ranking import DECIMALS
from library.records import FloatArray

# Mean and deviation of a track's cosines err by 1/45 and 1/64 of a deviation.
SAMPLE_TRACKS = 2048
# So many tracks have as much say in a mean or deviation as what is usual in the whole library.
PRIOR_TRACKS = 10
# Vectors that are equal but for rounding differ by less; nothing stands out among them.
SMALLEST_DEVIATION = 1e-6

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """What the tracks of a library are like as a whole.

    n_tracks: how many it was learned from.
    middle: float64, shape (dimension,), their mean vector.
    covariance: float64, shape (dimension, dimension), of their vectors.
    usual_mean, usual_deviation: of the cosines of an ordinary track with all tracks.
    """

    n_tracks: int
    middle: Numbers
    covariance: Numbers
    usual_mean: float
    usual_deviation: float


def crowd_of(vectors: FloatArray) -> Crowd:
    """The crowd that some tracks are, or are a sample of.

    Args:
        vectors: float32, shape (n_tracks, dimension), of unit length; any number of tracks.
    """
    n_tracks = max(len(vectors), 1)
    middle = vectors.sum(axis=0, dtype=np.float64) / n_tracks
    apart = vectors - middle.astype(np.float32)
    covariance = (apart.T @ apart).astype(np.float64) / n_tracks
    # the means over all tracks of their own mean and variance, which _cosines gives for one
    mean = float(middle @ middle)
    variance = float(np.sum(covariance * (covariance + np.outer(middle, middle))))
    return Crowd(len(vectors), middle, covariance, mean, float(np.sqrt(variance)))


def damped(
    crowd: Crowd, query: FloatArray, vectors: FloatArray, similarities: npt.ArrayLike
) -> Numbers:
    """Similarities by how much they stand out for both sides: less for a hub.

    In a library of one track they are what they were, and with few tracks not far from it. The
    music of the query itself stays the most similar.

    Args:
        crowd: the library.
        query: float32, shape (dimension,), of unit length, of the library or not.
        vectors: float32, shape (n, dimension), of unit length: tracks of the library.
        similarities: shape (n,), of the query with each of them: cosines or much like cosines.

    Returns:
        float64, shape (n,), on the scale of cosines; between outsiders they may pass 1.
    """
    given = np.asarray(similarities, dtype=np.float64)
    means, deviations = _cosines(crowd, np.concatenate([query[np.newaxis], vectors]))
    for_query = (given - means[0]) / deviations[0]
    for_tracks = (given - means[1:]) / deviations[1:]
    least = np.minimum(for_query, for_tracks)
    told = crowd.usual_mean + max(crowd.usual_deviation, SMALLEST_DEVIATION) * least
    rounded: Numbers = np.round(told, DECIMALS)
    return rounded


def _cosines(crowd: Crowd, vectors: FloatArray) -> tuple[Numbers, Numbers]:
    """Mean and deviation of each vector's cosines with the library, drawn to the usual ones."""
    trust = max(crowd.n_tracks - 1, 0) / (max(crowd.n_tracks - 1, 0) + PRIOR_TRACKS)
    variances = np.einsum("nd,nd->n", vectors @ crowd.covariance, vectors)
    means = trust * (vectors @ crowd.middle) + (1 - trust) * crowd.usual_mean
    variances = trust * variances + (1 - trust) * crowd.usual_deviation**2
    return means, np.sqrt(np.maximum(variances, SMALLEST_DEVIATION**2))
