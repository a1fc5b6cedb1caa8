"""The tracks of a training: where they lie, what belongs together, and which are held out."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audio_model.errors import TrainingError

# Tracks that lie together in a manifest without belonging together.
_NO_COLLECTION = "singles"
_COLUMNS = ("path", "split", "collection", "source", "licence")


@dataclass(frozen=True, slots=True)
class CorpusTrack:
    """A line of the manifest of a corpus. `collection` is empty where tracks only lie together."""

    path: Path
    split: str
    collection: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Part number `part` of `n_parts` parts of the sources, kept to judge what was learned."""

    part: int = 0
    n_parts: int = 8


def read_manifest(path: Path) -> tuple[CorpusTrack, ...]:
    """The tracks that a manifest lists, with paths beside it.

    Raises:
        TrainingError: it cannot be read, a column is missing, or a line is too short.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise TrainingError(str(path), error.strerror or str(error)) from error
    except (UnicodeError, csv.Error) as error:
        raise TrainingError(str(path), f"it is not a CSV file in UTF-8: {error}") from error
    for column in _COLUMNS:
        if column not in columns:
            raise TrainingError(str(path), f"it has no column {column}")
    for line, row in rows:
        if not row["path"] or any(row[column] is None for column in _COLUMNS):
            raise TrainingError(str(path), f"line {line} is incomplete")
    return tuple(_track(path.parent, row) for _, row in rows)


def parted(
    tracks: Sequence[CorpusTrack], hold_out: HoldOut | None
) -> tuple[list[CorpusTrack], list[CorpusTrack]]:
    """The tracks to learn from and those held out; no source is on both sides.

    Sources are dealt out by falling number of tracks, each to the part that is the smallest so far
    and, of several, to the last of them. There are no more parts than sources.
    """
    if hold_out is None:
        return list(tracks), []
    counts = Counter(track.source for track in tracks)
    sizes = [0] * min(hold_out.n_parts, len(counts))
    part_of: dict[str, int] = {}
    for source in sorted(counts, key=lambda source: (-counts[source], source)):
        part = min(range(len(sizes)), key=lambda part: (sizes[part], -part))
        part_of[source] = part
        sizes[part] += counts[source]
    held_out = [track for track in tracks if part_of[track.source] == hold_out.part]
    return [track for track in tracks if part_of[track.source] != hold_out.part], held_out


def _track(folder: Path, row: dict[str, str]) -> CorpusTrack:
    collection = "" if row["collection"] == _NO_COLLECTION else row["collection"]
    return CorpusTrack(
        folder / row["path"], row["split"], collection, row["source"], row["licence"]
    )
