"""The list of matches: their keys, buttons and menu, and how it takes in other matches."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, Signal
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from library.records import Match, TrackId
from ui.covers import CoverCache
from ui.icons import icon
from ui.matching.button_list import ButtonListView
from ui.matching.keeping_place import replace_rows
from ui.matching.match_delegate import EXCLUDE, LESS, LOCK, MORE, PART, MatchDelegate
from ui.matching.match_model import MatchModel
from ui.track_actions import TrackActions


class MatchList(ButtonListView):
    """Matches, and what is wished of them.

    All signals but the first carry a list of track ids; `part_pressed` carries the match.
    """

    part_pressed = Signal(Match)
    play_pressed = Signal(int)
    more_pressed = Signal(list)
    less_pressed = Signal(list)
    lock_pressed = Signal(list)
    exclude_pressed = Signal(list)

    def __init__(self, covers: CoverCache, actions: TrackActions, parent: QWidget) -> None:
        """Begin empty."""
        model = MatchModel()
        delegate = MatchDelegate(model, covers)
        super().__init__(model, delegate, parent)
        model.setParent(self)
        self.matches = model
        self._delegate = delegate
        self._actions = actions
        self.setAccessibleName(self.tr("Matches"))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._add_keys()
        self.button_pressed.connect(self._press)
        self.doubleClicked.connect(lambda index: self.play_pressed.emit(index.row()))
        self.customContextMenuRequested.connect(self._show_menu)
        covers.arrived.connect(self.matches.draw_anew)

    def show_matches(self, matches: tuple[Match, ...], n_seeds: int) -> None:
        """Show other matches; those that stay keep their place on the screen."""
        if matches == self.matches.matches and n_seeds == self.matches.n_seeds:
            return
        after = [match.track.id for match in matches]
        replace_rows(
            self, self.matches.ids, after, lambda: self.matches.set_matches(matches, n_seeds)
        )

    def set_faded(self, *, faded: bool) -> None:
        """Say that other matches are on their way, or have come."""
        if faded != self._delegate.faded:
            self._delegate.faded = faded
            self.viewport().update()

    def selected_ids(self) -> tuple[TrackId, ...]:
        """The chosen tracks from top to bottom."""
        ids = self.matches.ids
        return tuple(ids[row] for row in self.selected_rows())

    def _add_keys(self) -> None:
        for name, keys, text in (
            (PART, ["P"], self.tr("Play the part that matched")),
            (MORE, ["+", "="], self.tr("More like this")),
            (LESS, ["-"], self.tr("Less of this")),
            (LOCK, ["K"], self.tr("Lock or unlock")),
            (EXCLUDE, ["X", "Delete"], self.tr("Exclude from these matches")),
        ):
            action = self.add_key(keys, text)
            action.triggered.connect(lambda _=False, to=name: self._do(to, self.selected_ids()))
        self._actions.add_keys(self, self.selected_ids, play=self._play_from_current)

    def _play_from_current(self) -> None:
        if self.currentIndex().isValid():
            self.play_pressed.emit(self.currentIndex().row())

    def _press(self, index: QModelIndex, name: str) -> None:
        self._do(name, (self.matches.matches[index.row()].track.id,))

    def _do(self, name: str, ids: tuple[TrackId, ...]) -> None:
        if not ids:
            return
        if name == PART:
            row = self.matches.ids.index(ids[0])
            self.part_pressed.emit(self.matches.matches[row])
            return
        signals: dict[str, Callable[[list[TrackId]], None]] = {
            MORE: self.more_pressed.emit,
            LESS: self.less_pressed.emit,
            LOCK: self.lock_pressed.emit,
            EXCLUDE: self.exclude_pressed.emit,
        }
        signals[name](list(ids))

    def menu(self) -> QMenu:
        """What can be done with the chosen matches, one at least."""
        ids = self.selected_ids()
        menu = self._actions.menu(ids, self)
        first = menu.actions()[0]
        locked = set(ids) <= self.matches.locked
        for name, icon_name, text in (
            (PART, "part", self.tr("Play the part that matched\tP")),
            (LOCK, "lock", self.tr("Unlock\tK") if locked else self.tr("Lock in the list\tK")),
        ):
            action = menu.addAction(icon(icon_name), text)
            action.triggered.connect(lambda _=False, to=name: self._do(to, ids))
            menu.insertAction(first, action)
        menu.insertSeparator(first)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        if self.selected_rows():
            self.menu().popup(self.viewport().mapToGlobal(place))
