"""What every model of tracks in rows says of its rows and of the heads of its columns."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

NOT_THERE_YET = "…"
ROW_FLAGS = (
    Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


def head(name: str, alignment: Qt.AlignmentFlag, role: int) -> Any:
    """What the head of a column says in a role: its name, standing where the cells' texts do."""
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return int(alignment)
    return name if role == Qt.ItemDataRole.DisplayRole else None
