"""Albums: tracks whose files name one title, of one album artist or in one folder."""

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from library.listing import Album
from library.names import album_key, caseless, plain
from library.query import Query
from library.records import TrackId
from library.store.conditions import BY_TRACK, passing, sought_by, unranked
from library.store.database import Row, Store
from library.store.embeddings import EmbeddingTable

_COLUMNS = "t.id, t.duration_s, t.year, f.artist, f.album, f.album_artist, f.path"
_SEPARATOR = os.fsencode(os.sep)

_Key = tuple[str, str | bytes]


@dataclass(slots=True)
class _Gathered:
    """What the rows of an album have said so far."""

    first: Row
    artists: set[str] = field(default_factory=set)
    ids: list[int] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    duration_s: float = 0.0


def albums(store: Store, embeddings: EmbeddingTable, query: Query) -> list[Album]:
    """The albums of the tracks that pass a query, by artist, year and title, several artists last.

    A track whose file names no album is on none.
    """
    where, parameters = passing(unranked(sought_by(query)), embeddings, "t.file_id")
    rows = store.rows(f"SELECT {_COLUMNS} FROM {BY_TRACK} WHERE {where}", parameters)
    covered = {track_id for (track_id,) in store.rows("SELECT track_id FROM covers")}
    found = [_album(gathered, covered) for gathered in _gathered(rows).values()]
    return sorted(found, key=_by_artist)


def album_tracks(store: Store, album: Album) -> list[TrackId]:
    """The tracks of an album, in order of disc, number and title."""
    row = store.row(
        "SELECT f.album, f.album_artist, f.path FROM tracks t JOIN files f ON f.id = t.file_id "
        "WHERE t.id = ?",
        (album.cover_track,),
    )
    wanted = album_key(*row) if row else ("", b"")
    if not wanted[0]:
        return []
    titles = [
        title
        for (title,) in store.rows("SELECT DISTINCT album FROM files WHERE album <> ''")
        if plain(title) == wanted[0]
    ]
    rows = store.rows(
        "SELECT t.id, f.album, f.album_artist, f.path FROM files f "
        "CROSS JOIN tracks t ON t.file_id = f.id "
        "WHERE f.album IN (SELECT value FROM json_each(?)) "
        "ORDER BY f.disc_number, f.track_number, f.label COLLATE NOCASE, f.id",
        (json.dumps(titles),),
    )
    return [TrackId(track_id) for track_id, *named in rows if album_key(*named) == wanted]


def _gathered(rows: list[Row]) -> dict[_Key, _Gathered]:
    gathered: dict[_Key, _Gathered] = {}
    for key, row in _keyed(rows):
        track_id, duration_s, year, artist, *_ = row
        one = gathered.get(key)
        if one is None:
            one = gathered[key] = _Gathered(row)
        one.ids.append(track_id)
        one.artists.add(artist)
        one.duration_s += duration_s
        if year is not None:
            one.years.add(year)
    return gathered


def _keyed(rows: list[Row]) -> Iterator[tuple[_Key, Row]]:
    """The rows that name an album, each with its key, worked out once for all its tracks."""
    known: dict[tuple[str, str | bytes], _Key] = {}
    for row in rows:
        title, album_artist, path = row[4:]
        named = (title, album_artist or path.rpartition(_SEPARATOR)[0])
        key = known.get(named)
        if key is None:
            key = known[named] = album_key(title, album_artist, path)
        if key[0]:
            yield key, row


def _album(gathered: _Gathered, covered: Collection[int]) -> Album:
    _, _, _, artist, title, album_artist, _ = gathered.first
    several = len(set(map(caseless, gathered.artists))) > 1
    return Album(
        title,
        album_artist or ("" if several else artist),
        min(gathered.years, default=None),
        len(gathered.ids),
        gathered.duration_s,
        TrackId(next((id_ for id_ in gathered.ids if id_ in covered), gathered.ids[0])),
    )


def _by_artist(album: Album) -> tuple[object, ...]:
    year = (album.year is None, album.year or 0)
    return not album.artist, caseless(album.artist), year, caseless(album.title), album.cover_track
