"""`segue probe` and `segue embed`: single files, without any library."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import (
    clock,
    counted,
    heard_fields,
    in_percent,
    path_fields,
    print_json,
    print_line,
    tell,
)
from app.cli.session import (
    EXIT_REJECTED,
    AsJson,
    CommandFailed,
    DataDir,
    Debug,
    Encoder,
    open_library,
)
from library.records import Embedding, display_path

if TYPE_CHECKING:
    from app.encoder_choice import EncoderChoice
    from app.pipeline import Analysed, Refused, Result

_SHOWN_TAGS = 5


def probe(
    ctx: typer.Context,
    *,
    files: Annotated[list[str], typer.Argument(metavar="FILE")],
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Try whether files can be analysed.

    Reads tags and duration, decodes and embeds, and keeps nothing. Ends with 0 if every file is
    accepted, and with 3 and a sentence on stderr for every file that is not.
    """
    from app.pipeline import Refused

    choice, results = _results(ctx, [os.path.abspath(os.fsencode(file)) for file in files], encoder)
    for result in results:
        if isinstance(result, Refused):
            tell(_refusal(result))
        elif not as_json:
            print_line(_acceptance(result, choice.tags))
    if as_json:
        print_json([_result_fields(result, choice.tags) for result in results])
    if any(isinstance(result, Refused) for result in results):
        raise typer.Exit(EXIT_REJECTED)


def embed(
    ctx: typer.Context,
    *,
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE-OR-FOLDER", help="Folders with all they hold.")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE.npz", help="Where the vectors go.")
    ],
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Write the vectors of files as arrays of numpy.

    The arrays: paths (text), paths_b64 (the paths' bytes), vectors (one row a file, unit length),
    windows (unit rows of all files), window_offsets (windows[o[i]:o[i+1]] are file i's),
    window_starts_s, window_s, durations_s, tags (names), tag_scores (one row a file), encoder,
    model_version, failed_paths, failed_reasons.
    Ends with 3 if not a single file could be embedded.
    """
    from app.pipeline import Analysed, Refused
    from app.vector_file import write_vectors

    paths = _files_of(sources)
    choice, results = _results(ctx, paths, encoder)
    analysed = [result for result in results if isinstance(result, Analysed)]
    refused = [result for result in results if isinstance(result, Refused)]
    for result in refused:
        tell(_refusal(result))
    if not analysed:
        raise CommandFailed("None of the files could be embedded.", EXIT_REJECTED)
    target = Path(output)
    write_vectors(target, choice, analysed, refused)
    if as_json:
        print_json(
            {
                **path_fields(os.fsencode(target)),
                "embedded": len(analysed),
                "rejected": [_result_fields(result, choice.tags) for result in refused],
            }
        )
    else:
        print_line(f"Wrote the vectors of {counted(len(analysed), 'file')} to {target}.")


def _results(
    ctx: typer.Context, paths: Sequence[bytes], encoder: str | None
) -> "tuple[EncoderChoice, list[Result]]":
    """One result for each path, in order, and the encoder that heard them."""
    from app.services import embed_files, n_decoders

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        choice, workers = services.encoder, n_decoders(services.settings)
    found = {
        result.path: result
        for result in embed_files(choice, list(dict.fromkeys(paths)), n_decoders=workers)
    }
    return choice, [found[path] for path in paths]


def _files_of(sources: Sequence[str]) -> list[bytes]:
    """The files named, and the audio files in the folders named, each once.

    Raises:
        CommandFailed: one of them does not exist.
    """
    from library.files import Skipped, find

    paths: dict[bytes, None] = {}
    for source in sources:
        path = os.path.abspath(os.fsencode(source))
        if not os.path.lexists(path):
            raise CommandFailed(f"There is no file or folder {source}.")
        if not os.path.isdir(path):
            paths[path] = None
            continue
        for found in find([path]):
            if isinstance(found, Skipped):
                tell(f"Skipped {display_path(found.path)}: {found.reason}")
            else:
                paths[found.path] = None
    return list(paths)


def _acceptance(result: "Analysed", encoder_tags: tuple[str, ...]) -> str:
    from app.tags import NOTEWORTHY, heard_tags

    tags, recording = result.description.tags, result.description.recording
    named = " - ".join(part for part in (tags.artist, tags.title) if part) or "no title"
    embedding = _embedding_of(result)
    heard = heard_tags(embedding.tag_scores, encoder_tags, minimum=NOTEWORTHY, limit=_SHOWN_TAGS)
    return (
        f"{display_path(result.path)}: {named}, {clock(recording.duration_s)}, {recording.codec}, "
        f"{recording.sample_rate_hz} Hz, {counted(recording.channels, 'channel')}, "
        f"{counted(len(embedding.windows), 'window')}" + (f", {in_percent(heard)}" if heard else "")
    )


def _refusal(refused: "Refused") -> str:
    return f"Could not use {display_path(refused.path)}: {refused.reason}"


def _embedding_of(result: "Analysed") -> Embedding:
    assert result.embedding is not None  # embed_files leaves nothing out
    return result.embedding


def _result_fields(result: "Result", encoder_tags: tuple[str, ...]) -> dict[str, object]:
    from app.pipeline import Refused
    from app.tags import heard_tags

    if isinstance(result, Refused):
        return {**path_fields(result.path), "accepted": False, "reason": result.reason}
    tags, recording = result.description.tags, result.description.recording
    embedding = _embedding_of(result)
    return {
        **path_fields(result.path),
        "accepted": True,
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "genres": list(tags.genres),
        "year": tags.year,
        "codec": recording.codec,
        "sample_rate_hz": recording.sample_rate_hz,
        "channels": recording.channels,
        "duration_s": recording.duration_s,
        "digest": recording.digest.hex(),
        "cover": result.description.cover is not None,
        "windows": len(embedding.windows),
        "heard": heard_fields(heard_tags(embedding.tag_scores, encoder_tags)),
    }
