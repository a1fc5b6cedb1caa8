"""The one fake of the tests: an encoder that needs neither torch nor weights."""

import os
import signal
from collections.abc import Sequence
from functools import cache

import numpy as np

from app.embedding import EncoderFactory
from app.encoder_choice import EncoderChoice
from audio_model.checkpoint import Card
from audio_model.config import TagCalibration, WindowConfig
from audio_model.curves import Grid, heard_hopping, hopping_grid
from audio_model.pooling import FloatArray, WindowsHeard
from library.records import EncoderKey

DIMENSION = 8
TAGS = ("low", "high", "loud")
CALIBRATION = TagCalibration(slopes=(1.0, 1.0, 2.0), offsets=(0.0, 0.0, -1.0))
WINDOW = WindowConfig(sample_rate_hz=8_000, window_s=1.0, n_windows=3, min_window_s=0.5)


class FakeEncoder:
    """Loudness in eight bands of the spectrum: the same sound gives the same vector.

    Its tags say where the sound lies and whether it is loud.
    """

    def __init__(self, name: str, tags: tuple[str, ...] = TAGS) -> None:
        calibration = CALIBRATION if tags else TagCalibration.neutral(0)
        self.card = Card(name, "1", DIMENSION, WINDOW, "", "", tags, calibration)
        self.device = "the fake device"

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        n_tags = len(self.card.tags)
        return [WindowsHeard(_bands(one), _tag_logits(one)[:, :n_tags]) for one in tracks]

    @property
    def grid(self) -> Grid:
        return hopping_grid(WINDOW)

    def curve(self, samples: FloatArray) -> WindowsHeard:
        return heard_hopping(self.embed, samples, self.grid)


class DeadlyEncoder(FakeEncoder):
    """Its process is killed by a window that is louder than half of full scale."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        if any(np.abs(windows).max() > 0.5 for windows in tracks):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(tracks)


class LostEncoder(FakeEncoder):
    """Its device went away: it opens, and fails for every track."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        raise RuntimeError("the device is lost")


class MuteEncoder(FakeEncoder):
    """Finds no direction, or no tag, in what is louder than half of full scale."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        heard = super().embed(tracks)
        for windows, found in zip(tracks, heard, strict=True):
            if np.abs(windows).max() > 0.65:
                found.vectors[:] = np.nan
            elif np.abs(windows).max() > 0.5:
                found.tag_logits[:] = np.nan
        return heard


@cache
def open_fake() -> FakeEncoder:
    return FakeEncoder("fake")


@cache
def open_tagless() -> FakeEncoder:
    return FakeEncoder("tagless", tags=())


@cache
def open_deadly() -> DeadlyEncoder:
    return DeadlyEncoder("deadly")


@cache
def open_lost() -> LostEncoder:
    return LostEncoder("lost")


@cache
def open_mute() -> MuteEncoder:
    return MuteEncoder("mute")


def open_broken() -> FakeEncoder:
    raise RuntimeError("the weights are gone")


def open_crashing() -> FakeEncoder:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("the process is still there")


def fake_choice(model_version: str = "1") -> EncoderChoice:
    return _choice("fake", open_fake, model_version)


def tagless_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("tagless", "1", DIMENSION), WINDOW, open_tagless)


def deadly_choice() -> EncoderChoice:
    return _choice("deadly", open_deadly)


def lost_choice() -> EncoderChoice:
    return _choice("lost", open_lost)


def mute_choice() -> EncoderChoice:
    return _choice("mute", open_mute)


def crashing_choice() -> EncoderChoice:
    return _choice("crashing", open_crashing)


def broken_choice() -> EncoderChoice:
    return _choice("broken", open_broken)


def _choice(name: str, factory: EncoderFactory, model_version: str = "1") -> EncoderChoice:
    key = EncoderKey(name, model_version, DIMENSION, len(TAGS))
    return EncoderChoice(key, WINDOW, factory, TAGS, CALIBRATION)


def _bands(windows: FloatArray) -> FloatArray:
    spectra = np.abs(np.fft.rfft(windows, axis=1))
    bands = np.stack([part.mean(axis=1) for part in np.array_split(spectra, DIMENSION, axis=1)], 1)
    levels = np.log1p(bands) + 1e-3
    unit: FloatArray = (levels / np.linalg.norm(levels, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _tag_logits(windows: FloatArray) -> FloatArray:
    """(n_windows, 3): how much more lies in the lower bands, in the upper ones; how loud it is."""
    bands = _bands(windows)
    tilt = 8 * (bands[:, : DIMENSION // 2].sum(axis=1) - bands[:, DIMENSION // 2 :].sum(axis=1))
    level = 20 * (np.sqrt(np.mean(windows**2, axis=1)) - 0.2)
    return np.stack([tilt, -tilt, level], axis=1).astype(np.float32)
