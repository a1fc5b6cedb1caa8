"""What `segue evaluate` prints of its verdicts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from app.cli.output import counted, print_json, print_line, print_table

if TYPE_CHECKING:
    from app.evaluation.bootstrap import Interval
    from app.evaluation.comparison import Score, Verdict

_COLUMNS = (
    "encoder",
    "MAP",
    "95 %",
    "P@10",
    "R-prec",
    "RR",
    "nDCG@10",
    "hubness",
    "difference",
    "95 %",
)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Which tracks were evaluated: those of all that every encoder has a vector for.

    n_examples: from how many whitening was learned; by_other_split: they are those that do not
        query, and not all.
    """

    n_tracks: int
    n_all: int
    n_examples: int
    by_other_split: bool


def print_verdicts(verdicts: "Sequence[Verdict]", evaluated: Evaluated, *, as_json: bool) -> None:
    """Print a table for each verdict, or everything for programs."""
    if as_json:
        print_json(
            {"tracks": asdict(evaluated), "verdicts": [asdict(verdict) for verdict in verdicts]}
        )
        return
    for verdict in verdicts:
        print_line(_heading(verdict))
        print_table(_COLUMNS, [_row(score, verdict.against) for score in verdict.scores])
        print_line(_on_intervals(verdict))
        print_line()
    for sentence in _notes(verdicts, evaluated):
        print_line(sentence)


def _heading(verdict: "Verdict") -> str:
    name = verdict.judge.capitalize()
    kind = f"{name}, without the query's artist" if verdict.filters_artists else name
    groups = counted(verdict.n_groups, "group")
    queries = f"{verdict.n_queries:,} quer{'y' if verdict.n_queries == 1 else 'ies'}"
    return f"{kind}: {queries} in {groups}, among {counted(verdict.n_searched, 'track')}"


def _row(score: "Score", against: str) -> tuple[str, ...]:
    precision, *others = (f"{value:.3f}" for value in score.measures.values())
    differs = score.entrant != against
    return (
        score.entrant,
        precision,
        _span(score.interval, sign=""),
        *others,
        f"{score.hubness:.2f}",
        f"{score.difference:+.3f}" if differs else "",
        _span(score.difference_interval, sign="+") if differs else "",
    )


def _span(interval: "Interval | None", *, sign: str) -> str:
    if interval is None:
        return ""
    return f"{interval.low:{sign}.3f} to {interval.high:{sign}.3f}"


def _on_intervals(verdict: "Verdict") -> str:
    differences = f"Differences of MAP are to {verdict.against}."
    if verdict.n_units == 1:
        return f"{differences} All queries are of one unit, so there are no intervals."
    drawn = f"{verdict.n_units:,} {verdict.units} of the queries drawn with replacement"
    return f"{differences} Intervals: {drawn}."


def _notes(verdicts: "Sequence[Verdict]", evaluated: Evaluated) -> list[str]:
    notes = ["MAP and the other measures are macro means over the groups."]
    if evaluated.n_tracks < evaluated.n_all:
        notes.append(
            f"Evaluated are those {evaluated.n_tracks:,} of {counted(evaluated.n_all, 'track')} "
            "for which every encoder has a vector."
        )
    if any(score.entrant == "handcrafted-whitened" for score in verdicts[0].scores):
        which = "of the other splits" if evaluated.by_other_split else "evaluated themselves"
        notes.append(f"Whitening was learned from {evaluated.n_examples:,} tracks {which}.")
    return notes
