"""What the process does that decodes for the ears. Nothing here may import torch, Qt or SQL.

As in `app.decoding`, what opens files is imported only there.
"""

from collections.abc import Iterator
from functools import cache

from audio_model.sound import Chunk


def read_chunk(path: bytes, start: int, n_samples: int, rate_hz: int) -> Chunk:
    """A stretch of a file; the file stays open for the one that follows it.

    Args:
        path: of any file.
        start: in samples at `rate_hz`.
        n_samples: length, unless the file ends before.
        rate_hz: sampling rate.

    Raises:
        AudioError: the file cannot be read, or nothing from `start` on can be decoded.
    """
    return _reader().read(path, start, n_samples, rate_hz)


def get_ready() -> None:
    """Load what opens files."""
    _reader()


@cache
def _reader() -> "_Reader":
    return _Reader()


class _Reader:
    """The one file that the process plays, and where it stands in it."""

    def __init__(self) -> None:
        from audio_model.playback import chunks

        self._chunks_of = chunks
        self._chunks: Iterator[Chunk] = iter(())
        self._follows: tuple[bytes, int, int, int] | None = None

    def read(self, path: bytes, start: int, n_samples: int, rate_hz: int) -> Chunk:
        if self._follows != (path, start, n_samples, rate_hz):
            self._chunks = self._chunks_of(path, start, n_samples=n_samples, rate_hz=rate_hz)
        self._follows = None
        chunk = next(self._chunks)
        if chunk.is_last:
            self._chunks = iter(())
        else:
            self._follows = (path, start + n_samples, n_samples, rate_hz)
        return chunk
