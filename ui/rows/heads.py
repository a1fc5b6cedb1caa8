"""What stands at the head of a column."""

from typing import Any

from PySide6.QtCore import Qt


def head(name: str, alignment: Qt.AlignmentFlag, role: int) -> Any:
    """What the head of a column says in a role: its name, standing where the cells' texts do."""
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return int(alignment)
    return name if role == Qt.ItemDataRole.DisplayRole else None
