import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.events import FolderMissing
from app.services import open_services
from library.records import LibraryChanged, TrackId
from tests.app.conftest import music, write_tone
from tests.fakes import broken_choice, fake_choice
from ui.analysing.analysis import Analysis
from ui.background import Background

__all__ = ["music"]

OpenBackground = Callable[[Path], Background]


@pytest.fixture
def background(open_background: OpenBackground, tmp_path: Path) -> Background:
    return open_background(tmp_path / "data")


@pytest.fixture
def analysis(background: Background) -> Analysis:
    return Analysis(background, background)


class Heard:
    """What the library said of itself."""

    def __init__(self, background: Background) -> None:
        self.added: set[TrackId] = set()
        self.n_roots = 0
        background.library_changed.connect(self.note)

    def note(self, change: LibraryChanged) -> None:
        self.added |= change.added
        self.n_roots += change.roots


def read(qtbot, background: Background, work):
    answers: list[object] = []
    background.read(work, parent=background, on_success=answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    return answers[0]


def test_a_folder_that_is_added_is_analysed_and_its_tracks_announced(
    qtbot, background: Background, analysis: Analysis, music: Path
):
    heard = Heard(background)
    with qtbot.waitSignals([analysis.folders_added, analysis.began, analysis.ended]) as _:
        analysis.add_folders([os.fsencode(music)])
    assert heard.n_roots == 1
    assert heard.added == set(read(qtbot, background, lambda s: s.catalog.tracks.ids()))
    assert not analysis.running


def test_a_playlist_is_made_while_an_analysis_rests(
    qtbot, background: Background, analysis: Analysis, music: Path
):
    from ui.background import Written

    with qtbot.waitSignal(analysis.began):
        analysis.add_folders([os.fsencode(music)])
    with qtbot.waitSignal(analysis.paused_changed):
        analysis.pause()
    made: list[int] = []
    background.write(
        lambda services: Written(services.catalog.playlists.create("Mine"), LibraryChanged()),
        parent=background,
        on_success=made.append,
    )
    qtbot.waitUntil(lambda: bool(made))
    assert analysis.paused
    with qtbot.waitSignal(analysis.ended):
        analysis.resume()


def test_what_is_asked_for_during_a_run_is_done_after_it(
    qtbot, background: Background, analysis: Analysis, music: Path
):
    with qtbot.waitSignal(analysis.ended):
        analysis.add_folders([os.fsencode(music)])
    with qtbot.waitSignals([analysis.ended, analysis.ended], order="none"):
        analysis.scan()
        write_tone(music / "Low" / "new.flac", 300)
        analysis.scan_changed([os.fsencode(music / "Low")])
    assert not analysis.running
    assert len(read(qtbot, background, lambda s: s.catalog.tracks.ids())) == 5


def test_a_second_folder_joins_the_run_at_once_and_the_run_stays_at_rest(
    qtbot, background: Background, analysis: Analysis, music: Path
):
    ends: list[object] = []
    analysis.ended.connect(ends.append)
    with qtbot.waitSignal(analysis.began):
        analysis.add_folders([os.fsencode(music / "Low")])
    analysis.pause()
    with qtbot.waitSignal(analysis.folders_added):
        analysis.add_folders([os.fsencode(music / "High")])
    with qtbot.waitSignal(analysis.progressed, check_params_cb=lambda p: p.n_total == 4):
        pass
    assert analysis.paused
    with qtbot.waitSignal(analysis.ended):
        analysis.resume()
    assert len(read(qtbot, background, lambda s: s.catalog.tracks.ids())) == 4
    assert len(ends) == 1


def test_a_cancelled_run_does_nothing_afterwards(qtbot, analysis: Analysis, music: Path):
    with qtbot.waitSignal(analysis.began):
        analysis.add_folders([os.fsencode(music)])
    analysis.pause()
    analysis.scan()
    with qtbot.waitSignal(analysis.ended) as ended:
        analysis.cancel()
    assert ended.args[0].cancelled
    qtbot.waitUntil(lambda: not analysis.running)


def test_failed_files_are_told_and_read_again_when_asked(qtbot, analysis: Analysis, music: Path):
    broken = music / "broken.flac"
    broken.write_bytes(b"no music")
    with qtbot.waitSignals([analysis.failed_file, analysis.ended]):
        analysis.add_folders([os.fsencode(music)])
    write_tone(broken, 900)
    os.utime(broken, ns=(1, 1))
    broken.write_bytes(b"no music")
    with qtbot.waitSignals([analysis.failed_file, analysis.ended]):
        analysis.retry([os.fsencode(broken)])
    with qtbot.waitSignals([analysis.failed_file, analysis.ended]):
        analysis.retry_all()


def test_a_folder_that_is_away_is_told(qtbot, analysis: Analysis, music: Path):
    with qtbot.waitSignal(analysis.ended):
        analysis.add_folders([os.fsencode(music)])
    music.rename(music.parent / "elsewhere")
    told: list[FolderMissing] = []
    analysis.folder_missing.connect(told.append)
    with qtbot.waitSignal(analysis.ended):
        analysis.scan()
    (missing,) = told
    assert (missing.root, missing.n_missing) == (os.fsencode(music), 4)


def test_what_is_no_folder_is_told_and_not_analysed(qtbot, analysis: Analysis, tmp_path: Path):
    gone = os.fsencode(tmp_path / "gone")
    with qtbot.waitSignal(analysis.folders_added) as added:
        analysis.add_folders([gone])
    assert added.args[0].refused == {gone: "it is not there"}
    assert not analysis.running


def test_a_folder_that_is_removed_leaves_the_library(
    qtbot, background: Background, analysis: Analysis, music: Path
):
    with qtbot.waitSignal(analysis.ended):
        analysis.add_folders([os.fsencode(music)])
    with qtbot.waitSignal(
        background.library_changed, check_params_cb=lambda change: len(change.removed) == 4
    ):
        analysis.remove_folder(os.fsencode(music))


def test_a_run_that_cannot_go_on_says_why(qtbot, tmp_path: Path, music: Path):
    from contextlib import contextmanager

    @contextmanager
    def services_of(readonly: bool):
        with open_services(
            tmp_path / "data", readonly=readonly, choose_encoder=lambda _: broken_choice()
        ) as services:
            yield services

    background = Background(services_of)
    analysis = Analysis(background, background)
    with qtbot.waitSignal(background.opened):
        background.open()
    with qtbot.waitSignal(analysis.stopped) as stopped:
        analysis.add_folders([os.fsencode(music)])
    assert "the weights are gone" in str(stopped.args[0])
    assert not analysis.running
    background.close()


def test_closing_in_the_middle_of_a_run_loses_nothing(
    qtbot, open_background: OpenBackground, tmp_path: Path, music: Path
):
    background = open_background(tmp_path / "data")
    analysis = Analysis(background, background)
    with qtbot.waitSignal(analysis.began):
        analysis.add_folders([os.fsencode(music)])
    background.close()
    with open_services(
        tmp_path / "data", readonly=False, choose_encoder=lambda _: fake_choice()
    ) as services:
        assert services.catalog.roots() == (os.fsencode(music),)
        counts = services.catalog.files.counts()
        assert counts.failed == 0
        assert services.catalog.check().ok
