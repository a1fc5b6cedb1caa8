"""Curves over time: what is heard in a stretch that slides over a whole recording.

A stretch is as long as a window, so that a curve and the vectors of windows speak of the same. The
network is run once over the recording, and only its pooling slides: a step then costs a fraction of
a window. Long recordings are heard in parts that overlap by as much as a vector depends on, so that
the parts agree with one pass over the whole and memory is bounded.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from audio_model.config import MelConfig, NetworkConfig, WindowConfig
from audio_model.pooling import FloatArray, WindowsHeard


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the stretches of an encoder lie, all in samples.

    step_samples: from the start of one stretch to that of the next.
    stretch_samples: length of a stretch.
    margin_samples: how far beyond its stretch a value may depend on the sound, a multiple of steps.
    """

    step_samples: int
    stretch_samples: int
    margin_samples: int

    def n_stretches(self, n_samples: int) -> int:
        """How many stretches a sound holds; one that is shorter than a stretch is one itself."""
        return max(0, n_samples - self.stretch_samples) // self.step_samples + 1


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a recording that is heard on its own, and which of its stretches count.

    start, end: in samples of the recording.
    first, n_stretches: of the stretches that the piece holds, those that count.
    """

    start: int
    end: int
    first: int
    n_stretches: int


def parts(n_samples: int, grid: Grid, stretches_per_part: int) -> list[Part]:
    """Pieces whose stretches, put together, are those of the whole recording."""
    total = grid.n_stretches(n_samples)
    found = []
    for first in range(0, total, stretches_per_part):
        count = min(stretches_per_part, total - first)
        start = max(0, first * grid.step_samples - grid.margin_samples)
        last_end = (first + count - 1) * grid.step_samples + grid.stretch_samples
        end = min(n_samples, last_end + grid.margin_samples)
        found.append(Part(start, end, first - start // grid.step_samples, count))
    return found


def network_grid(network: NetworkConfig, mel: MelConfig, window: WindowConfig) -> Grid:
    """The grid of the network's own time axis."""
    step_frames, reach_frames = 2, network.stem_kernel // 2
    for stride in network.strides:
        reach_frames += network.kernel // 2 * step_frames
        step_frames *= stride
        reach_frames += network.kernel // 2 * step_frames
    return Grid(
        step_samples=step_frames * mel.hop_samples,
        stretch_samples=_stretch_samples(window),
        margin_samples=math.ceil(reach_frames / step_frames) * step_frames * mel.hop_samples,
    )


def hopping_grid(window: WindowConfig) -> Grid:
    """The grid of an encoder without a time axis: whole windows, each by half a window on."""
    stretch_samples = _stretch_samples(window)
    return Grid(stretch_samples // 2, stretch_samples, margin_samples=0)


def heard_hopping(
    embed: Callable[[Sequence[FloatArray]], list[WindowsHeard]], samples: FloatArray, grid: Grid
) -> WindowsHeard:
    """What an encoder hears in the stretches of a sound when it is given each as a window."""
    starts = grid.step_samples * np.arange(grid.n_stretches(samples.size))
    windows = np.stack([samples[start : start + grid.stretch_samples] for start in starts])
    (heard,) = embed([windows])
    return heard


def _stretch_samples(window: WindowConfig) -> int:
    return round(window.window_s * window.sample_rate_hz)
