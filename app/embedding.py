"""What the embedder process does. torch is imported only inside these functions.

The encoder is opened by the first task and stays in the process: its factory is cached there.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from library.records import FloatArray

if TYPE_CHECKING:
    from audio_model.encoder import Encoder

EncoderFactory = Callable[[], "Encoder"]


def encoder_factory(encoder: str, device: str) -> EncoderFactory:
    """A picklable call that opens one of Segue's encoders; a process makes it once and keeps it."""
    return partial(_open_encoder, encoder, device)


def embed(factory: EncoderFactory, tracks: Sequence[FloatArray]) -> list[FloatArray]:
    """Window vectors of several tracks.

    Args:
        factory: opens the encoder, once in a process's life.
        tracks: per track its windows, float32, shape (n_windows, n_samples).

    Returns:
        Per track float32, shape (n_windows, dimension), rows of unit length.
    """
    return factory().embed(tracks)


def device_in_use(factory: EncoderFactory) -> str:
    """A sentence that names the device on which the encoder computes."""
    return factory().device


@cache
def _open_encoder(encoder: str, device: str) -> "Encoder":
    from audio_model.encoder import open_encoder

    return open_encoder(encoder, device)
