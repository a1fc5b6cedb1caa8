"""`segue playlist ...`, `segue export` and `segue import-playlist`."""

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import (
    clock,
    counted,
    path_fields,
    print_json,
    print_table,
    tell,
    track_fields,
)
from app.cli.session import EXIT_REJECTED, AsJson, CommandFailed, DataDir, Debug, open_library
from library.errors import PlaylistFileError
from library.records import EntryId, Playlist, PlaylistId, Track, TrackId, display_path

if TYPE_CHECKING:
    from library.catalog import Catalog
    from library.formats.model import ExportEntry, ImportedEntry
    from library.formats.paths import PathStyle
    from library.importing import MatchedEntry

app = typer.Typer(no_args_is_help=True, help="Show and edit the playlists of the library.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The playlist.")]
Tracks = Annotated[
    list[str], typer.Argument(metavar="TRACK", help="Files, track numbers or words.")
]


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


@app.command("list")
def list_playlists(
    ctx: typer.Context, *, as_json: AsJson = False, data: DataDir = None, debug: Debug = False
) -> None:
    """List the playlists."""
    with open_library(ctx, readonly=True) as services:
        playlists = services.catalog.playlists.all()
    if as_json:
        print_json([{"id": p.id, "name": p.name, "tracks": len(p.entries)} for p in playlists])
    elif playlists:
        print_table(("name", "tracks"), [(p.name, len(p.entries)) for p in playlists])
    else:
        tell("There is no playlist yet.")


@app.command()
def show(
    ctx: typer.Context,
    *,
    name: Name,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Show the tracks of a playlist."""
    with open_library(ctx, readonly=True) as services:
        playlist = find_playlist(services.catalog, name)
        tracks = tracks_of(services.catalog, playlist)
    if as_json:
        fields = [track_fields(track) for track in tracks]
        print_json({"id": playlist.id, "name": playlist.name, "tracks": fields})
        return
    rows = [
        (n, t.title, t.tags.artist, t.tags.album, clock(t.duration_s), "missing" * t.missing)
        for n, t in enumerate(tracks, 1)
    ]
    print_table(("no.", "title", "artist", "album", "length", ""), rows)


@app.command()
def create(
    ctx: typer.Context,
    *,
    name: Name,
    tracks: Annotated[list[str] | None, typer.Argument(metavar="TRACK")] = None,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Make a playlist, empty or with tracks."""
    with open_library(ctx, readonly=False) as services:
        services.catalog.playlists.create(name, _track_ids(services.catalog, tracks or ()))
    tell(f"Made the playlist {name} with {counted(len(tracks or ()), 'track')}.")


@app.command()
def add(
    ctx: typer.Context,
    *,
    name: Name,
    tracks: Tracks,
    at: Annotated[
        int | None, typer.Option(min=1, help="Number that the first has then; else the end.")
    ] = None,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Put tracks into a playlist."""
    with open_library(ctx, readonly=False) as services:
        playlist = find_playlist(services.catalog, name)
        position = len(playlist.entries) if at is None else at - 1
        ids = _track_ids(services.catalog, tracks)
        services.catalog.playlists.insert(playlist.id, position, ids)
    tell(f"Put {counted(len(ids), 'track')} into {playlist.name}.")


@app.command()
def remove(
    ctx: typer.Context,
    *,
    name: Name,
    numbers: Annotated[list[int], typer.Argument(metavar="NO", help="As `playlist show` counts.")],
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Take tracks out of a playlist by their numbers."""
    with open_library(ctx, readonly=False) as services:
        playlist = find_playlist(services.catalog, name)
        entries = [_entry_at(playlist, number) for number in dict.fromkeys(numbers)]
        services.catalog.playlists.remove(playlist.id, entries)
    tell(f"Took {counted(len(entries), 'track')} out of {playlist.name}.")


@app.command()
def move(
    ctx: typer.Context,
    *,
    name: Name,
    number: Annotated[int, typer.Argument(metavar="NO")],
    to: Annotated[int, typer.Argument(metavar="TO", help="The number that it has then.")],
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Move a track of a playlist to another place."""
    with open_library(ctx, readonly=False) as services:
        playlist = find_playlist(services.catalog, name)
        entry = _entry_at(playlist, number)
        _entry_at(playlist, to)
        # `move` names the entry before which it goes, counted before anything has moved
        position = to if to > number else to - 1
        services.catalog.playlists.move(playlist.id, [entry], position)
    tell(f"Moved number {number} of {playlist.name} to {to}.")


@app.command()
def rename(
    ctx: typer.Context,
    *,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME")],
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Give a playlist another name."""
    with open_library(ctx, readonly=False) as services:
        playlist = find_playlist(services.catalog, name)
        services.catalog.playlists.rename(playlist.id, new_name)
    tell(f"{playlist.name} is called {new_name} now.")


@app.command()
def delete(ctx: typer.Context, *, name: Name, data: DataDir = None, debug: Debug = False) -> None:
    """Delete a playlist; undo brings it back."""
    with open_library(ctx, readonly=False) as services:
        playlist = find_playlist(services.catalog, name)
        services.catalog.playlists.delete(playlist.id)
    tell(f"Deleted {playlist.name}; `segue playlist undo` brings it back.")


@app.command()
def undo(ctx: typer.Context, *, name: Name, data: DataDir = None, debug: Debug = False) -> None:
    """Take back the last change of a playlist, be it its deletion."""
    with open_library(ctx, readonly=False) as services:
        now = services.catalog.playlists.undo(_live_or_deleted(services.catalog, name))
    _tell_state(name, now)


@app.command()
def redo(ctx: typer.Context, *, name: Name, data: DataDir = None, debug: Debug = False) -> None:
    """Do again what was undone last."""
    with open_library(ctx, readonly=False) as services:
        now = services.catalog.playlists.redo(_live_or_deleted(services.catalog, name))
    _tell_state(name, now)


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
    from library.formats.files import folder_of, read_playlist
    from library.importing import match_entries

    try:
        entries = read_playlist(Path(file))
    except PlaylistFileError as error:
        raise CommandFailed(str(error), EXIT_REJECTED) from error
    with open_library(ctx, readonly=dry_run) as services:
        playlists = services.catalog.playlists
        matched = match_entries(entries, folder_of(Path(file)), playlists.library_index())
        ids = [entry.track_id for entry in matched if entry.track_id is not None]
        _show_matched(matched, as_json=as_json)
        tell(f"In the library: {len(ids):,} of {len(matched):,}.")
        if dry_run:
            return
        if not ids:
            raise CommandFailed("No playlist was made, because none of its tracks is here.")
        name = name or os.path.splitext(os.path.basename(file))[0]
        playlists.create(name, ids)
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
    from library.formats.files import write_playlist
    from library.formats.paths import default_style

    target = Path(os.path.abspath(file))
    chosen = style or default_style(target, catalog.roots())
    entries = [_export_entry(catalog, track, _root_of(target, catalog)) for track in tracks]
    report = write_playlist(target, entries, style=chosen, name=name)
    for left_out in report.left_out:
        tell(f"Left out {display_path(left_out.path)}: {left_out.reason}")
    tell(f"Wrote {counted(report.written, 'track')} to {target}.")
    if tracks and not report.written:
        raise CommandFailed("None of the tracks could be written.")


def find_playlist(catalog: "Catalog", name: str) -> Playlist:
    """The playlist of this name.

    Raises:
        CommandFailed: there is none.
    """
    playlist = catalog.playlists.by_name(name)
    if playlist is None:
        raise CommandFailed(f"There is no playlist {name}.")
    return playlist


def tracks_of(catalog: "Catalog", playlist: Playlist) -> list[Track]:
    """The tracks of a playlist, in order, each as often as it stands there."""
    tracks = catalog.tracks.get(dict.fromkeys(entry.track_id for entry in playlist.entries))
    return [tracks[entry.track_id] for entry in playlist.entries]


def _export_entry(catalog: "Catalog", track: Track, root: bytes) -> "ExportEntry":
    from library.formats.model import ExportEntry
    from library.formats.paths import choose_path

    paths = [file.stamp.path for file in catalog.files.of_track(track.id)]
    return ExportEntry(
        choose_path(paths or [track.path], root),
        track.title,
        track.tags.artist,
        track.tags.album,
        track.duration_s,
    )


def _root_of(target: Path, catalog: "Catalog") -> bytes:
    """The library folder that a playlist file lies in, or else the file's own folder."""
    from library.formats.paths import is_under

    folder = os.fsencode(target.parent)
    return next((root for root in catalog.roots() if is_under(folder, root)), folder)


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


def _track_ids(catalog: "Catalog", texts: Sequence[str]) -> list[TrackId]:
    from app.cli.seeds import find_track

    return [find_track(catalog, text).id for text in texts]


def _entry_at(playlist: Playlist, number: int) -> EntryId:
    if not 1 <= number <= len(playlist.entries):
        have = counted(len(playlist.entries), "track")
        raise CommandFailed(f"There is no number {number} in {playlist.name}, which has {have}.")
    return playlist.entries[number - 1].id


def _live_or_deleted(catalog: "Catalog", name: str) -> PlaylistId:
    live = catalog.playlists.by_name(name)
    if live is not None:
        return live.id
    for playlist in catalog.playlists.deleted():
        if playlist.name.casefold() == name.casefold():
            return playlist.id
    raise CommandFailed(f"There is and was no playlist {name}.")


def _tell_state(name: str, now: Playlist | None) -> None:
    if now is None:
        tell(f"The playlist {name} is gone now.")
    else:
        tell(f"The playlist {now.name} has {counted(len(now.entries), 'track')} now.")


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
