"""What makes the parts of an embedding comparable: scales, and whitening in part.

A few directions (loud against quiet, dense against sparse) carry most of the variance and drown the
finer differences in the cosine. Directions are brought closer to equal variance, by a power.

Source:
    Whitening of descriptors: Jégou and Chum 2012, "Negative evidences and co-occurences in image
    retrieval". The power between none (0) and all (1) follows the smoothing of ZCA.
"""

import torch
from torch import Tensor

from audio_model.level_statistics import LevelStatistics
from audio_model.network import TemporalConvNet

WHITENING_POWER = 0.5
STATISTICS_POWER = 0.25
# Directions with less than this share of the mean variance are rounding noise.
_LEAST_VARIANCE_SHARE = 1e-3
# What varies by less is constant but for rounding: statistics in dB, and logits of tags.
_LEAST_DEVIATION = 1e-3


@torch.no_grad()
def whiten(network: TemporalConvNet, learned: Tensor, power: float) -> None:
    """Change the layers so that what is learned comes out whitened; tags stay what they were.

    Args:
        network: in evaluation mode.
        learned: what it gives for training clips, float32, shape (n_clips, learned_dimension).
        power: of the inverse standard deviation that each direction is multiplied with, in [0, 1].
    """
    mean = learned.double().mean(dim=0)  # (dimension,)
    forth, back = _whitening(learned.double() - mean, power)  # (dimension, dimension) each
    norm = network.embed_norm
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = (norm.running_var.double() + norm.eps).rsqrt()  # (dimension,)
    offset = (network.embed.bias.double() - norm.running_mean.double()) * scale - mean
    network.embed.weight.copy_(forth @ (scale[:, None] * network.embed.weight.double()))
    network.embed.bias.copy_(forth @ offset)
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0 - norm.eps)
    tags = network.tag.weight.double()  # (n_tags, dimension)
    network.tag.bias.add_((tags @ mean).float())
    network.tag.weight.copy_(tags @ back)


def _whitening(centred: Tensor, power: float) -> tuple[Tensor, Tensor]:
    """The symmetric matrix that whitens by some power, and its inverse."""
    variances, directions = torch.linalg.eigh(centred.T @ centred / len(centred))
    variances = variances.clamp_min(_LEAST_VARIANCE_SHARE * float(variances.mean()))
    factors = variances ** (-power / 2)  # (dimension,)
    forth = directions @ torch.diag(factors) @ directions.T
    back = directions @ torch.diag(1 / factors) @ directions.T
    return forth, back


@torch.no_grad()
def fit_tags(network: TemporalConvNet, learned: Tensor) -> None:
    """Measure what standardises the logits of the tags.

    Args:
        network: with its final tag head, not yet whitened.
        learned: what it gives for training clips, float32, shape (n_clips, learned_dimension).
    """
    logits = network.tag(learned)  # (n_clips, n_tags)
    network.tag_mean.copy_(logits.mean(dim=0))
    network.tag_deviation.copy_(logits.std(dim=0).clamp_min(_LEAST_DEVIATION))


@torch.no_grad()
def fit_statistics(part: LevelStatistics, raw: Tensor, power: float) -> None:
    """Measure what standardises the statistics of spectrograms and turns them.

    Args:
        part: of the network; its buffers are overwritten.
        raw: `LevelStatistics.raw` of training clips, float32, shape (n_clips, n_statistics).
        power: of the inverse standard deviation that each direction is multiplied with, in [0, 1].
    """
    deviation = raw.std(dim=0)
    part.mean.copy_(raw.mean(dim=0))
    part.deviation.copy_(torch.where(deviation > _LEAST_DEVIATION, deviation, 1.0))
    away = part.limited(raw).double()  # (n_clips, n_statistics)
    middle = away.mean(dim=0)
    variances, directions = torch.linalg.eigh((away - middle).T @ (away - middle) / len(away))
    variances = variances.clamp_min(_LEAST_VARIANCE_SHARE * float(variances.mean()))
    n = len(part.projection)
    projection = (directions[:, -n:] * variances[-n:] ** (-power / 2)).T
    part.projection.copy_(projection)
    part.offset.copy_(-(projection @ middle))
