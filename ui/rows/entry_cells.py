"""What the cells of the queue or of a playlist show: what plays, is missing, is second in rank."""

from collections.abc import Sequence
from functools import cache

from ui.rows.cell import Cell, Ink, track_mark
from ui.rows.entry_model import Column, EntryModel, alignment


def entry_cells(model: EntryModel, row: int, columns: Sequence[int]) -> list[Cell]:
    """The cells of an entry in some columns."""
    plays, missing = model.plays(row), model.is_missing(row)
    return [
        Cell(
            model.text(row, column),
            _ink(column, plays=plays, missing=missing),
            _flags(column),
            mark=track_mark(plays=plays, missing=missing) if column is Column.TITLE else None,
        )
        for column in map(Column, columns)
    ]


def _ink(column: Column, *, plays: bool, missing: bool) -> Ink:
    if column is not Column.TITLE or missing:
        return Ink.DIM
    return Ink.ACCENT if plays else Ink.TEXT


@cache  # flags of Qt are put together slowly, and every cell needs them
def _flags(column: Column) -> int:
    return int(alignment(column))
