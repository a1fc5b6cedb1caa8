"""The whole library in any order, and what it can be browsed by: facets with counts, and albums.

SQLite sorts in one step, so that the other threads of the program go on meanwhile.
"""

import json
from collections import Counter
from collections.abc import Sequence

from library.listing import FacetCount, SortColumn, SortKey
from library.names import caseless
from library.query import Facet, Query
from library.records import TrackId
from library.store.conditions import BY_TRACK, passing, sought_by, unranked
from library.store.database import Store
from library.store.embeddings import EmbeddingTable
from library.store.search import BY_NAME, search

_VALUES = {
    SortColumn.TITLE: "nullif(f.label, '')",
    SortColumn.ARTIST: "nullif(f.artist, '')",
    SortColumn.ALBUM: "nullif(f.album, '')",
    SortColumn.LENGTH: "t.duration_s",
    SortColumn.YEAR: "t.year",
    SortColumn.GENRE: "(SELECT nullif(group_concat(value, ', '), '') FROM json_each(f.genres))",
    SortColumn.ADDED: "t.added_at_s",
    SortColumn.PLAYS: "t.plays",
}
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
    where, parameters = passing(unranked(sought_by(query)), embeddings, "t.file_id")
    keys = ", ".join(map(_sorted_by, order))
    return store.ids(
        f"SELECT t.id value FROM {BY_TRACK} WHERE {where} ORDER BY {keys}, {BY_NAME} LIMIT ?",
        (*parameters, -1 if limit is None else limit),
    )


def _sorted_by(key: SortKey) -> str:
    """One key of an order as SQL; tracks without a value come last in both directions."""
    direction = "DESC" if key.descending else "ASC"
    return f"{_VALUES[key.column]} COLLATE NOCASE {direction} NULLS LAST"


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
