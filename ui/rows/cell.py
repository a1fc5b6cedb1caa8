"""What a cell of a table of tracks shows."""

from enum import Enum, auto
from typing import NamedTuple

from PySide6.QtCore import Qt


class Ink(Enum):
    """What colour of the theme a text has: read first, read second, or playing."""

    TEXT = auto()
    DIM = auto()
    ACCENT = auto()


class Mark(Enum):
    """What is drawn before a text."""

    PLAYS = auto()
    MISSING = auto()


class Cell(NamedTuple):  # made by the hundred for each frame, and quicker than a dataclass
    """A text of one line, how it stands, and what stands before it."""

    text: str
    ink: Ink
    at_right: bool = False
    elision: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    mark: Mark | None = None


def track_mark(*, plays: bool, missing: bool) -> Mark | None:
    """The mark of a track: that it plays is said before that its file is away."""
    if plays:
        return Mark.PLAYS
    return Mark.MISSING if missing else None
