"""What the cells of a table of tracks show: what plays, what is missing, what is second in rank."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ui.browse.columns import COLUMNS, LOOKS, Column, cell_text
from ui.rows.cell import Cell, Ink, track_mark
from ui.rows.row_model import NOT_THERE_YET

if TYPE_CHECKING:
    from app.browsing import TrackRow


def track_cells(row: "TrackRow | None", columns: Sequence[int], *, plays: bool) -> list[Cell]:
    """The cells of a track, or of one that is still being read, in some of `COLUMNS`."""
    if row is None:
        return [Cell(NOT_THERE_YET, Ink.DIM, _at_right(COLUMNS[column])) for column in columns]
    return [_cell(row, COLUMNS[column], plays=plays) for column in columns]


def _cell(row: "TrackRow", column: Column, *, plays: bool) -> Cell:
    missing = row.track.missing
    is_title = column is Column.TITLE
    return Cell(
        cell_text(row, column),
        _ink(column, plays=plays, missing=missing),
        _at_right(column),
        Qt.TextElideMode.ElideMiddle if column is Column.PATH else Qt.TextElideMode.ElideRight,
        track_mark(plays=plays, missing=missing) if is_title else None,
    )


def _ink(column: Column, *, plays: bool, missing: bool) -> Ink:
    if plays and column is Column.TITLE:
        return Ink.ACCENT
    return Ink.DIM if missing or LOOKS[column].is_dim else Ink.TEXT


def _at_right(column: Column) -> bool:
    return not LOOKS[column].is_text
