"""Training a network on one's own music: the program's door to audio_model.training.

torch and everything that loads it is imported inside the functions.
"""

import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.events import NotScanned
from library.files import Skipped, find
from library.records import display_path

if TYPE_CHECKING:
    from audio_model.training.events import TrainingEvent
    from audio_model.training.manifest import CorpusTrack

_MANIFEST_ENDING = b".csv"
_LEARNED_SPLIT = "train"


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """What the listener wants.

    corpora: manifests (.csv) and folders of music. Of a manifest the tracks of the split "train"
        are taken; in a folder each folder that holds music is a collection and a source.
    out: folder for weights and card.
    cache: folder for clips and for the state of the training.
    teacher: .npz file with the weights of the tagger; None is the packaged network.
    hold_out: part and number of parts of the sources that are kept to judge by; None is none.
    calibrated_by: folder of another training, whose calibration of the tags is taken.
    n_steps, seed: None is the recipe's.
    """

    corpora: tuple[bytes, ...]
    out: Path
    cache: Path
    teacher: Path | None = None
    hold_out: tuple[int, int] | None = (0, 8)
    calibrated_by: Path | None = None
    n_steps: int | None = None
    seed: int | None = None
    device: str = "auto"
    n_threads: int = 1
    licence: str = "not stated"


@dataclass(frozen=True, slots=True)
class Started:
    """The music was found. `device` is a sentence that names what computes."""

    n_tracks: int
    device: str


def train(order: TrainingOrder) -> "Generator[NotScanned | Started | TrainingEvent]":
    """Train, or go on with the same order where it was stopped or killed.

    It may be closed at any event, and nothing is lost then.

    Raises:
        AppError: the corpora hold no music.
        ModelError: something is not what it should be; see audio_model.training.recipe.train.
        OSError: a folder cannot be written.
    """
    from audio_model.device import choose_device, use_threads
    from audio_model.training.corpus import ClipConfig
    from audio_model.training.loop import TrainingConfig
    from audio_model.training.manifest import HoldOut
    from audio_model.training.recipe import TrainingPlan
    from audio_model.training.recipe import train as run

    choice = choose_device(order.device)
    use_threads(order.n_threads)
    tracks: dict[Path, CorpusTrack] = {}
    for found in _tracks(order.corpora):
        if isinstance(found, NotScanned):
            yield found
        else:
            tracks.setdefault(found.path, found)
    if not tracks:
        raise AppError(
            "There is no music in what is to be learned from. Of a manifest only the tracks of the "
            f"split {_LEARNED_SPLIT} are."
        )
    yield Started(len(tracks), choice.sentence)
    seed = TrainingConfig().seed if order.seed is None else order.seed
    n_steps = TrainingConfig().n_steps if order.n_steps is None else order.n_steps
    plan = TrainingPlan(
        tracks=list(tracks.values()),
        teacher=order.teacher,
        cache=order.cache,
        out=order.out,
        hold_out=order.hold_out and HoldOut(*order.hold_out),
        calibrated_by=order.calibrated_by,
        licence=order.licence,
        device=choice.device,
    )
    yield from run(plan, TrainingConfig(n_steps=n_steps, seed=seed), ClipConfig(seed=seed))


def _tracks(corpora: Sequence[bytes]) -> "Iterator[CorpusTrack | NotScanned]":
    """The tracks to learn from, and what lies among them and could not be used."""
    from audio_model.training.manifest import read_manifest

    names = _FolderNames()
    for corpus in corpora:
        path = os.path.abspath(corpus)
        if path.lower().endswith(_MANIFEST_ENDING):
            for track in read_manifest(Path(os.fsdecode(path))):
                if track.split == _LEARNED_SPLIT:
                    yield track
        elif os.path.isdir(path):
            yield from _tracks_below(path, names)
        else:
            raise AppError(f"{display_path(path)} is neither a folder nor a manifest (.csv).")


def _tracks_below(root: bytes, names: "_FolderNames") -> "Iterator[CorpusTrack | NotScanned]":
    from audio_model.training.manifest import CorpusTrack

    for found in find([root]):
        if isinstance(found, Skipped):
            yield NotScanned(found.path, found.reason)
            continue
        name = names.of(os.path.dirname(found.path), os.path.dirname(root))
        yield CorpusTrack(
            path=Path(os.fsdecode(found.path)),
            split=_LEARNED_SPLIT,
            collection=name,
            source=name,
            licence="not stated",
        )


class _FolderNames:
    """What folders are called: as they lie in what was named, no two of them alike."""

    def __init__(self) -> None:
        self._name_of: dict[bytes, str] = {}
        self._n_called: Counter[str] = Counter()

    def of(self, folder: bytes, above: bytes) -> str:
        """The name of a folder below another, with a number where one before has the same."""
        if folder not in self._name_of:
            name = display_path(os.path.relpath(folder, above))
            self._n_called[name] += 1
            n_called = self._n_called[name]
            self._name_of[folder] = name if n_called == 1 else f"{name} ({n_called})"
        return self._name_of[folder]
