"""What a listener gets of a file: its sound in chunks, and its outline. Plain values only."""

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
