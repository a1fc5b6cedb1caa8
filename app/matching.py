"""From a request to matches: seeds that are known are searched from at once, others are heard.

`MatchFinder` answers in milliseconds and says which seeds nobody has heard yet; `hear_seeds`
listens to them, which takes seconds. Who asks keeps what was heard, so that no file is listened to
twice.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.encoder_choice import EncoderChoice
from app.errors import SeedsCancelOut
from app.filters import Filters
from app.match_request import Lack, Matches, MatchRequest, SeedKey
from app.seeds import SeedsFound, seeds_of, track_at
from app.similar import KnownCrowd, Seed, seed_of, similar_tracks
from app.versions import VersionRule
from library.catalog import Catalog
from library.records import Match, TrackId

if TYPE_CHECKING:
    from app.services import Services

IS_FOLDER = "a folder cannot be a seed: choose songs in it, or add it to the library"
IS_GONE = "it is no longer in the library"


class MatchFinder:
    """Answers one request after the other about a library, and keeps what it learned of it."""

    def __init__(self, catalog: Catalog, encoder: EncoderChoice) -> None:
        """Search this catalog, which is open with the key of the encoder."""
        self._catalog = catalog
        self._encoder = encoder
        self._crowd = KnownCrowd()

    def prepare(self) -> None:
        """Read what searches need, so that the first is as quick as the next."""
        self._crowd.of(self._catalog)
        any_vector = np.eye(1, self._catalog.key.dimension, dtype=np.float32)[0]
        self._catalog.nearest(any_vector, 1)

    def find(self, request: MatchRequest, heard: Mapping[SeedKey, Seed]) -> Matches:
        """The matches of those seeds of a request that the library knows, or that were `heard`."""
        with self._catalog.snapshot():
            return self._find(request, heard)

    def _find(self, request: MatchRequest, heard: Mapping[SeedKey, Seed]) -> Matches:
        known = _known_seeds(self._catalog, request.keys)
        seeds = {key: known.seeds.get(key) or heard[key] for key in known.seeds.keys() | heard}
        seeds = {key: seeds[key] for key in request.keys if key in seeds}
        wanted = [seeds[key] for key in request.wanted if key in seeds]
        unwanted = [seeds[key] for key in request.unwanted if key in seeds]
        lack = _lack_of_seeds(request, wanted)
        matches: list[Match] = []
        if lack is None:
            try:
                matches = self._search(request, wanted, unwanted)
                lack = None if matches else _lack_of_tracks(self._catalog, seeds.values())
            except SeedsCancelOut:
                lack = Lack.CANCEL_OUT
        return Matches(
            matches=tuple(matches),
            seeds=seeds,
            unheard=tuple(k for k in request.keys if k not in seeds and k not in known.refused),
            refused=known.refused,
            window_s=self._encoder.window.window_s,
            lack=lack,
        )

    def _search(
        self, request: MatchRequest, wanted: list[Seed], unwanted: list[Seed]
    ) -> list[Match]:
        return similar_tracks(
            self._catalog,
            wanted,
            unwanted=unwanted,
            filters=filters_of(request),
            locked=request.locked,
            count=request.dials.count,
            tags=self._encoder.tags,
            crowd=self._crowd,
        )


def hear_seeds(services: "Services", keys: Sequence[SeedKey]) -> SeedsFound:
    """Listen to seeds that nobody has heard yet; every one of them is found or refused.

    Raises:
        WorkerFailure: the encoder cannot be opened, or fails.
    """
    folders: dict[SeedKey, str] = {
        key: IS_FOLDER for key in keys if isinstance(key, bytes) and os.path.isdir(key)
    }
    found = seeds_of(services, [key for key in keys if key not in folders])
    return SeedsFound(found.seeds, {**found.refused, **folders})


def filters_of(request: MatchRequest) -> Filters:
    """What a request lets through; other versions of a song and missing tracks are left out."""
    dials = request.dials
    return Filters(
        per_artist=dials.per_artist or None,
        per_album=dials.per_album or None,
        versions=VersionRule(),
        min_length_s=dials.min_length_s,
        max_length_s=dials.max_length_s,
        first_year=dials.first_year,
        last_year=dials.last_year,
        genres=dials.genres,
        not_these=request.excluded,
        present_only=True,
    )


def _known_seeds(catalog: Catalog, keys: Sequence[SeedKey]) -> SeedsFound:
    """The seeds that have vectors, and those that are gone from the library."""
    ids = _ids_by_key(catalog, keys)
    tracks = catalog.tracks.get(ids.values())
    embeddings = catalog.embeddings.get(tracks)
    seeds: dict[SeedKey, Seed] = {
        key: seed_of(tracks[track_id], embeddings[track_id])
        for key, track_id in ids.items()
        if track_id in embeddings
    }
    gone: dict[SeedKey, str] = {
        key: IS_GONE for key in keys if not isinstance(key, bytes) and key not in tracks
    }
    return SeedsFound(seeds, gone)


def _ids_by_key(catalog: Catalog, keys: Sequence[SeedKey]) -> dict[SeedKey, TrackId]:
    ids: dict[SeedKey, TrackId] = {}
    for key in keys:
        if isinstance(key, bytes):
            if (track := track_at(catalog, key)) is not None:
                ids[key] = track.id
        else:
            ids[key] = key
    return ids


def _lack_of_seeds(request: MatchRequest, wanted: Sequence[Seed]) -> Lack | None:
    if not request.seeds:
        return Lack.NO_SEED
    if not request.wanted:
        return Lack.NO_WANTED_SEED
    return None if wanted else Lack.NOT_HEARD


def _lack_of_tracks(catalog: Catalog, seeds: Collection[Seed]) -> Lack:
    n_own = len({seed.track_id for seed in seeds} - {None})
    n_heard = catalog.embeddings.revision().count
    return Lack.FILTERED if n_heard > n_own else Lack.EMPTY_LIBRARY
