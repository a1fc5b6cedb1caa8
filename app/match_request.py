"""What somebody asks of the library, and the answer, as plain values.

A request is never changed: every function gives the next one, so that undo is a list of requests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from library.records import Match, TrackId

if TYPE_CHECKING:
    from app.settings import Settings
    from app.similar import Seed

# A seed is a track of the library, or the path of a file that need not be in it.
SeedKey = TrackId | bytes

MAX_SEEDS = 200
_KEPT_REQUESTS = 200


@dataclass(frozen=True, slots=True)
class Dials:
    """What may stand in the list of matches, and how many; 0 and None mean any.

    Bounds of length and year are both included; of several genres a track has one at least.
    """

    per_artist: int = 2
    per_album: int = 1
    min_length_s: float | None = None
    max_length_s: float | None = None
    first_year: int | None = None
    last_year: int | None = None
    genres: frozenset[str] = frozenset()
    count: int = 50


@dataclass(frozen=True, slots=True)
class ChosenSeed:
    """A seed, and whether matches shall be like it or unlike it."""

    key: SeedKey
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """Seeds in the order in which they came, each once.

    excluded: tracks that never stand among the matches; locked: tracks that always do.
    """

    seeds: tuple[ChosenSeed, ...] = ()
    excluded: frozenset[TrackId] = frozenset()
    locked: frozenset[TrackId] = frozenset()
    dials: Dials = field(default_factory=Dials)

    @property
    def keys(self) -> tuple[SeedKey, ...]:
        """All seeds, wanted or not."""
        return tuple(seed.key for seed in self.seeds)

    @property
    def wanted(self) -> tuple[SeedKey, ...]:
        """The seeds that matches shall be like."""
        return tuple(seed.key for seed in self.seeds if seed.wanted)

    @property
    def unwanted(self) -> tuple[SeedKey, ...]:
        """The seeds that matches shall be unlike."""
        return tuple(seed.key for seed in self.seeds if not seed.wanted)


class Lack(StrEnum):
    """Why there is no match."""

    NO_SEED = "no seed"
    NO_WANTED_SEED = "no wanted seed"
    NOT_HEARD = "not heard"  # no wanted seed can be searched from, yet or at all
    CANCEL_OUT = "cancel out"
    EMPTY_LIBRARY = "empty library"  # nothing but the seeds has been analysed
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found for a request.

    seeds: those that were searched from.
    unheard: seeds that have to be heard first; refused: seeds that never can be, with the reason.
    window_s: length of the passages that the reasons name.
    lack: why there is no match; None where there is one.
    """

    matches: tuple[Match, ...] = ()
    seeds: "Mapping[SeedKey, Seed]" = field(default_factory=dict)
    unheard: tuple[SeedKey, ...] = ()
    refused: Mapping[SeedKey, str] = field(default_factory=dict)
    window_s: float = 0.0
    lack: Lack | None = None


def usual_dials(settings: "Settings") -> Dials:
    """The dials that a new library begins with."""
    return Dials(
        per_artist=settings.tracks_per_artist,
        per_album=settings.tracks_per_album,
        count=settings.matches_count,
    )


def with_only_seeds(request: MatchRequest, keys: Iterable[SeedKey]) -> MatchRequest:
    """A new question: these seeds, nothing locked or left out, the dials as they were."""
    return with_seeds(MatchRequest(dials=request.dials), keys, wanted=True)


def with_seeds(request: MatchRequest, keys: Iterable[SeedKey], *, wanted: bool) -> MatchRequest:
    """More seeds, up to `MAX_SEEDS`. One that is there keeps its place and is wanted or not anew.

    What is a seed can be neither locked nor left out.
    """
    seeds = {seed.key: seed for seed in request.seeds}
    for key in keys:
        if key in seeds or len(seeds) < MAX_SEEDS:
            seeds[key] = ChosenSeed(key, wanted)
    return replace(
        request,
        seeds=tuple(seeds.values()),
        excluded=request.excluded - seeds.keys(),
        locked=request.locked - seeds.keys(),
    )


def without_seeds(request: MatchRequest, keys: Iterable[SeedKey]) -> MatchRequest:
    """Fewer seeds; with the last one goes what was locked and left out for its sake."""
    gone = set(keys)
    left = tuple(seed for seed in request.seeds if seed.key not in gone)
    return replace(request, seeds=left) if left else MatchRequest(dials=request.dials)


def with_flipped(request: MatchRequest, keys: Iterable[SeedKey]) -> MatchRequest:
    """Wanted seeds become unwanted ones and the other way round, at their places."""
    flipped = set(keys)
    return replace(
        request,
        seeds=tuple(
            replace(seed, wanted=not seed.wanted) if seed.key in flipped else seed
            for seed in request.seeds
        ),
    )


def with_excluded(request: MatchRequest, ids: Iterable[TrackId]) -> MatchRequest:
    """These tracks never stand among the matches of these seeds."""
    excluded = frozenset(ids)
    return replace(request, excluded=request.excluded | excluded, locked=request.locked - excluded)


def with_lock_turned(request: MatchRequest, ids: Iterable[TrackId]) -> MatchRequest:
    """These tracks are all locked; if they are already, none of them is."""
    turned = frozenset(ids)
    if turned <= request.locked:
        return replace(request, locked=request.locked - turned)
    return replace(request, locked=request.locked | turned, excluded=request.excluded - turned)


class RequestHistory:
    """The request as it is, those before it, and those that were taken back."""

    def __init__(self, request: MatchRequest) -> None:
        """Begin with nothing to undo."""
        self.current = request
        self._before: list[MatchRequest] = []
        self._after: list[MatchRequest] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a request before this one."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a request was taken back."""
        return bool(self._after)

    def go_on(self, request: MatchRequest) -> bool:
        """Make this the current request; False where it is that already.

        Turning one dial further is part of the step that turned it first.
        """
        if request == self.current:
            return False
        dial = _turned_dial(self.current, request)
        same_dial = dial is not None and dial == self._last_dial() and not self._after
        if not same_dial:
            self._before = [*self._before[1 - _KEPT_REQUESTS :], self.current]
        self._after = []
        self.current = request
        return True

    def undo(self) -> None:
        """Go back by one request, if there is one."""
        if self._before:
            self._after.append(self.current)
            self.current = self._before.pop()

    def redo(self) -> None:
        """Take back an undo, if there was one."""
        if self._after:
            self._before.append(self.current)
            self.current = self._after.pop()

    def _last_dial(self) -> str | None:
        return _turned_dial(self._before[-1], self.current) if self._before else None


def _turned_dial(before: MatchRequest, after: MatchRequest) -> str | None:
    """The one dial in which two requests differ, or None."""
    if replace(before, dials=after.dials) != after:
        return None
    turned = [
        dial.name
        for dial in fields(Dials)
        if getattr(before.dials, dial.name) != getattr(after.dials, dial.name)
    ]
    return turned[0] if len(turned) == 1 else None
