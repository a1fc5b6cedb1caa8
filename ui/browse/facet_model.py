"""The values of one facet as a list: "All" first, then each with its number of tracks."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from library.listing import FacetCount
from library.query import Facet
from ui.plain_text import one_line, plain_tooltip

_NOWHERE = QModelIndex()


class FacetModel(QAbstractListModel):
    """A row for all, and one for each value."""

    def __init__(self, facet: Facet, parent: QObject | None = None) -> None:
        """Begin without values."""
        super().__init__(parent)
        self._facet = facet
        self._counts: list[FacetCount] = []

    @property
    def facet(self) -> Facet:
        """What the values are of."""
        return self._facet

    @property
    def counts(self) -> list[FacetCount]:
        """The values in order; not to be changed."""
        return self._counts

    def show_counts(self, counts: list[FacetCount], chosen: tuple[str, ...]) -> None:
        """Show other values; a chosen one that is not among them stays, with no tracks."""
        known = {count.value for count in counts}
        gone = [FacetCount(value, 0) for value in chosen if value not in known]
        if [*gone, *counts] == self._counts:
            return
        self.beginResetModel()
        self._counts = [*gone, *counts]
        self.endResetModel()

    def rows_of(self, values: tuple[str, ...]) -> list[int]:
        """Where these values stand."""
        wanted = set(values)
        return [row for row, one in enumerate(self._counts, start=1) if one.value in wanted]

    def value_at(self, row: int) -> str:
        """The value in a row that is not the first."""
        return self._counts[row - 1].value

    def row_beginning_with(self, letters: str, start: int) -> int | None:
        """The next row from one on whose name begins so, going round; None where none does."""
        wanted = letters.casefold()
        n_rows = len(self._counts)
        for step in range(n_rows):
            place = (start - 1 + step) % n_rows
            if self._counts[place].value.casefold().startswith(wanted):
                return place + 1
        return None

    def name_at(self, row: int) -> str:
        """What stands in a row, without its count."""
        if row == 0:
            n_values = sum(bool(one.value) for one in self._counts)
            return all_words(self._facet, n_values)
        none = QCoreApplication.translate("Facets", "(none)")
        return one_line(self._counts[row - 1].value) or none

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        """One more than there are values."""
        return 0 if parent.isValid() else len(self._counts) + 1

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names for the eye, names with counts for a screen reader."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name_at(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._name_and_count(index.row()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._name_and_count(index.row())
        return None

    def _name_and_count(self, row: int) -> str:
        name = self.name_at(row)
        return f"{name}, {self._counts[row - 1].n_tracks:,}" if row else name


def facet_name(facet: Facet) -> str:
    """What a facet is called."""
    say = QCoreApplication.translate
    return {
        Facet.GENRE: say("Facets", "Genre"),
        Facet.ARTIST: say("Facets", "Artist"),
        Facet.ALBUM: say("Facets", "Album"),
    }[facet]


def all_words(facet: Facet, n_values: int) -> str:
    """The first row: all values, and how many there are."""
    say = QCoreApplication.translate
    one, several = {
        Facet.GENRE: (say("Facets", "All (1 genre)"), say("Facets", "All ({count:,} genres)")),
        Facet.ARTIST: (say("Facets", "All (1 artist)"), say("Facets", "All ({count:,} artists)")),
        Facet.ALBUM: (say("Facets", "All (1 album)"), say("Facets", "All ({count:,} albums)")),
    }[facet]
    return one if n_values == 1 else several.format(count=n_values)
