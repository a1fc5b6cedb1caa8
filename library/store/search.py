"""Tracks that answer to a query, by what their preferred files say.

Text is looked up in two FTS5 tables: `files_fts` ranks the words of title, artist and album, and
`fields_fts` holds what only a named field asks for. Everything else stands in columns of `tracks`,
all of them in one narrow index. What a person typed only ever comes in as a parameter.

Few tracks are collected and sorted. Of many, which would take too long to collect at every key
pressed, the first are found by walking through the index of artist, album and number.
"""

import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from library.query import (
    NumberField,
    NumberTerm,
    Query,
    StateTerm,
    TagTerm,
    Term,
    TextField,
    TextTerm,
    TrackState,
    searchable,
)
from library.records import TrackId
from library.store.database import Store
from library.store.embeddings import EmbeddingTable

MANY = 10_000  # more matches than this are neither ranked nor sorted

_COLUMNS = {  # table and column of every field; "" is all columns
    TextField.WORDS: ("files_fts", ""),
    TextField.TITLE: ("files_fts", "label"),
    TextField.ALBUM: ("files_fts", "album"),
    TextField.ARTIST: ("fields_fts", "artist"),
    TextField.GENRE: ("fields_fts", "genre"),
    TextField.PATH: ("fields_fts", "path"),
}
_NUMBERS = {
    NumberField.YEAR: "t.year",
    NumberField.LENGTH: "round(t.duration_s)",
    NumberField.PLAYS: "t.plays",
    NumberField.AGE: "? - t.added_at_s",
}
# CROSS JOIN keeps the order of the tables: the first one is the loop that drives.
_RANKED = "files_fts CROSS JOIN tracks t ON t.file_id = files_fts.rowid"
_COLLECTED = (
    "files f CROSS JOIN tracks t ON t.file_id = f.id WHERE f.id IN (SELECT value FROM json_each(?))"
)
_WALKED = "files f INDEXED BY files_in_order CROSS JOIN tracks t ON t.file_id = f.id"
_BY_NAME = (
    "f.artist COLLATE NOCASE, f.album COLLATE NOCASE, f.disc_number, f.track_number, "
    "f.label COLLATE NOCASE, f.id"
)

Sql = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _Sought:
    """A query in parts: what each FTS5 table can answer alone, tags to rank by, and the rest."""

    matches: dict[str, str]
    tags: tuple[TagTerm, ...]
    rest: tuple[tuple[Term, ...], ...]


def search(store: Store, embeddings: EmbeddingTable, query: Query, limit: int) -> list[TrackId]:
    """The first tracks that pass a query, at most `limit`.

    With wanted tags, those with the highest product of scores come first; with words, the closest
    match, where at most `MANY` files match them. All others are in order of artist, album, disc,
    track and title. Tracks that have no file any more are not found.
    """
    sought = _parts(query)
    if sought.tags:
        return _surest_first(store, embeddings, sought, limit)
    few = {table: _few(store, table, match) for table, match in sought.matches.items()}
    if few.pop("files_fts", False):
        words, fields = sought.matches["files_fts"], sought.matches.get("fields_fts")
        others = _Sought({"fields_fts": fields} if fields else {}, (), sought.rest)
        where, parameters = _where(others, embeddings, "files_fts.rowid")
        sql = f"{_RANKED} WHERE files_fts MATCH ? AND {where} ORDER BY files_fts.rank"
        return _ids(store, sql, (words, *parameters), limit)
    if any(few.values()) or _may_be_few(sought):
        where, parameters = _where(sought, embeddings, "t.file_id")
        found = f"SELECT t.file_id FROM tracks t WHERE {where} LIMIT ?"
        file_ids = [file_id for (file_id,) in store.rows(found, (*parameters, MANY + 1))]
        if len(file_ids) <= MANY:
            return _ids(store, f"{_COLLECTED} ORDER BY {_BY_NAME}", (json.dumps(file_ids),), limit)
    where, parameters = _where(sought, embeddings, "f.id")
    return _ids(store, f"{_WALKED} WHERE {where} ORDER BY {_BY_NAME}", parameters, limit)


def phrase(term: TextTerm) -> str:
    """The term as an FTS5 query: quoted, so that nothing in it is an operator."""
    _, column = _COLUMNS[term.field]
    quoted = '"' + searchable(term.text).replace('"', '""') + '"' + ("" if term.whole else "*")
    return f"{column} : {quoted}" if column else quoted


def _parts(query: Query) -> _Sought:
    matches: dict[str, list[str]] = {}
    tags: list[TagTerm] = []
    rest = []
    for group in query.groups:
        texts = [term for term in group if isinstance(term, TextTerm) and not term.excluded]
        tables = {_COLUMNS[term.field][0] for term in texts}
        if len(texts) == len(group) and len(tables) == 1:
            matches.setdefault(tables.pop(), []).append(f"({' OR '.join(map(phrase, texts))})")
        elif len(group) == 1 and isinstance(group[0], TagTerm) and not group[0].excluded:
            tags.append(group[0])
        else:
            rest.append(group)
    joined = {table: " AND ".join(expressions) for table, expressions in matches.items()}
    return _Sought(joined, tuple(tags), tuple(rest))


def _few(store: Store, table: str, match: str) -> bool:
    found = f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?"
    return len(store.rows(found, (match, MANY + 1))) <= MANY


def _may_be_few(sought: _Sought) -> bool:
    """Whether there is something wanted that was not counted yet; what is excluded is seldom much.

    A group that wants nothing, but leaves out, is passed by most tracks.
    """
    return any(not any(term.excluded for term in group) for group in sought.rest)


def _ids(store: Store, sql: str, parameters: Sequence[object], limit: int) -> list[TrackId]:
    rows = store.rows(f"SELECT t.id FROM {sql} LIMIT ?", (*parameters, limit))
    return [TrackId(track_id) for (track_id,) in rows]


def _surest_first(
    store: Store, embeddings: EmbeddingTable, sought: _Sought, limit: int
) -> list[TrackId]:
    ids, scores = embeddings.tag_scores()
    passing = np.ones(len(ids), dtype=bool)
    products = np.ones(len(ids))
    for term in sought.tags:
        wanted = scores[:, term.tag_index].astype(np.float64)
        passing &= (wanted >= term.least) & (wanted <= term.most)
        products *= wanted
    where, parameters = _where(sought, embeddings, "t.file_id")
    heard = json.dumps(ids[passing].tolist())
    rows = store.rows(
        f"SELECT t.id FROM tracks t WHERE t.id IN (SELECT value FROM json_each(?)) AND {where}",
        (heard, *parameters),
    )
    found = np.isin(ids, [track_id for (track_id,) in rows])
    best = np.lexsort((ids[found], -products[found]))[:limit]
    return [TrackId(int(track_id)) for track_id in ids[found][best]]


def _where(sought: _Sought, embeddings: EmbeddingTable, file_id: str) -> Sql:
    """What the tracks `t` of a query must fulfil. `file_id`: where the loop has the file's id."""
    alone = [
        (f"{file_id} IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)", (match,))
        for table, match in sought.matches.items()
    ]
    groups = [
        _joined(" OR ", (_condition(term, embeddings, file_id) for term in group))
        for group in sought.rest
    ]
    return _joined(" AND ", [("t.file_id NOT NULL", ()), *alone, *groups])


def _joined(word: str, conditions: Iterable[Sql]) -> Sql:
    texts, parameters = zip(*conditions, strict=True)
    return f"({word.join(texts)})", tuple(value for some in parameters for value in some)


def _condition(term: Term, embeddings: EmbeddingTable, file_id: str) -> Sql:
    sql, parameters = _passed(term, embeddings, file_id)
    return (f"({sql}) IS NOT TRUE" if term.excluded else sql), parameters


def _passed(term: Term, embeddings: EmbeddingTable, file_id: str) -> Sql:
    match term:
        case TextTerm():
            table, _ = _COLUMNS[term.field]
            sql = f"{file_id} IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"
            return sql, (phrase(term),)
        case NumberTerm():
            least = -math.inf if term.least is None else term.least
            most = math.inf if term.most is None else term.most
            now = (time.time(),) if term.field == NumberField.AGE else ()
            return f"{_NUMBERS[term.field]} BETWEEN ? AND ?", (*now, least, most)
        case StateTerm(state=TrackState.MISSING):
            return "t.missing", ()
        case StateTerm():
            return _UNHEARD, (embeddings.key.encoder, embeddings.key.model_version)
        case TagTerm():
            ids, scores = embeddings.tag_scores()
            wanted = scores[:, term.tag_index]
            heard = ids[(wanted >= term.least) & (wanted <= term.most)]
            return "t.id IN (SELECT value FROM json_each(?))", (json.dumps(heard.tolist()),)


# Two lists in the order of indexes, so that SQLite merges them.
_UNHEARD = """t.id IN (
    SELECT track_id FROM files WHERE track_id NOT NULL EXCEPT
    SELECT track_id FROM embeddings WHERE encoder = ? AND model_version = ? ORDER BY 1
)"""
