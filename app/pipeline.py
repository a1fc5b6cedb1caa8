"""Files in, descriptions and embeddings out: the processes behind every analysis.

Several decoders (one task each at a time) feed one embedder, which owns torch and takes the windows
of several tracks at once. The pipeline knows nothing of the catalog; whoever drives it hands out
paths while there is room, collects results, and thereby bounds what is in memory.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import psutil

from app.decoding import Description, describe, hear
from app.embedding import device_in_use, embed
from app.encoder_choice import EncoderChoice
from app.errors import WorkerFailure
from app.worker_start import Limits
from app.workers import Worker
from audio_model.config import TagCalibration
from audio_model.pooling import WindowsHeard, track_tags, track_vector
from audio_model.sound import Windows
from library.records import Embedding, Recording
from library.store.embeddings import is_unit

DECODE_TIMEOUT_S = 15.0
EMBED_TIMEOUT_S = 300.0
_DECODER_ADDRESS_SPACE_BYTES = 1536 * 1024**2
# Python's lock is kept while a batch is packed up for the embedder: 10 MB take up to 20 ms, in
# which a window cannot draw.
_TRACKS_PER_BATCH = 2
_MAX_WAITING_TRACKS = 8
_MAX_LONE_FAILURES = 5
_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Analysed:
    """A file that went all the way. Without an embedding, its vectors were known already."""

    path: bytes
    description: Description
    embedding: Embedding | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be analysed. The description is there if the file got so far."""

    path: bytes
    reason: str
    description: Description | None = None


Result = Analysed | Refused


@dataclass(slots=True)
class _Job:
    path: bytes
    description: Description | None = None
    windows: Windows | None = None
    alone: bool = False


class Pipeline:
    """Decoders and the embedder, as one thing that takes paths and gives results."""

    def __init__(
        self,
        encoder: EncoderChoice,
        *,
        n_decoders: int,
        needs_embedding: Callable[[Recording], bool],
    ) -> None:
        """Start no process yet; `needs_embedding` says whether a described recording is heard."""
        self._encoder = encoder
        self._needs_embedding = needs_embedding
        self._decoders = [Worker("decoder", decoder_limits()) for _ in range(n_decoders)]
        self._embedder = Worker("embedder", embedder_limits())
        self._decoding: dict[int, _Job] = {}
        self._waiting: deque[_Job] = deque()
        self._embedding: list[_Job] = []
        self._awake = False
        self._n_lone_failures = 0
        self.device = ""

    def __enter__(self) -> Self:
        """The pipeline itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all its processes, whatever they are doing."""
        for worker in (*self._decoders, self._embedder):
            worker.close()

    @property
    def has_room(self) -> bool:
        """True if a decoder is idle and the embedder is not far behind."""
        heard = len(self._waiting) + len(self._decoding)
        return heard < _MAX_WAITING_TRACKS + len(self._decoders) and any(
            not decoder.busy for decoder in self._decoders
        )

    @property
    def busy(self) -> bool:
        """True while a file that was given has no result yet."""
        return bool(self._decoding or self._waiting or self._embedding)

    def give(self, path: bytes) -> None:
        """Start on a file; ask `has_room` first."""
        index = next(i for i, decoder in enumerate(self._decoders) if not decoder.busy)
        self._decoding[index] = _Job(path)
        self._decoders[index].give(describe, path, timeout_s=DECODE_TIMEOUT_S)

    def results(self, timeout_s: float) -> list[Result]:
        """What became ready, after waiting at most `timeout_s` for anything to happen."""
        self._feed_embedder()
        workers = [w for w in (*self._decoders, self._embedder) if w.busy]
        wait([worker.future for worker in workers], timeout_s, return_when=FIRST_COMPLETED)
        results: list[Result] = []
        for index in list(self._decoding):
            if self._decoders[index].ready():
                results.extend(self._decoded(index))
        if self._embedder.ready():
            results.extend(self._embedded())
        self._feed_embedder()
        return results

    def _decoded(self, index: int) -> list[Result]:
        decoder = self._decoders[index]
        job = self._decoding.pop(index)
        try:
            answer = decoder.take()
        except WorkerFailure as failure:
            return [Refused(job.path, failure.reason, job.description)]
        if isinstance(answer, Windows):
            job.windows = answer
            self._waiting.append(job)
            return []
        job.description = answer
        if not self._needs_embedding(answer.recording):
            return [Analysed(job.path, answer, None)]
        self._decoding[index] = job
        decoder.give(hear, job.path, self._encoder.window, timeout_s=DECODE_TIMEOUT_S)
        self._wake_embedder()
        return []

    def _wake_embedder(self) -> None:
        """Let torch and the network be loaded while the first file is decoded."""
        if not self._awake:
            self._awake = True
            self._embedder.give(device_in_use, self._encoder.open, timeout_s=EMBED_TIMEOUT_S)

    def _feed_embedder(self) -> None:
        if self._waiting and not self._embedder.busy:
            self._embedding = self._next_batch()
            tracks = [job.windows.samples for job in self._embedding if job.windows is not None]
            self._embedder.give(embed, self._encoder.open, tracks, timeout_s=EMBED_TIMEOUT_S)

    def _next_batch(self) -> list[_Job]:
        batch = [self._waiting.popleft()]
        while (
            self._waiting
            and len(batch) < _TRACKS_PER_BATCH
            and not (batch[0].alone or self._waiting[0].alone)
        ):
            batch.append(self._waiting.popleft())
        return batch

    def _embedded(self) -> list[Result]:
        batch, self._embedding = self._embedding, []
        try:
            answer = self._embedder.take()
        except WorkerFailure as failure:
            return self._without_embedding(batch, failure)
        if isinstance(answer, str):
            self.device = answer
            return []
        self._n_lone_failures = 0
        return [
            _embedded_result(job, heard, self._encoder.calibration)
            for job, heard in zip(batch, answer, strict=True)
        ]

    def _without_embedding(self, batch: list[_Job], failure: WorkerFailure) -> list[Result]:
        """A batch that failed is tried again one by one, in a new process: one may be at fault.

        Where the encoder cannot be opened, or several tracks fail in a row, it is not the tracks.
        """
        self._embedder.close()
        self._n_lone_failures += len(batch) == 1
        if not batch or self._n_lone_failures == _MAX_LONE_FAILURES:
            raise failure
        if len(batch) == 1:
            return [Refused(batch[0].path, failure.reason, batch[0].description)]
        for job in batch:
            job.alone = True
        self._waiting.extendleft(reversed(batch))
        return []


def default_n_decoders() -> int:
    """One decoder a core, half as many on battery."""
    battery = psutil.sensors_battery()
    on_battery = battery is not None and battery.power_plugged is False
    return max(1, _n_cores() // (2 if on_battery else 1))


def _n_cores() -> int:
    """The cores that this process may use, which a container may make fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def decoder_limits() -> Limits:
    """What a process that opens untrusted files may use."""
    return Limits(address_space_bytes=_DECODER_ADDRESS_SPACE_BYTES, n_threads=1, niceness=_NICENESS)


def embedder_limits() -> Limits:
    """What the process that owns torch may use."""
    return Limits(address_space_bytes=None, n_threads=_n_cores(), niceness=_NICENESS)


def _embedded_result(job: _Job, heard: WindowsHeard, calibration: TagCalibration) -> Result:
    assert job.windows is not None
    assert job.description is not None
    if not is_unit(heard.vectors).all() or not np.isfinite(heard.tag_logits).all():
        return Refused(job.path, "the encoder found no vector for it", job.description)
    embedding = Embedding(
        vector=track_vector(heard.vectors),
        windows=heard.vectors,
        window_starts_s=job.windows.starts_s,
        window_s=job.windows.window_s,
        tag_scores=track_tags(heard.tag_logits, calibration),
    )
    return Analysed(job.path, _with_real_duration(job.description, job.windows), embedding)


def _with_real_duration(description: Description, windows: Windows) -> Description:
    """What a container states of its length is an estimate; hearing the file tells the truth."""
    recording = replace(description.recording, duration_s=windows.duration_s)
    return replace(description, recording=recording)
