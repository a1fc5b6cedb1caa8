import os
from collections.abc import Callable

import numpy as np
import psutil
import pytest

from app.queue import Repeat
from audio_model.sound import PcmArray
from library.records import TrackId
from tests.ui.playing.conftest import WAIT_MS
from tests.ui.playing.library import RATE_HZ, write_tone
from ui.playing.lookup import Playing
from ui.playing.player import Player, PlayState
from ui.playing.silent_device import SilentDevice

# A machine without a sound service is what is tested here.
pytestmark = pytest.mark.qt_log_ignore("PulseAudioService", extend=True)


class RecordingDevice(SilentDevice):
    """Silent, but keeps what it was to play."""

    def __init__(self, rate_hz: int) -> None:
        super().__init__(rate_hz)
        self.parts: list[PcmArray] = []
        self.forgotten: list[PcmArray] = []

    def write(self, samples: PcmArray) -> int:
        n_taken = super().write(samples)
        self.parts.append(samples[:n_taken])
        return n_taken

    def reset(self) -> None:
        super().reset()
        if self.parts:
            self.forgotten.append(self.written())
        self.parts.clear()

    def written(self) -> PcmArray:
        return np.concatenate(self.parts)


@pytest.fixture
def shown(player: Player) -> list[str | None]:
    """The titles that were shown, one after the other."""
    titles: list[str | None] = []

    def note(playing: Playing | None) -> None:
        titles.append(None if playing is None else playing.title)

    player.track_changed.connect(note)
    return titles


def recording(player: Player) -> RecordingDevice:
    """Let the player's output go to a device that keeps it."""
    player.deck.get_ready()
    output = player.deck.output
    assert output is not None
    device = RecordingDevice(RATE_HZ)
    output.device = device
    return device


def heard(player: Player, position_s: float) -> Callable[[], bool]:
    return lambda: player.state is PlayState.PLAYING and player.position_s >= position_s


def has_tone(samples: PcmArray, frequency_hz: float) -> bool:
    """Whether a quarter of a second of this tone is among the samples."""
    n_samples = RATE_HZ // 4
    times_s = np.arange(n_samples) / RATE_HZ
    wave = np.exp(-2j * np.pi * frequency_hz * times_s) * np.hanning(n_samples)
    starts = range(0, len(samples) - n_samples, n_samples // 4)
    return any(abs(samples[a : a + n_samples] @ wave) > 500 * n_samples for a in starts)


def test_the_queue_is_played_to_its_end(player, tracks, shown, qtbot):
    with qtbot.waitSignal(player.finished, timeout=WAIT_MS):
        player.play(tracks[:2])
    assert shown == ["Tone <b>300</b>", "Tone <b>400</b>"]
    assert player.state is PlayState.STOPPED
    assert player.position_s == 0.0


def test_between_two_tracks_no_sample_is_lost_or_added(player, tracks, tmp_path, qtbot):
    device = recording(player)
    player.play(tracks)
    qtbot.waitUntil(lambda: player.queue.current_index == 2, timeout=WAIT_MS)
    lengths = [round(0.6 * RATE_HZ), round(0.5 * RATE_HZ)]
    expected = [
        np.rint(0.3 * 32768 * np.sin(2 * np.pi * hz * np.arange(n) / RATE_HZ))
        for hz, n in zip((300, 400), lengths, strict=True)
    ]
    written = device.written()[: sum(lengths), 0]
    np.testing.assert_allclose(written, np.concatenate(expected), atol=1)


def test_pause_stands_still_and_play_goes_on(player, tracks, qtbot):
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.3), timeout=WAIT_MS)
    player.toggle()
    assert player.state is PlayState.PAUSED
    position_s = player.position_s
    qtbot.wait(200)
    assert player.position_s == position_s
    player.toggle()
    qtbot.waitUntil(heard(player, position_s + 0.2), timeout=WAIT_MS)


def test_the_position_follows_the_clock(player, tracks, qtbot):
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    positions: list[float] = []
    player.position_changed.connect(positions.append)
    qtbot.waitUntil(lambda: len(positions) >= 10, timeout=WAIT_MS)
    assert positions == sorted(positions)
    assert 0.5 < positions[9] - positions[0] < 5.0  # the machine may be busy


def test_a_jump_plays_the_samples_from_there_on(player, tracks, qtbot):
    device = recording(player)
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    with qtbot.waitSignal(player.seeked):
        player.seek(20.0)
    assert player.position_s == pytest.approx(20.0, abs=0.05)
    qtbot.waitUntil(heard(player, 20.2), timeout=WAIT_MS)
    first = round(20.0 * RATE_HZ)
    written = device.written()[:1000, 0]
    expected = 0.3 * 32768 * np.sin(2 * np.pi * 500 * np.arange(first, first + 1000) / RATE_HZ)
    np.testing.assert_allclose(written, expected, atol=1)
    player.seek_by(-100.0)
    assert player.position_s == pytest.approx(0.0, abs=0.05)
    player.seek(1000.0)
    assert player.position_s == pytest.approx(30.0, abs=0.05)


def test_a_jump_while_paused_is_heard_on_play(player, tracks, qtbot):
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    player.pause()
    player.seek(12.0)
    assert player.position_s == 12.0
    player.resume()
    qtbot.waitUntil(heard(player, 12.2), timeout=WAIT_MS)


def test_next_and_previous_go_through_the_queue(player, tracks, shown, qtbot):
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    player.previous()
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>400</b>", timeout=WAIT_MS)
    player.next()
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>500</b>", timeout=WAIT_MS)
    assert player.state is PlayState.PLAYING
    player.next()
    assert player.queue.current_index == 2


def test_next_while_paused_shows_the_next_track_at_rest(player, tracks, shown, qtbot):
    player.play(tracks, 1)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    player.pause()
    player.next()
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>500</b>", timeout=WAIT_MS)
    assert player.state is PlayState.PAUSED
    assert player.position_s == 0.0
    player.resume()
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)


def test_stop_rewinds_and_play_begins_again(player, tracks, qtbot):
    player.play(tracks, 2, start_s=5.0)
    qtbot.waitUntil(heard(player, 5.1), timeout=WAIT_MS)
    player.stop()
    assert (player.state, player.position_s) == (PlayState.STOPPED, 0.0)
    player.toggle()
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    assert player.position_s < 5.0


def test_a_track_that_is_to_play_next_comes_next_even_if_another_was_read_ahead(
    player, tracks, shown, qtbot
):
    device = recording(player)
    player.play([tracks[0], tracks[1]])
    qtbot.waitUntil(heard(player, 0.2), timeout=WAIT_MS)
    player.edit_queue(lambda queue: queue.play_next([tracks[2]]))
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=WAIT_MS)
    assert shown[-1] == "Tone <b>500</b>"
    assert player.queue.current_index == 1
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    # it had to begin again where it was if some of the other was with the device already
    written = device.written()[:, 0]
    expected = 0.3 * 32768 * np.sin(2 * np.pi * 500 * np.arange(1000) / RATE_HZ)
    misses = np.abs(np.lib.stride_tricks.sliding_window_view(written, 1000) - expected).max(axis=1)
    assert misses.min() <= 1
    assert not has_tone(written, 400)


def test_one_track_repeats_without_end(player, tracks, qtbot):
    device = recording(player)
    player.set_repeat(Repeat.ONE)
    player.play(tracks, 1)
    n_samples = round(0.5 * RATE_HZ)
    qtbot.waitUntil(
        lambda: bool(device.parts) and len(device.written()) > 2 * n_samples, timeout=WAIT_MS
    )
    written = device.written()
    np.testing.assert_array_equal(written[:n_samples], written[n_samples : 2 * n_samples])


def test_a_stop_after_this_track_leaves_the_next_one_at_rest(player, tracks, shown, qtbot):
    player.play(tracks[1:])
    with qtbot.waitSignal(player.finished, timeout=WAIT_MS):
        player.stop_after_current()
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>500</b>", timeout=WAIT_MS)
    assert player.state is PlayState.STOPPED


def test_a_file_that_cannot_be_played_is_named_and_passed_over(
    player, tracks, tmp_path, shown, qtbot
):
    broken = tmp_path / "broken <i>.flac"
    broken.write_bytes(b"no music at all")
    sentences: list[str] = []
    player.failed.connect(sentences.append)
    player.play([tracks[1], os.fsencode(broken), TrackId(999), tracks[2]])
    qtbot.waitUntil(lambda: player.queue.current_index == 3, timeout=WAIT_MS)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    assert sentences == [
        "There is no sound device: the music plays in silence.",
        "broken <i> cannot be played: it holds no sound.",
        "This track is no longer in the library.",
    ]


def test_a_queue_of_nothing_but_broken_files_comes_to_an_end(player, tmp_path, qtbot):
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"no music at all")
    player.set_repeat(Repeat.ALL)
    with qtbot.waitSignal(player.finished, timeout=WAIT_MS):
        player.play([os.fsencode(broken)] * 3)
    assert player.state is PlayState.STOPPED


def test_a_part_of_another_track_interrupts_and_the_music_goes_on(player, tracks, shown, qtbot):
    player.play(tracks, 2, start_s=8.0)
    qtbot.waitUntil(heard(player, 8.1), timeout=WAIT_MS)
    player.play_part(tracks[0], 0.2, 0.4)
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>300</b>", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown[-1] == "Tone <b>500</b>", timeout=WAIT_MS)
    qtbot.waitUntil(heard(player, 8.2), timeout=WAIT_MS)
    assert player.queue.current_index == 2


def test_a_part_holds_just_its_samples(player, tracks, qtbot):
    device = recording(player)
    player.play_part(tracks[2], 3.0, 3.25)
    qtbot.waitUntil(lambda: player.state is PlayState.STOPPED, timeout=WAIT_MS)
    (written,) = device.forgotten
    times_s = 3.0 + np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
    expected = 0.3 * 32768 * np.sin(2 * np.pi * 500 * times_s)
    np.testing.assert_allclose(written[:, 0], expected, atol=1)


def test_a_file_from_outside_tells_its_length(player, tmp_path, qtbot):
    path = os.fsencode(write_tone(tmp_path / "outside.wav", 700, 3.0))
    player.play([path])
    qtbot.waitUntil(
        lambda: player.playing is not None and player.playing.duration_s > 0, timeout=WAIT_MS
    )
    assert player.playing == Playing(path, path, "outside", duration_s=3.0)


def test_a_track_heard_for_half_its_length_counts_as_played(player, background, tracks, qtbot):
    with qtbot.waitSignal(background.library_changed, timeout=WAIT_MS) as changed:
        player.play(tracks, 1)
    assert changed.args[0].updated == {tracks[1]}
    plays: list[int] = []
    background.read(
        lambda services: services.catalog.tracks.get([tracks[1]])[tracks[1]].plays,
        on_success=plays.append,
        parent=player,
    )
    qtbot.waitUntil(lambda: plays == [1])


def test_a_jump_to_the_end_does_not_count_as_a_play(player, background, tracks, qtbot):
    changes: list[object] = []
    background.library_changed.connect(changes.append)
    player.play(tracks, 2)
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    with qtbot.waitSignal(player.finished, timeout=WAIT_MS):
        player.seek(29.5)
    assert changes == []


def test_a_part_does_not_count_as_a_play(player, background, tracks, qtbot):
    changes: list[object] = []
    background.library_changed.connect(changes.append)
    player.play_part(tracks[1], 0.0, 0.45)
    qtbot.waitUntil(lambda: player.state is PlayState.STOPPED, timeout=WAIT_MS)
    assert changes == []


def test_a_session_comes_back_at_rest(player, tracks, shown, qtbot):
    player.queue.replace(tracks, 2)
    player.restore(17.0)
    qtbot.waitUntil(lambda: shown == ["Tone <b>500</b>"], timeout=WAIT_MS)
    assert (player.state, player.position_s) == (PlayState.STOPPED, 17.0)
    player.toggle()
    qtbot.waitUntil(heard(player, 17.1), timeout=WAIT_MS)


def test_the_volume_is_kept_while_it_is_muted(player, qtbot):
    with qtbot.waitSignal(player.volume_changed):
        player.deck.set_volume(0.4, muted=True)
    assert (player.deck.volume, player.deck.is_muted) == (0.4, True)
    player.deck.set_volume(1.7, muted=False)
    assert player.deck.volume == 1.0


def test_without_a_device_it_says_so(player, tracks, qtbot):
    assert not player.deck.is_silent
    with qtbot.waitSignal(player.failed) as told:
        player.play(tracks)
    assert told.args == ["There is no sound device: the music plays in silence."]
    assert player.deck.is_silent


def test_when_the_device_changes_the_music_goes_on_where_it_was(player, tracks, qtbot):
    player.play(tracks, 2, start_s=5.0)
    qtbot.waitUntil(heard(player, 5.3), timeout=WAIT_MS)
    position_s = player.position_s
    output = player.deck.output
    assert output is not None
    output.replace(SilentDevice(48_000))
    assert player.position_s == pytest.approx(position_s, abs=0.2)
    qtbot.waitUntil(heard(player, position_s + 0.3), timeout=WAIT_MS)


def test_when_the_device_changes_in_a_pause_it_stays_a_pause(player, tracks, qtbot):
    player.play(tracks, 2, start_s=5.0)
    qtbot.waitUntil(heard(player, 5.1), timeout=WAIT_MS)
    player.pause()
    position_s = player.position_s
    output = player.deck.output
    assert output is not None
    output.replace(SilentDevice(48_000))
    qtbot.wait(200)
    assert player.position_s == pytest.approx(position_s, abs=0.1)
    player.resume()
    qtbot.waitUntil(heard(player, position_s + 0.2), timeout=WAIT_MS)


def test_a_file_that_kills_its_decoder_costs_itself(player, tracks, shown, qtbot):
    player.play([tracks[2], tracks[1]])
    qtbot.waitUntil(heard(player, 0.1), timeout=WAIT_MS)
    for child in psutil.Process().children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
    player.seek(20.0)
    qtbot.waitUntil(heard(player, 20.2), timeout=WAIT_MS)
