"""The key that pauses: `p`, where there is a terminal to read it from."""

import os
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import UnsupportedOperation

from app.control import Control

try:
    import termios
    import tty
except ImportError:  # Windows, whose terminals are read in another way
    termios = None  # type: ignore[assignment]

_PAUSE = b"pP"


@contextmanager
def pause_key(control: Control, terminal: int | None = None) -> Iterator[bool]:
    """While inside, p pauses the work and p again resumes it.

    Args:
        control: of the work.
        terminal: descriptor of the terminal to read from; stdin when None.

    Yields:
        Whether there is a terminal, so that it is worth telling a person of the key.
    """
    terminal = _stdin() if terminal is None else terminal
    if terminal is None or termios is None or not _is_ours(terminal):
        yield False
        return
    before = termios.tcgetattr(terminal)
    wake_out, wake_in = os.pipe()
    reader = threading.Thread(target=_read_keys, args=(control, terminal, wake_out))
    try:
        tty.setcbreak(terminal)  # each key at once, and not shown; Ctrl-C still interrupts
        reader.start()
        yield True
    finally:
        os.close(wake_in)
        reader.join()
        os.close(wake_out)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _stdin() -> int | None:
    try:
        return sys.stdin.fileno()
    except (UnsupportedOperation, AttributeError, ValueError):  # closed, absent or replaced
        return None


def _is_ours(terminal: int) -> bool:
    """A terminal in whose foreground we are: touching it from the background would stop us."""
    try:
        return os.isatty(terminal) and os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False


def _read_keys(control: Control, terminal: int, wake: int) -> None:
    while True:
        ready, _, _ = select.select([terminal, wake], [], [])
        if wake in ready:
            return
        key = os.read(terminal, 1)
        if not key:
            return
        if key in _PAUSE:
            (control.resume if control.paused else control.pause)()
