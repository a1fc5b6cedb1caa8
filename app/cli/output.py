"""What the command line prints, so that a file's name can neither colour, hide nor forge anything.

On a terminal tables are drawn by Rich; elsewhere they are plain columns, never wrapped or cut.
"""

import base64
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import typer

from library.records import Track, display_path

_JOINERS = "\u200c\u200d"  # emoji and Persian are written with them
_NUMBER = re.compile(r"-?[\d.,:]+")
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format (bidi too), surrogate, separators


def visible(text: str) -> str:
    """The text with all that a terminal would obey or hide written out, as Python writes it."""
    return text if text.isprintable() else "".join(map(_visible_character, text))


def path_fields(path: bytes) -> dict[str, str]:
    """A path for JSON: `path` for people, and `path_b64`, its bytes, where it is not UTF-8."""
    shown = display_path(path)
    if shown.encode() == path:
        return {"path": shown}
    return {"path": shown, "path_b64": base64.b64encode(path).decode()}


def track_fields(track: Track) -> dict[str, object]:
    """A track for JSON."""
    return {
        "id": track.id,
        "title": track.title,
        "artist": track.tags.artist,
        "album": track.tags.album,
        "album_artist": track.tags.album_artist,
        "genres": list(track.tags.genres),
        "year": track.tags.year,
        "duration_s": track.duration_s,
        "missing": track.missing,
        **path_fields(track.path),
    }


def tell(sentence: str) -> None:
    """Say something to the person, beside the results: one line on stderr."""
    typer.echo(visible(sentence), err=True)


def print_line(text: str = "") -> None:
    """Print one line of results."""
    typer.echo(visible(text))


def print_json(value: object) -> None:
    """Print results for a program; ASCII, so that every terminal and locale carries it."""
    typer.echo(json.dumps(value, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows of text and numbers; numbers stand on the right."""
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    on_right = [_holds_numbers(row[index] for row in cells) for index in range(len(columns))]
    if sys.stdout.isatty():
        _draw_table(columns, cells, on_right)
    else:
        typer.echo("\n".join(_plain_rows([list(columns), *cells], on_right)))


def clock(duration_s: float) -> str:
    """A duration as players show it: 3:07, 1:02:03."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def heard_fields(heard: Iterable[tuple[str, float]]) -> list[dict[str, object]]:
    """Tags with their scores for JSON."""
    return [{"tag": tag, "score": score} for tag, score in heard]


def stretch(start_s: float, end_s: float) -> str:
    """A stretch of a track as players show it: 1:20-1:30."""
    return f"{clock(start_s)}-{clock(end_s)}"


def in_percent(scores: Iterable[tuple[str, float]]) -> str:
    """Tags with their scores: "jazz 83 %, guitar 41 %"."""
    return ", ".join(f"{tag} {100 * score:.0f} %" for tag, score in scores)


def in_words(duration_s: float) -> str:
    """How long something takes: "20 s", "3 min", "2 h 10 min"."""
    if duration_s < 90:  # noqa: PLR2004 - a minute and a half reads better in seconds
        return f"{duration_s:.0f} s"
    hours, minutes = divmod(round(duration_s / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def counted(number: int, one: str) -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def _visible_character(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN or character in _JOINERS:
        return character
    return ascii(character)[1:-1]


def _holds_numbers(column: Iterable[str]) -> bool:
    filled = [cell for cell in column if cell]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)


def _plain_rows(rows: Sequence[Sequence[str]], on_right: Sequence[bool]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for cell, width, right in zip(row, widths, on_right, strict=True):
            space = " " * (width - _width(cell))
            cells.append(space + cell if right else cell + space)
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes: one a letter, two for most of East Asia's."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _draw_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], on_right: Sequence[bool]
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column, right in zip(columns, on_right, strict=True):
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)
