"""What the library page asks of the library, as works for `Background`; nothing here touches Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from library.listing import Album, FacetCount, SortKey
from library.query import Facet, FacetTerm, Query
from library.records import TrackId

if TYPE_CHECKING:
    from app.browsing import TrackRow
    from app.services import Services

FACETS = (Facet.GENRE, Facet.ARTIST, Facet.ALBUM)
AT_ONCE = 200
_ROWS_AT_ONCE = 60

Chosen = tuple[tuple[str, ...], ...]
NOTHING_CHOSEN: Chosen = ((),) * len(FACETS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of the library: words of the search, values of each facet, an order."""

    text: str = ""
    chosen: Chosen = NOTHING_CHOSEN
    order: tuple[SortKey, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether it leaves out anything."""
        return bool(self.text.strip()) or any(self.chosen)

    @property
    def begins_at_once(self) -> bool:
        """Whether its beginning is found sooner than all of it: sorting wants all of it first."""
        return self.narrows or not self.order


@dataclass(frozen=True, slots=True, eq=False)
class FirstTracks:
    """The first tracks that were asked for, with rows to draw; notices on the search.

    duration_s: of these together.
    """

    asked: Asked
    ids: list[TrackId]
    rows: "list[TrackRow]"
    notices: tuple[str, ...]
    duration_s: float

    @property
    def is_all(self) -> bool:
        """Whether there are no more."""
        return len(self.ids) < AT_ONCE


@dataclass(frozen=True, slots=True, eq=False)
class AllTracks:
    """All tracks that were asked for.

    rows: of the first of them, to draw.
    duration_s: of all together.
    has_folders: whether the library has any.
    """

    asked: Asked
    ids: list[TrackId]
    rows: "list[TrackRow]"
    notices: tuple[str, ...]
    duration_s: float
    has_folders: bool


@dataclass(frozen=True, slots=True, eq=False)
class Albums:
    """The albums of the tracks that were asked for."""

    asked: Asked
    albums: list[Album]
    notices: tuple[str, ...]
    has_folders: bool


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """What each facet offers from the one numbered `first` on, narrowed by those before it."""

    asked: Asked
    first: int
    counts: list[list[FacetCount]]


def first_tracks(asked: Asked) -> "Callable[[Services], FirstTracks]":
    """The first tracks, at once."""

    def read(services: "Services") -> FirstTracks:
        from app.browsing import track_rows

        query, notices = _query(services, asked, len(FACETS))
        ids = services.catalog.listing(query, asked.order, AT_ONCE)
        rows = track_rows(services, ids[:_ROWS_AT_ONCE])
        return FirstTracks(asked, ids, rows, notices, services.catalog.tracks.total_s(ids))

    return read


def all_tracks(asked: Asked) -> "Callable[[Services], AllTracks]":
    """All tracks."""

    def read(services: "Services") -> AllTracks:
        from app.browsing import track_rows

        query, notices = _query(services, asked, len(FACETS))
        ids = services.catalog.listing(query, asked.order)
        return AllTracks(
            asked,
            ids,
            track_rows(services, ids[:_ROWS_AT_ONCE]),
            notices,
            services.catalog.tracks.total_s(ids),
            bool(services.catalog.roots()),
        )

    return read


def albums(asked: Asked) -> "Callable[[Services], Albums]":
    """All albums."""

    def read(services: "Services") -> Albums:
        query, notices = _query(services, asked, len(FACETS))
        found = services.catalog.albums(query)
        return Albums(asked, found, notices, bool(services.catalog.roots()))

    return read


def facets(asked: Asked, first: int) -> "Callable[[Services], Facets]":
    """The values of the facets from one on."""

    def read(services: "Services") -> Facets:
        counts = []
        for level in range(first, len(FACETS)):
            query, _ = _query(services, asked, level)
            counts.append(services.catalog.facet(query, FACETS[level]))
        return Facets(asked, first, counts)

    return read


def _query(services: "Services", asked: Asked, n_facets: int) -> tuple[Query, tuple[str, ...]]:
    """The query, by the first so many facets, with notices on the text."""
    from app.search import parse_search

    query, notices = parse_search(asked.text, services.encoder.tags)
    groups = tuple(
        tuple(FacetTerm(facet, value) for value in values)
        for facet, values in list(zip(FACETS, asked.chosen, strict=True))[:n_facets]
        if values
    )
    return Query((*query.groups, *groups)), notices
