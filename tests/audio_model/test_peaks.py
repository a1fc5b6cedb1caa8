"""Outlines of files: the right level at the right place."""

import os

import numpy as np
import pytest

from audio_model.errors import DecodeError, NoAudio
from audio_model.peaks import N_COLUMNS, read_waveform
from tests.audio_model import signals

RATE_HZ = signals.RATE_HZ


def steps(*levels: float) -> np.ndarray:
    """A second of a tone at each level; only the right channel sounds."""
    t_s = np.arange(RATE_HZ) / RATE_HZ
    tone = np.concatenate([level * np.sin(2 * np.pi * 441 * t_s) for level in levels])
    return np.stack([np.zeros_like(tone), tone], axis=1).astype(np.float32)


@pytest.mark.parametrize("kind", ["flac", "mp3", "ogg", "opus"])
def test_an_outline_shows_how_loud_it_is_where(tmp_path, kind):
    path = os.fsencode(signals.write(tmp_path, kind, steps(0.1, 0.8, 0.0, 0.4)))
    outline = read_waveform(path)
    assert outline.peaks.shape == outline.levels.shape == (N_COLUMNS,)
    assert outline.duration_s == pytest.approx(4.0, abs=0.06)
    for place, level in zip((1, 3, 5, 7), (0.1, 0.8, 0.0, 0.4), strict=True):
        column = place * N_COLUMNS // 8
        # lossy encoders are a few hundredths off
        assert outline.peaks[column] == pytest.approx(level, abs=0.06)
        # the mean of the loudest channel's magnitude squared is that of a sine
        assert outline.levels[column] == pytest.approx(level / 2**0.5, abs=0.06)


def test_a_file_of_fewer_samples_than_columns_has_an_outline(tmp_path):
    path = os.fsencode(signals.write(tmp_path, "wav", steps(0.5)[:100]))
    outline = read_waveform(path)
    assert outline.peaks.max() == pytest.approx(0.5, abs=0.02)


def test_an_outline_never_leaves_its_bounds(tmp_path):
    sound = np.float32(3) * steps(1.0, 0.1)
    sound[RATE_HZ:] *= 10_000
    path = os.fsencode(signals.write(tmp_path, "wav-float", sound))
    outline = read_waveform(path)
    assert outline.peaks[: N_COLUMNS // 2 - 2].min() == 1.0
    assert outline.peaks[-1] < 1.0
    assert outline.levels.max() <= 1.0


def test_what_is_no_music_has_no_outline(tmp_path):
    path = tmp_path / "song.flac"
    path.write_bytes(b"fLaC" + bytes(64))
    with pytest.raises((DecodeError, NoAudio)):
        read_waveform(os.fsencode(path))
