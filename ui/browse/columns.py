"""The columns that a table of tracks can have, and what each says of a track."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from library.listing import SortColumn
from library.records import display_path
from ui.plain_text import one_line
from ui.words import clock

if TYPE_CHECKING:
    from app.browsing import TrackRow


class Column(StrEnum):
    """What can be shown of a track; HEARD is what the program hears in it."""

    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    LENGTH = "length"
    YEAR = "year"
    GENRE = "genre"
    HEARD = "heard"
    ADDED = "added"
    PLAYS = "plays"
    NUMBER = "number"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Look:
    """How a column looks.

    width_px: at first; a column of text gives and takes what the table has too little or too much.
    sort: what it is sorted by; None where it cannot be.
    newest_first: the first click on its head sorts from the most to the least.
    """

    width_px: int
    sort: SortColumn | None = None
    is_text: bool = True
    is_dim: bool = True
    newest_first: bool = False


LOOKS = {
    Column.TITLE: Look(240, SortColumn.TITLE, is_dim=False),
    Column.ARTIST: Look(170, SortColumn.ARTIST, is_dim=False),
    Column.ALBUM: Look(170, SortColumn.ALBUM),
    Column.LENGTH: Look(78, SortColumn.LENGTH, is_text=False),
    Column.YEAR: Look(64, SortColumn.YEAR, is_text=False),
    Column.GENRE: Look(110, SortColumn.GENRE),
    Column.HEARD: Look(150),
    Column.ADDED: Look(92, SortColumn.ADDED, is_text=False, newest_first=True),
    Column.PLAYS: Look(68, SortColumn.PLAYS, is_text=False, newest_first=True),
    Column.NUMBER: Look(56, is_text=False),
    Column.PATH: Look(280),
}
COLUMNS = tuple(LOOKS)
SHOWN_AT_FIRST = COLUMNS[: COLUMNS.index(Column.ADDED)]


def column_name(column: Column) -> str:
    """The heading of a column."""
    say = QCoreApplication.translate
    return {
        Column.TITLE: say("Columns", "Title"),
        Column.ARTIST: say("Columns", "Artist"),
        Column.ALBUM: say("Columns", "Album"),
        Column.LENGTH: say("Columns", "Length"),
        Column.YEAR: say("Columns", "Year"),
        Column.GENRE: say("Columns", "Genre"),
        Column.HEARD: say("Columns", "Sounds like"),
        Column.ADDED: say("Columns", "Added"),
        Column.PLAYS: say("Columns", "Plays"),
        Column.NUMBER: say("Columns", "No."),
        Column.PATH: say("Columns", "File"),
    }[column]


def cell_text(row: "TrackRow", column: Column) -> str:
    """What a cell says, in one line."""
    return one_line(_TEXTS[column](row))


def _added(row: "TrackRow") -> str:
    day = QDateTime.fromSecsSinceEpoch(int(row.track.added_at_s)).date()
    return QLocale().toString(day, QLocale.FormatType.ShortFormat)


def _number(row: "TrackRow") -> str:
    disc, number = row.track.tags.disc_number, row.track.tags.track_number
    if number is None:
        return ""
    return f"{disc}.{number:02}" if disc else str(number)


_TEXTS: "dict[Column, Callable[[TrackRow], str]]" = {
    Column.TITLE: lambda row: row.track.title,
    Column.ARTIST: lambda row: row.track.tags.artist,
    Column.ALBUM: lambda row: row.track.tags.album,
    Column.LENGTH: lambda row: clock(row.track.duration_s),
    Column.YEAR: lambda row: str(row.track.tags.year or ""),
    Column.GENRE: lambda row: ", ".join(row.track.tags.genres),
    Column.HEARD: lambda row: ", ".join(row.heard),
    Column.ADDED: _added,
    Column.PLAYS: lambda row: str(row.track.plays or ""),
    Column.NUMBER: _number,
    Column.PATH: lambda row: display_path(row.track.path),
}
