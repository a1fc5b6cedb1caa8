"""The one fake of the tests: an encoder that needs neither torch nor weights."""

import os
import signal
from collections.abc import Sequence
from functools import cache

import numpy as np

from app.pipeline import EncoderChoice
from audio_model.audio import WindowConfig
from audio_model.checkpoint import Card
from library.records import EncoderKey, FloatArray

DIMENSION = 8
WINDOW = WindowConfig(sample_rate_hz=8_000, window_s=1.0, n_windows=3, min_window_s=0.5)


class FakeEncoder:
    """Loudness in eight bands of the spectrum: the same sound gives the same vector."""

    def __init__(self, name: str) -> None:
        self.card = Card(name, "1", DIMENSION, WINDOW, weights_file="", weights_sha256="")
        self.device = "the fake device"

    def embed(self, tracks: Sequence[FloatArray]) -> list[FloatArray]:
        return [_bands(windows) for windows in tracks]


class DeadlyEncoder(FakeEncoder):
    """Its process is killed by a window that is louder than half of full scale."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[FloatArray]:
        if any(np.abs(windows).max() > 0.5 for windows in tracks):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(tracks)


class LostEncoder(FakeEncoder):
    """Its device went away: it opens, and fails for every track."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[FloatArray]:
        raise RuntimeError("the device is lost")


class MuteEncoder(FakeEncoder):
    """Finds no direction in what is louder than half of full scale."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[FloatArray]:
        vectors = super().embed(tracks)
        for windows, found in zip(tracks, vectors, strict=True):
            if np.abs(windows).max() > 0.5:
                found *= np.float32("nan")
        return vectors


@cache
def open_fake() -> FakeEncoder:
    return FakeEncoder("fake")


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
    return EncoderChoice(EncoderKey("fake", model_version, DIMENSION), WINDOW, open_fake)


def deadly_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("deadly", "1", DIMENSION), WINDOW, open_deadly)


def lost_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("lost", "1", DIMENSION), WINDOW, open_lost)


def mute_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("mute", "1", DIMENSION), WINDOW, open_mute)


def crashing_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("crashing", "1", DIMENSION), WINDOW, open_crashing)


def broken_choice() -> EncoderChoice:
    return EncoderChoice(EncoderKey("broken", "1", DIMENSION), WINDOW, open_broken)


def _bands(windows: FloatArray) -> FloatArray:
    spectra = np.abs(np.fft.rfft(windows, axis=1))
    bands = np.stack([part.mean(axis=1) for part in np.array_split(spectra, DIMENSION, axis=1)], 1)
    levels = np.log1p(bands) + 1e-3
    unit: FloatArray = (levels / np.linalg.norm(levels, axis=1, keepdims=True)).astype(np.float32)
    return unit
