"""The temporal convnet: convolution along time only, with the mel bands as channels.

The place of a window has three parts: what the convolutions learned, the tags that they hear, and
statistics of the very same spectrogram that people designed. Tags are best at styles, statistics at
productions.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from audio_model.config import NetworkConfig
from audio_model.level_statistics import LevelStatistics


class Heard(NamedTuple):
    """What the network hears in a batch of windows.

    embedding: float32, shape (batch, dimension), of unit length: all parts, each with its share.
    learned: float32, shape (batch, learned_dimension), standardised but not of unit length.
    tag_logits: float32, shape (batch, n_tags).
    """

    embedding: Tensor
    learned: Tensor
    tag_logits: Tensor


class TemporalConvNet(nn.Module):
    """Log-mel windows of any length in, embeddings and tags out.

    Source:
        Convolution along time with mel bands as channels: Dieleman and Schrauwen 2014, End-to-end
        learning for music audio. Wide residual blocks with dropout between their convolutions:
        Zagoruyko and Komodakis 2016.
    """

    tag_mean: Tensor
    tag_deviation: Tensor

    def __init__(self, config: NetworkConfig) -> None:
        """Build the layers; the weights are random until they are loaded or trained."""
        super().__init__()
        self.config = config
        self.standardise = nn.BatchNorm1d(config.n_mels)
        self.stem = _convolution(config.n_mels, config.stem_width, config.stem_kernel, stride=2)
        n_inputs = (config.stem_width, *config.widths[:-1])
        self.blocks = nn.ModuleList(
            WideBlock(n_in, n_out, stride, config)
            for n_in, n_out, stride in zip(n_inputs, config.widths, config.strides, strict=True)
        )
        self.last_norm = nn.BatchNorm1d(config.widths[-1])
        self.pool = ExtremePool(config.extreme_share)
        self.dropout = nn.Dropout(config.dropout)
        self.embed = nn.Linear(self.pool.n_poolings * config.widths[-1], config.learned_dimension)
        self.embed_norm = nn.BatchNorm1d(config.learned_dimension, affine=False)
        self.tag = nn.Linear(config.learned_dimension, config.n_tags)
        self.register_buffer("tag_mean", torch.zeros(config.n_tags))
        self.register_buffer("tag_deviation", torch.ones(config.n_tags))
        self.statistics = LevelStatistics(config.n_mels, config.statistics_dimension)

    def forward(self, log_mel: Tensor) -> Heard:
        """Embeddings and tag logits of log-mel windows, float32, shape (batch, n_mels, frames)."""
        return self.placed(self.pool(self.activations(log_mel)), self.statistics(log_mel))

    def placed(self, pooled: Tensor, statistics: Tensor) -> Heard:
        """Embeddings and tag logits of what convolutions and statistics saw.

        Args:
            pooled: activations over a stretch, shape (batch, 4 * widths[-1]).
            statistics: of the same stretch, float32, shape (batch, statistics_dimension).
        """
        learned = self.embed_norm(self.embed(self.dropout(pooled)).float())
        tag_logits = self.tag(learned).float()
        parts = (
            (self.config.learned_share, learned),
            (self.config.statistics_share, statistics),
            (self.config.tags_share, (tag_logits - self.tag_mean) / self.tag_deviation),
        )
        embedding = torch.cat(
            [math.sqrt(share) * functional.normalize(part, dim=1) for share, part in parts], dim=1
        )
        return Heard(embedding, learned, tag_logits)

    def activations(self, log_mel: Tensor) -> Tensor:
        """What every channel sees over time, shape (batch, widths[-1], steps)."""
        x = self.stem(self.standardise(log_mel))  # (batch, stem_width, frames / 2)
        for block in self.blocks:
            x = block(x)  # (batch, width, frames / 4, / 8, ...)
        return functional.relu(self.last_norm(x))


class WideBlock(nn.Module):
    """Two convolutions with dropout between them, added to their input (pre-activation order)."""

    def __init__(self, n_in: int, n_out: int, stride: int, config: NetworkConfig) -> None:
        """Take n_in channels to n_out, and every `stride` steps to one."""
        super().__init__()
        self.norm1 = nn.BatchNorm1d(n_in)
        self.conv1 = _convolution(n_in, n_out, config.kernel, stride)
        self.norm2 = nn.BatchNorm1d(n_out)
        self.dropout = nn.Dropout(config.dropout)
        self.conv2 = _convolution(n_out, n_out, config.kernel, stride=1)
        self.shortcut = (
            nn.Identity() if (n_in, stride) == (n_out, 1) else _convolution(n_in, n_out, 1, stride)
        )

    def forward(self, x: Tensor) -> Tensor:
        """The block's input plus what it found, shape (batch, n_out, steps / stride)."""
        found = self.conv1(functional.relu(self.norm1(x)))  # (batch, n_out, steps / stride)
        found = self.conv2(self.dropout(functional.relu(self.norm2(found))))
        summed: Tensor = self.shortcut(x) + found
        return summed


class ExtremePool(nn.Module):
    """Mean, maximum, and means of the highest and of the lowest activations over time.

    A share of the steps, not a fixed number, so that short and long windows are pooled alike.

    Source:
        Highest and lowest: Durand et al. 2015, MANTRA; means of the k of each: 2016, WELDON.
    """

    n_poolings = 4

    def __init__(self, extreme_share: float) -> None:
        """Average this share of the steps, at least one, as the highest and as the lowest."""
        super().__init__()
        self.extreme_share = extreme_share

    def forward(self, x: Tensor) -> Tensor:
        """Pool (batch, channels, steps) to (batch, 4 * channels)."""
        x = x.float()
        k = max(1, round(self.extreme_share * x.shape[-1]))
        highest = x.topk(k, dim=-1).values  # (batch, channels, k)
        lowest = x.topk(k, dim=-1, largest=False).values
        return torch.cat(
            [x.mean(dim=-1), x.amax(dim=-1), highest.mean(dim=-1), lowest.mean(dim=-1)], dim=-1
        )


def _convolution(n_in: int, n_out: int, kernel: int, stride: int) -> nn.Conv1d:
    """A convolution along time that keeps ceil(steps / stride) steps; kernels are odd."""
    return nn.Conv1d(n_in, n_out, kernel, stride=stride, padding=kernel // 2, bias=False)
