"""Queries as SQL: what a track `t` and the file `f` that it is shown by must fulfil.

Text is looked up in two FTS5 tables: `files_fts` ranks the words of title, artist and album, and
`fields_fts` holds what only a named field asks for. Everything else stands in columns of `tracks`,
all of them in one narrow index, or of `files`. What a person typed only ever comes in as a
parameter.
"""

import json
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from library.query import (
    Facet,
    FacetTerm,
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
from library.store.embeddings import EmbeddingTable
from library.store.id_lists import json_of

WORDS_TABLE = "files_fts"  # the one that ranks
# Every track that has a file, with it. CROSS JOIN: the first table is the loop that drives.
BY_TRACK = "tracks t CROSS JOIN files f ON f.id = t.file_id"

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

Sql = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Sought:
    """A query in parts.

    matches: what each FTS5 table can answer alone, as one expression.
    tags: those to rank by.
    rest: groups of all other terms.
    """

    matches: dict[str, str]
    tags: tuple[TagTerm, ...]
    rest: tuple[tuple[Term, ...], ...]


def sought_by(query: Query) -> Sought:
    """The parts of a query."""
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
    return Sought(joined, tuple(tags), tuple(rest))


def unranked(sought: Sought) -> Sought:
    """The same, with nothing to rank by."""
    return Sought(sought.matches, (), (*sought.rest, *((term,) for term in sought.tags)))


def passing(sought: Sought, embeddings: EmbeddingTable, file_id: str) -> Sql:
    """A condition and its parameters. `file_id`: where the loop has the id of the file."""
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
            return "t.id IN (SELECT value FROM json_each(?))", (json_of(heard),)
        case FacetTerm():
            found, values = _with_value(term)
            return f"{file_id} IN (SELECT id FROM files WHERE {found})", values


def _with_value(term: FacetTerm) -> Sql:
    """The condition on `files` of a facet's term."""
    if term.facet != Facet.GENRE:
        return f"{term.facet} = ? COLLATE NOCASE", (term.value,)
    if not term.value:
        return "genres = '[]'", ()
    # In a list as JSON every quote within a value has a backslash before it, so that these are
    # a whole value, the first one and any other.
    value = json.dumps(term.value, ensure_ascii=False)
    for special in "\\%_":
        value = value.replace(special, "\\" + special)
    sql = r"genres LIKE ? ESCAPE '\' OR genres LIKE ? ESCAPE '\'"
    return sql, (f"[{value}%", f"%, {value}%")


def phrase(term: TextTerm) -> str:
    """The term as an FTS5 query: quoted, so that nothing in it is an operator."""
    _, column = _COLUMNS[term.field]
    quoted = '"' + searchable(term.text).replace('"', '""') + '"' + ("" if term.whole else "*")
    return f"{column} : {quoted}" if column else quoted


# Two lists in the order of indexes, so that SQLite merges them.
_UNHEARD = """t.id IN (
    SELECT track_id FROM files WHERE track_id NOT NULL EXCEPT
    SELECT track_id FROM embeddings WHERE encoder = ? AND model_version = ? ORDER BY 1
)"""
