"""Which tracks may stand in a list of similar ones: what a person sets before asking."""

from collections import Counter
from dataclasses import dataclass

from app.settings import Settings
from app.versions import VersionRule
from library.names import album_key, plain
from library.records import Track, TrackId


@dataclass(frozen=True, slots=True)
class Filters:
    """What keeps a track out of the list; None, False and empty mean no limit, as `Filters()` does.

    per_artist, per_album: most tracks of one artist and of one album. A track that names no artist
        is its own artist, and one that names no album its own album.
    versions: other versions of a seed or of a match are folded by this rule; None keeps them.
    min_length_s, max_length_s: bounds of the duration, both included.
    first_year, last_year: bounds of the year, both included; a track without a year is then out.
    genres: at least one of these; not_genres: none of these. Case and accents do not matter.
    not_these: tracks that are not wanted in this list.
    present_only: tracks whose files are away are left out.
    """

    per_artist: int | None = None
    per_album: int | None = None
    versions: VersionRule | None = None
    min_length_s: float | None = None
    max_length_s: float | None = None
    first_year: int | None = None
    last_year: int | None = None
    genres: frozenset[str] = frozenset()
    not_genres: frozenset[str] = frozenset()
    not_these: frozenset[TrackId] = frozenset()
    present_only: bool = False


def usual_filters(settings: Settings) -> Filters:
    """The filters that a list has unless others are asked for; a setting of 0 is no limit."""
    return Filters(
        per_artist=settings.tracks_per_artist or None,
        per_album=settings.tracks_per_album or None,
        versions=VersionRule(),
        present_only=True,
    )


def passes(track: Track, filters: Filters) -> bool:
    """True when the track may stand in the list, whatever else stands there."""
    return (
        track.id not in filters.not_these
        and not (filters.present_only and track.missing)
        and _within(track.duration_s, filters.min_length_s, filters.max_length_s)
        and _within(track.tags.year, filters.first_year, filters.last_year)
        and _has_genres(track, filters)
    )


class Quota:
    """How many tracks of each artist and album a list still takes."""

    def __init__(self, filters: Filters) -> None:
        """Begin with an empty list."""
        self._filters = filters
        self._artists: Counter[object] = Counter()
        self._albums: Counter[object] = Counter()

    def allows(self, track: Track) -> bool:
        """True when neither the track's artist nor its album has its full number."""
        return _below(self._artists[artist_of(track)], self._filters.per_artist) and _below(
            self._albums[album_of(track)], self._filters.per_album
        )

    def take(self, track: Track) -> None:
        """Count a track that now stands in the list."""
        self._artists[artist_of(track)] += 1
        self._albums[album_of(track)] += 1


def artist_of(track: Track) -> object:
    """What counts as the track's artist: the name without guests, or the track itself."""
    name = plain(track.tags.artist).split(" feat. ")[0].split(" ft. ")[0]
    return name or track.id


def album_of(track: Track) -> object:
    """What counts as the track's album (see `library.names.album_key`), or the track itself."""
    key = album_key(track.tags.album, track.tags.album_artist, track.path)
    return key if key[0] else track.id


def _within(value: float | None, least: float | None, most: float | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and _at_least(value, least) and _at_most(value, most)


def _at_least(value: float, least: float | None) -> bool:
    return least is None or value >= least


def _at_most(value: float, most: float | None) -> bool:
    return most is None or value <= most


def _has_genres(track: Track, filters: Filters) -> bool:
    if not (filters.genres or filters.not_genres):
        return True
    genres = {plain(genre) for genre in track.tags.genres}
    wanted = {plain(genre) for genre in filters.genres}
    unwanted = {plain(genre) for genre in filters.not_genres}
    return (not wanted or not genres.isdisjoint(wanted)) and genres.isdisjoint(unwanted)


def _below(count: int, limit: int | None) -> bool:
    return limit is None or count < limit
