"""Clips to learn from: log-mel windows of a corpus' tracks and what the teacher hears in them.

Everything that is slow to make is made once: each track's clips lie in a file of their own under a
cache folder, so that a killed preparation goes on where it was. Besides the clips of each track
there are mixtures of two tracks, music that nobody has heard, for objectives that need no label.
"""

import hashlib
import os
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from audio_model.audio import read_all
from audio_model.config import MelConfig
from audio_model.errors import AudioError, ModelError, Silent, TooShort, TrainingError
from audio_model.spectrogram import log_mel
from audio_model.training.events import Prepared, Unheard
from audio_model.training.manifest import CorpusTrack
from audio_model.training.teacher import Teacher

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[Any]]

# Quieter clips, -60 dB relative to full scale, are silence.
SILENCE_RMS = 1e-3
# The track number of a clip that is a mixture of two.
MIXTURE = -1


@dataclass(frozen=True, slots=True)
class ClipConfig:
    """How many clips of which length are cut from each track.

    spacing_s: a track gives a clip for every so many seconds that it lasts, spread evenly.
    """

    mel: MelConfig = field(default_factory=MelConfig)
    clip_s: float = 10.0
    spacing_s: float = 8.0
    max_clips: int = 16
    n_mixtures: int = 6
    max_mixture_gain_db: float = 6.0
    seed: int = 2016


@dataclass(frozen=True, slots=True, eq=False)
class Clips:
    """What the network learns from.

    levels: float16, shape (n_clips, n_mels, n_frames), in dB.
    features: float32, shape (n_clips, n_features), the teacher's.
    tag_logits: float32, shape (n_clips, n_tags), the teacher's.
    track_index: int64, shape (n_clips,), a number for each track, or MIXTURE.
    """

    levels: npt.NDArray[np.float16]
    features: FloatArray
    tag_logits: FloatArray
    track_index: IntArray

    @property
    def own_rows(self) -> IntArray:
        """Which clips are of one track: int64, shape (n_own,)."""
        return np.flatnonzero(self.track_index != MIXTURE)


def prepare_clips(
    tracks: Sequence[CorpusTrack], teacher: Teacher, config: ClipConfig, cache: Path
) -> Iterator[Prepared | Unheard]:
    """Make the cached clips of every track that has none yet, or older ones than its file.

    A track that cannot be decoded, or is shorter than a clip, gives none and is told of every time.
    """
    folder = clip_folder(config, teacher, cache)
    folder.mkdir(parents=True, exist_ok=True)
    started, n_made = time.monotonic(), 0
    for index, track in enumerate(tracks):
        path = _clip_path(folder, track)
        if not _is_made(path, track):
            rng = np.random.default_rng([config.seed, index])
            partner = tracks[int(rng.integers(len(tracks)))]
            try:
                _write_arrays(path, _make_clips(track, partner, teacher, config, rng))
            except AudioError as error:
                path.unlink(missing_ok=True)  # what an earlier file gave
                yield Unheard(str(error))
            n_made += 1
        n_done = index + 1
        pace_s = (time.monotonic() - started) / n_made if n_made else None
        left_s = None if pace_s is None else pace_s * (len(tracks) - n_done)
        yield Prepared(n_done, len(tracks), left_s)


def load_clips(
    tracks: Sequence[CorpusTrack], folder: Path, *, n_own_clips: int | None = None
) -> Clips:
    """The prepared clips of some tracks in memory, numbered by their places in `tracks`.

    A mixture with a track that is not among them is left out: it may be held out.

    Args:
        tracks: prepared before.
        folder: the `clip_folder` of their clips.
        n_own_clips: not all, but at most so many clips of each track, spread evenly over it, and
            no mixture.

    Raises:
        ModelError: none of the tracks has a clip.
        TrainingError: a file of clips is damaged.
    """
    names = {_clip_name(track) for track in tracks}
    parts: list[Arrays] = []
    indices: list[IntArray] = []
    for index, track in enumerate(tracks):
        if has_clips(track, folder):
            part = _read_arrays(_clip_path(folder, track), names, n_own_clips)
            parts.append(part)
            indices.append(np.where(part["is_mixture"], MIXTURE, index).astype(np.int64))
    if not parts:
        raise ModelError(f"Of {len(tracks)} tracks to learn from not one gives a clip.")
    return Clips(
        levels=_joined(parts, "levels"),
        features=_joined(parts, "features"),
        tag_logits=_joined(parts, "tag_logits"),
        track_index=np.concatenate(indices),
    )


def has_clips(track: CorpusTrack, folder: Path) -> bool:
    """Whether a track, prepared before, gave any clip."""
    return _clip_path(folder, track).exists()


def clip_folder(config: ClipConfig, teacher: Teacher, cache: Path) -> Path:
    """Where clips lie; those of another configuration or teacher lie in another folder."""
    settings = hashlib.sha256(repr(asdict(config)).encode()).hexdigest()[:12]
    return cache / f"clips-{settings}-{teacher.digest}"


def _make_clips(
    track: CorpusTrack,
    partner: CorpusTrack,
    teacher: Teacher,
    config: ClipConfig,
    rng: np.random.Generator,
) -> Arrays:
    own = _cut(track, config)  # (n_clips, n_samples)
    other = _cut_if_possible(partner, config)
    n_mixtures = config.n_mixtures if len(other) else 0
    mixtures = [_mix(own, other, config, rng) for _ in range(n_mixtures)]
    waveforms = torch.from_numpy(np.concatenate([own, *mixtures]))
    lesson = teacher.hear(waveforms, config.mel.sample_rate_hz)
    return {
        "levels": log_mel(waveforms, config.mel).half().numpy(),
        "features": lesson.features.numpy(),
        "tag_logits": lesson.tag_logits.numpy(),
        "is_mixture": np.arange(len(waveforms)) >= len(own),
        "partner": np.array(_clip_name(partner)),
    }


def _cut(track: CorpusTrack, config: ClipConfig) -> FloatArray:
    """Clips spread evenly over a track, shape (n_clips, n_samples), without the silent ones.

    Raises:
        AudioError: it cannot be decoded, is shorter than a clip, or is silent.
    """
    path = os.fsencode(track.path)
    waveform = read_all(path, config.mel.sample_rate_hz)
    duration_s = len(waveform) / config.mel.sample_rate_hz
    n_samples = round(config.clip_s * config.mel.sample_rate_hz)
    if len(waveform) < n_samples:
        raise TooShort.of(path, duration_s, config.clip_s)
    n_clips = min(max(int(duration_s / config.spacing_s), 1), config.max_clips)
    starts = np.linspace(0, len(waveform) - n_samples, n_clips).astype(int)
    clips = np.stack([waveform[start : start + n_samples] for start in starts])
    sounding: FloatArray = clips[np.sqrt((clips**2).mean(axis=1)) > SILENCE_RMS]
    if not len(sounding):
        raise Silent(path, "it holds nothing but silence")
    return sounding


def _cut_if_possible(track: CorpusTrack, config: ClipConfig) -> FloatArray:
    try:
        return _cut(track, config)
    except AudioError:
        return np.empty((0, 0), np.float32)


def _mix(
    own: FloatArray, other: FloatArray, config: ClipConfig, rng: np.random.Generator
) -> FloatArray:
    """One clip of each at levels up to max_mixture_gain_db apart, shape (1, n_samples)."""
    gain = 10.0 ** (rng.uniform(-1, 1) * config.max_mixture_gain_db / 20.0)
    first, second = own[rng.integers(len(own))], other[rng.integers(len(other))]
    mixed: FloatArray = (first + np.float32(gain) * second) / np.float32(1.0 + gain)
    return mixed[None]


def _joined(parts: Sequence[Arrays], name: str) -> npt.NDArray[Any]:
    """One array of all parts, which lose theirs, so that memory holds the clips only once."""
    n_rows = sum(len(part[name]) for part in parts)
    whole = np.empty((n_rows, *parts[0][name].shape[1:]), parts[0][name].dtype)
    place = 0
    for part in parts:
        rows = part.pop(name)
        whole[place : place + len(rows)] = rows
        place += len(rows)
    return whole


def _is_made(clips: Path, track: CorpusTrack) -> bool:
    """Whether there are clips of the file as it is now, or as it last was where it is away."""
    if not clips.exists():
        return False
    try:
        return track.path.stat().st_mtime_ns <= clips.stat().st_mtime_ns
    except OSError:
        return True


def _clip_path(folder: Path, track: CorpusTrack) -> Path:
    return folder / f"{_clip_name(track)}.npz"


def _clip_name(track: CorpusTrack) -> str:
    return hashlib.sha256(os.path.abspath(os.fsencode(track.path))).hexdigest()[:24]


def _write_arrays(path: Path, arrays: Arrays) -> None:
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **arrays)
    os.replace(partial, path)


def _read_arrays(path: Path, names: set[str], n_own_clips: int | None) -> Arrays:
    """Some clips of one file, no mixture with a track that is not among `names`."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            is_mixture = arrays["is_mixture"]
            rows = np.flatnonzero(~is_mixture | (str(arrays["partner"]) in names))
            if n_own_clips is not None:
                own = np.flatnonzero(~is_mixture)
                places = np.linspace(0, len(own) - 1, min(n_own_clips, len(own)))
                rows = own[places.round().astype(int)]
            return {name: arrays[name][rows] for name in arrays.files if name != "partner"}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(str(path), f"delete it, for it is damaged ({error})") from error
