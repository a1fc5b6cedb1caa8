"""Clips to learn from: log-mel windows of a corpus' tracks and what the teacher hears in them.

Everything that is slow to make is made once: each track's clips lie in a file of their own under a
cache folder, so that a killed preparation goes on where it was. Besides the clips of each track
there are mixtures of two tracks, music that nobody has heard, for objectives that need no label.
"""

import csv
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from audio_model.audio import read_all
from audio_model.config import MelConfig
from audio_model.errors import AudioError
from audio_model.spectrogram import log_mel
from audio_model.training.teacher import Teacher, at_teacher_rate

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

# Quieter clips, -60 dB relative to full scale, are silence.
SILENCE_RMS = 1e-3
# The track number of a clip that is a mixture of two.
MIXTURE = -1


@dataclass(frozen=True, slots=True)
class CorpusTrack:
    """A line of the manifest of a corpus. `collection` is empty where tracks only lie together."""

    path: Path
    split: str
    collection: str
    source: str
    licence: str


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
    features: float32, shape (n_clips, 160), the teacher's.
    tag_logits: float32, shape (n_clips, 50), the teacher's.
    track_index: int64, shape (n_clips,), a number for each track, or MIXTURE.
    """

    levels: npt.NDArray[np.float16]
    features: FloatArray
    tag_logits: FloatArray
    track_index: IntArray


def read_manifest(path: Path) -> tuple[CorpusTrack, ...]:
    """The tracks that a manifest lists, with paths beside it.

    Raises:
        OSError: it cannot be read.
        ValueError: a column is missing.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        return tuple(
            CorpusTrack(
                path.parent / row["path"],
                row["split"],
                "" if row["collection"] == "singles" else row["collection"],
                row["source"],
                row["licence"],
            )
            for row in rows
        )
    except KeyError as error:
        raise ValueError(f"{path} has no column {error}") from error


def without_fold(tracks: Sequence[CorpusTrack], fold: int, n_folds: int) -> list[CorpusTrack]:
    """The tracks outside one of n_folds parts; no source lies in two parts.

    Sources are dealt out by falling number of tracks, so that the parts are of like size.
    """
    names = [track.source for track in tracks]
    sources = sorted(set(names), key=lambda source: (-names.count(source), source))
    return [track for track in tracks if sources.index(track.source) % n_folds != fold]


def prepare_clips(
    tracks: Sequence[CorpusTrack], teacher: Teacher, config: ClipConfig, cache: Path
) -> Iterator[int]:
    """Make the cached clips of every track that has none yet; yields how many tracks are done.

    A track that cannot be decoded, or is shorter than a clip, gives no clips.
    """
    folder = _clip_folder(config, cache)
    folder.mkdir(parents=True, exist_ok=True)
    for index, track in enumerate(tracks):
        path = _clip_path(folder, track)
        if not path.exists():
            rng = np.random.default_rng([config.seed, index])
            partner = tracks[int(rng.integers(len(tracks)))]
            _write_arrays(path, _make_clips(track, partner, teacher, config, rng))
        yield index + 1


def load_clips(tracks: Sequence[CorpusTrack], config: ClipConfig, cache: Path) -> Clips:
    """The prepared clips of some tracks in memory, numbered by their places in `tracks`.

    Raises:
        ValueError: none of the tracks has a clip.
    """
    folder = _clip_folder(config, cache)
    parts: list[dict[str, npt.NDArray[np.generic]]] = []
    indices: list[IntArray] = []
    for index, track in enumerate(tracks):
        with np.load(_clip_path(folder, track), allow_pickle=False) as arrays:
            if len(arrays["is_mixture"]):
                parts.append(dict(arrays))
                indices.append(np.where(arrays["is_mixture"], MIXTURE, index).astype(np.int64))
    if not parts:
        raise ValueError("no track of the corpus is as long as a clip")
    return Clips(
        levels=np.concatenate([part["levels"] for part in parts]).astype(np.float16, copy=False),
        features=np.concatenate([part["features"] for part in parts]).astype(np.float32),
        tag_logits=np.concatenate([part["tag_logits"] for part in parts]).astype(np.float32),
        track_index=np.concatenate(indices),
    )


def _make_clips(
    track: CorpusTrack,
    partner: CorpusTrack,
    teacher: Teacher,
    config: ClipConfig,
    rng: np.random.Generator,
) -> dict[str, npt.NDArray[np.generic]]:
    own = _cut(track, config)  # (n_clips, n_samples)
    if len(own) == 0:
        return {"is_mixture": np.empty(0, np.bool_)}
    other = _cut(partner, config)
    n_mixtures = config.n_mixtures if len(other) else 0
    mixtures = [_mix(own, other, config, rng) for _ in range(n_mixtures)]
    is_mixture = np.arange(len(own) + n_mixtures) >= len(own)
    waveforms = torch.from_numpy(np.concatenate([own, *mixtures]))
    features, tag_logits = _taught(teacher, waveforms, config)
    return {
        "levels": log_mel(waveforms, config.mel).half().numpy(),
        "features": features.numpy(),
        "tag_logits": tag_logits.numpy(),
        "is_mixture": is_mixture,
    }


def _cut(track: CorpusTrack, config: ClipConfig) -> FloatArray:
    """Clips spread evenly over a track, shape (n_clips, n_samples), without the silent ones."""
    n_samples = round(config.clip_s * config.mel.sample_rate_hz)
    try:
        waveform = read_all(os.fsencode(track.path), config.mel.sample_rate_hz)
    except AudioError:
        return np.empty((0, n_samples), np.float32)
    room = len(waveform) - n_samples
    n_clips = int(len(waveform) / (config.spacing_s * config.mel.sample_rate_hz))
    n_clips = min(max(n_clips, 1), config.max_clips) if room >= 0 else 0
    starts = np.linspace(0, room, n_clips).astype(int)
    clips = np.stack([waveform[s : s + n_samples] for s in starts]) if n_clips else None
    if clips is None:
        return np.empty((0, n_samples), np.float32)
    sounding: FloatArray = clips[np.sqrt((clips**2).mean(axis=1)) > SILENCE_RMS]
    return sounding


def _mix(
    own: FloatArray, other: FloatArray, config: ClipConfig, rng: np.random.Generator
) -> FloatArray:
    """One clip of each at levels up to max_mixture_gain_db apart, shape (1, n_samples)."""
    gain = 10.0 ** (rng.uniform(-1, 1) * config.max_mixture_gain_db / 20.0)
    first, second = own[rng.integers(len(own))], other[rng.integers(len(other))]
    mixed: FloatArray = (first + np.float32(gain) * second) / np.float32(1.0 + gain)
    return mixed[None]


def _taught(teacher: Teacher, waveforms: Tensor, config: ClipConfig) -> tuple[Tensor, Tensor]:
    """Features (n, 160) and tag logits (n, 50) of the very same clips, by fours."""
    pairs = [
        teacher(at_teacher_rate(batch, config.mel.sample_rate_hz))
        for batch in torch.split(waveforms, 4)
    ]
    return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])


def _clip_folder(config: ClipConfig, cache: Path) -> Path:
    """Clips of another configuration lie in another folder."""
    return cache / f"clips-{hashlib.sha256(repr(asdict(config)).encode()).hexdigest()[:12]}"


def _clip_path(folder: Path, track: CorpusTrack) -> Path:
    place = os.path.abspath(os.fsencode(track.path))
    return folder / f"{hashlib.sha256(place).hexdigest()[:24]}.npz"


def _write_arrays(path: Path, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **arrays)
    os.replace(partial, path)
