"""Rows as runs of neighbours: what is said to Qt once for a run, not for every row."""

from collections.abc import Iterable


def runs_of(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs of neighbours, each with its first and last."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
