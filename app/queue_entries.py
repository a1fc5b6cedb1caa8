"""What becomes entries of the queue, and how long they last; both ask the library."""

import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.queue_line import Playable
from app.services import Services
from library.files import find
from library.records import Stamp


def playables_of(services: Services, paths: Sequence[bytes]) -> list[Playable]:
    """Files, and all music in folders, in order: tracks where the library has them."""
    playables: list[Playable] = []
    for path in paths:
        files = sorted(_files_below(path)) if os.path.isdir(path) else [path]
        for file in files:
            track = services.catalog.tracks.by_path(file)
            playables.append(file if track is None else track.id)
    return playables


def ends_s(services: Services, playables: Sequence[Playable]) -> npt.NDArray[np.float64]:
    """When each entry ends if all are played; files from outside count as nothing.

    Returns:
        float64, shape (n_entries,), rising, in seconds.
    """
    ids = {playable for playable in playables if not isinstance(playable, bytes)}
    durations_s = services.catalog.tracks.durations(ids)
    lengths_s = [
        0.0 if isinstance(playable, bytes) else durations_s.get(playable, 0.0)
        for playable in playables
    ]
    return np.cumsum(np.array(lengths_s, dtype=np.float64))


def _files_below(folder: bytes) -> list[bytes]:
    return [found.path for found in find([folder]) if isinstance(found, Stamp)]
