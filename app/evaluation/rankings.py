"""What is compared: ways to say how alike the tracks of a body are.

An entrant is asked about a body of tracks and answers with one ranking or, where chance plays a
part, with several that are averaged. A ranking is a function: the place of a query in, its
similarity to every track of the body out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from app.evaluation.metrics import IntArray
from app.hubs import SAMPLE_TRACKS, crowd_of, damped
from library.records import FloatArray

Ranking = Callable[[int], npt.NDArray[np.floating]]

_CHANCE_SEED = 2016
_MAX_CHANCE_RANKINGS = 20
# A large body needs fewer: chance is then a mean over many queries anyway.
_CHANCE_QUERIES = 10_000


@dataclass(frozen=True, slots=True)
class Entrant:
    """A name and, for the numbers of the tracks of a body, its rankings of them."""

    name: str
    rankings_of: Callable[[IntArray], Sequence[Ranking]]


def by_cosine(name: str, vectors: FloatArray) -> Entrant:
    """Ranks by the cosine of vectors.

    Args:
        name: of the entrant.
        vectors: float32, shape (n_tracks, dimension), unit rows, for all tracks evaluated.
    """

    def rankings_of(tracks: IntArray) -> list[Ranking]:
        rows = vectors[tracks]
        return [lambda place: rows @ rows[place]]

    return Entrant(name, rankings_of)


def by_damped_cosine(name: str, vectors: FloatArray) -> Entrant:
    """Ranks by the cosine of vectors with hubs kept down, as `app.hubs` does in the program.

    Args:
        name: of the entrant.
        vectors: float32, shape (n_tracks, dimension), unit rows, for all tracks evaluated.
    """

    def rankings_of(tracks: IntArray) -> list[Ranking]:
        rows = vectors[tracks]
        crowd = crowd_of(rows[:SAMPLE_TRACKS])  # in an order that says nothing of them
        return [lambda place: damped(crowd, rows[place], rows, rows @ rows[place])]

    return Entrant(name, rankings_of)


def rank_ensemble(name: str, first: Entrant, second: Entrant) -> Entrant:
    """Ranks by the mean of the ranks that two entrants give to a track of the body."""

    def rankings_of(tracks: IntArray) -> list[Ranking]:
        pairs = zip(first.rankings_of(tracks), second.rankings_of(tracks), strict=True)
        return [partial(_minus_mean_ranks, *pair) for pair in pairs]

    return Entrant(name, rankings_of)


def chance(name: str) -> Entrant:
    """Ranks at random, with a fixed seed: up to twenty rankings."""

    def rankings_of(tracks: IntArray) -> list[Ranking]:
        n_rankings = min(_MAX_CHANCE_RANKINGS, max(1, _CHANCE_QUERIES // max(len(tracks), 1)))
        return [partial(_drawn, number, len(tracks)) for number in range(n_rankings)]

    return Entrant(name, rankings_of)


def concatenated(first: FloatArray, second: FloatArray) -> FloatArray:
    """Unit rows (n, d1 + d2) whose cosine is the mean of the cosines of two sets of unit rows."""
    both: FloatArray = np.hstack([first, second]) / np.float32(np.sqrt(2.0))
    return both


def _minus_mean_ranks(first: Ranking, second: Ranking, place: int) -> npt.NDArray[np.float64]:
    return (_ranks(first(place)) + _ranks(second(place))) / -2


def _drawn(number: int, n_tracks: int, place: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng([_CHANCE_SEED, number, place]).random(n_tracks)


def _ranks(similarities: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The rank of each, 1 for the highest; equal ones share the mean of their ranks."""
    _, which, counts = np.unique(-similarities, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[which]
    return ranks
