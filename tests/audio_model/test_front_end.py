"""The shipped network behind a wrong front end is told from the right one by its golden vectors."""

import json

import numpy as np
import pytest
import torch
import torchaudio
from torch.nn import functional

from audio_model.checkpoint import load_network, read_network_card
from audio_model.config import MelConfig
from audio_model.spectrogram import log_mel
from tests.audio_model.golden import PATH, RATE_HZ, golden_sounds

# What test_shipped_network allows for the rounding of another machine.
TOLERANCE = 1e-3


def htk(waveforms: torch.Tensor, config: MelConfig) -> torch.Tensor:
    """The log-mel spectrogram with the other usual mel scale."""
    power = torchaudio.transforms.MelSpectrogram(
        sample_rate=config.sample_rate_hz,
        n_fft=config.window_samples,
        hop_length=config.hop_samples,
        f_min=config.min_hz,
        f_max=config.max_hz,
        n_mels=config.n_mels,
        center=False,
        norm="slaney",
        mel_scale="htk",
    )(waveforms)
    lowest = 10.0 ** (config.floor_db / 10.0)
    return 10.0 * torch.log10((power / config.reference_power).clamp(min=lowest))


def reversed_bands(waveforms: torch.Tensor, config: MelConfig) -> torch.Tensor:
    return log_mel(waveforms, config).flip(1)


def read_at(rate_hz: int):
    """Samples of another rate that are taken for samples of the right one."""

    def front_end(waveforms: torch.Tensor, config: MelConfig) -> torch.Tensor:
        return log_mel(torchaudio.functional.resample(waveforms, RATE_HZ, rate_hz), config)

    return front_end


@pytest.fixture(scope="module")
def distances():
    """The largest difference to the golden vectors that a front end makes in each sound."""
    golden = json.loads(PATH.read_text(encoding="utf-8"))["vectors"]
    network, card = load_network(), read_network_card()

    def measure(front_end) -> list[float]:
        found = []
        with torch.inference_mode():
            for name, sound in golden_sounds().items():
                embedding = network(front_end(torch.from_numpy(sound), card.mel)).embedding
                vector = functional.normalize(embedding, dim=1)[0].numpy()
                found.append(float(np.abs(vector - golden[name]).max()))
        return found

    return measure


def test_the_right_front_end_gives_the_golden_vectors(distances):
    assert max(distances(log_mel)) < TOLERANCE


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(htk, id="HTK's mel scale"),
        pytest.param(reversed_bands, id="reversed bands"),
        pytest.param(read_at(16_000), id="16,000 Hz"),
        pytest.param(read_at(44_100), id="44,100 Hz"),
    ],
)
def test_a_wrong_front_end_is_told_apart_in_every_sound(distances, wrong):
    assert min(distances(wrong)) > 5 * TOLERANCE
