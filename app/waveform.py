"""Outlines of files, drawn up in a process of its own."""

from app.decoding import outline
from app.errors import FileUnusable, WorkerFailure
from app.pipeline import decoder_limits
from app.workers import Worker
from audio_model.sound import Waveform

# An hour takes some 20 s on a slow machine.
_TIMEOUT_S = 300.0


def waveform(path: bytes) -> Waveform:
    """How loud a file is along its length.

    Raises:
        FileUnusable: it cannot be decoded.
    """
    worker = Worker("decoder", decoder_limits())
    try:
        worker.give(outline, path, timeout_s=_TIMEOUT_S)
        drawn: Waveform = worker.result()
    except WorkerFailure as failure:
        raise FileUnusable(path, failure.reason) from failure
    finally:
        worker.close()
    return drawn
