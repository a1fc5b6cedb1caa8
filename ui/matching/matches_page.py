"""The panel of seeds and matches: what goes in above, what comes out below."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.match_request import (
    MAX_SEEDS,
    Dials,
    Lack,
    MatchRequest,
    SeedKey,
    with_excluded,
    with_flipped,
    with_lock_turned,
    with_only_seeds,
    with_seeds,
    without_seeds,
)
from app.match_state import plain_request, request_from
from library.records import Match, TrackId
from ui.background import Background
from ui.covers import CoverCache
from ui.matching.dials import DialsPanel
from ui.matching.empty_place import EmptyPlace
from ui.matching.match_list import MatchList
from ui.matching.matcher import Matcher
from ui.matching.panel_bars import ResultsBar, SavingBar, SeedsBar
from ui.matching.reasons import name_of_list
from ui.matching.seed_model import SeedsKnown
from ui.matching.seed_tray import SeedTray
from ui.style import SPACE_PX
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

_LEAST_DIALS_PX = 72


class SimilarPanel(QWidget):
    """Seeds, and what is like them.

    playlist_asked, export_asked: a name to suggest, and track ids in order.
    play_asked: track ids in order, and the place to begin at.
    part_asked: a track id, and where its passage begins and ends, in seconds.
    told: a sentence for the notice bar.
    """

    playlist_asked = Signal(str, list)
    export_asked = Signal(str, list)
    play_asked = Signal(list, int)
    part_asked = Signal(object, float, float)
    told = Signal(str)

    def __init__(
        self,
        background: Background,
        tracks: TrackRows,
        covers: CoverCache,
        actions: TrackActions,
        *,
        usual: Dials | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Begin without seeds; `usual` dials are those of the settings."""
        super().__init__(parent)
        self._usual = usual or Dials()
        self.matcher = Matcher(background, MatchRequest(dials=self._usual), self)
        self.seeds_bar = SeedsBar(self)
        self.tray = SeedTray(tracks, covers, actions, self)
        self.results_bar = ResultsBar(self)
        self.dials = DialsPanel(background, self._usual, self)
        self.list = MatchList(covers, actions, self)
        self.empty = EmptyPlace(self)
        self.saving_bar = SavingBar(self)
        self._pages = QStackedLayout()
        self._lay_out()
        self._connect_seeds()
        self._connect_matches()
        self._show_request()
        self._show_matches()

    def set_seeds(self, ids: Sequence[SeedKey]) -> None:
        """Ask anew: only these seeds, all wanted; the dials stay."""
        self._tell_if_too_many(ids, 0)
        self.matcher.go_on(with_only_seeds(self.matcher.request, ids))

    def add_seeds(self, keys: Sequence[SeedKey], *, wanted: bool = True) -> None:
        """Add tracks by id and files by path, as what matches shall be like or unlike."""
        self._tell_if_too_many(keys, len(self.matcher.request.seeds))
        self.matcher.go_on(with_seeds(self.matcher.request, keys, wanted=wanted))

    def add_unwanted_seeds(self, keys: Sequence[SeedKey]) -> None:
        """Add what matches shall be unlike."""
        self.add_seeds(keys, wanted=False)

    def exclude(self, ids: Sequence[TrackId]) -> None:
        """Never list these among the matches of these seeds."""
        self.matcher.go_on(with_excluded(self.matcher.request, ids))

    def clear(self) -> None:
        """Take all seeds away."""
        self.matcher.go_on(with_only_seeds(self.matcher.request, ()))

    def undo(self) -> None:
        """Take the last change of seeds or filters back."""
        self.matcher.undo()

    def redo(self) -> None:
        """Do again what was undone."""
        self.matcher.redo()

    def focus_seeds(self) -> None:
        """Give the keys to the seeds, or to what adds the first."""
        has_seeds = bool(self.matcher.request.seeds)
        first = self.tray.view if has_seeds else self.seeds_bar.files
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_matches(self) -> None:
        """Give the keys to the matches."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_playing(self, track_id: TrackId | None) -> None:
        """Mark the track that plays."""
        self.list.matches.set_playing(track_id)

    def set_usual_dials(self, usual: Dials) -> None:
        """Take over the dials of other settings."""
        self._usual = usual
        self.dials.set_usual(usual)

    def matched_ids(self) -> list[TrackId]:
        """The matches in their order."""
        return self.list.matches.ids

    def save_state(self) -> dict[str, Any]:
        """What comes back after a restart, as plain data."""
        return {
            "request": plain_request(self.matcher.request),
            "dials_open": self.results_bar.dials_button.isChecked(),
        }

    def restore_state(self, state: object) -> None:
        """Bring back what `save_state` gave; what cannot be read is left out."""
        content = state if isinstance(state, dict) else {}
        self.results_bar.dials_button.setChecked(content.get("dials_open") is True)
        self.matcher.begin(request_from(content.get("request"), self._usual))

    def _lay_out(self) -> None:
        self.setMinimumWidth(300)
        self._dials_area = _scrolled(self.dials)
        self.list.setMinimumHeight(self.list.row_px())
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        layout.setSpacing(SPACE_PX)
        for widget in (self.seeds_bar, self.tray, self.results_bar, self._dials_area):
            layout.addWidget(widget)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self.saving_bar)

    def _connect_seeds(self) -> None:
        matcher, tray = self.matcher, self.tray
        tray.seeds_dropped.connect(lambda keys, wanted: self.add_seeds(keys, wanted=wanted))
        tray.drops.watch(self.empty)
        tray.flip_asked.connect(lambda keys: matcher.go_on(with_flipped(matcher.request, keys)))
        tray.removal_asked.connect(lambda keys: matcher.go_on(without_seeds(matcher.request, keys)))
        self.seeds_bar.files_asked.connect(self._choose_files)
        self.seeds_bar.undo_asked.connect(matcher.undo)
        self.seeds_bar.redo_asked.connect(matcher.redo)
        self.seeds_bar.clear_asked.connect(self.clear)
        self.results_bar.dials_button.toggled.connect(self._dials_area.setVisible)
        self.dials.turned.connect(self._turn_dials)
        self.empty.reset_asked.connect(self.dials.reset)
        matcher.requested.connect(self._show_request)
        matcher.seeds_told.connect(self._show_seeds)
        matcher.answered.connect(self._show_matches)
        matcher.late.connect(lambda late: self.list.set_faded(faded=late))

    def _connect_matches(self) -> None:
        matches = self.list
        matches.part_pressed.connect(self._play_part)
        matches.play_pressed.connect(lambda row: self.play_asked.emit(self.matched_ids(), row))
        matches.more_pressed.connect(self.add_seeds)
        matches.less_pressed.connect(self.add_unwanted_seeds)
        matches.lock_pressed.connect(
            lambda ids: self.matcher.go_on(with_lock_turned(self.matcher.request, ids))
        )
        matches.exclude_pressed.connect(self.exclude)
        saving = self.saving_bar
        saving.play_asked.connect(lambda: self.play_asked.emit(self.matched_ids(), 0))
        saving.save_asked.connect(
            lambda: self.playlist_asked.emit(self._name(), self.matched_ids())
        )
        saving.save_with_seeds_asked.connect(
            lambda: self.playlist_asked.emit(self._name(), self._with_seeds())
        )
        saving.export_asked.connect(
            lambda: self.export_asked.emit(self._name(), self.matched_ids())
        )

    def _show_request(self) -> None:
        request, history = self.matcher.request, self.matcher.history
        self.seeds_bar.show_state(
            can_undo=history.can_undo, can_redo=history.can_redo, has_seeds=bool(request.seeds)
        )
        self.dials.set_dials(request.dials)
        self.results_bar.dials_button.set_dot(on=self.dials.any_turned)
        self.list.matches.set_locked(request.locked)
        if request.seeds and self.matcher.matches.lack in (None, Lack.NO_SEED):
            self.empty.show_nothing()
        self._show_seeds()

    def _show_seeds(self) -> None:
        matcher = self.matcher
        self.tray.show_seeds(
            SeedsKnown(matcher.request, matcher.matches.seeds, matcher.listening, matcher.refused)
        )

    def _show_matches(self) -> None:
        found = self.matcher.matches
        self.list.show_matches(found.matches, len(self.matcher.request.wanted))
        self.results_bar.show_total(found.matches, self.matcher.request.dials.count)
        self.saving_bar.set_usable(usable=bool(found.matches))
        lack = found.lack or Lack.NO_SEED
        self.empty.show_lack(
            lack,
            listening=lack == Lack.NOT_HEARD and bool(self.matcher.listening),
            dials_turned=self.dials.any_turned,
        )
        self._pages.setCurrentWidget(self.list if found.matches else self.empty)

    def _turn_dials(self, dials: Dials) -> None:
        request = self.matcher.request
        self.matcher.go_on(MatchRequest(request.seeds, request.excluded, request.locked, dials))

    def _play_part(self, match: Match) -> None:
        start_s = match.reasons[0].match_start_s if match.reasons else 0.0
        end_s = min(match.track.duration_s, start_s + self.matcher.matches.window_s)
        self.part_asked.emit(match.track.id, start_s, max(start_s, end_s))

    def _name(self) -> str:
        request, seeds = self.matcher.request, self.matcher.matches.seeds
        return name_of_list([seeds[key].label for key in request.wanted if key in seeds])

    def _with_seeds(self) -> list[TrackId]:
        request, seeds = self.matcher.request, self.matcher.matches.seeds
        ids = [seeds[key].track_id for key in request.wanted if key in seeds]
        return [*(id_ for id_ in ids if id_ is not None), *self.matched_ids()]

    def _choose_files(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose songs to search from"))
        if paths:
            self.add_seeds([path.encode("utf-8", "surrogateescape") for path in paths])

    def _tell_if_too_many(self, keys: Sequence[SeedKey], n_there: int) -> None:
        if n_there + len(keys) > MAX_SEEDS:
            self.told.emit(
                self.tr("There can be {most:,} seeds; the others were left out.").format(
                    most=MAX_SEEDS
                )
            )


def _scrolled(dials: QWidget) -> QScrollArea:
    """The dials, to be scrolled where the window is low; hidden."""
    area = QScrollArea()
    area.setWidget(dials)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    area.setMinimumHeight(_LEAST_DIALS_PX)
    area.hide()
    return area
