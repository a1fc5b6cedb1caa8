"""When two names are one: for artists, genres and albums that are spelled in several ways."""

import os
import unicodedata


def plain(name: str) -> str:
    """A name without case, accents and double spaces."""
    if name.isascii():  # nearly all are, and this takes a tenth of the time
        return " ".join(name.lower().split())
    parts = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


def caseless(name: str) -> bytes:
    """What SQLite's NOCASE compares of a name: A to Z count as a to z, and nothing else changes."""
    return name.encode(errors="surrogateescape").lower()


def album_key(title: str, album_artist: str, path: bytes) -> tuple[str, str | bytes]:
    """What is the same for all files of one album; a file without an album has an empty title.

    Albums of one title ("Greatest Hits") are told apart by the album's artist, or else by the
    folder, which holds a compilation of many artists together.
    """
    return plain(title), plain(album_artist) or os.path.dirname(path)
