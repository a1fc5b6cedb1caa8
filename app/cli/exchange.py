"""`segue export` and `segue import-playlist`: playlists out to files and in from them."""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import counted, path_fields, print_json, print_table, tell
from app.cli.playlists import find_playlist, tracks_of
from app.cli.session import EXIT_REJECTED, AsJson, CommandFailed, DataDir, Debug, open_library
from library.errors import PlaylistFileError
from library.records import Track, display_path

if TYPE_CHECKING:
    from library.catalog import Catalog
    from library.formats.model import ImportedEntry
    from library.formats.paths import PathStyle
    from library.importing import MatchedEntry


class Paths(StrEnum):
    """How a playlist file names the music."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    PREFIX = "prefix"


class Format(StrEnum):
    """The kinds of playlist files."""

    M3U8 = "m3u8"
    PLS = "pls"
    XSPF = "xspf"
    JSPF = "jspf"
    CSV = "csv"


def export(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="PLAYLIST")],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Ends in .m3u8, .m3u, .pls, .xspf, .jspf or .csv.")
    ],
    playlist_format: Annotated[
        Format | None, typer.Option("--format", help="For a FILE without an ending.")
    ] = None,
    paths: Annotated[
        Paths | None, typer.Option(help="Default: relative near the music, else absolute.")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(metavar="OLD=NEW", help="Write the folder OLD as NEW, for another device."),
    ] = None,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Write a playlist to a file."""
    target = _with_ending(file, playlist_format)
    style = _style(paths, prefix)
    with open_library(ctx, readonly=True) as services:
        playlist = find_playlist(services.catalog, name)
        tracks = tracks_of(services.catalog, playlist)
        export_tracks(services.catalog, tracks, target, name=playlist.name, style=style)


def import_playlist(
    ctx: typer.Context,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE")],
    name: Annotated[str | None, typer.Option(help="Of the playlist; default: the file's.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be matched.")
    ] = False,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Make a playlist from a playlist file.

    Only tracks that the library holds can be in it; nothing else that the file names is opened.
    """
    from app.exchange import import_file

    with open_library(ctx, readonly=dry_run) as services:
        try:
            imported = import_file(services, Path(file))
        except PlaylistFileError as error:
            raise CommandFailed(str(error), EXIT_REJECTED) from error
        ids = imported.track_ids
        _show_matched(imported.matched, as_json=as_json)
        tell(f"In the library: {len(ids):,} of {len(imported.matched):,}.")
        if dry_run:
            return
        if not ids:
            raise CommandFailed("No playlist was made, because none of its tracks is here.")
        name = name or imported.name
        services.catalog.playlists.create(name, ids)
    tell(f"Made the playlist {name} with {counted(len(ids), 'track')}.")


def export_tracks(
    catalog: "Catalog",
    tracks: Sequence[Track],
    file: str,
    *,
    name: str,
    style: "PathStyle | None" = None,
) -> None:
    """Write tracks as a playlist file and say what came of it.

    Args:
        catalog: knows the files of each track.
        tracks: in order.
        file: where to; its ending decides the format.
        name: of the playlist.
        style: how paths are written; None chooses by where the file lies.
    """
    from app import exchange

    plan = exchange.plan_export(catalog, tracks, Path(file), style, name=name)
    report = exchange.export(plan)
    for left_out in report.left_out:
        tell(f"Left out {display_path(left_out.path)}: {left_out.reason}")
    tell(f"Wrote {counted(report.n_written, 'track')} to {report.target}.")
    if tracks and not report.n_written:
        raise CommandFailed("None of the tracks could be written.")


def _style(paths: Paths | None, prefix: str | None) -> "PathStyle | None":
    from library.formats.paths import Absolute, Prefixed, Relative

    if (paths is Paths.PREFIX) != (prefix is not None) and (prefix is None or paths is not None):
        raise typer.BadParameter("--paths prefix and --prefix OLD=NEW go together")
    if prefix is not None:
        old, equals, new = prefix.partition("=")
        if not (old and equals):
            raise typer.BadParameter("--prefix is written OLD=NEW")
        return Prefixed(os.path.abspath(os.fsencode(old)), new)
    return {None: None, Paths.RELATIVE: Relative(), Paths.ABSOLUTE: Absolute()}[paths]


def _with_ending(file: str, playlist_format: Format | None) -> str:
    if playlist_format is None:
        return file
    ending = os.path.splitext(file)[1].lower()
    if ending not in ("", f".{playlist_format}"):
        raise typer.BadParameter(f"--format {playlist_format} does not fit the ending {ending}")
    return file if ending else f"{file}.{playlist_format}"


def _show_matched(matched: "Sequence[MatchedEntry]", *, as_json: bool) -> None:
    if as_json:
        print_json([{**_entry_fields(m.entry), "id": m.track_id, "how": m.how} for m in matched])
        return
    rows = [(n, m.track_id or "", str(m.how), _written(m.entry)) for n, m in enumerate(matched, 1)]
    print_table(("no.", "id", "how", "entry"), rows)


def _entry_fields(entry: "ImportedEntry") -> dict[str, object]:
    named = {} if entry.path is None else path_fields(entry.path)
    return {**named, "url": entry.url, "title": entry.title, "artist": entry.artist}


def _written(entry: "ImportedEntry") -> str:
    if entry.path is not None:
        return display_path(entry.path)
    return entry.url or entry.title
