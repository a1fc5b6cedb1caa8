"""The whole library in any order, and what it can be browsed by: facets with counts, and albums.

Sorting begins with all tracks in order of name, which one index holds ready, and Python's sorting
leaves equals as they were: so every order ends in that of name.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from library.listing import FacetCount, SortColumn, SortKey
from library.names import caseless
from library.query import Facet, Query
from library.records import TrackId
from library.store.conditions import BY_TRACK, passing, sought_by, unranked
from library.store.database import Row, Store
from library.store.embeddings import EmbeddingTable
from library.store.search import rows_by_name, search

_COLUMNS = {
    SortColumn.TITLE: "f.label",
    SortColumn.ARTIST: "f.artist",
    SortColumn.ALBUM: "f.album",
    SortColumn.LENGTH: "t.duration_s",
    SortColumn.YEAR: "t.year",
    SortColumn.GENRE: "f.genres",
    SortColumn.ADDED: "t.added_at_s",
    SortColumn.PLAYS: "t.plays",
}
_TEXTS = (SortColumn.TITLE, SortColumn.ARTIST, SortColumn.ALBUM)
_FACETS = {Facet.GENRE: "f.genres", Facet.ARTIST: "f.artist", Facet.ALBUM: "f.album"}


def listing(
    store: Store,
    embeddings: EmbeddingTable,
    query: Query,
    order: Sequence[SortKey] = (),
    limit: int | None = None,
) -> list[TrackId]:
    """The tracks that pass a query, sorted by the first key, equals by the next, then by name.

    Without an order they stand as `library.store.search.search` ranks them.
    """
    if not order:
        return search(store, embeddings, query, limit)
    columns = ("t.id", *(_COLUMNS[key.column] for key in order))
    rows = rows_by_name(store, embeddings, unranked(sought_by(query)), columns)
    for place, key in reversed(list(enumerate(order, start=1))):
        rows = _sorted(rows, place, key)
    return [TrackId(row[0]) for row in rows[:limit]]


def facet_counts(
    store: Store, embeddings: EmbeddingTable, query: Query, facet: Facet
) -> list[FacetCount]:
    """The values of the tracks that pass a query, in order of name, without a value last.

    Upper and lower case of A to Z aside, a value is one, in the spelling that most tracks have. A
    track of several genres counts for each of them.
    """
    where, parameters = passing(unranked(sought_by(query)), embeddings, "t.file_id")
    rows = store.rows(
        f"SELECT {_FACETS[facet]} value, count(*) FROM {BY_TRACK} WHERE {where} GROUP BY value",
        parameters,
    )
    spellings: dict[bytes, Counter[str]] = {}
    for text, n_tracks in rows:
        for value in _values(facet, text):
            spellings.setdefault(caseless(value), Counter())[value] += n_tracks
    in_order = sorted(spellings, key=lambda name: (not name, name))
    return [_merged(spellings[name]) for name in in_order]


def _merged(spellings: Counter[str]) -> FacetCount:
    commonest = min(spellings, key=lambda value: (-spellings[value], value))
    return FacetCount(commonest, spellings.total())


def _values(facet: Facet, text: str) -> list[str]:
    """The values of one track, each once."""
    if facet != Facet.GENRE:
        return [text]
    by_name = {caseless(genre): genre for genre in reversed(json.loads(text))}
    return list(by_name.values()) or [""]


def _sorted(rows: list[Row], place: int, key: SortKey) -> list[Row]:
    """The rows by the value at a place; those without a value stay last, as they stood."""
    value_of = _reader(key.column)
    valued = [(value_of(row[place]), row) for row in rows]
    filled = [pair for pair in valued if pair[0] is not None]
    filled.sort(key=lambda pair: pair[0], reverse=key.descending)
    return [*(row for _, row in filled), *(row for value, row in valued if value is None)]


def _reader(column: SortColumn) -> Callable[[Any], Any]:
    """What makes a comparable value of a column's, and None of none."""
    if column in _TEXTS:
        return lambda text: caseless(text) or None
    if column != SortColumn.GENRE:
        return lambda number: number
    known: dict[str, bytes | None] = {}

    def genres(text: str) -> bytes | None:
        if text not in known:
            known[text] = caseless(", ".join(json.loads(text))) or None
        return known[text]

    return genres
