"""Which device computes, asked of a process that may load torch."""

from app.embedding import device_in_use
from app.encoder_choice import EncoderChoice
from app.worker_start import Limits
from app.workers import Worker

_TIMEOUT_S = 120.0


def device_of(encoder: EncoderChoice) -> str:
    """A sentence that names the device on which an encoder computes.

    Raises:
        WorkerFailure: the encoder cannot be opened.
    """
    worker = Worker("embedder", Limits(address_space_bytes=None, n_threads=1, niceness=0))
    try:
        worker.give(device_in_use, encoder.open, timeout_s=_TIMEOUT_S)
        return str(worker.result())
    finally:
        worker.close()
