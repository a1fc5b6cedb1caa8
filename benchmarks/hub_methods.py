"""Ways to keep hubs down, to compare with the program's; each is a few lines over whole matrices.

Sources:
    Mutual proximity: Schnitzer, Flexer, Schedl and Widmer 2012, "Local and global scaling reduce
    hubs in space". Local scaling: Zelnik-Manor and Perona 2004, in the form of Conneau et al. 2018
    (CSLS). Localised centring: Hara et al. 2015, "Localized centering: reducing hubness in
    large-sample data".
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from app.hubs import SAMPLE_TRACKS, crowd_of, damped
from library.records import FloatArray

N_NEAREST = 10

Numbers = npt.NDArray[np.float64]
# Given vectors (n_queries, dimension) and (n_tracks, dimension) and the similarities of each query
# with each track, (n_queries, n_tracks): the similarities to rank by, of the same shape.
Method = Callable[[FloatArray, FloatArray, Numbers], Numbers]


def none(_queries: FloatArray, _library: FloatArray, given: Numbers) -> Numbers:
    return given


def as_the_program(queries: FloatArray, library: FloatArray, given: Numbers) -> Numbers:
    crowd = crowd_of(library[:SAMPLE_TRACKS])
    return np.array(
        [damped(crowd, query, library, row) for query, row in zip(queries, given, strict=True)]
    )


def product_of_normals(queries: FloatArray, library: FloatArray, given: Numbers) -> Numbers:
    of_queries, of_tracks = queries @ library.T, library @ library.T
    rows = (given - column(of_queries.mean(axis=1))) / column(of_queries.std(axis=1))
    columns = (given - of_tracks.mean(axis=1)) / of_tracks.std(axis=1)
    both: Numbers = log_ndtr(rows) + log_ndtr(columns)
    return both


def empirical(queries: FloatArray, library: FloatArray, given: Numbers) -> Numbers:
    of_queries, of_tracks = queries @ library.T, library @ library.T
    shares = [
        ((cosines < column(similar)) & (of_tracks < column(similar))).mean(axis=1)
        for cosines, similar in zip(of_queries, given, strict=True)
    ]
    return np.array(shares) + 1e-6 * given  # ties by what they were


def local_scaling(_queries: FloatArray, library: FloatArray, given: Numbers) -> Numbers:
    return given - nearest_mean(library @ library.T) / 2


def localised_centring(_queries: FloatArray, library: FloatArray, given: Numbers) -> Numbers:
    return given - nearest_mean(library @ library.T)


def nearest_mean(cosines: FloatArray) -> Numbers:
    """Mean cosine of each track with its ten nearest, itself left out; float64 (n,)."""
    depth = min(N_NEAREST, len(cosines) - 1)
    nearest = np.sort(cosines, axis=1)[:, -depth - 1 : -1]
    means: Numbers = nearest.mean(axis=1, dtype=np.float64)
    return means


def column(values: Numbers) -> Numbers:
    """Shape (n, 1)."""
    return values[:, np.newaxis]


METHODS: Mapping[str, Method] = {
    "none": none,
    "damped": as_the_program,
    "product of normals": product_of_normals,
    "empirical": empirical,
    "local scaling": local_scaling,
    "localised centring": localised_centring,
}
