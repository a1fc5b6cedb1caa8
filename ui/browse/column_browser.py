"""Genres, artists and albums side by side; what is chosen in one narrows those to its right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from library.listing import FacetCount
from ui.browse.facet_model import facet_name
from ui.browse.facet_pane import FacetPane
from ui.browse.questions import FACETS, NOTHING_CHOSEN, Chosen
from ui.plain_text import plain_label
from ui.style import SPACE_PX

_LEAST_HEIGHT_PX = 96


class ColumnBrowser(QWidget):
    """Three panes. chosen_changed: by the listener, with the number of the pane that it was in."""

    chosen_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without values, nothing chosen."""
        super().__init__(parent)
        self._panes = tuple(FacetPane(facet) for facet in FACETS)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for level, pane in enumerate(self._panes):
            pane.chosen.connect(lambda _values, level=level: self._take_choice(level))
            self._splitter.addWidget(_titled(pane))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setMinimumHeight(_LEAST_HEIGHT_PX)

    @property
    def panes(self) -> tuple[FacetPane, ...]:
        """Genres, artists, albums."""
        return self._panes

    @property
    def chosen(self) -> Chosen:
        """The chosen values of each pane; () where it is all."""
        return tuple(pane.values for pane in self._panes)

    def choose(self, chosen: Chosen) -> None:
        """Choose these without telling anybody."""
        for pane, values in zip(self._panes, chosen, strict=True):
            pane.choose(values)

    def show_counts(self, first: int, counts: list[list[FacetCount]]) -> None:
        """Show the values of the panes from one on."""
        for pane, values in zip(self._panes[first:], counts, strict=True):
            pane.show_counts(values)

    def save_state(self) -> dict[str, object]:
        """What is chosen and how wide the panes are, as plain data."""
        return {
            "chosen": [list(values) for values in self.chosen],
            "sizes": self._splitter.sizes(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Bring back what `save_state` said; nonsense is left out."""
        sizes = state.get("sizes")
        if isinstance(sizes, list) and len(sizes) == len(FACETS) and all(map(_is_width, sizes)):
            self._splitter.setSizes(sizes)
        self.choose(chosen_from(state.get("chosen")))

    def _take_choice(self, level: int) -> None:
        """What was chosen further right belongs to what was chosen here before."""
        for pane in self._panes[level + 1 :]:
            pane.choose(())
        self.chosen_changed.emit(level)


def chosen_from(plain: object) -> Chosen:
    """What was chosen, from plain data; nothing where that is nonsense."""
    if not isinstance(plain, list) or len(plain) != len(FACETS):
        return NOTHING_CHOSEN
    return tuple(
        tuple(value for value in values if isinstance(value, str))
        if isinstance(values, list)
        else ()
        for values in plain
    )


def _is_width(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _titled(pane: FacetPane) -> QWidget:
    title = plain_label(facet_name(pane.facet))
    title.setContentsMargins(SPACE_PX, SPACE_PX // 2, SPACE_PX, SPACE_PX // 2)
    title.setForegroundRole(title.palette().ColorRole.PlaceholderText)
    title.setBuddy(pane)
    widget = QWidget()
    widget.setAutoFillBackground(True)
    widget.setBackgroundRole(widget.palette().ColorRole.Base)
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(title)
    layout.addWidget(pane)
    return widget
