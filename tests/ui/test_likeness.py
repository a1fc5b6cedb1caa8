"""What is drawn under the track that plays, and what is analysed first."""

import os
from pathlib import Path

import numpy as np
import pytest

from app.control import Control
from app.curves import curves
from app.errors import Cancelled
from library.catalog import Catalog
from library.records import Recording, Stamp, Tags, TrackId
from tests.app.conftest import music
from tests.fakes import fake_choice
from tests.ui.whole_window import OpenWindow, ids, open_window
from ui.likeness import _stretched
from ui.window import MainWindow

__all__ = ["ids", "music", "open_window"]

ONE, TWO, THREE = map(TrackId, (1, 2, 3))
WAIT_MS = 20_000


@pytest.fixture
def window(qtbot, ids, open_window: OpenWindow) -> MainWindow:
    window = open_window()
    window._likeness._soon.setInterval(0)
    qtbot.waitUntil(lambda: not window.panels.analysis.running)
    return window


def playing(window: MainWindow) -> TrackId | None:
    shown = window.panels.player.playing
    return None if shown is None else shown.track_id


def seed(qtbot, window: MainWindow, track_id: TrackId) -> None:
    similar = window.panels.similar
    with qtbot.waitSignal(similar.matcher.answered, timeout=WAIT_MS):
        similar.set_seeds([track_id])


def test_the_likeness_to_the_seed_is_drawn_along_what_plays(qtbot, window: MainWindow):
    panels = window.panels
    seed(qtbot, window, ONE)
    panels.actions.play_wanted.emit((TWO,))
    waveform = panels.transport.waveform
    qtbot.waitUntil(lambda: waveform._curve is not None, timeout=WAIT_MS)
    assert waveform._curve is not None
    times_s, values = waveform._curve
    assert len(times_s) == len(values) > 1
    assert values.max() == pytest.approx(1.0)


def test_a_curve_is_kept_for_the_next_time(qtbot, window: MainWindow):
    panels = window.panels
    seed(qtbot, window, ONE)
    panels.actions.play_wanted.emit((TWO, THREE))
    qtbot.waitUntil(lambda: panels.transport.waveform._curve is not None, timeout=WAIT_MS)
    panels.player.next()
    qtbot.waitUntil(lambda: playing(window) == THREE)
    panels.player.play_entry(0)
    qtbot.waitUntil(lambda: playing(window) == TWO)
    assert panels.transport.waveform._curve is not None


def test_the_passage_that_matched_is_marked(qtbot, window: MainWindow):
    panels = window.panels
    seed(qtbot, window, ONE)
    panels.similar.play_asked.emit(panels.similar.matched_ids(), 0)
    match = panels.similar.matcher.matches.matches[0]
    qtbot.waitUntil(lambda: panels.player.playing is not None)
    assert panels.transport.waveform._stretch_s is not None
    assert panels.transport.waveform._stretch_s[0] == match.reasons[0].match_start_s


def test_without_seeds_nothing_is_drawn_up(qtbot, window: MainWindow):
    window.panels.actions.play_wanted.emit((TWO,))
    qtbot.waitUntil(lambda: window.panels.player.playing is not None)
    assert not window._likeness._soon.isActive()
    assert window.panels.transport.waveform._curve is None


def test_what_is_much_the_same_all_over_is_high_all_over():
    flat = _stretched(np.array([0.8, 0.81], np.float32))
    assert flat.min() > 0.9
    assert _stretched(np.array([0.1, 0.9], np.float32)) == pytest.approx([0.0, 1.0])


def test_a_curve_that_is_not_wanted_any_more_ends_early(music: Path):
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        curves(fake_choice(), os.fsencode(music / "Low" / "1.flac"), ["low"], control=control)


def test_a_seed_that_was_not_heard_yet_is_analysed_first(
    qtbot, ids, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = os.fsencode(tmp_path / "unheard.flac")
    with Catalog.open(tmp_path / "data", fake_choice().key) as catalog:
        stamp = Stamp(path, 1, 1, 1)
        catalog.files.register([stamp])
        recording = Recording(b"unheard.........", "flac", 8_000, 1, 9.0)
        track_id = catalog.keep(stamp, Tags("Unheard"), recording, None)
    window = open_window()
    panels = window.panels
    qtbot.waitUntil(lambda: panels.rows.known(track_id) is not None)
    wanted: list[bytes] = []
    want = Control.want

    def note(control: Control, path: bytes) -> None:
        wanted.append(path)
        want(control, path)

    # The run takes what is wanted at once, so that it can only be seen on its way there.
    monkeypatch.setattr(Control, "want", note)

    def scan_once_it_is_told_unheard() -> None:
        if panels.similar.matcher.matches.unheard and not panels.analysis.running:
            panels.analysis.scan()

    panels.similar.matcher.answered.connect(scan_once_it_is_told_unheard)
    panels.similar.set_seeds([track_id])
    qtbot.waitUntil(lambda: path in wanted)
