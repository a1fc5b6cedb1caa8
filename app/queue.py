"""What plays now and what plays next: an ordered list, a place in it, and the rules of moving on.

Every entry has a key of its own, since a track may stand in the queue more than once, and a place
is kept by that key through every edit. A position is a gap: 0 is before the first entry.
"""

from collections import deque
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import cast

from app.queue_line import Line, Playable, QueueKey

# Later than this, "previous" starts the track again.
RESTART_AFTER_S = 3.0
_MOST_UNDONE = 30


class Repeat(StrEnum):
    """What follows the last entry, or every entry."""

    OFF = "off"
    ALL = "all"
    ONE = "one"


class PlayQueue:
    """The queue. It knows what comes next; it does not know whether anything sounds."""

    def __init__(self) -> None:
        """Begin empty."""
        self.repeat = Repeat.OFF
        self.stop_after_current = False
        self._line = Line()
        self._next_key = 1
        self._current: QueueKey | None = None
        # Where the current entry stands, or the gap in which it stood before it was removed.
        self._place = 0
        self._undone: deque[Line] = deque(maxlen=_MOST_UNDONE)
        self._done: deque[Line] = deque(maxlen=_MOST_UNDONE)

    @property
    def line(self) -> Line:
        """The entries."""
        return self._line

    @property
    def current_index(self) -> int | None:
        """Which entry plays, or would on "play"; None where it was removed, or none was chosen."""
        return self._place if self._holds_current() else None

    @property
    def current(self) -> QueueKey | None:
        """Its key."""
        return self._current if self._holds_current() else None

    @property
    def current_playable(self) -> Playable | None:
        """What it is."""
        return self._line.playables[self._place] if self._holds_current() else None

    @property
    def shuffled(self) -> bool:
        """Whether the entries stand in an order of chance."""
        return bool(self._line.unshuffled)

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be undone."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether an edit was undone."""
        return bool(self._undone)

    @property
    def has_following(self) -> bool:
        """Whether `skip` would find an entry."""
        return self._following() is not None

    def playable(self, key: QueueKey) -> Playable | None:
        """What an entry is; None once it was removed."""
        if key not in self._line.keys:
            return None
        return self._line.playables[self._line.keys.index(key)]

    def replace(self, playables: Sequence[Playable], index: int = 0) -> None:
        """Another list, and which of its entries plays."""
        self._edit(Line(self._new_keys(playables), tuple(playables)))
        if playables:
            self.go_to(index)

    def restore(self, line: Line, index: int | None) -> None:
        """The entries of an earlier session; there is nothing to undo."""
        self._current = line.keys[index] if index is not None else None
        self._line = line
        self._next_key = max((*line.keys, *line.unshuffled), default=0) + 1
        self._place = index or 0
        self._done.clear()
        self._undone.clear()

    def insert(self, position: int, playables: Sequence[Playable]) -> None:
        """New entries in a gap."""
        self._edit(self._line.inserted(position, self._new_keys(playables), playables))

    def play_next(self, playables: Sequence[Playable]) -> None:
        """New entries right behind the current one."""
        self.insert(self._next_place(), playables)

    def append(self, playables: Sequence[Playable]) -> None:
        """New entries at the end."""
        self.insert(len(self._line.keys), playables)

    def move(self, keys: Collection[QueueKey], position: int) -> None:
        """Some entries together in a gap of the queue as it stands now."""
        self._edit(self._line.moved(keys, position))

    def remove(self, keys: Collection[QueueKey]) -> None:
        """Without some entries. What follows the current one follows it still."""
        self._edit(self._line.removed(keys))

    def clear(self) -> None:
        """Without any entries."""
        self._edit(Line())

    def shuffle(self, seed: int | None = None) -> None:
        """An order of chance; the current entry becomes the first."""
        self._edit(self._line.shuffled(self.current_index, seed))

    def unshuffle(self) -> None:
        """The order from before."""
        self._edit(self._line.in_old_order())

    def undo(self) -> None:
        """Take the last edit back; what plays goes on."""
        if self._done:
            self._undone.append(self._line)
            self._set_line(self._done.pop())

    def redo(self) -> None:
        """Do again what was undone."""
        if self._undone:
            self._done.append(self._line)
            self._set_line(self._undone.pop())

    def go_to(self, index: int) -> None:
        """Make an entry the current one."""
        self._current = self._line.keys[index]
        self._place = index

    def upcoming(self) -> QueueKey | None:
        """What `advance` would go to, without going there."""
        if self.stop_after_current:
            return None
        if self.repeat is Repeat.ONE and self._holds_current():
            return self._current
        return self._following()

    def advance(self) -> QueueKey | None:
        """Go on as the current entry has ended; None when nothing is to follow.

        Where it was to stop after the current entry, the next one is where "play" goes on.
        """
        upcoming = self.upcoming()
        target = self._following() if self.stop_after_current else upcoming
        self.stop_after_current = False
        if target is not None:
            self.go_to(self._line.keys.index(target))
        return upcoming

    def skip(self) -> QueueKey | None:
        """Go on because the listener says so, even where one entry is repeated."""
        following = self._following()
        if following is not None:
            self.stop_after_current = False
            self.go_to(self._line.keys.index(following))
        return following

    def go_back(self, position_s: float) -> QueueKey | None:
        """Go to the entry before, or to the start of this one when more of it was played.

        Args:
            position_s: how far the current entry has played.
        """
        if not self._line.keys:
            return None
        if not self._holds_current() or (position_s <= RESTART_AFTER_S and self._place > 0):
            self.go_to(max(self._place - 1, 0))
        elif position_s <= RESTART_AFTER_S and self.repeat is Repeat.ALL:
            self.go_to(len(self._line.keys) - 1)
        return self._current

    def _following(self) -> QueueKey | None:
        place = self._next_place()
        if place < len(self._line.keys):
            return self._line.keys[place]
        return self._line.keys[0] if self.repeat is Repeat.ALL and self._line.keys else None

    def _next_place(self) -> int:
        return self._place + 1 if self._holds_current() else self._place

    def _holds_current(self) -> bool:
        keys = self._line.keys
        return self._place < len(keys) and keys[self._place] == self._current

    def _new_keys(self, playables: Sequence[Playable]) -> tuple[QueueKey, ...]:
        first = self._next_key
        self._next_key += len(playables)
        return cast("tuple[QueueKey, ...]", tuple(range(first, self._next_key)))

    def _edit(self, line: Line) -> None:
        if line != self._line:
            self._done.append(self._line)
            self._undone.clear()
            self._set_line(line)

    def _set_line(self, line: Line) -> None:
        """Show other entries; the current one keeps its place among them, or leaves a gap."""
        if self._current in line.keys:
            self._place = line.keys.index(self._current)
        else:
            kept = set(line.keys)
            before = (key for key in reversed(self._line.keys[: self._place]) if key in kept)
            last = next(before, None)
            self._place = 0 if last is None else line.keys.index(last) + 1
        self._line = line
