"""Ctrl-C as a wish: the work in hand ends well, and what is finished is kept."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.control import Control

_CANCELLING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def cancelled_by_signal(control: Control) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) asks the work to end well; the second ends it at once."""

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        if control.cancelled:
            raise KeyboardInterrupt
        control.cancel()

    before = {number: signal.signal(number, cancel) for number in _CANCELLING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
