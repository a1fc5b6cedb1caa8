"""The parts of the window, made once, each with what it needs and nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.match_request import usual_dials
from ui.analysing.analysis import Analysis
from ui.analysing.failure_count import FailureCount
from ui.analysing.first_start import FirstStart
from ui.analysing.strip import AnalysisStrip
from ui.analysing.watching import FolderWatching
from ui.background import Background
from ui.browse.library_page import LibraryPage
from ui.covers import CoverCache
from ui.matching.matches_page import SimilarPanel
from ui.notices import NoticeBar
from ui.playing.player import Player
from ui.playing.queue_page import QueuePage
from ui.playing.transport_bar import TransportBar
from ui.playlists.edits import PlaylistEdits
from ui.playlists.playlist_page import PlaylistPage
from ui.playlists.side_bar import SideBar
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

if TYPE_CHECKING:
    from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Panels:
    """What the window consists of, and the objects that several parts share."""

    background: Background
    rows: TrackRows
    covers: CoverCache
    actions: TrackActions
    edits: PlaylistEdits
    analysis: Analysis
    failure_count: FailureCount
    watching: FolderWatching
    player: Player
    side_bar: SideBar
    pages: QStackedWidget
    first_start: FirstStart
    library: LibraryPage
    playlist: PlaylistPage
    queue: QueuePage
    similar: SimilarPanel
    strip: AnalysisStrip
    transport: TransportBar
    notices: NoticeBar


def make_panels(background: Background, settings: "Settings", window: QWidget) -> Panels:
    """Every part, not yet connected with any other."""
    rows = TrackRows(background, window)
    covers = CoverCache(background, window)
    actions = TrackActions(window)
    edits = PlaylistEdits(background, window)
    analysis = Analysis(background, window)
    player = Player(background, window)
    pages = QStackedWidget()
    library = LibraryPage(background, rows, covers, actions)
    playlist = PlaylistPage(background, rows, edits, actions)
    queue = QueuePage(player, background, rows, actions)
    first_start = FirstStart(background)
    for page in (library, playlist, queue, first_start):
        pages.addWidget(page)
    return Panels(
        background=background,
        rows=rows,
        covers=covers,
        actions=actions,
        edits=edits,
        analysis=analysis,
        failure_count=FailureCount(background, analysis, window),
        watching=FolderWatching(background, window),
        player=player,
        side_bar=SideBar(background, edits, actions),
        pages=pages,
        first_start=first_start,
        library=library,
        playlist=playlist,
        queue=queue,
        similar=SimilarPanel(background, rows, covers, actions, usual=usual_dials(settings)),
        strip=AnalysisStrip(analysis),
        transport=TransportBar(player, background, covers),
        notices=NoticeBar(pages),
    )
