"""Widths of columns that fill a table: columns of text share what the others leave."""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST_PX = 72


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column's width as it was last chosen, and whether it gives and takes."""

    width_px: int
    gives: bool


def fitted(
    wanted: Mapping[int, Wanted], available_px: int, *, pinned: int | None = None
) -> dict[int, int]:
    """Widths that add up to the available one, unless all are at their least.

    Args:
        wanted: the columns that are shown.
        available_px: width of the table.
        pinned: a column that is being dragged and keeps its width.
    """
    givers = {
        index: max(1, one.width_px)
        for index, one in wanted.items()
        if one.gives and index != pinned
    }
    left_px = available_px - sum(
        one.width_px for index, one in wanted.items() if index not in givers
    )
    widths = {index: one.width_px for index, one in wanted.items()}
    while givers:
        total = sum(givers.values())
        narrow = [index for index, width in givers.items() if left_px * width < LEAST_PX * total]
        if not narrow:
            return widths | _shared(givers, left_px)
        for index in narrow:
            widths[index] = LEAST_PX
            left_px -= LEAST_PX
            del givers[index]
    return widths


def _shared(weights: Mapping[int, int], pixels: int) -> dict[int, int]:
    """The pixels in proportion to the weights, to the last one."""
    total = sum(weights.values())
    shares = {}
    for index, weight in weights.items():
        shares[index] = round(pixels * weight / total)
        pixels -= shares[index]
        total -= weight
    return shares
