"""What can be done to a playlist, as pure functions on its contents, and how it is undone.

The rules of order are here and nowhere else. A position is a gap between entries: 0 is before the
first, `len(entries)` after the last; a block is moved to a gap of the list as it stands before the
move. Entries are named by their ids, since a track may stand in a list more than once.

Whatever was done, a `Change` holds it as the stretch of the list that differs, before and after,
so that undoing is putting the other stretch back and every edit is stored in the same way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from library.errors import PlaylistError
from library.records import EntryId, PlaylistEntry

Entries = tuple[PlaylistEntry, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that undo can bring back of a playlist."""

    name: str
    deleted: bool
    entries: Entries


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change: the contents, of which only the entries from `start` on matter."""

    name: str
    deleted: bool
    start: int
    entries: Entries


@dataclass(frozen=True, slots=True)
class Change:
    """What one edit did: `before` is put back by undo, `after` by redo."""

    before: Side
    after: Side


def inserted(entries: Entries, position: int, new: Sequence[PlaylistEntry]) -> Entries:
    """The list with new entries in a gap.

    Raises:
        PlaylistError: there is no such gap.
    """
    _check_position(entries, position)
    return (*entries[:position], *new, *entries[position:])


def moved(entries: Entries, ids: Collection[EntryId], position: int) -> Entries:
    """The list with some entries brought together in a gap, in the order that they had.

    Raises:
        PlaylistError: there is no such gap, or an entry is not in the list.
    """
    _check_position(entries, position)
    block = _named(entries, ids)
    before = [entry for entry in entries[:position] if entry not in block]
    after = [entry for entry in entries[position:] if entry not in block]
    return (*before, *block, *after)


def removed(entries: Entries, ids: Collection[EntryId]) -> Entries:
    """The list without some entries.

    Raises:
        PlaylistError: an entry is not in the list.
    """
    block = _named(entries, ids)
    return tuple(entry for entry in entries if entry not in block)


def change_between(old: Contents, new: Contents) -> Change:
    """What leads from one state to another, with the shortest stretch of entries that does."""
    # no entry stands twice in a list: the equal ends cannot overlap, unless all is equal
    start = _n_equal(old.entries, new.entries)
    end = _n_equal(old.entries[::-1], new.entries[::-1])
    return Change(_side(old, start, end), _side(new, start, end))


def _side(contents: Contents, start: int, end: int) -> Side:
    stretch = contents.entries[start : len(contents.entries) - end]
    return Side(contents.name, contents.deleted, start, stretch)


def _n_equal(first: Entries, second: Entries) -> int:
    """How many entries two lists share before they differ."""
    pairs = enumerate(zip(first, second, strict=False))
    differing = (index for index, (one, other) in pairs if one != other)
    return next(differing, min(len(first), len(second)))


def _check_position(entries: Entries, position: int) -> None:
    if not 0 <= position <= len(entries):
        raise PlaylistError(
            f"There is no position {position} in a playlist of {len(entries)} entries."
        )


def _named(entries: Entries, ids: Collection[EntryId]) -> dict[PlaylistEntry, None]:
    wanted = set(ids)
    block = {entry: None for entry in entries if entry.id in wanted}
    missing = wanted - {entry.id for entry in block}
    if missing:
        raise PlaylistError(f"The playlist has no entry {min(missing)}.")
    return block
