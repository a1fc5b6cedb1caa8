import os
import sys
import threading
from collections.abc import Iterator

import pytest

from app.cli.keys import pause_key
from app.control import Control

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """The keyboard's end and the program's end of a terminal in whose foreground we are."""
    keyboard, screen = os.openpty()
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    yield keyboard, screen
    os.close(keyboard)
    os.close(screen)


class Watched(Control):
    """A control that tells when it is paused or resumed."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Semaphore(0)

    def pause(self) -> None:
        super().pause()
        self.changed.release()

    def resume(self) -> None:
        super().resume()
        self.changed.release()


def test_p_pauses_and_p_again_resumes(terminal: tuple[int, int]):
    keyboard, screen = terminal
    control = Watched()

    with pause_key(control, screen) as has_key:
        assert has_key
        os.write(keyboard, b"xp")
        assert control.changed.acquire(timeout=10)
        assert control.paused
        os.write(keyboard, b"P")
        assert control.changed.acquire(timeout=10)
        assert not control.paused


def test_the_terminal_is_left_as_it_was(terminal: tuple[int, int]):
    import termios

    before = termios.tcgetattr(terminal[1])

    with pause_key(Control(), terminal[1]):
        assert termios.tcgetattr(terminal[1]) != before

    assert termios.tcgetattr(terminal[1]) == before


def test_a_terminal_that_belongs_to_another_program_is_not_touched(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)

    with pause_key(Control(), terminal[1]) as has_key:
        assert not has_key


def test_there_is_no_key_without_a_terminal(tmp_path, monkeypatch: pytest.MonkeyPatch):
    with open(tmp_path / "empty", "w+") as no_terminal:
        monkeypatch.setattr(sys, "stdin", no_terminal)
        with pause_key(Control()) as has_key:
            assert not has_key


def test_there_is_no_key_where_stdin_is_closed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", None)

    with pause_key(Control()) as has_key:
        assert not has_key
