"""Seeds of tracks and files: what is not heard yet, of the library or not, is listened to now."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.services import Services, embed_files, n_decoders
from app.similar import Seed, seed_of
from app.versions import song_of
from library.catalog import Catalog
from library.records import Track, TrackId, display_path

if TYPE_CHECKING:
    from app.pipeline import Analysed, Result

_GONE = "it is not in the library any more"


@dataclass(frozen=True, slots=True)
class SeedsFound:
    """Everything that was wanted, as a seed or with the reason why it cannot be one."""

    seeds: dict[TrackId | bytes, Seed]
    refused: dict[TrackId | bytes, str]


def seeds_of(services: Services, wanted: Sequence[TrackId | bytes]) -> SeedsFound:
    """Seeds of tracks by id and of files by path, each under what it was asked for by.

    Whatever has vectors in the library is there at once; anything else takes seconds. Nothing is
    written, so that the catalog may be a read-only one.

    Raises:
        WorkerFailure: the encoder cannot be opened, or fails for one file after the other.
    """
    from app.pipeline import Refused  # all that listens comes with it

    tracks = _tracks(services.catalog, wanted)
    known = services.catalog.embeddings.get(track.id for track in tracks.values())
    seeds: dict[TrackId | bytes, Seed] = {}
    refused: dict[TrackId | bytes, str] = {}
    unheard: dict[TrackId | bytes, bytes] = {}
    for one in wanted:
        track = tracks.get(one)
        if track is not None and track.id in known:
            seeds[one] = seed_of(track, known[track.id])
        elif track is not None:
            unheard[one] = track.path
        elif isinstance(one, bytes):
            unheard[one] = one
        else:
            refused[one] = _GONE
    heard = _listen(services, set(unheard.values()))
    for one, path in unheard.items():
        result = heard[path]
        if isinstance(result, Refused):
            refused[one] = result.reason
        else:
            seeds[one] = _seed_from(services.catalog, result)
    return SeedsFound(seeds, refused)


def track_at(catalog: Catalog, path: bytes) -> Track | None:
    """The track whose file lies at a path, however it is spelled; None where there is none."""
    for spelling in (os.path.abspath(path), os.path.realpath(path)):
        if (track := catalog.tracks.by_path(spelling)) is not None:
            return track
    return None


def _tracks(catalog: Catalog, wanted: Sequence[TrackId | bytes]) -> dict[TrackId | bytes, Track]:
    """The tracks of the library among what is wanted."""
    by_id = catalog.tracks.get([one for one in wanted if not isinstance(one, bytes)])
    tracks = {
        one: track_at(catalog, one) if isinstance(one, bytes) else by_id.get(one) for one in wanted
    }
    return {one: track for one, track in tracks.items() if track is not None}


def _listen(services: Services, paths: Collection[bytes]) -> "dict[bytes, Result]":
    if not paths:
        return {}
    results = embed_files(services.encoder, sorted(paths), n_decoders=n_decoders(services.settings))
    return {result.path: result for result in results}


def _seed_from(catalog: Catalog, heard: "Analysed") -> Seed:
    tags, recording = heard.description.tags, heard.description.recording
    track = catalog.tracks.by_digest(recording.digest)
    assert heard.embedding is not None  # embed_files leaves nothing out
    return Seed(
        tags.title or display_path(os.path.basename(heard.path)),
        song_of(tags, heard.path, recording.duration_s),
        heard.embedding,
        None if track is None else track.id,
    )
