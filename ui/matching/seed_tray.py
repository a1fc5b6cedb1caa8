"""The tray of seeds: takes drops, shows what each seed is, lets it be switched and removed."""

from PySide6.QtCore import QModelIndex, QPoint, QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from library.records import TrackId
from ui.covers import CoverCache
from ui.icons import icon
from ui.matching.button_list import ButtonListView
from ui.matching.keeping_place import replace_rows
from ui.matching.seed_delegate import FLIP, SeedDelegate
from ui.matching.seed_drops import SeedDrops, seeds_in
from ui.matching.seed_model import SeedModel, SeedsKnown
from ui.plain_text import plain_label
from ui.style import RADIUS_PX, SPACE_PX, theme_of
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

_LEAST_ROWS = 2
_MOST_ROWS = 4


class SeedTray(QWidget):
    """The seeds of a request.

    seeds_dropped: seeds to add, and whether they are wanted. flip_asked, removal_asked: seeds.
    """

    seeds_dropped = Signal(list, bool)
    flip_asked = Signal(list)
    removal_asked = Signal(list)

    def __init__(
        self, tracks: TrackRows, covers: CoverCache, actions: TrackActions, parent: QWidget
    ) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.model = SeedModel(tracks, self)
        delegate = SeedDelegate(self.model, covers)
        self.view = ButtonListView(self.model, delegate, self)
        self.drops = SeedDrops(self)
        self._wanted_px = 0
        self._actions = actions
        self._empty = _Empty(self)
        self._outline = _Outline(self)
        self._lay_out()
        self._add_keys()
        self.drops.watch(self)
        self.drops.watch(self.view.viewport())
        self.drops.hovered.connect(self._show_hover)
        self.drops.dropped.connect(self.seeds_dropped)
        self.view.button_pressed.connect(self._press)
        self.view.customContextMenuRequested.connect(self._show_menu)
        covers.arrived.connect(lambda _ids: self.view.viewport().update())
        self._fit()

    def show_seeds(self, known: SeedsKnown) -> None:
        """Show the seeds of a request."""
        before = [row.key for row in self.model.rows]
        after = list(known.request.keys)
        if before == after:
            self.model.show(known)
        else:
            replace_rows(self.view, before, after, lambda: self.model.show(known))
            new = [row for row, key in enumerate(after) if key not in before]
            if new and before:
                self.view.scrollTo(self.model.index(new[-1], 0))
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as a few seeds are; less where the panel is low."""
        return QSize(super().sizeHint().width(), self._wanted_px)

    def _lay_out(self) -> None:
        self.view.setAccessibleName(self.tr("Seeds"))
        pages = QStackedLayout()
        pages.setStackingMode(QStackedLayout.StackingMode.StackOne)
        pages.addWidget(self._empty)
        pages.addWidget(self.view)
        self._pages = pages
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(pages)

    def _add_keys(self) -> None:
        view, selected = self.view, self._selected
        remove = view.add_key(["Delete", "Backspace"], self.tr("Remove the seed"))
        remove.triggered.connect(lambda: self._ask(self.removal_asked, selected()))
        flip = view.add_key(["Space"], self.tr("Switch between wanted and unwanted"))
        flip.triggered.connect(lambda: self._ask(self.flip_asked, selected()))
        paste = view.add_key(
            [QKeySequence(QKeySequence.StandardKey.Paste).toString()], self.tr("Paste seeds")
        )
        paste.triggered.connect(self.paste)
        self._actions.add_keys(view, self._selected_tracks)

    def paste(self) -> None:
        """Add the tracks or files on the clipboard as wanted seeds."""
        keys = seeds_in(QGuiApplication.clipboard().mimeData())
        if keys:
            self.seeds_dropped.emit(keys, True)

    def _fit(self) -> None:
        """Room for two to four seeds, so that the list below seldom moves."""
        n_rows = min(_MOST_ROWS, max(_LEAST_ROWS, len(self.model.rows)))
        row_px = self.view.row_px()
        self._wanted_px = n_rows * row_px
        self.setMinimumHeight(_LEAST_ROWS * row_px)
        self.setMaximumHeight(self._wanted_px)
        self.updateGeometry()
        self._pages.setCurrentWidget(self.view if self.model.rows else self._empty)

    def _selected(self) -> list[object]:
        return [self.model.rows[row].key for row in self.view.selected_rows()]

    def _selected_tracks(self) -> tuple[TrackId, ...]:
        rows = [self.model.rows[row] for row in self.view.selected_rows()]
        return tuple(row.track_id for row in rows if row.track_id is not None)

    def _press(self, index: QModelIndex, name: str) -> None:
        key = self.model.rows[index.row()].key
        (self.flip_asked if name == FLIP else self.removal_asked).emit([key])

    def _ask(self, signal: SignalInstance, keys: list[object]) -> None:
        if keys:
            signal.emit(keys)

    def menu(self) -> QMenu:
        """What can be done with the chosen seeds, one at least."""
        keys = self._selected()
        tracks = self._selected_tracks()
        menu = self._actions.menu(tracks, self) if tracks else _menu(self)
        others = menu.actions()
        for name, text, signal in (
            ("similar", self.tr("Switch wanted / unwanted\tSpace"), self.flip_asked),
            ("close", self.tr("Remove from seeds\tDelete"), self.removal_asked),
        ):
            action = menu.addAction(icon(name), text)
            action.triggered.connect(lambda _=False, to=signal: to.emit(keys))
            if others:
                menu.insertAction(others[0], action)
        if others:
            menu.insertSeparator(others[0])
        return menu

    def _show_menu(self, place: QPoint) -> None:
        if self.view.selected_rows():
            self.menu().popup(self.view.viewport().mapToGlobal(place))

    def _show_hover(self, over: bool) -> None:
        self._outline.setVisible(over)
        self._outline.raise_()
        self._outline.setGeometry(self.rect())


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


class _Empty(QWidget):
    """An outline that invites a drop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Place for seeds"))
        self._hint = plain_label(self.tr("Drop a song here, or press Ctrl+Return on one"), self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        layout.addWidget(self._hint)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_outline(painter, self, theme_of(self.palette()).dim)


class _Outline(QWidget):
    """Lies over the tray while a drag is over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("seed-drop-outline")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        accent = QColor(theme_of(self.palette()).accent)
        _paint_outline(painter, self, accent.name(), width=2)
        accent.setAlpha(40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), RADIUS_PX, RADIUS_PX)


def _paint_outline(painter: QPainter, widget: QWidget, colour: str, *, width: int = 1) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = QRectF(widget.rect()).adjusted(2, 2, -2, -2)
    painter.drawRoundedRect(inside, RADIUS_PX, RADIUS_PX)
