"""What a training says as it goes. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass

from audio_model.training.validation import Judgement, Score


@dataclass(frozen=True, slots=True)
class Unheard:
    """A track that gives nothing to learn from, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many tracks have their clips; left_s is None until one of them was made."""

    n_done: int
    n_tracks: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the network learns from, and what it is judged by."""

    n_tracks: int
    n_clips: int
    n_held_out: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the steps are. `losses` are smoothed and unweighted, by objective."""

    step: int
    n_steps: int
    losses: Mapping[str, float]
    left_s: float


@dataclass(frozen=True, slots=True)
class Validated:
    """How well the network of a step finds what belongs together among the held-out tracks."""

    step: int
    score: Score


@dataclass(frozen=True, slots=True)
class Trained:
    """The end: weights and card are written.

    judgement: None where no track was held out, or too few.
    calibrated_by: whose tags the scores of tags were fitted to.
    """

    model_version: str
    judgement: Judgement | None
    calibrated_by: str


TrainingEvent = Unheard | Prepared | Gathered | Progress | Validated | Trained
