"""What the listener looks at or searches from is analysed before the rest."""

from PySide6.QtCore import QObject

from library.records import TrackId
from ui.analysing.analysis import Analysis
from ui.matching.matcher import Matcher
from ui.track_rows import TrackRows

_MOST_AT_ONCE = 40


class FirstWanted(QObject):
    """Asks a running analysis for seeds, and for tracks on the screen, that were not heard yet."""

    def __init__(
        self, analysis: Analysis, rows: TrackRows, matcher: Matcher, parent: QObject
    ) -> None:
        """Follow what is shown and what is searched from."""
        super().__init__(parent)
        self._analysis = analysis
        self._rows = rows
        self._matcher = matcher
        rows.arrived.connect(self._want_rows)
        matcher.answered.connect(self._want_seeds)
        analysis.began.connect(self._want_seeds)

    def _want_rows(self, ids: frozenset[TrackId]) -> None:
        if self._analysis.running:
            paths = (self._unheard(track_id) for track_id in ids)
            self._analysis.want([path for path in paths if path][:_MOST_AT_ONCE])

    def _want_seeds(self) -> None:
        if not self._analysis.running:
            return
        for key in self._matcher.matches.unheard:
            path = key if isinstance(key, bytes) else self._unheard(key)
            if path:
                self._analysis.want([path])

    def _unheard(self, track_id: TrackId) -> bytes:
        """Where a track lies that seems to have no vectors yet; nothing if it has, or is gone."""
        row = self._rows.known(track_id)
        return b"" if row is None or row.heard or row.track.missing else row.track.path
