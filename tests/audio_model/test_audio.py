"""Windows of sound files: where they lie, how loud they are, what they cost."""

import os
import subprocess
import sys
import wave
from itertools import pairwise

import librosa
import numpy as np
import pytest
import soundfile

from audio_model.audio import count_samples, read_all, read_part, read_windows
from audio_model.config import WindowConfig
from audio_model.container import open_audio
from audio_model.errors import DecodeError, Silent, TooShort
from audio_model.pieces import PREROLL_S
from audio_model.sound import Windows
from audio_model.stretches import read_stretch
from tests.audio_model import signals

RATE_HZ = WindowConfig().sample_rate_hz
# Time stamps in whole milliseconds (WMA) leave a window that far from its place, at worst.
MOST_SHIFT = RATE_HZ // 1000 + 1


def rows(windows: Windows, whole: np.ndarray) -> list[np.ndarray]:
    """The stretches of a full decode that lie where the windows say they lie."""
    n_samples = windows.samples.shape[1]
    starts = np.rint(windows.starts_s * RATE_HZ).astype(int)
    return [whole[start : start + n_samples] for start in starts]


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


EXACT = [kind for kind in signals.ALL_FORMATS if kind not in ("wma", "m4a", "aac")]


@pytest.mark.parametrize("kind", EXACT)
def test_a_window_is_the_same_stretch_of_a_full_decode(music_file, kind):
    path = music_file(kind)
    windows = read_windows(path)
    assert windows.samples.shape == (2, 10 * RATE_HZ)
    whole = read_all(path, RATE_HZ)
    for window, stretch in zip(windows.samples, rows(windows, whole), strict=True):
        # Opus converges from any state, not to the last bit
        np.testing.assert_allclose(window, stretch, atol=1e-5)


@pytest.mark.parametrize("kind", EXACT)
def test_parts_of_a_file_put_together_are_the_file(music_file, kind):
    path = music_file(kind)
    whole = read_all(path, RATE_HZ)
    n_samples = count_samples(path)
    assert abs(n_samples - whole.size) <= 0.1 * RATE_HZ  # some codecs fill their last packet
    ends = [*range(0, whole.size, 7 * RATE_HZ + 11), whole.size]
    parts = [read_part(path, start, end, RATE_HZ) for start, end in pairwise(ends)]
    assert len(parts) > 3
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-5)


def test_a_part_beyond_the_end_is_refused(music_file):
    path = music_file("flac")
    with pytest.raises(DecodeError, match="damaged 30 s from its start"):
        read_part(path, 30 * RATE_HZ, 40 * RATE_HZ, RATE_HZ)


def test_a_part_out_of_all_bounds_is_refused(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "wav-float", 100 * signals.music(4.0)))
    with pytest.raises(DecodeError, match="out of all bounds"):
        read_part(path, 0, RATE_HZ, RATE_HZ)


def test_a_file_too_short_for_a_window_is_not_counted(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "wav", signals.music(2.0)))
    with pytest.raises(TooShort):
        count_samples(path)


def test_a_stretch_is_the_same_to_its_last_sample(tmp_path):
    # it ends one sample before a packet does, so that the resampler needs the next one
    path = os.fsencode(signals.write(tmp_path, "wav-float", signals.music(12.0)))
    whole = read_all(path, RATE_HZ)
    start = 5 * RATE_HZ
    with open_audio(path) as file:
        packet = next(file.packets(5.0 - PREROLL_S))
        assert packet.duration
        n_samples = (8 * packet.duration - round(PREROLL_S * signals.RATE_HZ)) // 2 - 1
        stretch = read_stretch(file, start, n_samples, RATE_HZ)
    np.testing.assert_allclose(stretch.samples, whole[start : start + n_samples], atol=1e-6)


@pytest.mark.parametrize("kind", ["m4a", "aac"])
def test_a_window_of_an_aac_file_is_the_same_stretch_but_for_the_decoders_noise(music_file, kind):
    path = music_file(kind)  # where there is only noise, an AAC decoder throws its own dice
    windows = read_windows(path)
    for window, stretch in zip(
        windows.samples, rows(windows, read_all(path, RATE_HZ)), strict=True
    ):
        assert rms(window - stretch) < 0.03 * rms(stretch)


def test_a_window_of_a_wma_file_is_at_most_a_millisecond_from_its_place(music_file):
    path = music_file("wma")
    windows = read_windows(path)
    whole = read_all(path, RATE_HZ)
    for start_s, window in zip(windows.starts_s, windows.samples, strict=True):
        start = round(float(start_s) * RATE_HZ)
        likeness = [
            np.corrcoef(window, whole[start + shift : start + shift + window.size])[0, 1]
            for shift in range(-MOST_SHIFT, MOST_SHIFT + 1)
        ]
        assert max(likeness) > 0.995  # in steps of a sample


@pytest.mark.parametrize("kind", ["mp3", "mp3-vbr", "flac", "flac24", "ogg", "wav", "wav8", "aiff"])
def test_level_and_place_are_those_of_another_decoder_and_resampler(music_file, kind):
    path = music_file(kind)
    channels, rate_hz = soundfile.read(os.fsdecode(path), dtype="float32", always_2d=True)
    reference = librosa.resample(channels.mean(axis=1), orig_sr=rate_hz, target_sr=RATE_HZ)
    ours = read_all(path, RATE_HZ)
    n_samples = min(ours.size, reference.size) - RATE_HZ
    assert abs(ours.size - reference.size) <= 2
    # the filters of swresample and soxr differ near the band's end, where there is only noise
    assert rms(ours[:n_samples]) == pytest.approx(rms(reference[:n_samples]), rel=2e-3)
    assert np.corrcoef(ours[:n_samples], reference[:n_samples])[0, 1] > 0.9995


@pytest.mark.parametrize("kind", ["wav-float", "flac24", "alac"])
def test_mono_dual_mono_and_5_1_of_one_signal_give_the_same_samples(tmp_path, kind):
    mono = signals.music(4.0, channels=1)
    heard = []
    for channels in (1, 2, 6):
        folder = tmp_path / str(channels)
        folder.mkdir()
        path = signals.write(folder, kind, np.repeat(mono, channels, axis=1))
        heard.append(read_windows(os.fsencode(path)).samples)
    np.testing.assert_allclose(heard[1], heard[0], atol=1e-6)
    np.testing.assert_allclose(heard[2], heard[0], atol=1e-6)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 22_050, 32_000, 37_800, 44_101, 192_000])
def test_a_tone_keeps_its_pitch_level_and_phase_at_every_rate(tmp_path, rate_hz):
    t = np.arange(30 * rate_hz) / rate_hz
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * 1000 * t), rate_hz, subtype="FLOAT")
    windows = read_windows(os.fsencode(path))
    assert len(windows.samples) == 3
    for start_s, window in zip(windows.starts_s, windows.samples, strict=True):
        t = float(start_s) + np.arange(window.size) / RATE_HZ
        # a thousandth of the level; half a sample of 44,101 Hz is 0.07 rad
        tolerance = 0.04 if rate_hz == 44_101 else 1e-3
        ideal = 0.5 * np.sin(2 * np.pi * 1000 * t)
        inner = slice(100, -100)  # at the file's ends the resampler's filter has no past
        np.testing.assert_allclose(window[inner], ideal[inner], atol=tolerance)


@pytest.mark.parametrize(
    ("duration_s", "n_windows", "window_s"),
    [(3.5, 1, 3.5), (9.9, 1, 9.9), (10.0, 1, 10.0), (25.0, 2, 10.0), (61.0, 6, 10.0)],
)
def test_a_track_gives_the_windows_that_it_holds(tmp_path, duration_s, n_windows, window_s):
    path = signals.write(tmp_path, "wav", signals.music(duration_s, channels=1))
    windows = read_windows(os.fsencode(path))
    assert windows.samples.shape == (n_windows, round(window_s * RATE_HZ))
    assert windows.samples.dtype == windows.starts_s.dtype == np.float32
    assert windows.window_s == pytest.approx(window_s)
    assert windows.duration_s == pytest.approx(duration_s)
    centres_s = (2 * np.arange(n_windows) + 1) / (2 * n_windows) * duration_s
    np.testing.assert_allclose(windows.starts_s + window_s / 2, centres_s, atol=1e-3)


def test_silence_at_the_ends_is_left_out(tmp_path):
    quiet = signals.silence(12.0) + 5e-4  # an offset is not sound
    samples = np.concatenate([quiet, signals.music(20.0), quiet, quiet])
    windows = read_windows(os.fsencode(signals.write(tmp_path, "flac", samples)))
    assert windows.duration_s == pytest.approx(56.0)
    np.testing.assert_allclose(windows.starts_s, [12.0, 22.0], atol=0.1)


def test_silence_within_a_track_is_part_of_it(tmp_path):
    samples = np.concatenate([signals.music(5.0), signals.silence(50.0), signals.music(5.0)])
    windows = read_windows(os.fsencode(signals.write(tmp_path, "flac", samples)))
    assert len(windows.samples) == 6
    assert not windows.samples[2].any()


def test_a_file_of_nothing_but_silence_is_refused(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "flac", signals.silence(8.0)))
    with pytest.raises(Silent, match=r"flac\.flac: it holds nothing but silence"):
        read_windows(path)


def test_a_short_file_is_refused_with_both_lengths(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "wav", signals.music(2.2)))
    with pytest.raises(TooShort, match=r"it holds 2\.20 s of sound, and 3 s are needed"):
        read_windows(path)


def test_a_short_sound_in_a_long_silence_is_refused(tmp_path):
    samples = np.concatenate([signals.silence(9.0), signals.music(1.0), signals.silence(9.0)])
    with pytest.raises(TooShort, match=r"it holds 1\.0. s of sound"):
        read_windows(os.fsencode(signals.write(tmp_path, "wav", samples)))


def long_wav(path, duration_s: int, *, music_s: float = 0.0) -> bytes:
    """A mono WAV at 8 kHz, almost all of it a hole in the file: silence that takes no space."""
    music = (signals.music(music_s, rate_hz=8000, channels=1) * 32767).astype("<i2").tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.setnframes(duration_s * 8000)
        header_bytes = 44
        file.writeframesraw(music)
        with open(path, "r+b") as raw:
            raw.truncate(header_bytes + duration_s * 16_000)
        size = duration_s * 16_000
    with open(path, "r+b") as raw:  # the header counts what the hole holds
        raw.seek(4)
        raw.write((size + header_bytes - 8).to_bytes(4, "little"))
        raw.seek(40)
        raw.write(size.to_bytes(4, "little"))
    return os.fsencode(path)


def test_hours_of_silence_are_searched_in_few_places(tmp_path, bytes_read):
    path = long_wav(tmp_path / "silence.wav", 3 * 3600)

    def refuse():
        with pytest.raises(Silent):
            read_windows(path)

    assert bytes_read(refuse) < 12_000_000  # of 173 MB


def test_sound_before_hours_of_silence_is_found(tmp_path):
    windows = read_windows(long_wav(tmp_path / "hidden.wav", 2 * 3600, music_s=35.0))
    assert len(windows.samples) == 3
    np.testing.assert_allclose(windows.starts_s[[0, -1]], [1 / 6, 125 / 6], atol=0.1)
    # the last second that was searched before the spread probes is the 31st


@pytest.mark.parametrize("kind", ["wav", "ogg"])
def test_what_is_read_does_not_grow_with_the_length(tmp_path, bytes_read, kind):
    minute = signals.music(60.0, rate_hz=8000, channels=1)
    counts = []
    for n_minutes in (4, 12):
        folder = tmp_path / str(n_minutes)
        folder.mkdir()
        path = os.fsencode(signals.write(folder, kind, np.tile(minute, (n_minutes, 1)), 8000))
        counts.append(bytes_read(lambda path=path: read_windows(path)))
    assert counts[1] < 1.2 * counts[0]


def test_no_part_of_reading_windows_loads_torch_or_librosa():
    check = (
        "import sys, audio_model.audio, audio_model.identity, audio_model.errors; "
        "print({'torch', 'librosa', 'numba', 'scipy'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert ended.stdout == "set()\n", ended.stderr


def test_some_real_tracks_give_windows(corpus):
    paths = sorted(p for p in corpus.rglob("*") if p.suffix in (".opus", ".mp3", ".m4a", ".ogg"))
    assert len(paths) > 400
    for path in paths[::60]:
        windows = read_windows(os.fsencode(path))
        assert np.isfinite(windows.samples).all()
        assert 0.001 < rms(windows.samples) < 1.0
