"""The table of files that could not be analysed, or were passed over."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from library.records import display_path
from ui.plain_text import one_line, plain_tooltip

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, and why it is not analysed. since_s: seconds since 1970; None if it is not known."""

    path: bytes
    reason: str
    since_s: float | None = None


class FailureColumn(IntEnum):
    """The columns of the table, from the left."""

    NAME = 0
    REASON = 1
    SINCE = 2


class FailureModel(QAbstractTableModel):
    """Failures as rows; those that hold the words looked for in path or reason."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without any."""
        super().__init__(parent)
        self._all: Sequence[Failure] = ()
        self._shown: list[Failure] = []
        self._words: list[str] = []

    @property
    def shown(self) -> Sequence[Failure]:
        """The rows that pass the filter, in order."""
        return self._shown

    def set_failures(self, failures: Sequence[Failure]) -> None:
        """Show others."""
        if failures != self._all:
            self._all = failures
            self._filter()

    def set_filter(self, text: str) -> None:
        """Show only those in whose path or reason every word of a text stands."""
        self._words = text.casefold().split()
        self._filter()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - a value
        """How many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - a value
        """Name, reason, since when."""
        return 0 if parent.isValid() else len(FailureColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """What a column holds."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("File"), self.tr("Reason"), self.tr("Since"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell; its tooltip holds the whole path and reason."""
        failure = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(failure, FailureColumn(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(f"{display_path(failure.path)}\n{failure.reason}")
        return None

    def _text(self, failure: Failure, column: FailureColumn) -> str:
        if column == FailureColumn.NAME:
            return one_line(display_path(os.path.basename(failure.path)))
        if column == FailureColumn.REASON:
            return one_line(failure.reason)
        return _date(failure.since_s)

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [failure for failure in self._all if _holds(failure, self._words)]
        self.endResetModel()


def _holds(failure: Failure, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = f"{display_path(failure.path)} {failure.reason}".casefold()
    return all(word in text for word in words)


def _date(seconds: float | None) -> str:
    if seconds is None:
        return ""
    when = QDateTime.fromSecsSinceEpoch(round(seconds))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)
