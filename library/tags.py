"""Tags of music files by mutagen, in every format that it knows. Never writes.

What a tag holds is a stranger's text: it comes out bounded in length and free of control
characters, as one line.
"""

import os
import re
import stat as modes
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import mutagen
from mutagen.asf import ASFTags
from mutagen.id3 import ID3Tags
from mutagen.mp4 import MP4Tags

from library.errors import TagError
from library.records import Tags

MAX_TEXT_LENGTH = 1_000
MAX_VALUES = 20

Names = dict[str, tuple[str, ...]]

# Under which names a field stands in each family of tags, the most fitting first.
_NAMES_ID3: Names = {
    "title": ("TIT2",),
    "artist": ("TPE1",),
    "album": ("TALB",),
    "album_artist": ("TPE2",),
    "genre": ("TCON",),
    "date": ("TDRC", "TDRL", "TDOR"),
    "track_number": ("TRCK",),
    "disc_number": ("TPOS",),
}
_NAMES_MP4: Names = {
    "title": ("©nam",),
    "artist": ("©ART",),
    "album": ("©alb",),
    "album_artist": ("aART",),
    "genre": ("©gen",),
    "date": ("©day",),
    "track_number": ("trkn",),
    "disc_number": ("disk",),
}
_NAMES_ASF: Names = {
    "title": ("Title",),
    "artist": ("Author",),
    "album": ("WM/AlbumTitle",),
    "album_artist": ("WM/AlbumArtist",),
    "genre": ("WM/Genre",),
    "date": ("WM/Year", "WM/OriginalReleaseYear"),
    "track_number": ("WM/TrackNumber", "WM/Track"),
    "disc_number": ("WM/PartOfSet",),
}
_NAMES_COMMENTS: Names = {  # Vorbis comments and APEv2, whose names ignore case
    "title": ("title",),
    "artist": ("artist",),
    "album": ("album",),
    "album_artist": ("albumartist", "album artist", "album_artist"),
    "genre": ("genre",),
    "date": ("date", "year", "originaldate"),
    "track_number": ("tracknumber", "track"),
    "disc_number": ("discnumber", "disc"),
}
_YEAR = re.compile(r"[12][0-9]{3}")
_NUMBER = re.compile(r"\s*[0-9]{1,5}(?![0-9])")
_UNPRINTABLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
_GENRE_BORDERS = re.compile(r"[;|\0]|, | / ")


def read_tags(path: bytes) -> Tags:
    """The tags of a file; empty ones where it has none or its format has no tags.

    Raises:
        TagError: the file or its tags cannot be read.
    """
    with reading(path) as file:
        opened = mutagen.File(file)
        return Tags() if opened is None or opened.tags is None else _tags(opened.tags)


@contextmanager
def reading(path: bytes) -> Iterator[IO[bytes]]:
    """Open a regular file; whatever goes wrong inside becomes a TagError.

    mutagen lets through what its parsers meet on damaged files: besides its own errors
    RecursionError, MemoryError, OverflowError, AttributeError and more.
    """
    try:
        with open(path, "rb", opener=open_regular) as file:
            yield file
    except OSError as error:
        raise TagError(path, error.strerror or str(error)) from error
    except mutagen.MutagenError as error:
        reason = _clean(str(error).replace(repr(path), "it"))
        raise TagError(path, reason or type(error).__name__) from error
    except Exception as error:
        raise TagError(path, f"they are damaged ({type(error).__name__})") from error


def open_regular(path: str | bytes, flags: int) -> int:
    """An `opener` for `open` that lets in regular files only."""
    # opening a pipe would wait for its writer, opening a device can have effects
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not modes.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is not a regular file")
    return descriptor


def _tags(tags: Any) -> Tags:
    names = _names(tags)
    texts = {field: _texts(tags, names[field]) for field in names}
    return Tags(
        title=_line(texts["title"]),
        artist=_line(texts["artist"]),
        album=_line(texts["album"]),
        album_artist=_line(texts["album_artist"]),
        genres=_genres(texts["genre"]),
        year=_first_number(_YEAR.search, texts["date"]),
        track_number=_first_number(_NUMBER.match, texts["track_number"]),
        disc_number=_first_number(_NUMBER.match, texts["disc_number"]),
    )


def _names(tags: Any) -> Names:
    if isinstance(tags, ID3Tags):
        return _NAMES_ID3
    if isinstance(tags, MP4Tags):
        return _NAMES_MP4
    return _NAMES_ASF if isinstance(tags, ASFTags) else _NAMES_COMMENTS


def _texts(tags: Any, names: tuple[str, ...]) -> list[str]:
    """The texts under the first of these names that stands in the tags, each cut to a length."""
    for name in names:
        value = tags.get(name)
        if value is not None:
            texts = [text[: 4 * MAX_TEXT_LENGTH] for text in _values(value)[:MAX_VALUES]]
            if any(map(str.strip, texts)):
                return texts
    return []


def _values(value: Any) -> list[str]:
    if hasattr(value, "text"):
        value = value.text
    elif isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        value = [value]
    return [text for item in value if (text := _text(item))]


def _text(item: Any) -> str:
    if isinstance(item, tuple):  # MP4's (number, total)
        item = item[0] or ""
    if isinstance(getattr(item, "value", None), bytes) or isinstance(item, bytes):
        return ""  # binary
    return str(item)


def _line(texts: list[str]) -> str:
    return ", ".join(filter(None, map(_clean, texts)))[:MAX_TEXT_LENGTH].strip()


def _clean(text: str) -> str:
    """The text as one line: control characters, lone surrogates and line ends become spaces."""
    spaced = "".join(" " if unicodedata.category(c) in _UNPRINTABLE else c for c in text)
    return " ".join(spaced.split())[:MAX_TEXT_LENGTH]


def _genres(texts: list[str]) -> tuple[str, ...]:
    parts = (_clean(part) for text in texts for part in _GENRE_BORDERS.split(text))
    return tuple(dict.fromkeys(filter(None, parts)))[:MAX_VALUES]


def _first_number(find: Callable[[str], re.Match[str] | None], texts: list[str]) -> int | None:
    found = (find(text) for text in texts)
    return next((int(match[0]) for match in found if match), None)
