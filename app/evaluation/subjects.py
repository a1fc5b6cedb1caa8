"""What is evaluated: a listed corpus, a folder of music, or the listener's own library."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from app.evaluation.judges import MIN_COLLECTION, Body
from app.evaluation.manifest import read_manifest
from app.evaluation.truths import CorpusTrack, corpus_bodies, library_bodies, unbiased_order
from library.records import Track, TrackId

ArtistsHeard = Mapping[bytes, str]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """Tracks by their paths, and what is true of them.

    paths: in an order that says nothing of them.
    folder: where relative paths in files of vectors begin.
    other_split: the tracks that do not query.
    bodies_of: the judges over those paths that have vectors, given the artists that their tags
        name, as far as they were read.
    """

    paths: tuple[bytes, ...]
    folder: bytes
    other_split: frozenset[bytes]
    bodies_of: Callable[[Sequence[bytes], ArtistsHeard], tuple[Body, ...]]


def corpus_subject(manifest: Path, split: str | None) -> Subject:
    """The tracks that a manifest lists; see `read_manifest`.

    Raises:
        ManifestError: it cannot be used.
    """
    tracks = {track.path: track for track in unbiased_order(read_manifest(manifest, split))}
    return Subject(
        paths=tuple(tracks),
        folder=os.path.abspath(os.fsencode(manifest.parent)),
        other_split=frozenset(path for path, track in tracks.items() if not track.in_split),
        bodies_of=lambda paths, _artists: corpus_bodies([tracks[path] for path in paths]),
    )


def folder_subject(folder: bytes, files: Sequence[bytes]) -> Subject:
    """Audio files below a folder; each folder that holds five or more is a collection."""
    sizes = Counter(os.path.dirname(file) for file in files)
    tracks = {
        track.path: track
        for track in unbiased_order(
            [
                CorpusTrack(
                    path=file,
                    name=os.fsdecode(os.path.relpath(file, folder)),
                    collection=os.fsdecode(os.path.dirname(file))
                    if sizes[os.path.dirname(file)] >= MIN_COLLECTION
                    else "",
                )
                for file in files
            ]
        )
    }

    def bodies_of(paths: Sequence[bytes], artists: ArtistsHeard) -> tuple[Body, ...]:
        return corpus_bodies(
            [replace(tracks[path], artist=artists.get(path, "")) for path in paths]
        )

    return Subject(tuple(tracks), folder, frozenset(), bodies_of)


def library_subject(tracks: Sequence[Track], playlists: Mapping[str, Set[TrackId]]) -> Subject:
    """The tracks of a library, each by its preferred file, and the tracks of its playlists."""
    # a track that is away may have the path of another that took its place
    known = {track.path: track for track in sorted(tracks, key=lambda track: not track.missing)}
    ordered = {track.path: track for track in unbiased_order(list(known.values()))}
    return Subject(
        paths=tuple(ordered),
        folder=os.path.abspath(b"."),
        other_split=frozenset(),
        bodies_of=lambda paths, _artists: library_bodies([ordered[p] for p in paths], playlists),
    )
