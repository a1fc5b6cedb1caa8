"""What the embedder process does. torch is imported only inside these functions.

The encoder is opened by the first task and stays in the process: its factory is cached there.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from audio_model.pooling import FloatArray, WindowsHeard

if TYPE_CHECKING:
    from audio_model.curves import Grid
    from audio_model.encoder import Encoder

EncoderFactory = Callable[[], "Encoder"]


def encoder_factory(encoder: str, device: str, folder: Path | None = None) -> EncoderFactory:
    """A picklable call that opens an encoder; a process makes it once and keeps it.

    Args:
        encoder: its name.
        device: on which it computes.
        folder: where it lies; None: it came with the program.
    """
    return partial(_open_encoder, encoder, device, folder)


def embed(factory: EncoderFactory, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
    """What is heard in the windows of several tracks.

    Args:
        factory: opens the encoder, once in a process's life.
        tracks: per track its windows, float32, shape (n_windows, n_samples).

    Returns:
        Per track the vectors of its windows and the logits of their tags.
    """
    return factory().embed(tracks)


def grid(factory: EncoderFactory) -> "Grid":
    """Where the stretches of the encoder's curves lie."""
    return factory().grid


def curve(factory: EncoderFactory, samples: FloatArray) -> WindowsHeard:
    """What is heard in every stretch of a sound, float32, shape (n_samples,)."""
    return factory().curve(samples)


def device_in_use(factory: EncoderFactory) -> str:
    """A sentence that names the device on which the encoder computes."""
    return factory().device


@cache
def _open_encoder(encoder: str, device: str, folder: Path | None) -> "Encoder":
    from audio_model.encoder import open_encoder

    return open_encoder(encoder, device, folder)
