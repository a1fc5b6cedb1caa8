from dataclasses import replace

import pytest

from app.events import FolderMissing, Progress, Report
from library.errors import LibraryLocked
from tests.ui.test_analysis import OpenBackground
from ui.analysing.analysis import Analysis
from ui.analysing.strip import AnalysisStrip
from ui.elided_label import ElidedLabel


@pytest.fixture
def analysis(open_background: OpenBackground, tmp_path) -> Analysis:
    background = open_background(tmp_path / "data")
    return Analysis(background, background)


@pytest.fixture
def strip(qtbot, analysis: Analysis) -> AnalysisStrip:
    strip = AnalysisStrip(analysis)
    strip.move(300, 300)  # away from the pointer
    qtbot.addWidget(strip)
    return strip


def progress(n_done: int = 1_204, **other) -> Progress:
    usual = Progress(
        n_found=9_000,
        n_unchanged=470,
        n_done=n_done,
        n_total=8_530,
        n_failed=0,
        rate_per_min=212.4,
        time_left_s=2_100.0,
        device="The network runs on the processor.",
        paused=False,
    )
    return replace(usual, **other)


def report(**other) -> Report:
    usual = Report(
        n_found=9_000,
        n_unchanged=470,
        n_kept=8_527,
        n_failed=3,
        n_pending=0,
        n_missing=0,
        n_not_scanned=0,
        duration_s=2_460.0,
        device="",
        cancelled=False,
    )
    return replace(usual, **other)


def said(strip: AnalysisStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(ElidedLabel) if label.isVisible()]


def test_nothing_is_shown_while_there_is_nothing_to_say(strip: AnalysisStrip):
    assert strip.isHidden()


def test_a_scan_that_finds_nothing_new_is_not_mentioned(analysis: Analysis, strip: AnalysisStrip):
    analysis.began.emit()
    analysis.progressed.emit(progress(0, n_total=0))
    assert strip.isHidden()
    analysis.ended.emit(report(n_kept=0, n_failed=0))
    assert strip.isHidden()


def test_a_long_search_of_folders_counts_the_files(qtbot, analysis: Analysis, strip: AnalysisStrip):
    analysis.began.emit()
    analysis.progressed.emit(progress(0, n_total=0))
    qtbot.waitUntil(strip.isVisible)
    assert said(strip) == ["Looking through your folders: 9,000 files found"]


def test_progress_is_told_in_words(analysis: Analysis, strip: AnalysisStrip):
    analysis.began.emit()
    analysis.progressed.emit(progress())
    assert said(strip) == [
        "Listening to your music: 1,204 of 8,530 · 212 a minute · 35 min left"
        " · The network runs on the processor"
    ]


def test_a_rest_is_told_and_shows_no_time_left(analysis: Analysis, strip: AnalysisStrip):
    analysis.began.emit()
    analysis.progressed.emit(progress(paused=True))
    assert "paused" in said(strip)[0]
    assert "left" not in said(strip)[0]


def test_failures_are_counted_and_listed_at_a_click(
    qtbot, analysis: Analysis, strip: AnalysisStrip
):
    analysis.began.emit()
    analysis.progressed.emit(progress(n_failed=3))
    button = strip._failures
    assert button.text() == "3 files could not be analysed"
    with qtbot.waitSignal(strip.failures_asked):
        button.click()


def test_the_end_is_told_and_goes_away_by_itself(qtbot, analysis: Analysis, strip: AnalysisStrip):
    strip._hide_soon.setInterval(50)
    analysis.began.emit()
    analysis.ended.emit(report())
    assert said(strip) == ["Your library is up to date: 8,530 files analysed in 41 min."]
    qtbot.waitUntil(strip.isHidden)


@pytest.mark.parametrize(
    ("n_missing", "words"),
    [
        (1_203, "/media/usb is not there: 1,203 tracks are marked missing."),
        (1, "/media/usb is not there: 1 track is marked missing."),
        (0, "/media/usb is not there; its tracks are marked missing."),
    ],
    ids=["many", "one", "known"],
)
def test_a_folder_that_is_away_is_named_until_the_message_is_closed(
    analysis: Analysis, strip: AnalysisStrip, n_missing: int, words: str
):
    analysis.began.emit()
    analysis.folder_missing.emit(FolderMissing(b"/media/usb", n_missing))
    analysis.ended.emit(report(n_kept=0, n_failed=0))
    assert said(strip) == [words]
    strip._hide_message()
    assert strip.isHidden()


def test_a_run_that_stopped_says_why_and_can_be_tried_again(
    qtbot, analysis: Analysis, strip: AnalysisStrip, tmp_path
):
    analysis.stopped.emit(LibraryLocked(tmp_path))
    assert said(strip)[0].startswith("The analysis stopped. Another Segue is changing")
    with qtbot.waitSignals([analysis.began, analysis.ended]):
        strip._try_again.click()


def test_a_real_run_is_paused_and_resumed_by_the_button(
    qtbot, analysis: Analysis, strip: AnalysisStrip
):
    with qtbot.waitSignal(analysis.began):
        analysis.scan()
    with qtbot.waitSignal(analysis.paused_changed, check_params_cb=lambda paused: paused):
        strip._pause.click()
    assert strip._pause.accessibleName() == "Go on with the analysis"
    with qtbot.waitSignal(analysis.ended):
        strip._pause.click()
