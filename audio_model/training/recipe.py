"""From a corpus and a teacher to the weights and the card that the program ships."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audio_model.audio import WindowConfig
from audio_model.checkpoint import write_checkpoint
from audio_model.config import TagCalibration
from audio_model.training.batches import Batches
from audio_model.training.corpus import (
    ClipConfig,
    CorpusTrack,
    load_clips,
    prepare_clips,
    read_manifest,
    without_fold,
)
from audio_model.training.loop import Progress, Training, TrainingConfig, state_path
from audio_model.training.teacher import Teacher
from audio_model.training.whitening import WHITENING_POWER

_SAVE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Sources:
    """What a training learns from and where it keeps what it made.

    corpora: manifests of tracks; only those of the split "train" are learned from.
    teacher: .npz file with the teacher's weights.
    cache: folder for clips and for the state of the training.
    licence: under which the weights will be given away, for the card.
    fold: this one of n_folds parts of the training tracks is left out, to judge a recipe by it; 1
        part is nothing left out.
    """

    corpora: tuple[Path, ...]
    teacher: Path
    cache: Path
    licence: str = "not stated"
    fold: int = 0
    n_folds: int = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many tracks have their clips."""

    n_done: int
    n_tracks: int


def train(
    sources: Sources, clip_config: ClipConfig, config: TrainingConfig, *, out: Path, device: str
) -> Iterator[Prepared | Progress]:
    """Prepare what is not prepared, take the steps that are left, write weights and card to `out`.

    Raises:
        OSError: a source cannot be read or the cache or `out` cannot be written.
        ValueError: a source is not what it should be.
    """
    teacher = Teacher(sources.teacher)
    every_track = [
        track for path in sources.corpora for track in read_manifest(path) if track.split == "train"
    ]
    for n_done in prepare_clips(every_track, teacher, clip_config, sources.cache):
        yield Prepared(n_done, len(every_track))
    tracks = _outside_fold(every_track, sources)
    clips = load_clips(tracks, clip_config, sources.cache)
    batches = Batches(clips, [t.collection for t in tracks], config.batch, config.seed)
    training = Training(config, clip_config.mel, device)
    yield from _run(training, batches, state_path(sources.cache, config, _digest(tracks)))
    write_checkpoint(
        out,
        training.finished_network(batches),
        mel=clip_config.mel,
        window=WindowConfig(),
        tags=teacher.tags,
        calibration=TagCalibration.neutral(len(teacher.tags)),
        about=_about(sources, tracks, len(clips.levels), config),
    )


def _outside_fold(tracks: Sequence[CorpusTrack], sources: Sources) -> list[CorpusTrack]:
    if sources.n_folds == 1:
        return list(tracks)
    return without_fold(tracks, sources.fold, sources.n_folds)


def _run(training: Training, batches: Batches, state: Path) -> Iterator[Progress]:
    """Take the steps that are left, saving the state every minute and at the end."""
    if state.exists():
        training.resume(state)
    saved = time.monotonic()
    for progress in training.run(batches):
        if time.monotonic() - saved > _SAVE_EVERY_S or progress.step == progress.n_steps:
            training.save(state)
            saved = time.monotonic()
        yield progress


def _digest(tracks: Sequence[CorpusTrack]) -> str:
    return hashlib.sha256(repr([str(track.path) for track in tracks]).encode()).hexdigest()


def _about(
    sources: Sources, tracks: Sequence[CorpusTrack], n_clips: int, config: TrainingConfig
) -> dict[str, Any]:
    """What the card tells people of where the weights come from."""
    return {
        "licence": sources.licence,
        "data": {
            "tracks": len(tracks),
            "clips": n_clips,
            "sources": dict(sorted(Counter(track.source for track in tracks).items())),
            "licences": dict(sorted(Counter(track.licence for track in tracks).items())),
        },
        "recipe": asdict(config) | {"whitening_power": WHITENING_POWER},
    }
