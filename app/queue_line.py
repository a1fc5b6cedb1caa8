"""The entries of the queue at one time, and what can be done to them, without any notion of time.

Every entry has a key of its own, since a track may stand in the queue more than once. A position
is a gap: 0 is before the first entry.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import not_
from typing import TYPE_CHECKING, NewType, TypeVar

from library.records import TrackId

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# A track of the library, or the path of a file outside of it.
Playable = TrackId | bytes
QueueKey = NewType("QueueKey", int)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """The queue's entries at one time, as two columns.

    unshuffled: the keys in the order that they had before they were shuffled; empty when they
        were not.
    """

    keys: tuple[QueueKey, ...] = ()
    playables: tuple[Playable, ...] = ()
    unshuffled: tuple[QueueKey, ...] = ()

    def inserted(self, position: int, keys: Sequence[QueueKey], new: Sequence[Playable]) -> "Line":
        """With new entries in a gap."""
        return Line(
            (*self.keys[:position], *keys, *self.keys[position:]),
            (*self.playables[:position], *new, *self.playables[position:]),
            self.unshuffled,
        )

    def removed(self, keys: Collection[QueueKey]) -> "Line":
        """Without some entries."""
        leave = self._chosen(keys)
        return Line(_without(self.keys, leave), _without(self.playables, leave), self.unshuffled)

    def moved(self, keys: Collection[QueueKey], position: int) -> "Line":
        """With some entries brought together in a gap, in the order that they had."""
        go = self._chosen(keys)
        return Line(
            _brought_together(self.keys, go, position),
            _brought_together(self.playables, go, position),
            self.unshuffled,
        )

    def shuffled(self, first: int | None, seed: int | None) -> "Line":
        """In an order of chance, but for one entry that comes first."""
        import numpy as np

        order = np.random.default_rng(seed).permutation(len(self.keys))
        if first is not None:
            order = np.concatenate([[first], order[order != first]])
        return self._ordered(order, self.unshuffled or self.keys)

    def in_old_order(self) -> "Line":
        """As it was before it was shuffled; what came in since then stands last."""
        if not self.unshuffled or not self.keys:
            return Line(self.keys, self.playables)
        import numpy as np

        keys = np.array(self.keys)
        before = np.array(self.unshuffled)
        ranks = np.full(max(keys.max(), before.max()) + 1, len(before))
        ranks[before] = np.arange(len(before))
        return self._ordered(np.argsort(ranks[keys], kind="stable"), ())

    def _ordered(self, order: "npt.NDArray[np.int64]", unshuffled: tuple[QueueKey, ...]) -> "Line":
        return Line(_taken(self.keys, order), _taken(self.playables, order), unshuffled)

    def _chosen(self, keys: Collection[QueueKey]) -> list[bool]:
        """For each entry whether it is one of these."""
        return list(map(set(keys).__contains__, self.keys))


def _without(column: tuple[T, ...], leave: Sequence[bool]) -> tuple[T, ...]:
    return tuple(compress(column, map(not_, leave)))


def _brought_together(column: tuple[T, ...], go: Sequence[bool], position: int) -> tuple[T, ...]:
    before = _without(column[:position], go[:position])
    after = _without(column[position:], go[position:])
    return (*before, *compress(column, go), *after)


def _taken(column: tuple[T, ...], order: "npt.NDArray[np.int64]") -> tuple[T, ...]:
    """The column in another order; an array of objects does it without a call for each."""
    import numpy as np

    cells = np.empty(len(column), dtype=object)
    cells[:] = column
    return tuple(cells[order].tolist())
