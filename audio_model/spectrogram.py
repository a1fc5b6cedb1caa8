"""Log-mel spectrograms with a fixed reference, so that a clip and its parts agree."""

from functools import lru_cache

import torch
import torchaudio
from torch import Tensor

from audio_model.config import MelConfig


def log_mel(waveforms: Tensor, config: MelConfig) -> Tensor:
    """Log-mel spectrograms of mono clips, in dB relative to full scale.

    Frames lie wholly inside the clip: frame i covers the samples from i * hop_samples on, and
    nothing is padded. A part of a clip that begins on a multiple of the hop has the clip's frames.

    Args:
        waveforms: float32, shape (batch, n_samples), at config.sample_rate_hz.
        config: mel bands, window, hop and floor.

    Returns:
        float32, shape (batch, config.n_mels, n_frames), at least config.floor_db,
        n_frames = 1 + (n_samples - window_samples) // hop_samples.

    Raises:
        ValueError: fewer samples than one window holds.

    Source:
        Mel scale and norm: Slaney 1998, Auditory Toolbox.
    """
    n_samples = waveforms.shape[-1]
    if n_samples < config.window_samples:
        raise ValueError(f"a clip of {n_samples} samples is shorter than {config.window_samples}")
    with torch.autocast(waveforms.device.type, enabled=False):
        power = _mel_power(config, waveforms.device)(waveforms.float())  # (batch, n_mels, n_frames)
    lowest = 10.0 ** (config.floor_db / 10.0)
    levels: Tensor = 10.0 * torch.log10(torch.clamp(power / config.reference_power, min=lowest))
    return levels


@lru_cache(maxsize=8)
def _mel_power(config: MelConfig, device: torch.device) -> torchaudio.transforms.MelSpectrogram:
    """The filter bank of one configuration on one device."""
    return torchaudio.transforms.MelSpectrogram(
        sample_rate=config.sample_rate_hz,
        n_fft=config.window_samples,
        hop_length=config.hop_samples,
        f_min=config.min_hz,
        f_max=config.max_hz,
        n_mels=config.n_mels,
        window_fn=torch.hann_window,
        power=2.0,
        center=False,
        norm="slaney",
        mel_scale="slaney",
    ).to(device)
