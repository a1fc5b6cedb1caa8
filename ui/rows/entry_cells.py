"""What the cells of the queue or of a playlist show: what plays, is missing, is second in rank."""

from collections.abc import Sequence

from ui.rows.cell import Cell, Ink, track_mark
from ui.rows.entry_model import NUMBERS, Column, EntryModel


def entry_cells(model: EntryModel, row: int, columns: Sequence[int]) -> list[Cell]:
    """The cells of an entry in some columns."""
    plays, missing = model.plays(row), model.is_missing(row)
    return [
        Cell(
            model.text(row, column),
            _ink(column, plays=plays, missing=missing),
            at_right=column in NUMBERS,
            mark=track_mark(plays=plays, missing=missing) if column is Column.TITLE else None,
        )
        for column in map(Column, columns)
    ]


def _ink(column: Column, *, plays: bool, missing: bool) -> Ink:
    if column is not Column.TITLE or missing:
        return Ink.DIM
    return Ink.ACCENT if plays else Ink.TEXT
