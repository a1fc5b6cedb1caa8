"""A library as it is listed, in plain values: orders to sort by, counts to browse by, albums."""

from dataclasses import dataclass
from enum import StrEnum

from library.records import TrackId


class SortColumn(StrEnum):
    """What tracks may be sorted by. GENRE is all genres of a track, ADDED when it came."""

    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    LENGTH = "length"
    YEAR = "year"
    GENRE = "genre"
    ADDED = "added"
    PLAYS = "plays"


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to sort by, and which way. What has no value there stands last either way."""

    column: SortColumn
    descending: bool = False


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A genre, artist or album title, and how many tracks have it; "" for those that have none."""

    value: str
    n_tracks: int


@dataclass(frozen=True, slots=True)
class Album:
    """An album as its files name it.

    artist: empty where there are several.
    year: the first of its tracks' years; None where none has one.
    n_tracks, duration_s: of the tracks that were asked for, which may not be all it has.
    cover_track: one of its tracks, with a cover if any has one.
    """

    title: str
    artist: str
    year: int | None
    n_tracks: int
    duration_s: float
    cover_track: TrackId
