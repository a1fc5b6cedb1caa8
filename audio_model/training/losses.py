"""What the network is asked to learn, and the heads that exist only while it learns.

Four kinds of objective share what is learned: tags and features of the teacher, statistics of the
spectrogram that people once designed by hand, windows of one track against the others, and
tracks of one collection against the others. Augmentation is light: what a listener would still call
the same recording.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
import torchaudio
from torch import Tensor, nn
from torch.nn import functional

from audio_model.config import NetworkConfig
from audio_model.network import Heard

_N_MFCC = 20
_ONSET_LAGS = slice(9, 87)  # 0.2 s to 2 s at 43 frames a second
N_STATISTICS = 3 * _N_MFCC + 78
_N_PROJECTED = 128


@dataclass(frozen=True, slots=True)
class LossConfig:
    """Weights of the objectives and the temperature of the contrastive ones."""

    tags: float = 2.0
    features: float = 1.5
    statistics: float = 0.5
    track: float = 0.3
    collection: float = 0.5
    temperature: float = 0.1


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """How far a clip may be changed, as players and encoders change it.

    max_gain_db: the level moves by as much as this, up or down.
    band_limit_share: of the clips that lose their highest bands, as at a low bit rate.
    lowest_cut_mel: no band below this one is lost.
    """

    max_gain_db: float = 3.0
    band_limit_share: float = 0.3
    lowest_cut_mel: int = 72


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """What a batch should give, standardised.

    tag_logits: float32, shape (batch, n_tags). features: float32, shape (batch, n_features).
    statistics: float32, shape (batch, N_STATISTICS).
    track, collection: int64, shape (batch,); a negative number stands for none.
    """

    tag_logits: Tensor
    features: Tensor
    statistics: Tensor
    track: Tensor
    collection: Tensor

    def to(self, device: str) -> "Targets":
        """The same targets on a device."""
        return Targets(
            self.tag_logits.to(device),
            self.features.to(device),
            self.statistics.to(device),
            self.track.to(device),
            self.collection.to(device),
        )


class Heads(nn.Module):
    """Maps from what is learned to the objectives that the finished network does not need."""

    def __init__(self, config: NetworkConfig, n_features: int) -> None:
        """Build the heads for a network of this width and a teacher of so many features."""
        super().__init__()
        self.features = nn.Linear(config.learned_dimension, n_features)
        self.statistics = nn.Linear(config.learned_dimension, N_STATISTICS)
        self.track = _projection(config.learned_dimension)
        self.collection = _projection(config.learned_dimension)


def objectives(
    heard: Heard, heads: Heads, targets: Targets, config: LossConfig
) -> Mapping[str, Tensor]:
    """Every objective's loss, unweighted, by the name of its weight in `LossConfig`."""
    learned = heard.learned
    return {
        "tags": functional.mse_loss(heard.tag_logits, targets.tag_logits),
        "features": functional.mse_loss(heads.features(learned), targets.features),
        "statistics": functional.mse_loss(heads.statistics(learned), targets.statistics),
        "track": supervised_contrast(heads.track(learned), targets.track, config.temperature),
        "collection": supervised_contrast(
            heads.collection(learned), targets.collection, config.temperature
        ),
    }


def supervised_contrast(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Mean over anchors of the cross entropy of finding those with the same label.

    Args:
        vectors: shape (batch, width); they are brought to unit length here.
        labels: int64, shape (batch,). Rows with a negative label are neither anchors nor positives,
            but others are told from them.
        temperature: of the softmax over cosines.

    Returns:
        A scalar; 0 where no row shares its label with another.

    Source:
        Khosla et al. 2020, Supervised contrastive learning, the loss with the sum outside.
    """
    unit = functional.normalize(vectors, dim=1)
    own = torch.eye(len(unit), dtype=torch.bool, device=unit.device)
    logits = (unit @ unit.T / temperature).masked_fill(own, float("-inf"))  # (batch, batch)
    log_share = logits.log_softmax(dim=1).masked_fill(own, 0.0)
    same = (labels[:, None] == labels[None, :]) & (labels[:, None] >= 0) & ~own
    n_same = same.sum(dim=1)
    per_anchor = -(log_share * same).sum(dim=1) / n_same.clamp(min=1)
    return per_anchor.sum() / (n_same > 0).sum().clamp(min=1)


def sound_statistics(levels: Tensor) -> Tensor:
    """Timbre and pulse of log-mel windows as people describe them without learning.

    Means and deviations of 20 cepstral coefficients, deviations of their steps, and the
    autocorrelation of the onset strength at lags from 0.2 s to 2 s.

    Args:
        levels: float32, shape (batch, n_mels, n_frames), in dB, n_frames > 87.

    Returns:
        float32, shape (batch, N_STATISTICS).
    """
    cepstrum = _dct(levels.shape[1], levels.device) @ levels  # (batch, 20, n_frames)
    onsets = levels.diff(dim=2).clamp(min=0.0).mean(dim=1)  # (batch, n_frames - 1)
    onsets = onsets - onsets.mean(dim=1, keepdim=True)
    power = torch.fft.rfft(onsets, n=2 * onsets.shape[1]).abs() ** 2
    correlation = torch.fft.irfft(power)  # (batch, 2 * (n_frames - 1))
    pulse = correlation[:, _ONSET_LAGS] / correlation[:, :1].clamp(min=1e-6)
    parts = [cepstrum.mean(dim=2), cepstrum.std(dim=2), cepstrum.diff(dim=2).std(dim=2), pulse]
    return torch.cat(parts, dim=1)


def augment(
    levels: Tensor, floor_db: float, config: AugmentConfig, generator: torch.Generator
) -> Tensor:
    """Levels moved up or down as a whole, some without their highest bands; same shape."""
    batch, n_mels, _ = levels.shape
    gain_db = (torch.rand(batch, generator=generator) * 2 - 1) * config.max_gain_db
    moved = (levels + gain_db[:, None, None]).clamp(min=floor_db)
    cut = torch.randint(config.lowest_cut_mel, n_mels, (batch,), generator=generator)
    cut[torch.rand(batch, generator=generator) >= config.band_limit_share] = n_mels
    lost = torch.arange(n_mels)[None, :, None] >= cut[:, None, None]  # (batch, n_mels, 1)
    return moved.masked_fill(lost, floor_db)


@lru_cache(maxsize=2)
def _dct(n_mels: int, device: torch.device) -> Tensor:
    """Cosine transform, shape (20, n_mels)."""
    transform: Tensor = torchaudio.functional.create_dct(_N_MFCC, n_mels, "ortho").T.to(device)
    return transform


def _projection(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, _N_PROJECTED))
