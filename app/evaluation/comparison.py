"""Entrants side by side, by every judge."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.evaluation.bootstrap import (
    DoubleArray,
    Interval,
    drawn_means,
    interval,
    macro_weights,
)
from app.evaluation.judges import Body, Judge, Query, numbers_of
from app.evaluation.metrics import DEPTH, MEASURES, BoolArray, IntArray, skewness
from app.evaluation.rankings import Entrant, Ranking

ChooseReference = Callable[[Mapping[str, float]], str]
Shown = Callable[[Sequence[int], str], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Score:
    """What one entrant reached by one judge.

    measures: macro means over the groups, by name.
    interval: of the mean average precision; None where a single unit leaves nothing to draw.
    hubness: skewness of how often each of the body's first `n_asking` tracks is among the ten
        nearest of the others of them, whoever of these the judge lets query.
    difference: of the mean average precision to that of the reference, which has 0 itself.
    difference_interval: of that difference, by the same draws.
    """

    entrant: str
    measures: Mapping[str, float]
    interval: Interval | None
    hubness: float
    difference: float
    difference_interval: Interval | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one judge says of all entrants. n_units of `units` are what the bootstrap draws."""

    judge: str
    filters_artists: bool
    n_searched: int
    n_queries: int
    n_groups: int
    units: str
    n_units: int
    against: str
    scores: tuple[Score, ...]


def compare(
    bodies: Sequence[Body],
    entrants: Sequence[Entrant],
    choose_reference: ChooseReference,
    shown: Shown = lambda places, _name: places,
) -> list[Verdict]:
    """The verdict of every judge over every body.

    Args:
        bodies: what is searched, and the judges.
        entrants: of different names.
        choose_reference: from the macro means of average precision by name to the name of the
            entrant with which the others are compared.
        shown: goes through the places of a body for an entrant of this name, and may show how far.
    """
    verdicts = []
    for body in bodies:
        measured = {entrant.name: _measured(body, entrant, shown) for entrant in entrants}
        for index, judge in enumerate(body.judges):
            of_judge = {name: (parts[index], hub) for name, (parts, hub) in measured.items()}
            verdicts.append(_verdict(body, judge, of_judge, choose_reference))
    return verdicts


def _measured(body: Body, entrant: Entrant, shown: Shown) -> tuple[list[DoubleArray], float]:
    """For each judge the measures of its queries (n_queries, n_measures), and the hubness.

    Of several rankings of an entrant both are means.
    """
    asked = [_by_place(judge.queries) for judge in body.judges]
    rankings = entrant.rankings_of(body.tracks)
    totals = [np.zeros((len(judge.queries), len(MEASURES))) for judge in body.judges]
    occurrences = np.zeros((len(rankings), body.n_asking), np.int64)
    for place in shown(range(body.n_asking), entrant.name):
        for ranking, occurred in zip(rankings, occurrences, strict=True):
            order = _order(ranking, place)
            occurred[order[order < body.n_asking][:DEPTH]] += 1
            for judge, queries, total in zip(body.judges, asked, totals, strict=True):
                for index in queries.get(place, ()):
                    total[index] += _measures(judge, judge.queries[index], order)
    hubness = float(np.mean([skewness(occurred) for occurred in occurrences]))
    return [total / len(rankings) for total in totals], hubness


def _by_place(queries: Sequence[Query]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for index, query in enumerate(queries):
        places.setdefault(query.place, []).append(index)
    return places


def _order(ranking: Ranking, place: int) -> IntArray:
    """All tracks but the query, the most similar first; of equal ones the earlier."""
    order = np.argsort(-ranking(place), kind="stable")
    others: IntArray = order[order != place]
    return others


def _measures(judge: Judge, query: Query, order: IntArray) -> list[float]:
    ranked = order[judge.candidates(query.place)[order]]
    members: BoolArray = np.zeros(len(order) + 1, np.bool_)
    members[judge.members[query.group]] = True
    return [measure(members[ranked]) for measure in MEASURES.values()]


def _verdict(
    body: Body,
    judge: Judge,
    measured: Mapping[str, tuple[DoubleArray, float]],
    choose_reference: ChooseReference,
) -> Verdict:
    """What a judge makes of each entrant's measures (n_queries, n_measures) and hubness."""
    weights = macro_weights([query.group for query in judge.queries])
    units = numbers_of([query.unit for query in judge.queries])
    n_units = int(units.max()) + 1
    means = {name: weights @ measures for name, (measures, _) in measured.items()}
    against = choose_reference({name: float(mean[0]) for name, mean in means.items()})
    precisions = np.stack([measures[:, 0] for measures, _ in measured.values()], axis=1)
    draws = dict(zip(measured, drawn_means(precisions, weights, units).T, strict=True))
    scores = [
        Score(
            entrant=name,
            measures=dict(zip(MEASURES, means[name].tolist(), strict=True)),
            interval=interval(draws[name], n_units),
            hubness=hubness,
            difference=float(means[name][0] - means[against][0]),
            difference_interval=interval(draws[name] - draws[against], n_units),
        )
        for name, (_, hubness) in measured.items()
    ]
    return Verdict(
        judge=judge.name,
        filters_artists=judge.filters_artists,
        n_searched=len(body.tracks),
        n_queries=len(judge.queries),
        n_groups=len({query.group for query in judge.queries}),
        units=judge.units,
        n_units=n_units,
        against=against,
        scores=tuple(scores),
    )
