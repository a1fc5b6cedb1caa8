"""A panel of seeds and matches over a small library, for the tests of its parts."""

from pathlib import Path

from app.match_request import Dials, SeedKey
from library.catalog import Catalog
from library.records import Recording, Stamp, Tags, TrackId
from tests.app.heard_library import embedding
from tests.fakes import fake_choice
from ui.background import Background
from ui.covers import CoverCache
from ui.matching.matches_page import SimilarPanel
from ui.track_actions import TrackActions
from ui.track_rows import TrackRows

ANY = Dials(per_artist=0, per_album=0)


def fill(data_dir: Path, n_heard: int, *, n_unheard: int = 0) -> None:
    """Keep tracks 1, 2, ... of which the last are not heard yet."""
    with Catalog.open(data_dir, fake_choice().key) as catalog:
        for number in range(1, n_heard + n_unheard + 1):
            add_track(catalog, number, heard=number <= n_heard)


def add_track(catalog: Catalog, number: int, *, heard: bool = True) -> TrackId:
    """Keep one track; odd ones are jazz, and each is a year younger than the one before."""
    stamp = Stamp(b"/music/%d.mp3" % number, 1, 1, 1)
    catalog.files.register([stamp])
    tags = Tags(
        title=f"Song <b>{number}</b>",
        artist=f"Artist & {number}",
        album="Album",
        genres=("Jazz",) if number % 2 else ("Dub",),
        year=1960 + number,
    )
    recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.0)
    return catalog.keep(
        stamp, tags, recording, embedding((0.9, 0.1, 0.1), seed=number) if heard else None
    )


def make_panel(qtbot, background: Background, *, usual: Dials = ANY) -> SimilarPanel:
    """The panel on the screen, with what it needs from the window."""
    panel = SimilarPanel(
        background,
        TrackRows(background, background),
        CoverCache(background, background),
        TrackActions(background),
        usual=usual,
    )
    qtbot.addWidget(panel)
    panel.resize(400, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def seed_with(qtbot, panel: SimilarPanel, *keys: SeedKey) -> list[TrackId]:
    """Ask for what is like some tracks; the matches."""
    with qtbot.waitSignal(panel.matcher.answered):
        panel.set_seeds(keys)
    return panel.matched_ids()
