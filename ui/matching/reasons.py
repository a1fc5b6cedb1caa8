"""Why a track is a match, in words."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from library.records import Match, WindowPair
from ui.words import clock

_VERY_ALIKE = 0.7
_ALIKE = 0.5
_SOMEWHAT_ALIKE = 0.3
_MOST_PASSAGES = 6


def reason_line(match: Match, n_seeds: int) -> str:
    """The best reason and the shared tags, in one line; a single seed need not be named."""
    parts = []
    if match.reasons:
        best = match.reasons[0]
        parts.append(_passage(best) if n_seeds > 1 else _passage_of_one(best))
    parts.append(", ".join(match.shared_tags))
    return " \u00b7 ".join(filter(None, parts))


def reason_text(match: Match) -> str:
    """The similarity, the closest passages and the shared tags, line by line."""
    lines = [
        _tr("Similarity {number:.2f}: {words}").format(
            number=match.similarity, words=likeness(match.similarity)
        ),
        *map(_passage, match.reasons[:_MOST_PASSAGES]),
    ]
    if match.shared_tags:
        lines.append(_tr("Heard in both: {tags}").format(tags=", ".join(match.shared_tags)))
    return "\n".join(lines)


def likeness(similarity: float) -> str:
    """How alike, in words."""
    if similarity >= _VERY_ALIKE:
        return _tr("very alike")
    if similarity >= _ALIKE:
        return _tr("alike")
    return _tr("somewhat alike") if similarity >= _SOMEWHAT_ALIKE else _tr("a little alike")


def name_of_list(titles: Sequence[str]) -> str:
    """A name for a playlist of what is like some seeds."""
    if not titles:
        return _tr("Similar songs")
    if len(titles) == 1:
        return _tr("Like {first}").format(first=titles[0])
    if len(titles) == 2:  # noqa: PLR2004 - two are named, more are counted
        return _tr("Like {first} and {second}").format(first=titles[0], second=titles[1])
    return _tr("Like {first} and {count} more").format(first=titles[0], count=len(titles) - 1)


def _passage(pair: WindowPair) -> str:
    return _tr("{here} like {there} of {seed}").format(
        here=clock(pair.match_start_s), there=clock(pair.seed_start_s), seed=pair.seed
    )


def _passage_of_one(pair: WindowPair) -> str:
    return _tr("{here} like {there}").format(
        here=clock(pair.match_start_s), there=clock(pair.seed_start_s)
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reasons", text)
