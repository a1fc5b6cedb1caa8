"""A button that opens the genres of the library, to choose some of them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from library.query import Facet, Query
from ui.background import Background
from ui.plain_text import menu_text, plain_tooltip
from ui.style import ROW_PX, SPACE_PX

if TYPE_CHECKING:
    from app.services import Services
    from library.listing import FacetCount

_LIST_SIZE_PX = (240, 260)
_MOST_LETTERS = 26


class GenreButton(QPushButton):
    """Which genres matches may have. `genres_chosen` carries a frozenset; empty means any."""

    genres_chosen = Signal(frozenset)

    def __init__(self, background: Background, parent: QWidget) -> None:
        """Begin with any genre."""
        super().__init__(parent)
        self._background = background
        self._genres: frozenset[str] = frozenset()
        self._find = QLineEdit(self)
        self._list = QListWidget(self)
        self._lay_out()
        self.set_genres(frozenset())

    def set_genres(self, genres: frozenset[str]) -> None:
        """Show which are chosen."""
        self._genres = genres
        named = ", ".join(sorted(genres, key=str.casefold))
        short = named if len(named) <= _MOST_LETTERS else f"{named[:_MOST_LETTERS].rstrip()}\u2026"
        self.setText(menu_text(short) or self.tr("Any genre"))
        self.setToolTip(plain_tooltip(named))

    def _lay_out(self) -> None:
        self.setAccessibleName(self.tr("Genres"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._find.setPlaceholderText(self.tr("Find a genre"))
        self._find.setAccessibleName(self.tr("Find a genre"))
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(self._narrow)
        self._find.installEventFilter(self)
        self._list.setAccessibleName(self.tr("Genres of the library"))
        self._list.setFixedSize(*_LIST_SIZE_PX)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setUniformItemSizes(True)
        self._list.itemChanged.connect(self._choose)
        self._list.itemActivated.connect(_turn)
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        layout.addWidget(self._find)
        layout.addWidget(self._list)
        menu = QMenu(self)
        action = QWidgetAction(menu)
        action.setDefaultWidget(inside)
        menu.addAction(action)
        menu.aboutToShow.connect(self._ask)
        self.setMenu(menu)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow down leads from the line into the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._list.setFocus()
                self._list.setCurrentRow(max(0, self._list.currentRow()))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._turn_first()
                return True
        return super().eventFilter(watched, event)

    def _ask(self) -> None:
        self._find.clear()
        self._find.setFocus()

        def genres(services: "Services") -> "list[FacetCount]":
            return services.catalog.facet(Query(), Facet.GENRE)

        self._background.read(genres, on_success=self._show, parent=self, replaces="genre menu")

    def _show(self, found: "list[FacetCount]") -> None:
        counts = {one.value: one.n_tracks for one in found if one.value}
        names = list(counts) + [genre for genre in self._genres if genre not in counts]
        self._list.blockSignals(True)
        self._list.clear()
        for name in names:
            item = QListWidgetItem(f"{name}  ({counts.get(name, 0):,})", self._list)
            item.setSizeHint(QSize(0, ROW_PX))
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            chosen = name in self._genres
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._narrow(self._find.text())

    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        for item in self._items():
            name = str(item.data(Qt.ItemDataRole.UserRole))
            item.setHidden(wanted not in name.casefold())

    def _turn_first(self) -> None:
        shown = [item for item in self._items() if not item.isHidden()]
        if shown:
            _turn(shown[0])

    def _choose(self) -> None:
        chosen = frozenset(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.checkState() == Qt.CheckState.Checked
        )
        self.set_genres(chosen)
        self.genres_chosen.emit(chosen)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]


def _turn(item: QListWidgetItem) -> None:
    checked = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)
