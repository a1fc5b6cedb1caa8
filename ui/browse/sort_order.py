"""How clicks on the heads of columns sort: one column, or several by clicks with Ctrl."""

from collections.abc import Sequence

from library.listing import SortKey
from ui.browse.columns import LOOKS, Column

Order = tuple[SortKey, ...]


def clicked(order: Order, column: Column, *, adds: bool) -> Order:
    """The order after a click: one way, then the other, then not sorted by this column.

    Args:
        order: before the click.
        column: the one that was clicked; some cannot be sorted by.
        adds: whether the other columns still count.
    """
    look = LOOKS[column]
    if look.sort is None:
        return order
    first = SortKey(look.sort, descending=look.newest_first)
    second = SortKey(look.sort, descending=not look.newest_first)
    if not adds:
        return () if order == (second,) else (second,) if order == (first,) else (first,)
    if first in order:
        return tuple(second if key == first else key for key in order)
    if second in order:
        return tuple(key for key in order if key != second)
    return (*order, first)


def order_from(plain: object) -> Order:
    """The order that `plain_order` made plain; nonsense is left out."""
    if not isinstance(plain, Sequence):
        return ()
    keys = (_key(item) for item in plain)
    by_column = {key.column: key for key in keys if key is not None}
    return tuple(by_column.values())


def plain_order(order: Order) -> list[list[object]]:
    """The order as plain data."""
    return [[str(key.column), key.descending] for key in order]


def _key(item: object) -> SortKey | None:
    known = {look.sort: look.sort for look in LOOKS.values() if look.sort is not None}
    match item:
        case [str(name), bool(descending)] if name in known:
            return SortKey(known[name], descending)  # type: ignore[index]
    return None
