"""Ids on their way into a query and out of it, as JSON, which SQLite reads and writes in one step.

A hundred thousand are taken in portions: Python's json keeps the lock of all threads for as long as
a call takes, which is 9 ms for so many, and several times that where the cores are busy.
"""

import json
from collections.abc import Iterable
from itertools import islice

_PORTION = 5_000
_PORTION_CHARACTERS = 8 * _PORTION


def json_of(ids: Iterable[int]) -> str:
    """Ids as the parameter of `IN (SELECT value FROM json_each(?))`."""
    left = map(int, ids)
    portions = iter(lambda: list(islice(left, _PORTION)), [])
    written = (json.dumps(portion, separators=(",", ":")) for portion in portions)
    return f"[{','.join(portion[1:-1] for portion in written)}]"


def ids_of(text: str) -> list[int]:
    """The ids in what `json_group_array` made of them."""
    ids: list[int] = []
    start, end = 1, len(text) - 1
    while start < end:
        comma = text.find(",", start + _PORTION_CHARACTERS, end)
        stop = end if comma < 0 else comma
        ids += json.loads(f"[{text[start:stop]}]")
        start = stop + 1
    return ids
