"""Text search over title (or file name), artist and album. Any text is a valid search."""

import unicodedata

from library.records import TrackId
from library.store.database import Store

# Ranked inside FTS5, which keeps only the best; the cross join keeps it in the outer loop.
_SEARCH = """
SELECT f.track_id FROM files_fts CROSS JOIN files f ON f.id = files_fts.rowid
WHERE files_fts MATCH ? AND f.track_id IS NOT NULL ORDER BY files_fts.rank LIMIT ?
"""
_FILES_PER_TRACK = 4  # a track with more matching files may push others off the end of the list


def search(store: Store, text: str, limit: int) -> list[TrackId]:
    """Tracks in which every word of the text begins some word, best first, at most `limit`.

    Case and diacritics do not count. Text without a letter or a digit finds nothing.
    """
    query = match_query(text)
    if not query:
        return []
    rows = store.rows(_SEARCH, (query, _FILES_PER_TRACK * limit))
    return list(dict.fromkeys(TrackId(track_id) for (track_id,) in rows))[:limit]


def match_query(text: str) -> str:
    """The text as an FTS5 query: each word quoted, so that nothing in it is an operator."""
    words = (word for word in searchable(text).split() if any(map(str.isalnum, word)))
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words)


def searchable(text: str) -> str:
    """The text with spaces for control and formatting characters.

    SQLite's tokenizer knows Unicode 6.1 and takes younger formatting characters for letters.
    """
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
