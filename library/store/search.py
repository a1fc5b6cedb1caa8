"""Tracks that answer to a query, by what their preferred files say.

Few tracks are collected and sorted. Of many, which would take too long to collect at every key
pressed, the first are found by walking through the index of artist, album and number.
"""

import numpy as np

from library.query import Query
from library.records import TrackId
from library.store.conditions import WORDS_TABLE, Sought, Sql, passing, sought_by
from library.store.database import Store
from library.store.embeddings import EmbeddingTable
from library.store.id_lists import json_of

MANY = 2_500  # more matches than this are neither ranked nor sorted

# CROSS JOIN keeps the order of the tables: the first one is the loop that drives.
_RANKED = "files_fts CROSS JOIN tracks t ON t.file_id = files_fts.rowid"
_COLLECTED = (
    "files f CROSS JOIN tracks t ON t.file_id = f.id WHERE f.id IN (SELECT value FROM json_each(?))"
)
_WALKED = "files f INDEXED BY files_in_order CROSS JOIN tracks t ON t.file_id = f.id"
BY_NAME = (
    "f.artist COLLATE NOCASE, f.album COLLATE NOCASE, f.disc_number, f.track_number, "
    "f.label COLLATE NOCASE, f.id"
)


def search(
    store: Store, embeddings: EmbeddingTable, query: Query, limit: int | None
) -> list[TrackId]:
    """The first tracks that pass a query, at most `limit`; all where it is None.

    With wanted tags, those with the highest product of scores come first; with words, the closest
    match, where at most `MANY` files match them. All others are in order of artist, album, disc,
    track and title. Tracks that have no file any more are not found.
    """
    sought = sought_by(query)
    if sought.tags:
        return _surest_first(store, embeddings, sought, limit)
    few = {table: _few(store, table, match) for table, match in sought.matches.items()}
    if few.pop(WORDS_TABLE, False):
        return _closest_first(store, embeddings, sought, limit)
    narrow = any(few.values()) or _may_be_few(sought)
    return store.ids(*_by_name(store, embeddings, sought, narrow=narrow, limit=limit))


def _by_name(
    store: Store,
    embeddings: EmbeddingTable,
    sought: Sought,
    *,
    narrow: bool,
    limit: int | None,
) -> Sql:
    """A query for the first tracks in order of name.

    `narrow`: it is worth to see whether there are few.
    """
    select = "SELECT t.id value FROM"
    if narrow:
        where, parameters = passing(sought, embeddings, "t.file_id")
        found = f"SELECT t.file_id value FROM tracks t WHERE {where} LIMIT ?"
        file_ids = store.ids(found, (*parameters, MANY + 1))
        if len(file_ids) <= MANY:
            collected = f"{select} {_COLLECTED} ORDER BY {BY_NAME} LIMIT ?"
            return collected, (json_of(file_ids), _bound(limit))
    where, parameters = passing(sought, embeddings, "f.id")
    walked = f"{select} {_WALKED} WHERE {where} ORDER BY {BY_NAME} LIMIT ?"
    return walked, (*parameters, _bound(limit))


def _closest_first(
    store: Store, embeddings: EmbeddingTable, sought: Sought, limit: int | None
) -> list[TrackId]:
    fields = {table: match for table, match in sought.matches.items() if table != WORDS_TABLE}
    where, parameters = passing(Sought(fields, (), sought.rest), embeddings, "files_fts.rowid")
    sql = (
        f"SELECT t.id value FROM {_RANKED} WHERE files_fts MATCH ? AND {where} "
        "ORDER BY files_fts.rank LIMIT ?"
    )
    return store.ids(sql, (sought.matches[WORDS_TABLE], *parameters, _bound(limit)))


def _surest_first(
    store: Store, embeddings: EmbeddingTable, sought: Sought, limit: int | None
) -> list[TrackId]:
    ids, scores = embeddings.tag_scores()
    within = np.ones(len(ids), dtype=bool)
    products = np.ones(len(ids))
    for term in sought.tags:
        wanted = scores[:, term.tag_index].astype(np.float64)
        within &= (wanted >= term.least) & (wanted <= term.most)
        products *= wanted
    where, parameters = passing(sought, embeddings, "t.file_id")
    heard = json_of(ids[within])
    rows = store.rows(
        f"SELECT t.id FROM tracks t WHERE t.id IN (SELECT value FROM json_each(?)) AND {where}",
        (heard, *parameters),
    )
    found = np.isin(ids, [track_id for (track_id,) in rows])
    best = np.lexsort((ids[found], -products[found]))[:limit]
    return [TrackId(int(track_id)) for track_id in ids[found][best]]


def _few(store: Store, table: str, match: str) -> bool:
    found = f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?"
    ((n_found,),) = store.rows(f"SELECT count(*) FROM ({found})", (match, MANY + 1))
    return bool(n_found <= MANY)


def _may_be_few(sought: Sought) -> bool:
    """Whether there is something wanted that was not counted yet; what is excluded is seldom much.

    A group that wants nothing, but leaves out, is passed by most tracks.
    """
    return any(not any(term.excluded for term in group) for group in sought.rest)


def _bound(limit: int | None) -> int:
    return -1 if limit is None else limit
