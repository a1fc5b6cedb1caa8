"""What a key means in a list."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def is_typing(event: QKeyEvent) -> bool:
    """Whether a key writes a letter, which then belongs into the search; a space does not."""
    plain = event.modifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    return not plain and event.text().isprintable() and bool(event.text().strip())
