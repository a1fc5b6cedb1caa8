"""Sound of files for the ears, chunk by chunk, decoded in a process of its own.

A file that kills its decoder costs itself; the next one is decoded by a new process.
"""

import time
from collections.abc import Callable
from concurrent.futures import wait

from app.errors import FileUnusable, WorkerFailure
from app.playback_reading import get_ready, read_chunk
from app.worker_start import Limits
from app.workers import Worker
from audio_model.sound import Chunk

CHUNK_S = 1.0
CHUNK_TIMEOUT_S = 20.0
_START_TIMEOUT_S = 60.0
_ADDRESS_SPACE_BYTES = 1536 * 1024**2
_ASKED_EVERY_S = 0.1


class SoundSource:
    """Gives the sound of files to one thread."""

    def __init__(self) -> None:
        """Start no process yet."""
        # Not niced: who listens should not hear that the machine is busy.
        limits = Limits(address_space_bytes=_ADDRESS_SPACE_BYTES, n_threads=1, niceness=0)
        self._worker = Worker("player's decoder", limits)

    def get_ready(self) -> None:
        """Start the process, so that the first track begins at once."""
        self._worker.give(get_ready, timeout_s=_START_TIMEOUT_S)
        self._worker.result()

    def read(
        self, path: bytes, start: int, *, rate_hz: int, patience_s: Callable[[], float]
    ) -> Chunk:
        """The second of sound that begins at a sample, or what there is of it.

        Reading on from where the last chunk ended costs least; anything else is found by seeking.

        Args:
            path: of any file.
            start: in samples at `rate_hz`.
            rate_hz: sampling rate.
            patience_s: asked again and again: after how many seconds to give up.

        Raises:
            FileUnusable: it cannot be decoded, killed its process, or took too long.
        """
        n_samples = round(CHUNK_S * rate_hz)
        self._worker.give(read_chunk, path, start, n_samples, rate_hz, timeout_s=CHUNK_TIMEOUT_S)
        asked_at_s = time.monotonic()
        try:
            while not self._worker.ready():
                wait([self._worker.future], timeout=_ASKED_EVERY_S)
                if time.monotonic() - asked_at_s > patience_s():
                    self._worker.close()
                    raise FileUnusable(path, "it took too long")
            chunk: Chunk = self._worker.take()
        except WorkerFailure as failure:
            raise FileUnusable(path, failure.reason) from failure
        return chunk

    def close(self) -> None:
        """End the process."""
        self._worker.close()
