"""How like the first seed the track is that plays: along the whole of it, and where it matched.

The curve takes a process some seconds, so it is drawn up only while nothing else is to be heard:
not while the library is analysed, and it makes way for seeds that are to be listened to.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.control import Control
from app.match_request import SeedKey
from library.records import Embedding, FloatArray
from ui.panels import Panels
from ui.playing.lookup import Playing
from ui.playing.player import PlayState

if TYPE_CHECKING:
    from app.curves import Curves
    from app.services import Services

_AFTER_MS = 1_500
_KEPT = 50
_LEAST_SPAN = 0.2


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose likeness to what."""

    path: bytes
    seed: SeedKey


class Likeness(QObject):
    """Draws under the outline of the track that plays what it has in common with the seeds."""

    def __init__(self, panels: Panels, parent: QObject) -> None:
        """Follow what plays and what is searched from."""
        super().__init__(parent)
        self._panels = panels
        self._known: OrderedDict[_Asked, Curves] = OrderedDict()
        self._refused: set[_Asked] = set()
        self._control: Control | None = None
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self._ask)
        matcher = panels.similar.matcher
        panels.player.track_changed.connect(self._show)
        panels.player.state_changed.connect(self._show)
        panels.analysis.began.connect(self.cancel)
        panels.analysis.ended.connect(self._show)
        matcher.answered.connect(self._show)
        matcher.seeds_told.connect(self._make_way)

    def cancel(self) -> None:
        """Draw up nothing for now."""
        self._soon.stop()
        if self._control is not None:
            self._control.cancel()

    def _show(self) -> None:
        """Draw what is known, and ask for what is not."""
        self.cancel()
        playing, asked = self._panels.player.playing, self._wanted()
        if playing is not None:
            self._mark_part(playing)
        if asked is None:
            return
        if asked in self._known:
            self._draw(self._known[asked])
        elif asked not in self._refused:
            self._soon.start()

    def _make_way(self) -> None:
        if self._panels.similar.matcher.listening:
            self.cancel()

    def _wanted(self) -> _Asked | None:
        """What is to be drawn; None where a track has nothing to be compared with."""
        player, matcher = self._panels.player, self._panels.similar.matcher
        playing, wanted = player.playing, matcher.request.wanted
        if playing is None or playing.track_id is None or not wanted:
            return None
        is_seed = playing.playable == wanted[0]
        is_known = wanted[0] in matcher.matches.seeds
        return _Asked(playing.path, wanted[0]) if is_known and not is_seed else None

    def _ask(self) -> None:
        panels, asked = self._panels, self._wanted()
        is_busy = panels.analysis.running or bool(panels.similar.matcher.listening)
        if asked is None or is_busy or panels.player.state is not PlayState.PLAYING:
            return
        seed: Embedding = panels.similar.matcher.matches.seeds[asked.seed].embedding
        control = self._control = Control()

        def work(services: "Services") -> "Curves":
            from app.curves import curves

            return curves(services.encoder, asked.path, seed=seed, control=control)

        def fail(_error: Exception) -> None:  # who plays what cannot be read is told elsewhere
            if not control.cancelled:
                self._refused.add(asked)

        panels.background.listen(
            work,
            parent=self,
            on_success=lambda found: self._keep(asked, found),
            on_failure=fail,
            replaces="likeness",
        )

    def _keep(self, asked: _Asked, found: "Curves") -> None:
        self._known[asked] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        if asked == self._wanted():
            self._draw(found)

    def _draw(self, found: "Curves") -> None:
        if found.similarity is not None and len(found.times_s) > 1:
            values = _stretched(found.similarity)
            self._panels.transport.waveform.set_curve(found.times_s, values)

    def _mark_part(self, playing: Playing) -> None:
        """Mark the passage that a match is listed for."""
        found = self._panels.similar.matcher.matches
        for match in found.matches:
            if match.track.id == playing.track_id and match.reasons:
                start_s = match.reasons[0].match_start_s
                end_s = min(match.track.duration_s, start_s + found.window_s)
                self._panels.transport.show_stretch(start_s, max(start_s, end_s))
                return
        self._panels.transport.waveform.set_stretch(None)


def _stretched(similarity: FloatArray) -> FloatArray:
    """From 0 where it is least alike to 1 where it is most, unless it is much the same all over."""
    highest = float(similarity.max())
    span = max(highest - float(similarity.min()), _LEAST_SPAN)
    stretched: FloatArray = (similarity - (highest - span)) / span
    return stretched
