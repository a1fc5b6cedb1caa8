"""CSV: a table for spreadsheets and for programs, in UTF-8, one line for each entry.

Columns: `path`, `path_b64`, `title`, `artist`, `album`, `duration_s`. Where the path is not UTF-8
or holds a line break, `path_b64` has its bytes in base64 and `path` a form for people.

A spreadsheet takes a cell that begins with = + - or @ for a formula, quoted or not, and a title
may come from anywhere: such a cell gets an apostrophe in front, the spreadsheets' own mark for
text, and so does a cell that begins with an apostrophe, so that reading can take it off again.

Source:
    RFC 4180 for quotes and line ends; OWASP, "CSV Injection", for the characters.
"""

import base64
import binascii
import csv
import io
from collections.abc import Iterator, Sequence

from library.formats.model import ImportedEntry, MalformedPlaylist, PlacedEntry
from library.formats.paths import path_or_url
from library.formats.text import breaks_lines, decoded, one_line, seconds

COLUMNS = ("path", "path_b64", "title", "artist", "album", "duration_s")

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_ESCAPED_STARTS = (*_FORMULA_STARTS, "'")
_MAX_CELL_CHARACTERS = 1024 * 1024


def render(entries: Sequence[PlacedEntry]) -> bytes:
    """The bytes of a table: a line of headings, and one for each entry."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for entry in entries:
        duration = "" if entry.duration_s is None else f"{entry.duration_s:.3f}"
        texts = (*_path_cells(entry.location), entry.title, entry.artist, entry.album)
        writer.writerow([*map(_escaped, texts), duration])
    return table.getvalue().encode()


def parse(data: bytes) -> Iterator[ImportedEntry]:
    """Entries of a table whose first line names its columns, separated by , ; or tab.

    Raises:
        MalformedPlaylist: no column called path, path_b64 or title; a broken table.
    """
    text = decoded(data)
    headings = text.partition("\n")[0]
    delimiter = max(",;\t", key=headings.count)
    csv.field_size_limit(_MAX_CELL_CHARACTERS)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.fieldnames = [heading.strip().lower() for heading in rows.fieldnames or ()]
        if not {"path", "path_b64", "title"} & set(rows.fieldnames):
            raise MalformedPlaylist("its first line has no column called path or title")
        for row in rows:
            yield _entry({key: cell or "" for key, cell in row.items() if isinstance(key, str)})
    except csv.Error as error:
        raise MalformedPlaylist(f"line {rows.reader.line_num} is no table row ({error})") from error


def _path_cells(location: bytes) -> tuple[str, str]:
    try:
        text = location.decode()
    except UnicodeDecodeError:
        text = ""
    if text and not breaks_lines(text):
        return text, ""
    return one_line(location.decode(errors="replace")), base64.b64encode(location).decode("ascii")


def _escaped(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_ESCAPED_STARTS) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_ESCAPED_STARTS) else cell


def _entry(row: dict[str, str]) -> ImportedEntry:
    path, url = path_or_url(_location(row))
    return ImportedEntry(
        path,
        url,
        title=one_line(_unescaped(row.get("title", ""))),
        artist=one_line(_unescaped(row.get("artist", ""))),
        album=one_line(_unescaped(row.get("album", ""))),
        duration_s=seconds(row.get("duration_s", "")),
    )


def _location(row: dict[str, str]) -> bytes:
    try:
        return base64.b64decode(_unescaped(row.get("path_b64", "")), validate=True) or _unescaped(
            row.get("path", "")
        ).encode("utf-8", errors="replace")
    except (binascii.Error, ValueError) as error:
        raise MalformedPlaylist(f"path_b64 is not base64 ({error})") from error
