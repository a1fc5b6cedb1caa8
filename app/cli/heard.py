"""`segue show` and `segue tags`: what was heard in a track, and in the whole library."""

from typing import Annotated

import typer

from app.cli.output import (
    clock,
    heard_fields,
    in_percent,
    path_fields,
    print_json,
    print_line,
    print_table,
    stretch,
    track_fields,
)
from app.cli.session import AsJson, DataDir, Debug, Encoder, open_library
from library.records import Embedding, Track, display_path

_SHOWN_TAGS = 5


def show(
    ctx: typer.Context,
    *,
    seed: Annotated[str, typer.Argument(metavar="SEED", help="A track's file, number or words.")],
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Show one track of the library: what its files say, and what was heard in it.

    The percentage of a tag is how likely it is among the five strongest of the track.
    """
    from app.cli.seeds import find_track

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        track = find_track(services.catalog, seed)
        files = [file.stamp.path for file in services.catalog.files.of_track(track.id)]
        embedding = services.catalog.embeddings.get([track.id]).get(track.id)
        tags = services.encoder.tags
    if as_json:
        print_json(_shown_fields(track, files, embedding, tags))
    else:
        _show_lines(track, files, embedding, tags)


def tags(
    ctx: typer.Context,
    *,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """List the tags that can be heard.

    Beside each stands how many tracks have it as a strong one, and the track that has it most.
    """
    from app.tags import tag_totals

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        totals = tag_totals(services.catalog, services.encoder.tags)
    if as_json:
        print_json(
            [
                {
                    "tag": total.tag,
                    "tracks": total.n_tracks,
                    "example": None if total.example is None else track_fields(total.example),
                }
                for total in totals
            ]
        )
        return
    rows = [
        (total.tag, total.n_tracks, *(("", "") if total.example is None else _named(total.example)))
        for total in totals
    ]
    print_table(("tag", "tracks", "id", "most of all"), rows)


def _show_lines(
    track: Track, files: list[bytes], embedding: Embedding | None, tags: tuple[str, ...]
) -> None:
    from app.tags import heard_tags

    lines = [
        ("Track", track.id),
        ("Title", track.title),
        ("Artist", track.tags.artist),
        ("Album", track.tags.album),
        ("Genre", ", ".join(track.tags.genres)),
        ("Year", track.tags.year or ""),
        ("Length", clock(track.duration_s)),
        *(("File", display_path(path)) for path in files),
    ]
    if embedding is None:
        lines.append(("Heard", "not yet"))
    else:
        passages = ", ".join(stretch(*passage) for passage in _passages(embedding))
        heard = heard_tags(embedding.tag_scores, tags, limit=_SHOWN_TAGS)
        lines += [("Passages", passages), ("Heard", in_percent(heard))]
    for name, value in lines:
        if value != "":
            print_line(f"{name:<10} {value}")


def _shown_fields(
    track: Track, files: list[bytes], embedding: Embedding | None, tags: tuple[str, ...]
) -> dict[str, object]:
    from app.tags import heard_tags

    passages = [] if embedding is None else _passages(embedding)
    return {
        **track_fields(track),
        "files": [path_fields(path) for path in files],
        "analysed": embedding is not None,
        "heard": heard_fields([] if embedding is None else heard_tags(embedding.tag_scores, tags)),
        "windows": [{"start_s": start_s, "end_s": end_s} for start_s, end_s in passages],
    }


def _passages(embedding: Embedding) -> list[tuple[float, float]]:
    """Start and end of every window, in seconds."""
    starts_s = embedding.window_starts_s.tolist()
    return [(start_s, start_s + embedding.window_s) for start_s in starts_s]


def _named(track: Track) -> tuple[object, str]:
    return track.id, " - ".join(part for part in (track.tags.artist, track.title) if part)
