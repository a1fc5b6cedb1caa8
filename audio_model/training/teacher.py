"""Who tells a network what there is to hear: a public music tagger, or Segue's own network.

The tagger is the better teacher, for it knows 200,000 songs; its weights stay outside the
repository, in an .npz file whose layout the file's own documentation describes. Without it anybody
can still train on their own music: the packaged network then says what it hears.

Source:
    Choi, Fazekas, Sandler and Cho 2017, Transfer learning for music classification and regression
    tasks.
"""

import hashlib
import io
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
import torchaudio
from torch import Tensor, nn
from torch.nn import functional

from audio_model.checkpoint import load_network, model_version, read_network_card
from audio_model.errors import TrainingError
from audio_model.spectrogram import log_mel

SAMPLE_RATE_HZ = 12_000
CLIP_SAMPLES = 29 * SAMPLE_RATE_HZ

_WINDOW_SAMPLES = 512
_HOP_SAMPLES = 256
_FLOOR_DB = -80.0
_BATCH_NORM_EPS = 1e-3
_POOLINGS = ((2, 4), (3, 4), (2, 5), (2, 4), (4, 4))
_N_MAPS = 32
_N_BINS = _WINDOW_SAMPLES // 2 + 1
_N_MELS = 96
# The maps of a clip after the first convolution take 16 MB.
_CLIPS_AT_ONCE = 4


class Lesson(NamedTuple):
    """What a teacher hears in some clips, on the processor.

    features: float32, shape (n_clips, n_features). tag_logits: float32, shape (n_clips, n_tags).
    """

    features: Tensor
    tag_logits: Tensor


class Teacher(Protocol):
    """Tags, and the features behind them, of any clip."""

    @property
    def name(self) -> str:
        """What a card calls it."""

    @property
    def digest(self) -> str:
        """Short hexadecimal text that changes with anything that changes what it hears."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the tags."""

    @property
    def n_features(self) -> int:
        """Width of the features."""

    def hear(self, clips: Tensor, sample_rate_hz: int) -> Lesson:
        """What there is in clips, float32, shape (n_clips, n_samples), range [-1, 1]."""


def open_teacher(path: Path | None, device: str) -> Teacher:
    """The tagger whose weights lie in an .npz file, or else the packaged network.

    Raises:
        CheckpointError: the packaged network is damaged.
        TrainingError: the file cannot be read, or is not the tagger's.
    """
    return NetworkTeacher(device) if path is None else Tagger(path, device)


class NetworkTeacher:
    """The packaged network; its embedding is the features."""

    def __init__(self, device: str = "cpu") -> None:
        """Load it onto a device."""
        self._card = read_network_card()
        self._network = load_network(device=device)
        self._device = device
        self.digest = model_version(self._card.card.weights_sha256, mel=self._card.mel)
        self.name = f"the packaged network, version {self._card.card.model_version}"
        self.tags = self._card.tags
        self.n_features = self._card.card.dimension

    @torch.inference_mode()
    def hear(self, clips: Tensor, sample_rate_hz: int) -> Lesson:
        """What there is in clips; see `Teacher.hear`."""
        rate_hz = self._card.mel.sample_rate_hz
        resampled = torchaudio.functional.resample(clips, sample_rate_hz, rate_hz)
        heard = self._network(log_mel(resampled.to(self._device), self._card.mel))
        return Lesson(heard.embedding.cpu(), heard.tag_logits.cpu())


class Tagger(nn.Module):
    """The public tagger with the weights of an .npz file."""

    n_features = len(_POOLINGS) * _N_MAPS

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """Read the weights and the names of the tags.

        Raises:
            TrainingError: the file cannot be read, or is not the tagger's.
        """
        super().__init__()
        try:
            self._read(path)
        except OSError as error:
            raise TrainingError(str(path), error.strerror or str(error)) from error
        except zipfile.BadZipFile as error:
            raise TrainingError(str(path), "it is not an .npz file, or damaged") from error
        except KeyError as error:
            raise TrainingError(
                str(path), f"it does not hold the tagger: {error.args[0]}"
            ) from error
        except (ValueError, EOFError, zlib.error) as error:
            raise TrainingError(str(path), f"it does not hold the tagger: {error}") from error
        self.name = f"the tagger of Choi et al. 2017 ({self.digest})"
        self._device = device
        self.to(device)

    def hear(self, clips: Tensor, sample_rate_hz: int) -> Lesson:
        """What there is in clips, repeated to 29 s; see `Teacher.hear`."""
        pairs = [
            self(at_teacher_rate(part, sample_rate_hz).to(self._device))
            for part in torch.split(clips, _CLIPS_AT_ONCE)
        ]
        features, tag_logits = zip(*pairs, strict=True)
        return Lesson(torch.cat(features).cpu(), torch.cat(tag_logits).cpu())

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

    def _read(self, path: Path) -> None:
        contents = path.read_bytes()
        self.digest = hashlib.sha256(contents).hexdigest()[:12]
        with np.lib.npyio.NpzFile(io.BytesIO(contents), allow_pickle=False) as arrays:
            self.tags = tuple(str(tag) for tag in arrays["tags"].ravel())
            for name, shape in _shapes(len(self.tags)).items():
                array = arrays[name]
                if array.shape != shape:
                    raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
                weights = torch.from_numpy(array.astype(np.float32))
                if not bool(weights.isfinite().all()):
                    raise ValueError(f"{name} holds a value that is not finite")
                self.register_buffer(name, weights)

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


def _shapes(n_tags: int) -> dict[str, tuple[int, ...]]:
    """The arrays of the tagger, but for the names of its tags."""
    shapes: dict[str, tuple[int, ...]] = {
        "stft_real": (_N_BINS, _WINDOW_SAMPLES),
        "stft_imag": (_N_BINS, _WINDOW_SAMPLES),
        "mel": (_N_BINS, _N_MELS),
        "dense_w": (_N_MAPS, n_tags),
        "dense_b": (n_tags,),
    }
    for layer in range(1, len(_POOLINGS) + 1):
        shapes[f"conv_w{layer}"] = (_N_MAPS, 1 if layer == 1 else _N_MAPS, 3, 3)
        for name in ("conv_b", "bn_mean", "bn_var", "bn_gamma", "bn_beta"):
            shapes[f"{name}{layer}"] = (_N_MAPS,)
    return shapes
