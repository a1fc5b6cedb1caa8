"""`segue evaluate`: how well encoders bring together what belongs together."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import counted, tell
from app.cli.session import (
    EXIT_CANCELLED,
    AsJson,
    CommandFailed,
    DataDir,
    Debug,
    EncoderName,
    known_encoder,
    open_library,
)
from library.records import display_path

if TYPE_CHECKING:
    from app.cli.vectors import VectorsByPath
    from app.cli.verdicts import Evaluated
    from app.evaluation.comparison import Verdict
    from app.evaluation.subjects import Subject

_SHOWN_EVERY = 100


def evaluate(
    ctx: typer.Context,
    *,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[TRACKS.csv|FOLDER]",
            help="A list of tracks, or a folder of albums. Default: your own library.",
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Whose tracks query, of a list with a column split; all: every track. "
            "Default: val, where there is one.",
        ),
    ] = None,
    encoder: Annotated[
        list[EncoderName] | None,
        typer.Option(
            help="One of Segue's encoders. Repeatable. Default: all; for your own library the one "
            "that it was analysed with."
        ),
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=FOLDER", help="A network that you trained. Repeatable."),
    ] = None,
    vectors: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE.npz",
            help="Vectors of any origin: arrays vectors and paths, as segue embed writes them. "
            "Named like one of Segue's encoders, they stand for it. Repeatable.",
        ),
    ] = None,
    damped: Annotated[
        bool, typer.Option("--damped", help="Each encoder also with hubs kept down.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="With which the others are compared. Default: the better of the hand-crafted.",
        ),
    ] = None,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE.svg|png", help="Draw the figures there, too.")
    ] = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Measure how well encoders find what belongs together.

    Every track looks for the others of its collection; in a list with styles, also for its style
    among all other sources; in your library, for its album, artist, genre and playlists. TRACKS.csv
    has the columns path and collection or style_group (also used: split, artist, source). In a
    folder, each folder with five tracks or more is a collection.
    """
    from app.cli.vectors import VectorsByPath, hear, read_file
    from app.cli.verdicts import print_verdicts
    from app.evaluation.entrants import DERIVED, entrant_names
    from app.evaluation.picture import check_name, draw

    files = _pairs(vectors, "--vectors", taken=DERIVED)
    encoders = _own_encoders(ctx, encoder, target, files)
    networks = _pairs(network, "--network", taken={*DERIVED, *EncoderName, *files, *encoders})
    encoders |= {name: _trained(folder) for name, folder in networks.items()}
    names = entrant_names([*files, *encoders], damped=damped)
    if against is not None and against not in names:
        raise CommandFailed(f"There is no {against} to compare with, only: {', '.join(names)}.")
    if picture is not None:
        check_name(Path(picture))
    try:
        subject = _subject(ctx, target, split)
        known = VectorsByPath()
        for name, file in files.items():
            read_file(ctx, name, Path(file), subject, known)
        for name, encoder_of_name in encoders.items():
            hear(ctx, name, encoder_of_name, subject, known, stored=target is None)
        evaluated, verdicts = _compare(subject, known, against, damped=damped)
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_CANCELLED) from None
    print_verdicts(verdicts, evaluated, as_json=as_json)
    if picture is not None:
        draw(verdicts, Path(picture))


def _pairs(options: Sequence[str] | None, option: str, *, taken: Set[str]) -> dict[str, str]:
    """NAME=VALUE options, by name.

    Raises:
        typer.BadParameter: one is written otherwise, or a name is taken.
    """
    pairs: dict[str, str] = {}
    for text in options or ():
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise typer.BadParameter(f"{option} is written NAME=VALUE, not {text!r}")
        if name in pairs or name in taken:
            raise typer.BadParameter(f"{option}: the name {name} is taken")
        pairs[name] = os.path.expanduser(value)  # not every shell does after "="
    return pairs


def _own_encoders(
    ctx: typer.Context,
    asked: Sequence[EncoderName] | None,
    target: str | None,
    files: Mapping[str, str],
) -> dict[str, str]:
    """By name those of Segue's encoders whose vectors are not read from files."""
    if asked is not None:
        chosen: list[str] = list(asked)
    elif target is not None:
        chosen = list(EncoderName)
    else:
        with open_library(ctx, readonly=True) as services:
            chosen = [services.settings.encoder]
    names = {os.path.basename(encoder): encoder for encoder in chosen}
    return {name: encoder for name, encoder in names.items() if name not in files}


def _trained(folder: str) -> str:
    """The folder of a trained network, as a library's settings name it.

    Raises:
        typer.BadParameter: there is none in it.
    """
    path = os.path.abspath(folder)
    known_encoder(path)
    return path


def _subject(ctx: typer.Context, target: str | None, split: str | None) -> "Subject":
    """What is evaluated.

    Raises:
        ManifestError: the list cannot be used.
        CommandFailed: there is nothing of that name, or nothing to evaluate in it.
    """
    from app.evaluation.subjects import corpus_subject, folder_subject

    is_folder = target is not None and os.path.isdir(target)
    if split is not None and (target is None or is_folder):
        raise typer.BadParameter("--split goes with a list of tracks")
    if target is None:
        return _library_subject(ctx)
    if not is_folder:
        return corpus_subject(Path(target), split)
    folder = os.path.abspath(os.fsencode(target))
    files = _files_below(folder)
    if not files:
        raise CommandFailed(f"There is no music in {target}.")
    return folder_subject(folder, files)


def _files_below(folder: bytes) -> list[bytes]:
    """The audio files below a folder; what is passed over is told."""
    from library.files import Skipped, find

    files = []
    for found in find([folder]):
        if isinstance(found, Skipped):
            tell(f"Skipped {display_path(found.path)}: {found.reason}")
        else:
            files.append(found.path)
    return files


def _library_subject(ctx: typer.Context) -> "Subject":
    """The tracks that have vectors of the library's encoder.

    Raises:
        CommandFailed: there is none.
    """
    from app.evaluation.subjects import library_subject

    with open_library(ctx, readonly=True) as services:
        catalog = services.catalog
        tracks = catalog.tracks.get(catalog.embeddings.ids().tolist())
        playlists = {
            playlist.name: frozenset(entry.track_id for entry in playlist.entries)
            for playlist in catalog.playlists.all()
        }
    if not tracks:
        raise CommandFailed(
            "The library has no analysed track yet. Scan a folder first: segue scan FOLDER."
        )
    return library_subject(list(tracks.values()), playlists)


def _compare(
    subject: "Subject", known: "VectorsByPath", against: str | None, *, damped: bool
) -> "tuple[Evaluated, list[Verdict]]":
    """All entrants over the tracks that every encoder has a vector for.

    Raises:
        CommandFailed: no track looks for anything.
    """
    import numpy as np

    from app.cli.verdicts import Evaluated
    from app.evaluation.comparison import compare
    from app.evaluation.entrants import best_by_hand, entrants_of
    from app.evaluation.judges import MIN_COLLECTION, MIN_RELEVANT

    paths = [p for p in subject.paths if all(p in of_all for of_all in known.vectors.values())]
    bodies = subject.bodies_of(paths, known.artists)
    if not bodies:
        raise CommandFailed(
            f"There is nothing to find among {counted(len(paths), 'track')}: a group needs "
            f"{MIN_COLLECTION} tracks, or a style {MIN_RELEVANT} in other sources."
        )
    is_other = np.array([path in subject.other_split for path in paths], np.bool_)
    by_other = int(is_other.sum()) > 1
    examples = np.flatnonzero(is_other) if by_other else np.arange(len(paths))
    vectors = {
        name: np.stack([of_all[path] for path in paths]) for name, of_all in known.vectors.items()
    }
    verdicts = compare(
        bodies,
        entrants_of(vectors, examples, damped=damped),
        best_by_hand if against is None else lambda _: against,
        _shown,
    )
    evaluated = Evaluated(len(paths), len(subject.paths), len(examples), by_other)
    return evaluated, verdicts


def _shown(places: Sequence[int], name: str) -> Iterator[int]:
    """The places one by one, with a bar on a terminal's stderr."""
    if not sys.stderr.isatty():
        yield from places
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), auto_refresh=False, transient=True)
    task = bar.add_task(f"Ranking by {name}", total=len(places))
    with bar:
        for n_done, place in enumerate(places):
            if n_done % _SHOWN_EVERY == 0:
                bar.update(task, completed=n_done, refresh=True)
            yield place
