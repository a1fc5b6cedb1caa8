"""Tag logits turned into probabilities that mean what they say.

Source:
    Platt 1999, Probabilistic outputs for support vector machines: a sigmoid with two parameters,
    fitted by maximum likelihood to targets that are smoothed as if each class had one case more.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from audio_model.config import TagCalibration

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

N_STRONGEST = 5
# With fewer tracks on either side, two parameters of its own are too many for a tag.
LEAST_CASES = 5
# Flatter than this share of the common slope, or falling: the network does not know the tag.
_LEAST_SLOPE_SHARE = 0.1
_MAX_ITERATIONS = 1_000


def strongest(scores: FloatArray) -> BoolArray:
    """Which tags are among the five strongest of each row; shape (n_tracks, n_tags)."""
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
    found: BoolArray = ranks < N_STRONGEST
    return found


def calibrate(tag_logits: FloatArray, has_tag: BoolArray) -> TagCalibration:
    """Slope and offset of each tag's sigmoid.

    A tag that hardly any track has, or lacks, and one whose logit says nothing of it, takes the
    slope that fits all tags best together and an offset that gives it its share of the tracks.

    Args:
        tag_logits: the network's mean logits of each track, float32, shape (n_tracks, n_tags).
        has_tag: what they should foretell, shape (n_tracks, n_tags).
    """
    logits = torch.from_numpy(tag_logits).double()
    targets = _smoothed(torch.from_numpy(has_tag))
    common, offsets = _fitted(logits, targets, n_slopes=1)
    own, own_offsets = _fitted(logits, targets, n_slopes=logits.shape[1])
    cases = torch.from_numpy(np.minimum(has_tag.sum(axis=0), (~has_tag).sum(axis=0)))
    is_own = (cases >= LEAST_CASES) & (own > _LEAST_SLOPE_SHARE * common)
    return TagCalibration(
        slopes=_rounded(torch.where(is_own, own, common)),
        offsets=_rounded(torch.where(is_own, own_offsets, offsets)),
    )


def _smoothed(has_tag: Tensor) -> Tensor:
    """Platt's targets, a little inside 0 and 1: float64, shape (n_tracks, n_tags)."""
    n_with = has_tag.sum(dim=0).double()  # (n_tags,)
    n_without = len(has_tag) - n_with
    return torch.where(has_tag, (n_with + 1) / (n_with + 2), 1 / (n_without + 2))


def _fitted(logits: Tensor, targets: Tensor, n_slopes: int) -> tuple[Tensor, Tensor]:
    """Slopes, one of all tags or one of each, and offsets that make the targets most likely."""
    centre = logits.mean(dim=0)  # (n_tags,)
    spread = logits.std(dim=0, correction=0).clamp_min(1e-6)  # (n_tags,), of a single track too
    unit = spread.mean() if n_slopes == 1 else spread
    standard = (logits - centre) / unit
    slopes = torch.ones(n_slopes, dtype=torch.float64, requires_grad=True)
    offsets = torch.logit(targets.mean(dim=0)).requires_grad_()
    optimiser = torch.optim.LBFGS(
        [slopes, offsets],
        max_iter=_MAX_ITERATIONS,
        tolerance_grad=1e-9,
        tolerance_change=1e-12,
        line_search_fn="strong_wolfe",
    )

    def loss() -> Tensor:
        optimiser.zero_grad()
        total = functional.binary_cross_entropy_with_logits(
            slopes * standard + offsets, targets, reduction="sum"
        )
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope = (slopes.detach() / unit).expand_as(centre)
    return slope, offsets.detach() - slope * centre


def _rounded(values: Tensor) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in values.tolist())
