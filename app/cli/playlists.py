"""`segue playlist ...`: the playlists of the library, shown and edited."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import (
    clock,
    counted,
    print_json,
    print_table,
    tell,
    track_fields,
)
from app.cli.session import AsJson, CommandFailed, DataDir, Debug, open_library
from library.records import EntryId, Playlist, PlaylistId, Track, TrackId

if TYPE_CHECKING:
    from library.catalog import Catalog

app = typer.Typer(no_args_is_help=True, help="Show and edit the playlists of the library.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The playlist.")]
Tracks = Annotated[
    list[str], typer.Argument(metavar="TRACK", help="Files, track numbers or words.")
]


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
