"""The list of a corpus: a CSV file with a line for each track."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import ManifestError
from app.evaluation.truths import CorpusTrack

DEFAULT_SPLIT = "val"
EVERY_SPLIT = "all"

_TRUTHS = ("collection", "style_group")
# Tracks that only lie together; nothing is said of them.
_NO_COLLECTION = "singles"


def read_manifest(path: Path, split: str | None) -> tuple[CorpusTrack, ...]:
    """The tracks of a manifest, in its order.

    Columns: path (beside the manifest, or absolute) and at least one of collection and
    style_group; artist, source and split may be there. A collection named "singles" is none.

    Args:
        path: of the manifest.
        split: the tracks of this split query; "all": every track; None: val if there is one.

    Raises:
        ManifestError: it cannot be read, lacks a column or the split, or lists a file twice.
    """
    rows = _rows(path)
    splits = sorted({row.get("split") or "" for row in rows} - {""})
    if split is None:
        split = DEFAULT_SPLIT if DEFAULT_SPLIT in splits else EVERY_SPLIT
    if split not in (EVERY_SPLIT, *splits):
        there = ", ".join(splits) or "none"
        raise ManifestError(path, f"there is no split {split} in it (there is: {there})")
    folder = os.path.abspath(os.fsencode(path.parent))
    tracks = tuple(_track(row, folder, split) for row in rows)
    if len({track.path for track in tracks}) < len(tracks):
        raise ManifestError(path, "it lists a file twice")
    return tracks


def _rows(path: Path) -> Sequence[Mapping[str, str | None]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            rows = list(reader)
    except OSError as error:
        raise ManifestError(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(path, f"it is no CSV file ({error})") from error
    if "path" not in columns or not set(_TRUTHS) & set(columns):
        raise ManifestError(path, "it needs a column path, and collection or style_group")
    if not rows:
        raise ManifestError(path, "it lists no track")
    if any(not row["path"] for row in rows):
        raise ManifestError(path, "a line in it names no file")
    return rows


def _track(row: Mapping[str, str | None], folder: bytes, split: str) -> CorpusTrack:
    name = row["path"] or ""
    collection = row.get("collection") or ""
    return CorpusTrack(
        path=os.path.abspath(os.path.join(folder, os.fsencode(name))),
        name=name,
        artist=row.get("artist") or "",
        collection="" if collection == _NO_COLLECTION else collection,
        style_group=row.get("style_group") or "",
        source=row.get("source") or "",
        in_split=split in (EVERY_SPLIT, row.get("split")),
    )
