"""M3U8: a line of description and a line of path for each entry, in UTF-8.

The path of a file is a line of bytes, and so it is read: a playlist in Latin-1 keeps the bytes
that may be the file's very name, and matching tries other readings of them.

Source:
    There is no standard; `#EXTM3U` and `#EXTINF:seconds,text` as Winamp introduced them.
"""

import re
from collections.abc import Iterator, Sequence

from library.formats.model import ImportedEntry, PlacedEntry
from library.formats.paths import path_or_url
from library.formats.text import decoded, one_line, seconds

# the duration, then perhaps attributes in quotes (which may hold commas), then the text;
# possessive throughout, so that no line can make it backtrack
_EXTINF = re.compile(r'#EXTINF:\s*+([^\s,]*+)(?:\s++[\w-]++="[^"]*+")*+\s*+,(.*)', re.IGNORECASE)


def render(entries: Sequence[PlacedEntry]) -> bytes:
    """The bytes of a playlist: exactly one line, and two more for each entry."""
    lines = [b"#EXTM3U"]
    for entry in entries:
        duration_s = -1 if entry.duration_s is None else round(entry.duration_s)
        lines += [f"#EXTINF:{duration_s},{entry.caption}".encode(), entry.location]
    return b"\n".join(lines) + b"\n"


def parse(lines: Iterator[bytes]) -> Iterator[ImportedEntry]:
    """Entries of the lines of an M3U file, plain or extended; unknown comments are passed over."""
    description = ImportedEntry()
    for line in lines:
        if line.startswith(b"#"):
            description = _described(line) or description
        elif line.strip():
            path, url = path_or_url(line)
            yield ImportedEntry(
                path,
                url,
                title=description.title,
                artist=description.artist,
                duration_s=description.duration_s,
            )
            description = ImportedEntry()


def split_caption(caption: str) -> tuple[str, str]:
    """Artist and title of a text like `Artist - Title`; without a dash all of it is the title."""
    artist, dash, title = one_line(caption).partition(" - ")
    return (artist.strip(), title.strip()) if dash else ("", artist)


def _described(line: bytes) -> ImportedEntry | None:
    match = _EXTINF.match(decoded(line))
    if match is None:
        return None
    artist, title = split_caption(match[2])
    return ImportedEntry(title=title, artist=artist, duration_s=seconds(match[1]))
