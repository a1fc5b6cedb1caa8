"""The teacher: a public music tagger as a plain function of one clip.

Its weights stay outside the repository; they are read from an .npz file whose layout the file's own
documentation describes.

Source:
    Choi, Fazekas, Sandler and Cho 2017, Transfer learning for music classification and regression
    tasks.
"""

from pathlib import Path

import numpy as np
import torch
import torchaudio
from torch import Tensor, nn
from torch.nn import functional

SAMPLE_RATE_HZ = 12_000
CLIP_SAMPLES = 29 * SAMPLE_RATE_HZ

_WINDOW_SAMPLES = 512
_HOP_SAMPLES = 256
_FLOOR_DB = -80.0
_BATCH_NORM_EPS = 1e-3
_POOLINGS = ((2, 4), (3, 4), (2, 5), (2, 4), (4, 4))


class Teacher(nn.Module):
    """The tagger with the weights of an .npz file, on the processor."""

    def __init__(self, path: Path) -> None:
        """Read the weights and the names of the tags."""
        super().__init__()
        with np.load(path, allow_pickle=False) as arrays:
            self.tags = tuple(str(tag) for tag in arrays["tags"])
            for name in arrays.files:
                if name != "tags":
                    self.register_buffer(name, torch.from_numpy(arrays[name]))

    @torch.inference_mode()
    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """What the tagger makes of clips of 29 s at 12,000 Hz.

        Args:
            clips: float32, shape (batch, CLIP_SAMPLES), range [-1, 1].

        Returns:
            Features, float32, shape (batch, 160): means of the maps after each of the five
            poolings. Tag logits, float32, shape (batch, 50).
        """
        x = self._levels(clips)[:, None]  # (batch, 1, mel, frames)
        features = []
        for layer, pooling in enumerate(_POOLINGS, start=1):
            x = functional.conv2d(x, self._weight("conv_w", layer), padding=1)
            x = x + self._weight("conv_b", layer)[:, None, None]
            x = functional.batch_norm(
                x,
                self._weight("bn_mean", layer),
                self._weight("bn_var", layer),
                self._weight("bn_gamma", layer),
                self._weight("bn_beta", layer),
                eps=_BATCH_NORM_EPS,
            )
            x = functional.max_pool2d(
                functional.elu(x), pooling
            )  # (batch, 32, mel / .., time / ..)
            features.append(x.mean(dim=(2, 3)))
        logits = features[-1] @ self.get_buffer("dense_w") + self.get_buffer("dense_b")
        return torch.cat(features, dim=1), logits

    def _weight(self, name: str, layer: int) -> Tensor:
        return self.get_buffer(f"{name}{layer}")

    def _levels(self, clips: Tensor) -> Tensor:
        """Mel levels in dB below the clip's own maximum, shape (batch, 96, frames)."""
        n_frames = -(-clips.shape[1] // _HOP_SAMPLES)
        padding = (n_frames - 1) * _HOP_SAMPLES + _WINDOW_SAMPLES - clips.shape[1]
        padded = functional.pad(clips, (padding // 2, padding - padding // 2))
        frames = padded.unfold(1, _WINDOW_SAMPLES, _HOP_SAMPLES)  # (batch, frames, 512)
        real = frames @ self.get_buffer("stft_real").T  # (batch, frames, 257)
        imaginary = frames @ self.get_buffer("stft_imag").T
        mel = (real**2 + imaginary**2) @ self.get_buffer("mel")  # (batch, frames, 96)
        levels = 10.0 * torch.log10(torch.clamp(mel, min=1e-10)).transpose(1, 2)
        levels = levels - levels.amax(dim=(1, 2), keepdim=True)
        return torch.clamp(levels, min=_FLOOR_DB)


def at_teacher_rate(clips: Tensor, sample_rate_hz: int) -> Tensor:
    """Clips resampled to 12,000 Hz and repeated until they fill the teacher's 29 s.

    Repeated, not padded: the teacher averages over time, and silence would count as music.

    Args:
        clips: float32, shape (batch, n_samples).
        sample_rate_hz: of the clips.

    Returns:
        float32, shape (batch, CLIP_SAMPLES).
    """
    resampled = torchaudio.functional.resample(clips, sample_rate_hz, SAMPLE_RATE_HZ)
    n_repeats = -(-CLIP_SAMPLES // resampled.shape[1])
    repeated: Tensor = resampled.repeat(1, n_repeats)[:, :CLIP_SAMPLES]
    return repeated
