"""Edits of a playlist that can be shown before they are carried out.

An edit knows what it makes of the entries (`shown`, pure) and how to do it (`write`). Entries that
are not written yet have negative ids; `write` says which ids they have got, and `with_ids` puts
these into the edits that follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from library.edits import Entries, inserted, moved, removed
from library.records import EntryId, PlaylistId

if TYPE_CHECKING:
    from library.store.playlists import PlaylistTable

NewIds = Mapping[EntryId, EntryId]


@dataclass(frozen=True, slots=True)
class Insertion:
    """Tracks put into a gap, or at the end where `position` is None."""

    entries: Entries
    position: int | None = None

    def shown(self, entries: Entries) -> Entries:
        """The entries with the new ones."""
        position = len(entries) if self.position is None else self.position
        return inserted(entries, position, self.entries)

    def write(self, playlists: "PlaylistTable", playlist_id: PlaylistId) -> NewIds:
        """Carry it out; the ids of the new entries by those that stood for them."""
        ids = [entry.track_id for entry in self.entries]
        if self.position is None:
            made = playlists.append(playlist_id, ids)
        else:
            made = playlists.insert(playlist_id, self.position, ids)
        return {old.id: new.id for old, new in zip(self.entries, made, strict=True)}

    def with_ids(self, _new_ids: NewIds) -> Self:
        """The same, for it names no other entries."""
        return self


@dataclass(frozen=True, slots=True)
class Move:
    """Entries brought together in a gap."""

    entry_ids: tuple[EntryId, ...]
    position: int

    def shown(self, entries: Entries) -> Entries:
        """The entries in their new order."""
        return moved(entries, self.entry_ids, self.position)

    def write(self, playlists: "PlaylistTable", playlist_id: PlaylistId) -> NewIds:
        """Carry it out."""
        playlists.move(playlist_id, self.entry_ids, self.position)
        return {}

    def with_ids(self, new_ids: NewIds) -> Self:
        """The same edit of entries that have been written since."""
        return replace(self, entry_ids=_renewed(self.entry_ids, new_ids))


@dataclass(frozen=True, slots=True)
class Removal:
    """Entries taken out."""

    entry_ids: tuple[EntryId, ...]

    def shown(self, entries: Entries) -> Entries:
        """The entries that stay."""
        return removed(entries, self.entry_ids)

    def write(self, playlists: "PlaylistTable", playlist_id: PlaylistId) -> NewIds:
        """Carry it out."""
        playlists.remove(playlist_id, self.entry_ids)
        return {}

    def with_ids(self, new_ids: NewIds) -> Self:
        """The same edit of entries that have been written since."""
        return replace(self, entry_ids=_renewed(self.entry_ids, new_ids))


Edit = Insertion | Move | Removal


def shown_with(entries: Entries, edits: Sequence[Edit]) -> Entries:
    """What a list shows while edits are on their way; one that cannot be done is passed over."""
    from library.errors import PlaylistError

    for edit in edits:
        try:
            entries = edit.shown(entries)
        except PlaylistError:
            continue  # it will fail when it is carried out, and is told of then
    return entries


def _renewed(ids: tuple[EntryId, ...], new_ids: NewIds) -> tuple[EntryId, ...]:
    return tuple(new_ids.get(entry_id, entry_id) for entry_id in ids)
