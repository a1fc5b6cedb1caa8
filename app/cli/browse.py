"""`segue search` and `segue info`: what the library holds and what this Segue is."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import (
    clock,
    heard_fields,
    path_fields,
    print_json,
    print_line,
    print_table,
    tell,
    track_fields,
)
from app.cli.session import AsJson, DataDir, Debug, Encoder, data_dir, open_library
from library.records import display_path

if TYPE_CHECKING:
    from app.services import Services

_SHOWN_PACKAGES = ("torch", "torchaudio", "av", "numpy", "hnswlib", "mutagen", "librosa")


def search(
    ctx: typer.Context,
    *,
    text: Annotated[
        list[str],
        typer.Argument(metavar="TEXT", help='Words, "phrases", field:value; - excludes.'),
    ],
    limit: Annotated[int, typer.Option(min=1, help="At most so many tracks.")] = 50,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Find tracks by words of title, artist and album, and by fields.

    Fields are title, artist, album, genre, path, year, length, plays, added, is and tag: the guide
    has examples. tag:jazz lists what sounds like jazz, the surest first.
    """
    from app.search import as_typed, parse_search
    from app.tags import heard_tags

    _refuse_options(text)
    with open_library(ctx, readonly=True) as services:
        tags = services.encoder.tags
        query, notices = parse_search(as_typed(text), tags)
        found = services.catalog.search(query, limit) if query.groups else []
        embeddings = services.catalog.embeddings.get([t.id for t in found]) if as_json else {}
    for notice in notices:
        tell(notice)
    if as_json:
        heard = {id_: heard_tags(e.tag_scores, tags) for id_, e in embeddings.items()}
        print_json([{**track_fields(t), "heard": heard_fields(heard.get(t.id, []))} for t in found])
    elif found:
        rows = [
            (t.id, t.title, t.tags.artist, t.tags.album, clock(t.duration_s), display_path(t.path))
            for t in found
        ]
        print_table(("id", "title", "artist", "album", "length", "file"), rows)
    else:
        tell(f"Nothing in the library answers to {' '.join(text)}.")


def _refuse_options(text: list[str]) -> None:
    """Nothing that begins with two dashes is a word: it is an option that is not there."""
    for word in text:
        if word.startswith("--"):
            raise typer.BadParameter(f"There is no option {word}.")


def info(
    ctx: typer.Context,
    *,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Show versions, device, folders and counts."""
    with open_library(ctx, readonly=True, encoder=encoder) as services:
        counts = services.catalog.files.counts()
        known = {
            "segue": _version("segue"),
            "python": sys.version.split()[0],
            "packages": {name: _version(name) for name in _SHOWN_PACKAGES},
            "encoder": services.encoder.key.encoder,
            "model_version": services.encoder.key.model_version,
            "dimension": services.encoder.key.dimension,
            "device": _device(services),
            "data_folder": str(data_dir(ctx.obj)),
            "folders": [path_fields(root) for root in services.catalog.roots()],
            "tracks": services.catalog.tracks.count(),
            "files": {
                "total": counts.total,
                "analysed": counts.analysed,
                "failed": counts.failed,
                "waiting": counts.pending,
                "missing": counts.missing,
            },
            "playlists": len(services.catalog.playlists.all()),
        }
        folders = [display_path(root) for root in services.catalog.roots()]
    if as_json:
        print_json(known)
        return
    packages = ", ".join(f"{name} {_version(name)}" for name in _SHOWN_PACKAGES)
    files = (
        f"{counts.total:,}: {counts.analysed:,} analysed, {counts.failed:,} failed, "
        f"{counts.pending:,} waiting; {counts.missing:,} more missing"
    )
    for name, value in (
        ("Segue", f"{known['segue']} on Python {known['python']}"),
        ("Packages", packages),
        (
            "Encoder",
            f"{known['encoder']}, version {known['model_version']}, "
            f"{known['dimension']} dimensions",
        ),
        ("Device", known["device"]),
        ("Library", known["data_folder"]),
        ("Folders", ", ".join(folders) or "none yet: segue scan FOLDER"),
        ("Tracks", f"{known['tracks']:,}"),
        ("Files", files),
        ("Playlists", known["playlists"]),
    ):
        print_line(f"{name:<10} {value}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _device(services: "Services") -> str:
    """What the embedder says of its device; asked in a process of its own, which may load torch."""
    from app.device import device_of

    return device_of(services.encoder)
