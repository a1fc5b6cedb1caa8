"""The judges over a listed corpus and over a listener's own library.

In a corpus: *same collection*, where a track of a collection of five or more queries the tracks of
its split, and *same style*, where a track with a style group queries the tracks of all other
sources in any split. In a library: albums, artists, genres and playlists. Each judge stands also
with results by the query's artist left out, where artists are known.

What the bootstrap draws is what another corpus or library would have others of: collections,
albums, artists and playlists whole; for styles and genres, which are few and always the same, the
sources or artists that their queries come from.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from app.evaluation.judges import (
    MIN_COLLECTION,
    Body,
    Judge,
    asked_by,
    groups_of,
    judge,
    without_own_artist,
)
from app.evaluation.metrics import IntArray
from app.filters import album_of, artist_of
from library.names import plain
from library.records import Track, TrackId


@dataclass(frozen=True, slots=True)
class CorpusTrack:
    """A track of a corpus and what is said of it; whatever is not known is empty.

    name: its path as the corpus gives it, the same wherever the corpus lies.
    """

    path: bytes
    name: str
    artist: str = ""
    collection: str = ""
    style_group: str = ""
    source: str = ""
    in_split: bool = True


AnyTrack = TypeVar("AnyTrack", CorpusTrack, Track)

# In a library every query is ranked among all tracks: the time would grow with the square.
MAX_ASKING = 2_000


def unbiased_order(tracks: Sequence[AnyTrack]) -> list[AnyTrack]:
    """The tracks in an order that says nothing of them and is always the same.

    Among equal similarities the earlier track comes first; in a list that goes by collections the
    relevant ones would often be that.
    """
    names = (os.fsencode(t.name) if isinstance(t, CorpusTrack) else t.path for t in tracks)
    keyed = zip((hashlib.blake2b(name).digest() for name in names), tracks, strict=True)
    return [track for _, track in sorted(keyed, key=lambda pair: pair[0])]


def corpus_bodies(tracks: Sequence[CorpusTrack]) -> tuple[Body, ...]:
    """The split with its collections, and all tracks with their styles, where these have queries.

    Args:
        tracks: all that are evaluated, also those outside the split, which styles search too.
    """
    in_split = np.array([track.in_split for track in tracks], np.bool_)
    inside = [track for track in tracks if track.in_split]
    collections = judge(
        "same collection",
        len(inside),
        groups_of([[track.collection] for track in inside], MIN_COLLECTION),
        units="collections",
    )
    styles = judge(
        "same style across sources",
        len(tracks),
        groups_of([[track.style_group] for track in tracks]),
        units="sources",
        unit_of=[track.source or track.name for track in tracks],
        apart=[track.source for track in tracks],
    )
    bodies = (
        _body(np.flatnonzero(in_split), [collections], [t.artist for t in inside], len(inside)),
        _body(
            np.arange(len(tracks)),
            [asked_by(styles, in_split)],
            [track.artist for track in tracks],
            len(tracks),
        ),
    )
    return tuple(body for body in bodies if body.judges)


def library_bodies(
    tracks: Sequence[Track],
    playlists: Mapping[str, Set[TrackId]],
    *,
    max_asking: int = MAX_ASKING,
) -> tuple[Body, ...]:
    """The tracks of a library with those of its four judges that have queries, or nothing.

    In a large library only the first `max_asking` tracks query.

    Args:
        tracks: all that are evaluated, in an order that says nothing of them.
        playlists: the tracks of each, by its name.
        max_asking: how many query at most.
    """
    artists = [_name(artist_of(track)) for track in tracks]
    lists = [[name for name, ids in playlists.items() if track.id in ids] for track in tracks]
    genres = [dict.fromkeys(map(plain, track.tags.genres)) for track in tracks]
    albums = [[_name(album_of(track))] for track in tracks]
    of_library = partial(judge, n_tracks=len(tracks), n_asking=max_asking)
    judges = [
        of_library("same album", members=groups_of(albums, MIN_COLLECTION), units="albums"),
        of_library(
            "same artist",
            members=groups_of([[artist] for artist in artists], MIN_COLLECTION),
            units="artists",
        ),
        of_library(
            "same genre",
            members=groups_of(genres, MIN_COLLECTION),
            units="artists",
            unit_of=[artist or track.id for artist, track in zip(artists, tracks, strict=True)],
        ),
        of_library("same playlist", members=groups_of(lists, MIN_COLLECTION), units="playlists"),
    ]
    body = _body(np.arange(len(tracks)), judges, artists, min(len(tracks), max_asking))
    return (body,) if body.judges else ()


def _body(tracks: IntArray, judges: Sequence[Judge], artists: Sequence[str], n_asking: int) -> Body:
    """The tracks with those judges that have queries, each followed by its artist-filtered form."""
    with_filter = [
        form
        for one in judges
        for form in (one, without_own_artist(one, artists) if any(artists) else None)
        if form is not None and form.queries
    ]
    return Body(tracks, tuple(with_filter), n_asking)


def _name(key: object) -> str:
    """An artist's or album's name as one text; empty where the track stands alone."""
    if isinstance(key, tuple):
        return " by ".join(map(str, key))
    return key if isinstance(key, str) else ""
