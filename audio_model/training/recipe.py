"""From a corpus and a teacher to weights and a card that the program can use."""

import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from audio_model.checkpoint import read_network_card, write_checkpoint
from audio_model.config import TagCalibration, WindowConfig
from audio_model.errors import ModelError, TrainingError
from audio_model.network import TemporalConvNet
from audio_model.training.batches import Batches
from audio_model.training.calibration import calibrate, strongest
from audio_model.training.corpus import (
    ClipConfig,
    Clips,
    FloatArray,
    IntArray,
    clip_folder,
    has_clips,
    load_clips,
    prepare_clips,
)
from audio_model.training.events import Gathered, Trained, TrainingEvent, Validated
from audio_model.training.loop import Training, TrainingConfig, hear, state_path
from audio_model.training.manifest import CorpusTrack, HoldOut, parted
from audio_model.training.teacher import Teacher, open_teacher
from audio_model.training.validation import Judgement, Score, held_out_score, tag_agreement
from audio_model.training.whitening import WHITENING_POWER

SAVE_EVERY_S = 30.0
_N_VALIDATIONS = 7
# A normalisation needs a spread. Mixtures do not count: embeddings are scaled by clips of tracks.
_LEAST_CLIPS = 2


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What a training learns from, where it keeps what it made, and what becomes of it.

    tracks: all of them, those to be held out too.
    teacher: .npz file with the weights of the tagger; None is the packaged network.
    cache: folder for clips and for the state of the training.
    out: folder for weights and card.
    hold_out: which sources are kept to judge and to calibrate by; None is none.
    calibrated_by: folder of another training, whose calibration of the tags is taken.
    licence: under which the weights may be given away, for the card.
    device: "cuda", "mps" or "cpu".
    """

    tracks: Sequence[CorpusTrack]
    teacher: Path | None
    cache: Path
    out: Path
    hold_out: HoldOut | None = None
    calibrated_by: Path | None = None
    licence: str = "not stated"
    device: str = "cpu"


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """Tracks with their clips, to learn from or held out, and the names of their collections."""

    tracks: Sequence[CorpusTrack]
    clips: Clips

    @property
    def collections(self) -> list[str]:
        return [track.collection for track in self.tracks]


def train(
    plan: TrainingPlan,
    config: TrainingConfig,
    clip_config: ClipConfig,
    *,
    save_every_s: float = SAVE_EVERY_S,
) -> Generator[TrainingEvent]:
    """Prepare what is not prepared, take the steps that are left, write weights and card.

    The same plan goes on where it was stopped or killed: at most `save_every_s` and the step or
    the validation in hand are lost. It may be closed at any event.

    Raises:
        OSError: the cache or the files in `out` cannot be written.
        ModelError: a source is not what it should be, `out` cannot be written, which is told at
            once, or nothing is left to learn from.
    """
    teacher = open_teacher(plan.teacher, plan.device)
    given = _given_calibration(plan.calibrated_by, teacher)
    parts = _parts(plan)
    _check_writable(plan.out)
    yield from prepare_clips(plan.tracks, teacher, clip_config, plan.cache)
    folder = clip_folder(clip_config, teacher, plan.cache)
    learned, held_out = _materials(*parts, folder)
    n_held_out = len(held_out.tracks) if held_out else 0
    yield Gathered(len(learned.tracks), len(learned.clips.levels), n_held_out)

    config = replace(config, network=replace(config.network, n_tags=len(teacher.tags)))
    batches = Batches(learned.clips, learned.collections, config.batch, config.seed)
    training = Training(config, clip_config.mel, teacher.n_features, plan.device)
    state = state_path(plan.cache, config, _digest(learned))
    yield from _run(training, batches, held_out, state, save_every_s)

    network = training.finished_network(batches)
    judgement = None
    if held_out is not None:
        start = Training(config, clip_config.mel, teacher.n_features, plan.device)
        judgement = _judged(network, start.untrained_network(batches), held_out, plan.device)
    calibration, calibrated_by = given or _calibrated(network, learned, held_out, plan.device)
    about = _about(plan, teacher, training, learned)
    card = write_checkpoint(
        plan.out,
        network.cpu(),
        mel=clip_config.mel,
        window=WindowConfig(),
        tags=teacher.tags,
        calibration=calibration,
        about=about | {"validation": _shown(judgement), "calibrated_by": calibrated_by},
    )
    yield Trained(card.card.model_version, judgement, calibrated_by)


def _given_calibration(folder: Path | None, teacher: Teacher) -> tuple[TagCalibration, str] | None:
    """The calibration of another training and where it comes from; read before anything is done."""
    if folder is None:
        return None
    card = read_network_card(folder)
    if card.tags != teacher.tags:
        raise TrainingError(str(folder), "its tags are not those of the teacher")
    return card.calibration, f"the calibration of version {card.card.model_version}"


def _parts(plan: TrainingPlan) -> tuple[list[CorpusTrack], list[CorpusTrack]]:
    """The tracks to learn from, one at least, and those held out."""
    tracks, held_out = parted(plan.tracks, plan.hold_out)
    if not tracks:
        raise ModelError(
            "There is nothing to learn from: every track is held out, for all are of the sources "
            "in that part. Hold out another part, or none."
        )
    return tracks, held_out


def _check_writable(folder: Path) -> None:
    """Find out before the long work, not after it, that its result cannot be kept."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        reason = f"nothing can be written there ({error.strerror})"
        raise TrainingError(str(folder), reason) from error


def _materials(
    tracks: Sequence[CorpusTrack], held_out: Sequence[CorpusTrack], folder: Path
) -> tuple[_Material, _Material | None]:
    learned = _Material(tracks, load_clips(tracks, folder))
    if len(learned.clips.own_rows) < _LEAST_CLIPS:
        raise ModelError("There is too little to learn from: a single clip.")
    if not any(has_clips(track, folder) for track in held_out):
        return learned, None
    n_own_clips = WindowConfig().n_windows  # as the program hears a track
    return learned, _Material(held_out, load_clips(held_out, folder, n_own_clips=n_own_clips))


def _run(
    training: Training,
    batches: Batches,
    held_out: _Material | None,
    state: Path,
    save_every_s: float,
) -> Iterator[TrainingEvent]:
    """Take the steps that are left, saving the state again and again, and whenever it is closed."""
    if state.exists():
        training.resume(state)
    saved = time.monotonic()
    validated_every = max(1, training.config.n_steps // _N_VALIDATIONS)
    try:
        for progress in training.run(batches):
            if time.monotonic() - saved >= save_every_s or progress.step == progress.n_steps:
                training.save(state)
                saved = time.monotonic()
            yield progress
            if held_out and progress.step % validated_every == 0:
                score = _score(training.mean_network, held_out, training.device)
                if score is not None:
                    yield Validated(progress.step, score)
    except GeneratorExit:
        training.save(state)
        raise


def _score(network: TemporalConvNet, held_out: _Material, device: str) -> Score | None:
    clips = held_out.clips
    learned = hear(network, clips, device).learned.numpy()
    return held_out_score(learned, clips.track_index[clips.own_rows], held_out.collections)


def _judged(
    network: TemporalConvNet, untrained: TemporalConvNet, held_out: _Material, device: str
) -> Judgement | None:
    score, other = _score(network, held_out, device), _score(untrained, held_out, device)
    if score is None or other is None:
        return None
    return Judgement(score, other, tag_agreement(*_tags(network, held_out.clips, device)))


def _calibrated(
    network: TemporalConvNet, learned: _Material, held_out: _Material | None, device: str
) -> tuple[TagCalibration, str]:
    """The calibration by the held-out tracks, or by those that were learned from, and by which."""
    calibration = calibrate(*_tags(network, (held_out or learned).clips, device))
    return calibration, "the held-out tracks" if held_out else "the tracks that were learned from"


def _tags(
    network: TemporalConvNet, clips: Clips, device: str
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Mean logits of each track, and which tags are the teacher's five strongest of it."""
    heard = hear(network, clips, device).tag_logits.numpy()
    taught = torch.from_numpy(clips.tag_logits[clips.own_rows]).sigmoid().numpy()
    tracks = clips.track_index[clips.own_rows]
    return _means_by_track(heard, tracks), strongest(_means_by_track(taught, tracks))


def _means_by_track(values: FloatArray, track_index: IntArray) -> FloatArray:
    """Means of the rows of each track: shape (n_tracks, n_columns)."""
    return np.stack([values[track_index == track].mean(axis=0) for track in np.unique(track_index)])


def _digest(material: _Material) -> str:
    """What a training learns from: what the teacher hears in which clips, and what they belong to.

    Labels that were corrected and files that were replaced make it another training.
    """
    clips = material.clips
    parts = (
        clips.features.tobytes(),
        clips.tag_logits.tobytes(),
        clips.track_index.tobytes(),
        repr(material.collections).encode(),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _about(
    plan: TrainingPlan, teacher: Teacher, training: Training, learned: _Material
) -> dict[str, Any]:
    """What the card tells people of where the weights come from."""
    tracks, clips = learned.tracks, learned.clips
    return {
        "licence": plan.licence,
        "data": {
            "tracks": len(tracks),
            "tracks_without_clips": len(tracks) - len(np.unique(clips.track_index[clips.own_rows])),
            "clips": len(clips.levels),
            "sources": dict(sorted(Counter(track.source for track in tracks).items())),
            "licences": dict(sorted(Counter(track.licence for track in tracks).items())),
            "hold_out": plan.hold_out and asdict(plan.hold_out),
            "tracks_held_out": len(plan.tracks) - len(tracks),
        },
        "teacher": teacher.name,
        "recipe": asdict(training.config) | {"whitening_power": WHITENING_POWER},
        "training": {
            "steps": training.step,
            "device": plan.device,
            "precision": training.precision,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "minutes": round(training.spent_s / 60.0, 1),
            "losses": {name: round(loss, 4) for name, loss in training.losses.items()},
        },
    }


def _shown(judgement: Judgement | None) -> dict[str, Any] | None:
    if judgement is None:
        return None
    return {
        "judge": judgement.score.judge,
        "queries": len(judgement.score.by_query),
        "macro_average_precision": round(judgement.score.macro_average_precision, 4),
        "untrained": round(judgement.untrained.macro_average_precision, 4),
        "p_learned_nothing": round(judgement.p_learned_nothing, 4),
        "tags": judgement.tags and asdict(judgement.tags),
    }
