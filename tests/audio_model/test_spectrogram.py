import librosa
import numpy as np
import pytest
import torch

from audio_model.config import MelConfig
from audio_model.spectrogram import log_mel

CONFIG = MelConfig()
RATE_HZ = CONFIG.sample_rate_hz


def music(duration_s: float, seed: int = 1) -> np.ndarray:
    """Decaying chords with noise bursts and a silent gap: loud, quiet and empty bands at once."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * f * t_s) for f in (55.0, 220.0, 277.2, 329.6, 4186.0))
    decay = np.exp(-4.0 * (t_s % 0.5))
    bursts = rng.normal(size=len(t_s)) * (t_s % 0.25 < 0.02)
    waveform = 0.15 * chord * decay + 0.1 * bursts
    waveform[(t_s > 1.0) & (t_s < 1.3)] = 0.0
    return waveform.astype(np.float32)


def levels_of(waveform: np.ndarray, config: MelConfig = CONFIG) -> np.ndarray:
    return log_mel(torch.from_numpy(waveform)[None], config)[0].numpy()


def test_levels_are_those_of_librosa():
    waveform = music(4.0)

    power = librosa.feature.melspectrogram(
        y=waveform,
        sr=RATE_HZ,
        n_fft=CONFIG.window_samples,
        hop_length=CONFIG.hop_samples,
        center=False,
        window="hann",
        n_mels=CONFIG.n_mels,
        fmin=CONFIG.min_hz,
        fmax=CONFIG.max_hz,
        htk=False,
        norm="slaney",
        power=2.0,
    )
    amin = CONFIG.reference_power * 10.0 ** (CONFIG.floor_db / 10.0)
    expected = librosa.power_to_db(power, ref=CONFIG.reference_power, amin=amin, top_db=None)

    # Both are float32; 0.01 dB is a part in 400 of the power, far below anything audible.
    np.testing.assert_allclose(levels_of(waveform), expected, atol=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(MelConfig(n_mels=96, min_hz=0.0), id="lowest frequency"),
        pytest.param(MelConfig(sample_rate_hz=24_000), id="sample rate"),
        pytest.param(MelConfig(hop_samples=441), id="hop"),
    ],
)
def test_another_front_end_is_told_apart(wrong):
    waveform = music(4.0)
    right, other = levels_of(waveform), levels_of(waveform, wrong)
    n_frames = min(right.shape[1], other.shape[1])
    assert np.abs(right[:, :n_frames] - other[:, :n_frames]).max() > 1.0


def test_silence_is_at_the_floor():
    levels = levels_of(np.zeros(RATE_HZ, np.float32))
    assert (levels == CONFIG.floor_db).all()


def test_a_full_scale_sine_lies_below_0_db_in_its_own_band():
    t_s = np.arange(RATE_HZ) / RATE_HZ
    levels = levels_of(np.sin(2 * np.pi * 1000.0 * t_s).astype(np.float32))
    centres_hz = librosa.mel_frequencies(98, fmin=CONFIG.min_hz, fmax=CONFIG.max_hz)[1:-1]
    loudest = int(levels.mean(axis=1).argmax())
    assert abs(centres_hz[loudest] - 1000.0) < 50.0
    assert -20.0 < levels[loudest].mean() < 0.0


def test_twice_the_amplitude_is_6_02_db_more():
    waveform = music(2.0)
    quiet, loud = levels_of(waveform), levels_of(2.0 * waveform)
    above_floor = quiet > CONFIG.floor_db + 0.1
    assert above_floor.mean() > 0.3
    np.testing.assert_allclose((loud - quiet)[above_floor], 20.0 * np.log10(2.0), atol=0.01)


def test_a_part_of_a_clip_has_the_clips_frames():
    waveform = music(4.0)
    first_frame = 40
    start = first_frame * CONFIG.hop_samples
    whole, part = levels_of(waveform), levels_of(waveform[start:])
    np.testing.assert_allclose(part, whole[:, first_frame:], atol=0.01)


def test_a_clip_has_as_many_frames_as_fit_wholly():
    n_samples = CONFIG.window_samples + 3 * CONFIG.hop_samples
    assert levels_of(np.zeros(n_samples, np.float32)).shape == (CONFIG.n_mels, 4)
    assert levels_of(np.zeros(n_samples - 1, np.float32)).shape == (CONFIG.n_mels, 3)


def test_less_than_one_window_is_refused_with_its_length():
    with pytest.raises(ValueError, match="2047 samples"):
        log_mel(torch.zeros(1, CONFIG.window_samples - 1), CONFIG)
