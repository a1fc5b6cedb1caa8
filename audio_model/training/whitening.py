"""Partial whitening of the embedding, folded into the layers that the network has.

A few directions (loud against quiet, dense against sparse) carry most of the variance and drown the
finer differences in the cosine. Directions are brought closer to equal variance, by a power.

Source:
    Whitening of descriptors: Jégou and Chum 2012, "Negative evidences and co-occurences in image
    retrieval". The power between none (0) and all (1) follows the smoothing of ZCA.
"""

import torch
from torch import Tensor

from audio_model.network import TemporalConvNet

WHITENING_POWER = 0.5
# Directions with less than this share of the mean variance are rounding noise.
_LEAST_VARIANCE_SHARE = 1e-3


@torch.no_grad()
def whiten(network: TemporalConvNet, embeddings: Tensor, power: float) -> None:
    """Change the layers so that embeddings come out whitened; tag logits stay what they were.

    Args:
        network: in evaluation mode.
        embeddings: what it gives for training clips, float32, shape (n_clips, dimension).
        power: of the inverse standard deviation that each direction is multiplied with, in [0, 1].
    """
    mean = embeddings.double().mean(dim=0)  # (dimension,)
    forth, back = _whitening(embeddings.double() - mean, power)  # (dimension, dimension) each
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
