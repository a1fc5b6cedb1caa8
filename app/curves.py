"""What is heard over time: tags, and the similarity to another track, along a whole recording.

The file is decoded and heard part by part in processes of their own, as in an analysis, so that a
broken file and an hour of music cost no more than a part of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.control import Control
from app.decoding import hear_part, measure
from app.embedding import curve, grid
from app.encoder_choice import EncoderChoice
from app.errors import Cancelled, FileUnusable, WorkerFailure
from app.pipeline import DECODE_TIMEOUT_S, EMBED_TIMEOUT_S, decoder_limits, embedder_limits
from app.tags import heard_tags, tag_named
from app.workers import Worker
from audio_model.config import WindowConfig
from audio_model.curves import Grid, Part, parts
from audio_model.pooling import WindowsHeard, tag_scores
from library.records import Embedding, FloatArray
from library.store.embeddings import is_unit

PART_S = 60.0
_UNASKED_TAGS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What is heard in a stretch that slides along a recording; n places of it.

    duration_s: of the recording.
    stretch_s: length of the stretch.
    times_s: float32, shape (n,), the middle of the stretch at each place.
    similarity: float32, shape (n,), cosines with the seed; None without a seed.
    tags: scores by tag, each float32, shape (n,).
    """

    duration_s: float
    stretch_s: float
    times_s: FloatArray
    similarity: FloatArray | None
    tags: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a recording and the value that a curve has there."""

    start_s: float
    end_s: float
    value: float


def curves(
    encoder: EncoderChoice,
    path: bytes,
    tags: Sequence[str] = (),
    seed: Embedding | None = None,
    *,
    control: Control | None = None,
) -> Curves:
    """The curves of some tags, and of the similarity to a seed, along a file.

    Args:
        encoder: hears the file.
        path: of any file, in the library or not.
        tags: their names. With neither tags nor a seed, the three that are strongest on the whole.
        seed: the vector of this track is compared with that of every stretch.
        control: lets another thread cancel, which takes effect between parts of the file.

    Raises:
        Cancelled: the control was cancelled.
        FileUnusable: the file cannot be decoded, or is too short.
        NoTags, UnknownTag: the encoder does not hear one of the tags.
        WorkerFailure: the encoder cannot be opened, or fails.
    """
    names = [tag_named(name, encoder.tags) for name in tags]
    n_samples, lattice, heard = _hear(encoder, path, control or Control())
    scores = tag_scores(heard.tag_logits, encoder.calibration)  # (n, n_tags)
    if not names and seed is None:
        strongest = heard_tags(scores.mean(axis=0), encoder.tags, limit=_UNASKED_TAGS)
        names = [tag for tag, _ in strongest]
    rate_hz = encoder.window.sample_rate_hz
    stretch_s = min(lattice.stretch_samples, n_samples) / rate_hz
    starts_s = np.arange(len(scores)) * (lattice.step_samples / rate_hz)
    return Curves(
        duration_s=n_samples / rate_hz,
        stretch_s=stretch_s,
        times_s=(starts_s + stretch_s / 2).astype(np.float32),
        similarity=None if seed is None else np.clip(heard.vectors @ seed.vector, -1.0, 1.0),
        tags={name: scores[:, encoder.tags.index(name)] for name in names},
    )


def strongest_passage(curves: Curves, values: FloatArray) -> Passage:
    """The stretch in which one of the curves is highest, the first of equals."""
    place = int(np.argmax(values))
    start_s = float(curves.times_s[place]) - curves.stretch_s / 2
    return Passage(start_s, start_s + curves.stretch_s, float(values[place]))


def _hear(encoder: EncoderChoice, path: bytes, control: Control) -> tuple[int, Grid, WindowsHeard]:
    """How many samples a file has, where its stretches lie, and what is heard in them."""
    with ExitStack() as closing:
        decoder = Worker("decoder", decoder_limits())
        closing.callback(decoder.close)
        embedder = Worker("embedder", embedder_limits())
        closing.callback(embedder.close)
        decoder.give(measure, path, encoder.window, timeout_s=DECODE_TIMEOUT_S)
        embedder.give(grid, encoder.open, timeout_s=EMBED_TIMEOUT_S)
        n_samples: int = _decoded(decoder, path)
        lattice: Grid = embedder.result()
        per_part = round(PART_S * encoder.window.sample_rate_hz / lattice.step_samples)
        pieces = parts(n_samples, lattice, max(1, per_part))
        heard = []
        for piece, samples in _samples(decoder, path, encoder.window, pieces):
            if control.cancelled:
                raise Cancelled
            embedder.give(curve, encoder.open, samples, timeout_s=EMBED_TIMEOUT_S)
            heard.append(_counting(embedder.result(), piece))
    vectors = np.concatenate([one.vectors for one in heard])
    tag_logits = np.concatenate([one.tag_logits for one in heard])
    if not is_unit(vectors).all() or not np.isfinite(tag_logits).all():
        raise FileUnusable(path, "the encoder found no vector for it")
    return n_samples, lattice, WindowsHeard(vectors, tag_logits)


def _samples(
    decoder: Worker, path: bytes, window: WindowConfig, pieces: Sequence[Part]
) -> Iterator[tuple[Part, FloatArray]]:
    """The sound of each part; the next one is decoded while this one is heard."""
    for index in range(len(pieces) + 1):
        samples = _decoded(decoder, path) if index > 0 else None
        if index < len(pieces):
            start, end = pieces[index].start, pieces[index].end
            decoder.give(hear_part, path, start, end, window, timeout_s=DECODE_TIMEOUT_S)
        if samples is not None:
            yield pieces[index - 1], samples


def _decoded(decoder: Worker, path: bytes) -> Any:
    try:
        return decoder.result()
    except WorkerFailure as failure:
        raise FileUnusable(path, failure.reason) from failure


def _counting(heard: WindowsHeard, piece: Part) -> WindowsHeard:
    """The rows of a part that count."""
    rows = slice(piece.first, piece.first + piece.n_stretches)
    return WindowsHeard(heard.vectors[rows], heard.tag_logits[rows])
