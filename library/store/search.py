"""Text search over title (or file name), artist and album. Any text is a valid search."""

import unicodedata

from library.records import TrackId
from library.store.database import Store

_SEARCH = """
SELECT f.track_id FROM
    (SELECT rowid, rank FROM files_fts WHERE files_fts MATCH ?) found
JOIN files f ON f.id = found.rowid
WHERE f.track_id IS NOT NULL
GROUP BY f.track_id ORDER BY min(found.rank), f.track_id LIMIT ?
"""


def search(store: Store, text: str, limit: int) -> list[TrackId]:
    """Tracks in which every word of the text begins some word, best first, at most `limit`.

    Case and diacritics do not count. Text without a letter or a digit finds nothing.
    """
    query = match_query(text)
    if not query:
        return []
    return [TrackId(track_id) for (track_id,) in store.rows(_SEARCH, (query, limit))]


def match_query(text: str) -> str:
    """The text as an FTS5 query: each word quoted, so that nothing in it is an operator."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    words = (word for word in plain.split() if any(map(str.isalnum, word)))
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words)
