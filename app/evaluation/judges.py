"""Who says what belongs together: groups of tracks, and who may stand in whose list.

A judge looks at a body of tracks that is searched. Each track that queries is to find the others of
its group among its candidates, which are all tracks searched but those that are kept apart from it:
itself, and by some judges those of its own source or its own artist.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.evaluation.metrics import BoolArray, IntArray

# A query with fewer relevant candidates says too little and is left out.
MIN_RELEVANT = 3
# Fewer tracks are no collection.
MIN_COLLECTION = 5


@dataclass(frozen=True, slots=True)
class Query:
    """A track that queries for the others of a group.

    place: its index among the tracks searched.
    unit: what the bootstrap draws whole, with all queries of the same unit.
    """

    place: int
    group: str
    unit: Hashable


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """One truth about n tracks.

    units: what the units of the queries are, in the plural.
    members: per group the places of its tracks, rising, int64.
    apart: int64, shape (n_rules, n): tracks with an equal number in any row are kept apart.
    """

    name: str
    units: str
    filters_artists: bool
    members: Mapping[str, IntArray]
    apart: IntArray
    queries: tuple[Query, ...]

    def candidates(self, place: int) -> BoolArray:
        """Which tracks may stand in the list of this one; bool, shape (n,)."""
        allowed: BoolArray = (self.apart != self.apart[:, place, np.newaxis]).all(axis=0)
        return allowed


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Tracks that are searched together, and the judges over them.

    tracks: int64, shape (n,): which of all tracks evaluated these are.
    n_asking: none but so many of the first query, and hubs are counted among these; the others can
        only be found.
    """

    tracks: IntArray
    judges: tuple[Judge, ...]
    n_asking: int


def judge(
    name: str,
    n_tracks: int,
    members: Mapping[str, IntArray],
    *,
    units: str,
    unit_of: Sequence[Hashable] | None = None,
    apart: Sequence[Hashable] | None = None,
    n_asking: int | None = None,
) -> Judge:
    """A judge for whom the members of every group query.

    Args:
        name: for people.
        n_tracks: how many are searched.
        members: per group the places of its tracks, rising, int64.
        units: what the bootstrap draws, in the plural.
        unit_of: the unit of each track; None: the groups themselves are drawn.
        apart: tracks of one label are kept apart, as a track always is from itself.
        n_asking: only so many of the first tracks query; None: all do.
    """
    rules = [np.arange(n_tracks)] + ([] if apart is None else [numbers_of(apart)])
    queries = tuple(
        Query(int(place), group, group if unit_of is None else unit_of[place])
        for group, inside in members.items()
        for place in inside
        if n_asking is None or place < n_asking
    )
    return _with_enough_relevant(Judge(name, units, False, members, np.stack(rules), queries))


def asked_by(judge: Judge, asking: BoolArray) -> Judge:
    """The judge with the queries of some tracks only; the others can still be found."""
    return replace(judge, queries=tuple(q for q in judge.queries if asking[q.place]))


def without_own_artist(judge: Judge, artists: Sequence[str]) -> Judge:
    """The judge whose lists leave out results by the query's artist; a blank one is alone."""
    apart = np.vstack([judge.apart, numbers_of(artists)])
    return _with_enough_relevant(replace(judge, filters_artists=True, apart=apart))


def groups_of(labels: Sequence[Iterable[str]], least: int = 1) -> dict[str, IntArray]:
    """The places of the tracks that bear each label, by label, where at least so many do.

    Args:
        labels: for each track those that it bears, none of them twice; empty ones do not count.
        least: how many tracks make a group.
    """
    places: dict[str, list[int]] = {}
    for place, borne in enumerate(labels):
        for label in borne:
            places.setdefault(label, []).append(place)
    return {
        label: np.array(places[label], np.int64)
        for label in sorted(places)
        if label and len(places[label]) >= least
    }


def numbers_of(labels: Sequence[Hashable]) -> IntArray:
    """A number for each label, the same for equal ones; each empty label has one of its own."""
    known: dict[Hashable, int] = {}
    named = [label or ("nameless", place) for place, label in enumerate(labels)]
    return np.array([known.setdefault(name, len(known)) for name in named], np.int64)


def _with_enough_relevant(judge: Judge) -> Judge:
    kept = tuple(query for query in judge.queries if _n_relevant(judge, query) >= MIN_RELEVANT)
    return replace(judge, queries=kept)


def _n_relevant(judge: Judge, query: Query) -> int:
    members = judge.members[query.group]
    apart = judge.apart[:, members] == judge.apart[:, query.place, np.newaxis]
    return int(np.count_nonzero(~apart.any(axis=0)))
