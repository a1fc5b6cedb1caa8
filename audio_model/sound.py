"""What is had of a file: windows for the model; chunks and an outline for a listener. Plain values.

What opens files is not loaded with them, so that a program can take them from its decoders.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# Whoever only names these need not load numpy, which takes a while to be imported.
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    PcmArray = npt.NDArray[np.int16]
else:
    FloatArray = PcmArray = Any

N_CHANNELS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The stretches of one track that the model hears.

    samples: float32, shape (n_windows, n_samples), mono, nominally in [-1, 1].
    starts_s: float32, shape (n_windows,), rising.
    window_s: length of every window.
    duration_s: length of the whole file as it really is, whatever its header says.
    """

    samples: FloatArray
    starts_s: FloatArray
    window_s: float
    duration_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A stretch of a file, ready to be played.

    samples: int16, shape (n_samples, 2), left and right.
    start: its first sample, counted from the start of the file at the rate asked for.
    duration_s: length of the whole file.
    is_last: whether the file ends here.
    """

    samples: PcmArray
    start: int
    duration_s: float
    is_last: bool


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """A file in columns of equal length.

    peaks: float32, shape (n_columns,), the highest level in each, in [0, 1].
    levels: float32, shape (n_columns,), the root mean square in each, in [0, 1].
    duration_s: length of the file.
    """

    peaks: FloatArray
    levels: FloatArray
    duration_s: float
