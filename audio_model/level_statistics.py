"""Timbre as people describe it without learning: statistics of the levels in each mel band."""

import torch
import torchaudio
from torch import Tensor, nn

N_CEPSTRA = 20
# A statistic further from its mean, in deviations, counts as that far.
_MAX_DEVIATIONS = 4.0


class LevelStatistics(nn.Module):
    """Standardised statistics of log-mel windows, turned into the directions that vary most.

    Of each of the mel bands and of 20 cepstral coefficients: mean, deviation, and deviation of the
    step from one frame to the next. What standardises and turns them is measured over a corpus
    (`audio_model.training.whitening.fit_statistics`), not learned.

    Source:
        Means and deviations of frame features: Tzanetakis and Cook 2002, Musical genre
        classification of audio signals.
    """

    mean: Tensor
    deviation: Tensor
    projection: Tensor
    offset: Tensor
    _cosines: Tensor

    def __init__(self, n_mels: int, dimension: int) -> None:
        """Measure nothing yet; `dimension` is at most the number of statistics."""
        super().__init__()
        n_statistics = 3 * (n_mels + N_CEPSTRA)
        if dimension > n_statistics:
            raise ValueError(f"dimension={dimension}, but there are {n_statistics} statistics")
        self.register_buffer("mean", torch.zeros(n_statistics))
        self.register_buffer("deviation", torch.ones(n_statistics))
        self.register_buffer("projection", torch.eye(dimension, n_statistics))
        self.register_buffer("offset", torch.zeros(dimension))
        cosines = torchaudio.functional.create_dct(N_CEPSTRA, n_mels, "ortho").T
        self.register_buffer("_cosines", cosines.contiguous(), persistent=False)

    def forward(self, levels: Tensor) -> Tensor:
        """The place of some windows: float32, shape (batch, dimension), not of unit length.

        Args:
            levels: float32, shape (batch, n_mels, n_frames), in dB, three frames at least.
        """
        with torch.autocast(levels.device.type, enabled=False):
            placed: Tensor = self.limited(self.raw(levels)) @ self.projection.T + self.offset
            return placed

    def limited(self, raw: Tensor) -> Tensor:
        """Statistics in deviations from their means, limited; shape (batch, n_statistics)."""
        return ((raw - self.mean) / self.deviation).clamp(-_MAX_DEVIATIONS, _MAX_DEVIATIONS)

    def raw(self, levels: Tensor) -> Tensor:
        """The statistics in dB: float32, shape (batch, 3 * (20 + n_mels))."""
        cepstra = self._cosines @ levels.float()  # (batch, 20, n_frames)
        parts = [
            part
            for curves in (cepstra, levels.float())
            for part in (curves.mean(dim=2), curves.std(dim=2), curves.diff(dim=2).std(dim=2))
        ]
        return torch.cat(parts, dim=1)
