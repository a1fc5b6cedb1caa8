"""Batches drawn from prepared clips, each a pure function of the seed and the step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from audio_model.training.corpus import MIXTURE, Clips, FloatArray, IntArray
from audio_model.training.losses import Targets, sound_statistics

_STATISTICS_AT_ONCE = 256
# A column that varies by less is constant but for rounding.
_LEAST_DEVIATION = 1e-6


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """What a batch is made of: clips of different tracks, some of each, and mixtures."""

    n_tracks: int = 16
    n_clips_per_track: int = 2
    n_mixtures: int = 24


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Mean and deviation of each column: float32, shape (n_columns,)."""

    mean: FloatArray
    deviation: FloatArray

    @classmethod
    def of(cls, values: FloatArray) -> "Scale":
        """The scale of the rows of `values`; a constant column keeps its size."""
        deviation = values.std(axis=0)
        return cls(values.mean(axis=0), np.where(deviation > _LEAST_DEVIATION, deviation, 1.0))

    def standardised(self, values: FloatArray) -> FloatArray:
        """Columns of mean 0 and deviation 1."""
        scaled: FloatArray = np.asarray((values - self.mean) / self.deviation, np.float32)
        return scaled


class Batches:
    """The clips of some tracks with standardised targets.

    tag_scale: turns the tag targets back into the teacher's logits.
    """

    def __init__(
        self, clips: Clips, collections: Sequence[str], config: BatchConfig, seed: int
    ) -> None:
        """Take the clips; `collections` has a name, or "" for none, for each track number."""
        self._levels = clips.levels
        self._config = config
        self._seed = seed
        self.tag_scale = Scale.of(clips.tag_logits)
        self._tag_logits = self.tag_scale.standardised(clips.tag_logits)
        self._features = Scale.of(clips.features).standardised(clips.features)
        statistics = _all_statistics(clips)
        self._statistics = Scale.of(statistics).standardised(statistics)
        self._track = clips.track_index
        self._collection = _collection_numbers(clips.track_index, collections)
        self._mixtures = np.flatnonzero(clips.track_index == MIXTURE)
        self._clips_of = [
            np.flatnonzero(clips.track_index == track)
            for track in np.unique(clips.track_index[clips.track_index != MIXTURE])
        ]

    def draw(self, step: int) -> tuple[Tensor, Targets]:
        """The batch of one step: levels, float32, shape (batch, n_mels, n_frames), and targets."""
        rows = self._rows(np.random.default_rng([self._seed, step]))
        levels = torch.from_numpy(self._levels[rows].astype(np.float32))
        targets = Targets(
            tag_logits=torch.from_numpy(self._tag_logits[rows]),
            features=torch.from_numpy(self._features[rows]),
            statistics=torch.from_numpy(self._statistics[rows]),
            track=torch.from_numpy(self._track[rows]),
            collection=torch.from_numpy(self._collection[rows]),
        )
        return levels, targets

    def by_track(self, n_clips: int) -> Iterator[Tensor]:
        """Levels of some clips of each track: float32, shape (<= n_clips, n_mels, n_frames)."""
        for own in self._clips_of:
            yield torch.from_numpy(self._levels[own[:n_clips]].astype(np.float32))

    def _rows(self, rng: np.random.Generator) -> IntArray:
        n_tracks = min(self._config.n_tracks, len(self._clips_of))
        rows: list[IntArray] = []
        for track in rng.choice(len(self._clips_of), n_tracks, replace=False):
            own = self._clips_of[track]
            n_clips = min(self._config.n_clips_per_track, len(own))
            rows.append(rng.choice(own, n_clips, replace=False))
        n_mixtures = min(self._config.n_mixtures, len(self._mixtures))
        rows.append(rng.choice(self._mixtures, n_mixtures, replace=False))
        return np.concatenate(rows)


def _all_statistics(clips: Clips) -> FloatArray:
    parts = [
        sound_statistics(torch.from_numpy(levels.astype(np.float32))).numpy()
        for levels in np.array_split(clips.levels, max(1, len(clips.levels) // _STATISTICS_AT_ONCE))
    ]
    return np.concatenate(parts)


def _collection_numbers(track_index: IntArray, collections: Sequence[str]) -> IntArray:
    """A number for the collection of each clip, -1 for mixtures.

    A track that is in none is its own. If such tracks had no number, all of them together would be
    what the others are told from, and the few anchors left would steer the whole network.
    """
    names = sorted(set(collections) - {""})
    numbers = [
        names.index(name) if name else len(names) + track for track, name in enumerate(collections)
    ]
    return np.array([numbers[track] if track != MIXTURE else -1 for track in track_index])
