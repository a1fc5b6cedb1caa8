"""PLS: numbered keys under `[playlist]`, in UTF-8.

It looks like an INI file, and other programs read it with INI readers, so what is written can be
read by them. Reading needs a reader of its own: `configparser` joins indented lines to the one
before them, strips the blanks of file names, and refuses a key before a section, all of which
occurs.

Source:
    There is no standard; keys `FileN`, `TitleN`, `LengthN`, `NumberOfEntries`, `Version` as
    Winamp introduced them.
"""

import re
from collections.abc import Iterator, Sequence

from library.formats.m3u8 import split_caption
from library.formats.model import MAX_ENTRIES, ImportedEntry, MalformedPlaylist, PlacedEntry
from library.formats.paths import path_or_url
from library.formats.text import decoded, seconds

_KEY = re.compile(rb"\s*(file|title|length)(\d{1,9})\s*=(.*)", re.IGNORECASE | re.DOTALL)
_MAX_KEYS = 3 * MAX_ENTRIES


def render(entries: Sequence[PlacedEntry]) -> bytes:
    """The bytes of a playlist: exactly three lines, and three more for each entry."""
    lines = [b"[playlist]"]
    for number, entry in enumerate(entries, start=1):
        duration_s = -1 if entry.duration_s is None else round(entry.duration_s)
        lines += [
            b"File%d=%b" % (number, entry.location),
            b"Title%d=%b" % (number, entry.caption.encode()),
            b"Length%d=%d" % (number, duration_s),
        ]
    lines += [b"NumberOfEntries=%d" % len(entries), b"Version=2"]
    return b"\n".join(lines) + b"\n"


def parse(lines: Iterator[bytes]) -> Iterator[ImportedEntry]:
    """Entries in the order of their numbers; NumberOfEntries is not believed.

    Raises:
        MalformedPlaylist: more keys than the limit of entries allows.
    """
    values: dict[tuple[int, bytes], bytes] = {}
    for line in lines:
        match = _KEY.match(line)
        if match:
            values.setdefault((int(match[2]), match[1].lower()), match[3])
        if len(values) > _MAX_KEYS:
            raise MalformedPlaylist(f"it holds more than {MAX_ENTRIES} entries")
    for number in sorted(number for number, key in values if key == b"file"):
        yield _entry(
            values[number, b"file"],
            caption=values.get((number, b"title"), b""),
            duration=values.get((number, b"length"), b""),
        )


def _entry(location: bytes, *, caption: bytes, duration: bytes) -> ImportedEntry:
    path, url = path_or_url(location)
    artist, title = split_caption(decoded(caption))
    return ImportedEntry(
        path, url, title=title, artist=artist, duration_s=seconds(decoded(duration))
    )
