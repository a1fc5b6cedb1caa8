"""The vectors of what is evaluated: read from files, taken from the library, or made now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.output import tell
from app.cli.session import EXIT_REJECTED, CommandFailed, EncoderName, open_library
from library.records import FloatArray, display_path

if TYPE_CHECKING:
    from app.evaluation.subjects import Subject

# A file of vectors with fewer of the tracks was made for others.
_LEAST_SHARE = 0.5


@dataclass(slots=True)
class VectorsByPath:
    """What is known of the tracks so far, by path: per encoder unit vectors; and artists."""

    vectors: dict[str, Mapping[bytes, FloatArray]] = field(default_factory=dict)
    artists: dict[bytes, str] = field(default_factory=dict)


def read_file(
    ctx: typer.Context, name: str, file: Path, subject: "Subject", known: VectorsByPath
) -> None:
    """Take the vectors of a file.

    Raises:
        VectorsUnusable: it has less than half of the tracks, or does not have the vectors of the
            encoder for which it stands.
    """
    from app.errors import VectorsUnusable
    from app.vector_file import read_vectors

    found = read_vectors(file, subject.folder)
    if name in tuple(EncoderName):
        with open_library(ctx, readonly=True, encoder=name) as services:
            key = services.encoder.key
        if (found.encoder, found.model_version) != (key.encoder, key.model_version):
            raise VectorsUnusable(
                file, f"they are not those of {key.encoder}, version {key.model_version}"
            )
    n_found = sum(path in found.by_path for path in subject.paths)
    if n_found < _LEAST_SHARE * len(subject.paths):
        raise VectorsUnusable(
            file, f"it knows only {n_found:,} of the {len(subject.paths):,} tracks"
        )
    known.vectors[name] = found.by_path


def hear(
    ctx: typer.Context,
    name: str,
    encoder: str,
    subject: "Subject",
    known: VectorsByPath,
    *,
    stored: bool,
) -> None:
    """Take the vectors of an encoder of Segue's, or of a folder with a trained network.

    Those that the library has are used where `stored`; the others are made now.

    Raises:
        CommandFailed: none of the tracks has one.
        WorkerFailure: the encoder cannot be opened.
    """
    vectors = _stored(ctx, encoder) if stored else {}
    missing = [path for path in subject.paths if path not in vectors]
    if missing:
        vectors |= _heard(ctx, name, encoder, missing, known)
    if not any(path in vectors for path in subject.paths):
        raise CommandFailed(f"None of the files has a vector by {name}.", EXIT_REJECTED)
    known.vectors[name] = vectors


def _stored(ctx: typer.Context, encoder: str) -> dict[bytes, FloatArray]:
    """What the library holds of an encoder, by the paths of its tracks."""
    with open_library(ctx, readonly=True, encoder=encoder) as services:
        ids, vectors = services.catalog.embeddings.matrix()
        tracks = services.catalog.tracks.get(ids.tolist())
        rows = [(tracks[id_], row) for id_, row in zip(ids.tolist(), vectors, strict=True)]
        # a track that is away may have the path of another that took its place
        rows.sort(key=lambda pair: not pair[0].missing)
        return {track.path: row for track, row in rows}


def _heard(
    ctx: typer.Context, name: str, encoder: str, paths: Sequence[bytes], known: VectorsByPath
) -> dict[bytes, FloatArray]:
    """Listen to files, show how far it is, and tell of each that cannot be used."""
    from app.cli.progress import ProgressLine
    from app.evaluation.hearing import hear
    from app.pipeline import Analysed
    from app.services import n_decoders

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        choice, workers = services.encoder, n_decoders(services.settings)
    vectors: dict[bytes, FloatArray] = {}
    with ProgressLine(hint=f" ({name})") as line:
        for result, progress in hear(choice, paths, n_decoders=workers):
            line.show(progress)
            if not isinstance(result, Analysed):
                tell(f"Could not use {display_path(result.path)}: {result.reason}")
            elif result.embedding is not None:
                vectors[result.path] = result.embedding.vector
                known.artists[result.path] = result.description.tags.artist
    return vectors
