"""Which entrants some vectors give: each encoder, Segue's two together, and chance."""

from collections.abc import Mapping, Sequence

from app.evaluation.metrics import IntArray
from app.evaluation.rankings import (
    Entrant,
    by_cosine,
    by_damped_cosine,
    chance,
    concatenated,
    rank_ensemble,
)
from app.evaluation.whitening import whitened
from library.records import FloatArray

NETWORK = "network"
HANDCRAFTED = "handcrafted"
WHITENED = "handcrafted-whitened"
CONCATENATED = "concatenated"
RANK_ENSEMBLE = "rank-ensemble"
CHANCE = "chance"
DAMPED = "-damped"
DERIVED = frozenset((WHITENED, CONCATENATED, RANK_ENSEMBLE, CHANCE))


def entrants_of(
    vectors: Mapping[str, FloatArray], examples: IntArray, *, damped: bool
) -> list[Entrant]:
    """One entrant per encoder, what can be made of them, and chance, of different names.

    Args:
        vectors: per encoder float32, shape (n_tracks, dimension), unit rows. The one named
            "handcrafted" enters also whitened, and together with the one named "network" as their
            vectors side by side and as the mean of their ranks.
        examples: int64: the tracks from which whitening is learned.
        damped: each encoder enters once more, with hubs kept down.
    """
    spaces = dict(vectors)
    by_hand, network = vectors.get(HANDCRAFTED), vectors.get(NETWORK)
    if by_hand is not None:
        spaces[WHITENED] = whitened(by_hand, by_hand[examples])
    if by_hand is not None and network is not None:
        spaces[CONCATENATED] = concatenated(network, by_hand)
    entrants = []
    for name, rows in spaces.items():
        entrants.append(by_cosine(name, rows))
        if damped:
            entrants.append(by_damped_cosine(name + DAMPED, rows))
    if by_hand is not None and network is not None:
        pair = by_cosine(NETWORK, network), by_cosine(HANDCRAFTED, by_hand)
        entrants.append(rank_ensemble(RANK_ENSEMBLE, *pair))
    return [*entrants, chance(CHANCE)]


def entrant_names(encoders: Sequence[str], *, damped: bool) -> list[str]:
    """The names of the entrants that `entrants_of` makes of the vectors of these encoders."""
    spaces = list(encoders)
    both = HANDCRAFTED in encoders and NETWORK in encoders
    spaces += [WHITENED] * (HANDCRAFTED in encoders) + [CONCATENATED] * both
    forms = [name + form for name in spaces for form in ("", DAMPED)[: 1 + damped]]
    return [*forms, *[RANK_ENSEMBLE] * both, CHANCE]


def best_by_hand(precisions: Mapping[str, float]) -> str:
    """The best of the hand-crafted variants, or chance where there is none.

    Args:
        precisions: mean average precision by the name of the entrant.
    """
    variants = [name for name in (HANDCRAFTED, WHITENED) if name in precisions]
    return max(variants, key=precisions.__getitem__, default=CHANCE)
