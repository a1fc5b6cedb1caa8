"""How alike a query and a track are: pure arithmetic over unit vectors, no library, no files.

A query is shaped as a track is: one vector and its windows. Unwanted seeds move both away from
themselves, by Rocchio's formula. The similarity of a track is then the mean of two cosines: of the
track vectors, which say what the whole is like, and of the windows, each with the one that it meets
best, which know that an intro is not the song. Both lie in [-1, 1], so their mean does, and nothing
has to be scaled; a track always gets the same number, whatever else is ranked with it. What this
number is worth in a library with hubs, app.hubs says.

Sources:
    Rocchio 1971, "Relevance feedback in information retrieval"; Manning, Raghavan and Schütze 2008,
    "Introduction to Information Retrieval", section 9.1.1.
    Best-met windows: the sum of maximal similarities of Khattab and Zaharia 2020, "ColBERT", taken
    in both directions as Chamfer matching does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.errors import SeedsCancelOut
from library.records import Embedding, FloatArray

# Below this length a sum of unit vectors is rounding and points nowhere.
SHORTEST = 1e-6
# A product of matrices sums a row in an order that hangs on its place; equals are to stay equal.
DECIMALS = 9


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """Weights of the ranking.

    unwanted_weight: weight of the mean unwanted seed beside 1 for the mean wanted one. The usual
        0.2 is meant for judgements by the thousand; a person who names one song means it.
    window_weight: share of the windows in the similarity, in [0, 1]; the rest is the vectors'.
    hub_damping: share of the damped similarity, in [0, 1]; the rest is the similarity as it was.
    """

    unwanted_weight: float = 0.5
    window_weight: float = 0.5
    hub_damping: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is looked for.

    vector: float32, shape (dimension,), unit length.
    windows: float32, shape (n_windows of all wanted seeds together, dimension), unit length.
    window_weights: float32, shape (n_windows,), sum 1; every seed has the same say.
    """

    vector: FloatArray
    windows: FloatArray
    window_weights: FloatArray


def query_of(
    wanted: Sequence[Embedding], unwanted: Sequence[Embedding], config: RankingConfig
) -> Query:
    """The query for some wanted seeds (one at least) and some unwanted ones.

    Raises:
        ValueError: there is no wanted seed.
        SeedsCancelOut: the unwanted seeds are what the wanted ones are.
    """
    if not wanted:
        raise ValueError("a query needs at least one wanted seed")
    away = _away_from(unwanted, config) if unwanted else np.zeros_like(wanted[0].vector)
    middle = np.mean([seed.vector for seed in wanted], axis=0) - away
    if np.linalg.norm(middle) < SHORTEST:
        raise SeedsCancelOut
    windows = np.concatenate([seed.windows for seed in wanted]) - away
    weights = np.concatenate(
        [np.full(len(seed.windows), 1 / (len(seed.windows) * len(wanted))) for seed in wanted]
    )
    return Query(_unit(middle), _unit(windows), weights.astype(np.float32))


def similarity(query: Query, embedding: Embedding, config: RankingConfig) -> float:
    """How alike a track is to the query, whatever the library: a mean of cosines, in [-1, 1]."""
    n_windows = np.array([len(embedding.windows)])
    alike = similarities(query, embedding.vector[None], embedding.windows, n_windows, config)
    return float(alike[0])


def similarities(
    query: Query,
    vectors: FloatArray,
    windows: FloatArray,
    n_windows: npt.NDArray[np.int64],
    config: RankingConfig,
) -> npt.NDArray[np.float64]:
    """The `similarity` of many tracks at once; the same whatever others stand beside a track.

    Args:
        query: what is looked for.
        vectors: float32, shape (n_tracks, dimension), rows of unit length.
        windows: float32, shape (n_windows of all tracks, dimension), those of a track together.
        n_windows: int, shape (n_tracks,), how many each has: one at least.
        config: weight of the windows.

    Returns:
        float64, shape (n_tracks,), in [-1, 1].
    """
    first_rows = np.cumsum(n_windows) - n_windows
    cosines = windows.astype(np.float64) @ query.windows.T  # (n_windows, n_query_windows)
    forth = np.maximum.reduceat(cosines, first_rows, axis=0) @ query.window_weights
    back = np.add.reduceat(cosines.max(axis=1), first_rows) / n_windows
    whole = vectors.astype(np.float64) @ query.vector
    blend = (1 - config.window_weight) * whole + config.window_weight * (forth + back) / 2
    return np.round(np.clip(blend, -1.0, 1.0), DECIMALS).astype(np.float64)


def window_agreement(first: FloatArray, second: FloatArray) -> float:
    """Mean cosine of each window with the one of the other track that it is most like.

    Args:
        first: float32, shape (n_windows, dimension), rows of unit length.
        second: float32, shape (any number of windows, dimension), rows of unit length.

    Returns:
        The mean of both directions, so that the order of the two does not matter; in [-1, 1].
    """
    cosines = first @ second.T  # (n_first, n_second)
    return float(cosines.max(axis=1).mean() + cosines.max(axis=0).mean()) / 2


def closest_windows(seed: Embedding, match: Embedding) -> tuple[int, int, float]:
    """The seed's window and the match's window that are most alike, and their cosine."""
    cosines = seed.windows @ match.windows.T  # (n_seed_windows, n_match_windows)
    seed_index, match_index = np.unravel_index(int(np.argmax(cosines)), cosines.shape)
    closest = min(1.0, max(-1.0, float(cosines[seed_index, match_index])))
    return int(seed_index), int(match_index), closest


def _away_from(unwanted: Sequence[Embedding], config: RankingConfig) -> FloatArray:
    middle: FloatArray = np.mean([seed.vector for seed in unwanted], axis=0, dtype=np.float32)
    return middle * np.float32(config.unwanted_weight)


def _unit(vectors: FloatArray) -> FloatArray:
    """Rows of unit length; a row of zeros stays one, and is like nothing."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: FloatArray = (vectors / np.maximum(lengths, SHORTEST)).astype(np.float32)
    return unit
