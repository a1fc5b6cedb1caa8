"""Every number on which a vector depends, as frozen records. Imports neither torch nor PyAV."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """Which stretches of a track the model hears."""

    sample_rate_hz: int = 22050
    window_s: float = 10.0
    n_windows: int = 6
    min_window_s: float = 3.0


DEFAULT_WINDOWS = WindowConfig()


@dataclass(frozen=True, slots=True)
class MelConfig:
    """Log-mel spectrogram: Slaney's mel scale and area norm, levels in dB relative to full scale.

    0 dB is a band in which every bin is as loud as a sine of full scale, so that music lies between
    about -90 and -20 dB. Nothing falls below `floor_db`.
    """

    sample_rate_hz: int = 22_050
    n_mels: int = 96
    min_hz: float = 30.0
    max_hz: float = 11_000.0
    window_samples: int = 2_048
    hop_samples: int = 512
    floor_db: float = -90.0

    @property
    def reference_power(self) -> float:
        """Power of a mel band at 0 dB.

        A sine of full scale in the middle of a bin has the power (window_samples / 4) ** 2 under a
        Hann window. A Slaney filter has the area 1 Hz, so a band full of such bins sums to that
        power divided by the distance of the bins in Hz.
        """
        return (self.window_samples / 4) ** 2 * self.window_samples / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The shape of the temporal convnet.

    stem_width, stem_kernel: of the first convolution, which halves the time axis.
    widths, strides: channels of each residual block, and how many time steps it makes one.
    kernel: time steps that each convolution in a block sees, an odd number.
    extreme_share: share of the time steps that the poolings over the highest and over the lowest
        activations average.
    learned_dimension, statistics_dimension: widths of the part of an embedding that is learned, and
        of the one that is statistics of the levels; a third is the tags.
    statistics_share, tags_share: of these parts in the cosine, in [0, 1]; the rest is learned.
    dropout: share of activations dropped in training, within blocks and before the embedding.
    """

    n_mels: int = 96
    stem_width: int = 256
    stem_kernel: int = 5
    widths: tuple[int, ...] = (256, 256, 384, 384)
    strides: tuple[int, ...] = (2, 2, 2, 1)
    kernel: int = 3
    extreme_share: float = 0.1
    learned_dimension: int = 256
    statistics_dimension: int = 128
    statistics_share: float = 0.4
    tags_share: float = 0.3
    n_tags: int = 50
    dropout: float = 0.1

    @property
    def dimension(self) -> int:
        """Width of an embedding."""
        return self.learned_dimension + self.statistics_dimension + self.n_tags

    @property
    def learned_share(self) -> float:
        """Share of the cosine that is left for the part that is learned."""
        return 1.0 - self.statistics_share - self.tags_share


@dataclass(frozen=True, slots=True)
class TagCalibration:
    """What turns the mean logit of a tag over a track's windows into a probability.

    score = 1 / (1 + exp(-(slope * logit + offset))): the probability that the tag is among the
    five strongest that the teacher hears in the track.

    slopes, offsets: one of each tag, in the order of the tags.

    Source:
        Platt 1999, Probabilistic outputs for support vector machines.
    """

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]

    @classmethod
    def neutral(cls, n_tags: int) -> Self:
        """The one that leaves the logits as they are."""
        return cls((1.0,) * n_tags, (0.0,) * n_tags)
