"""The library kept in step with its folders, as one generator that also says what it changed.

What a run is to look at can be joined with the next wish, so that whoever runs one at a time keeps
a single `Upkeep` waiting.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.control import Control
from app.events import Event, Failed, Finished, FolderMissing, Kept
from library.files import EXCLUSION_MARKERS
from library.records import LibraryChanged, TrackId

if TYPE_CHECKING:
    from app.services import Services

_TELL_EVERY_S = 1.0
_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What a run is to look at.

    folders: these folders, or the ones that hold these files; None for the whole library.
    retry: files that are read again although they failed before and have not changed.
    retry_failed: read all of those again.
    wanted: files and folders that are analysed before the rest.
    """

    folders: frozenset[bytes] | None = None
    retry: frozenset[bytes] = frozenset()
    retry_failed: bool = False
    wanted: tuple[bytes, ...] = ()

    def joined(self, other: "Upkeep") -> "Upkeep":
        """One run that does what both ask for."""
        whole = self.folders is None or other.folders is None
        return Upkeep(
            folders=None if whole else (self.folders or frozenset()) | (other.folders or set()),
            retry=self.retry | other.retry,
            retry_failed=self.retry_failed or other.retry_failed,
            wanted=(*self.wanted, *other.wanted),
        )


def keep_up(
    services: "Services", upkeep: Upkeep, control: Control
) -> Iterator[Event | LibraryChanged]:
    """Analyse what is new or changed, and say about once a second what that did to the library.

    The listener's present settings hold, whatever they were when the library was opened.

    Yields:
        The events of `app.analyse.analyse`, `Finished` last; `FolderMissing` only of folders that
        the listener added. Between them `LibraryChanged`, so that every track that was kept,
        went missing or came back is named by one of them before the end.

    Raises:
        LibraryError, WorkerFailure: as `app.analyse.analyse`; what was kept is told before.
        SettingsError: the settings cannot be read.
    """
    from app.analyse import AnalysisPlan  # what it needs takes long to be imported

    services = services.with_present_settings()
    roots = services.catalog.roots()
    plan = AnalysisPlan(
        roots=roots if upkeep.folders is None else _scope(upkeep.folders | upkeep.retry, roots),
        wanted=upkeep.wanted,
        retry_failed=upkeep.retry_failed,
        retry=upkeep.retry,
    )
    changes = _Changes(services, time.monotonic)
    try:
        for event in services.analyse(plan, control):
            changes.note(event)
            if isinstance(event, Finished):
                yield changes.all_left()
            elif changes.due:
                yield changes.take()
            if not isinstance(event, FolderMissing) or event.root in roots:
                yield event
    except Exception:
        yield changes.all_left()
        raise


@dataclass(slots=True)
class _Changes:
    """The tracks that a run has touched since it was last asked."""

    services: "Services"
    clock_s: Callable[[], float]
    known: set[TrackId] = field(init=False)
    missing: frozenset[TrackId] = field(init=False)
    told_at_s: float = field(init=False)
    touched: set[TrackId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.known = set(self.services.catalog.tracks.ids())
        self.missing = self.services.catalog.files.missing_tracks()
        self.told_at_s = self.clock_s()

    @property
    def due(self) -> bool:
        return bool(self.touched) and self.clock_s() - self.told_at_s >= _TELL_EVERY_S

    def note(self, event: Event) -> None:
        if isinstance(event, Kept):
            self.touched.add(event.track_id)
        elif isinstance(event, Failed):
            track = self.services.catalog.tracks.by_path(event.path)
            if track is not None:
                self.touched.add(track.id)

    def take(self) -> LibraryChanged:
        added = frozenset(self.touched - self.known)
        change = LibraryChanged(added=added, updated=frozenset(self.touched) - added)
        self.known |= added
        self.touched = set()
        self.told_at_s = self.clock_s()
        return change

    def all_left(self) -> LibraryChanged:
        """Also the tracks that went missing or came back."""
        missing = self.services.catalog.files.missing_tracks()
        self.touched |= missing ^ self.missing
        return self.take()


def _scope(wanted: frozenset[bytes], roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The folders to list for some files and folders: inside the library, none inside another."""
    folders = {scope for path in wanted if (scope := _listable(path, roots)) is not None}
    return tuple(sorted(f for f in folders if not any(_is_below(f, other) for other in folders)))


def _listable(path: bytes, roots: tuple[bytes, ...]) -> bytes | None:
    """The folder that a scan would list to come across this one; None outside the library."""
    folder = os.path.dirname(path) if os.path.isfile(path) else path
    root = next((root for root in roots if folder == root or _is_below(folder, root)), None)
    if root is None:
        return None
    at = root
    for name in folder[len(root) :].strip(_SEPARATOR).split(_SEPARATOR):
        if name.startswith(b".") or _is_excluded(at):
            break
        at = os.path.join(at, name) if name else at
    return at


def _is_excluded(folder: bytes) -> bool:
    return any(os.path.exists(os.path.join(folder, marker)) for marker in EXCLUSION_MARKERS)


def _is_below(path: bytes, folder: bytes) -> bool:
    return path.startswith(folder.rstrip(_SEPARATOR) + _SEPARATOR)
