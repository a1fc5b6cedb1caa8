import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.playing.conftest import WAIT_MS
from tests.ui.playing.library import write_tone
from ui.covers import CoverCache
from ui.playing.player import PlayState
from ui.playing.transport_bar import TransportBar
from ui.style import apply_theme

# A machine without a sound service is what is tested here.
pytestmark = pytest.mark.qt_log_ignore("PulseAudioService", extend=True)


@pytest.fixture
def bar(player, background, qtbot) -> TransportBar:
    bar = TransportBar(player, background, CoverCache(background))
    qtbot.addWidget(bar)
    bar.resize(1000, 64)
    bar.show()
    return bar


def test_without_a_queue_nothing_can_be_played(bar):
    assert not bar.toggle.isEnabled()
    assert not bar.next.isEnabled()
    assert not bar.waveform.isEnabled()
    assert bar.track.accessibleName() == "Nothing plays"


def test_the_bar_shows_what_plays(bar, player, tracks, qtbot):
    player.play(tracks, 2)
    qtbot.waitUntil(lambda: bar.waveform.value() > 2, timeout=WAIT_MS)
    assert bar.track.accessibleName() == "Playing: Tone <b>500</b> – The Tones & Co"
    assert bar.toggle.accessibleName() == "Pause"
    assert bar.waveform.maximum() == 300
    assert not bar.next.isEnabled()


def test_the_outline_comes_when_it_is_drawn_up(bar, player, tracks, qtbot):
    player.queue.replace(tracks, 2)
    player.restore(0.0)
    qtbot.waitUntil(lambda: bar.waveform.outline is not None, timeout=WAIT_MS)
    assert bar.waveform.outline.peaks.max() == pytest.approx(0.3, abs=0.01)


def test_the_buttons_do_what_they_say(bar, player, tracks, qtbot):
    player.queue.replace(tracks, 1)
    player.restore(0.0)
    states: list[PlayState] = []
    player.state_changed.connect(states.append)
    for button in (bar.toggle, bar.toggle, bar.next, bar.previous, bar.toggle, bar.stop):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    playing, paused, stopped = PlayState.PLAYING, PlayState.PAUSED, PlayState.STOPPED
    assert states == [playing, paused, playing, stopped]
    assert player.queue.current_index == 1


def test_a_click_in_the_outline_goes_there(bar, player, tracks, qtbot):
    player.queue.replace(tracks, 2)
    player.restore(0.0)
    qtbot.waitUntil(bar.waveform.isEnabled, timeout=WAIT_MS)
    bar.waveform.seek_wanted.emit(12.5)
    assert player.position_s == 12.5


def test_repeat_and_shuffle_show_what_is_set(bar, player, tracks, qtbot):
    player.queue.replace(tracks, 0)
    player.restore(0.0)
    seen = []
    for _ in range(3):
        qtbot.mouseClick(bar.repeat, Qt.MouseButton.LeftButton)
        seen.append((bar.repeat.isChecked(), bar.repeat.accessibleName()))
    assert seen == [
        (True, "Repeat: the whole queue"),
        (True, "Repeat: this track"),
        (False, "Repeat: off"),
    ]
    qtbot.mouseClick(bar.shuffle, Qt.MouseButton.LeftButton)
    assert player.queue.shuffled
    assert bar.shuffle.isChecked()
    qtbot.mouseClick(bar.shuffle, Qt.MouseButton.LeftButton)
    assert not player.queue.shuffled


def test_volume_and_mute_follow_the_player_and_lead_it(bar, player, qtbot):
    player.deck.set_volume(0.25, muted=False)
    assert bar.volume.value() == 25
    bar.volume.setValue(60)
    assert player.deck.volume == 0.6
    qtbot.mouseClick(bar.mute, Qt.MouseButton.LeftButton)
    assert player.deck.is_muted
    assert bar.mute.accessibleName() == "Unmute"
    assert bar.volume.value() == 60
    bar.volume.setValue(61)
    assert not player.deck.is_muted


def test_a_click_on_the_title_asks_for_the_track(bar, player, tracks, qtbot):
    player.queue.replace(tracks, 2)
    player.restore(0.0)
    qtbot.waitUntil(bar.track.isEnabled, timeout=WAIT_MS)
    with qtbot.waitSignal(bar.track_asked):
        qtbot.mouseClick(bar.track, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(bar.queue_asked):
        qtbot.mouseClick(bar.queue, Qt.MouseButton.LeftButton)


def test_a_file_from_outside_is_shown_by_its_name(bar, player, tmp_path, qtbot):
    path = os.fsencode(write_tone(tmp_path / "a & b <i>.wav", 700, 3.0))
    player.queue.replace([path])
    player.restore(0.0)
    assert bar.track.accessibleName() == "Playing: a & b <i>"
    assert not bar.track.isEnabled()


@pytest.mark.parametrize("width", [640, 720, 1000, 1600])
def test_at_every_width_all_that_is_shown_has_room(bar, player, tracks, width):
    bar.resize(width, 64)
    shown = [widget for widget in bar.children() if widget.isWidgetType() and widget.isVisible()]
    areas = [widget.geometry() for widget in shown]
    assert all(bar.rect().contains(area) for area in areas)
    assert not any(one.intersects(other) for one in areas for other in areas if one is not other)
    assert bar.waveform.width() >= 80


def test_every_control_has_a_name_and_is_reached_by_tab(bar):
    controls = (bar.track, bar.previous, bar.toggle, bar.next, bar.stop, bar.waveform)
    for control in (*controls, bar.shuffle, bar.repeat, bar.queue, bar.mute, bar.volume):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_what_stands_for_a_cover_takes_the_colour_of_another_theme(bar, qapp):
    def lightness() -> int:
        image = bar.findChild(QLabel).pixmap().toImage()
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        drawn = max(places, key=lambda place: image.pixelColor(*place).alpha())
        return int(image.pixelColor(*drawn).lightness())

    in_the_light = lightness()
    apply_theme(qapp, "dark")
    try:
        in_the_dark = lightness()
    finally:
        apply_theme(qapp, "light")
    assert in_the_light < 100
    assert in_the_dark > 150
