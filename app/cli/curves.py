"""`segue curve` and `segue alike`: what is heard where."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import clock, print_json, print_line, print_table, stretch, tell
from app.cli.session import (
    EXIT_REJECTED,
    AsJson,
    CommandFailed,
    DataDir,
    Debug,
    Encoder,
    open_library,
)
from library.records import FloatArray, Track, display_path

if TYPE_CHECKING:
    from app.alike import AlikePassages
    from app.curves import Curves

_MAX_ROWS = 24


def curve(
    ctx: typer.Context,
    *,
    source: Annotated[
        str, typer.Argument(metavar="FILE-OR-ID", help="A file, a track's number, or words.")
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag to follow. Repeatable.")] = None,
    like: Annotated[
        str | None, typer.Option(metavar="SEED", help="Follow how like this song it sounds.")
    ] = None,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Show how tags, and the similarity to another song, rise and fall along a recording.

    Each value stands for the ten seconds around its time. Without --tag and --like, the three tags
    that are strongest on the whole are shown.
    """
    from app.cli.seeds import find_seeds, track_or_file
    from app.curves import curves
    from app.errors import FileUnusable

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        named = track_or_file(services.catalog, source)
        seed = None if like is None else find_seeds(services, [like])[0]
        path = named.path if isinstance(named, Track) else named
        try:
            found = curves(
                services.encoder, path, tag or (), None if seed is None else seed.embedding
            )
        except FileUnusable as error:
            raise CommandFailed(str(error), EXIT_REJECTED) from error
    label = named.title if isinstance(named, Track) else display_path(os.path.basename(named))
    columns = dict(found.tags)
    if seed is not None and found.similarity is not None:
        columns[f"like {seed.label}"] = found.similarity
    if as_json:
        print_json(_curve_fields(label, found, columns))
    else:
        _show_curves(label, found, columns)


def alike(
    ctx: typer.Context,
    *,
    first: Annotated[str, typer.Argument(metavar="SEED", help="A file, a number, or words.")],
    second: Annotated[str, typer.Argument(metavar="SEED", help="The other one.")],
    count: Annotated[int, typer.Option(min=1, help="How many pairs of passages.")] = 5,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Name the passages of two songs that sound most alike, each passage once."""
    from app.alike import alike_passages
    from app.cli.seeds import find_seeds

    with open_library(ctx, readonly=True, encoder=encoder) as services:
        one, other = find_seeds(services, [first, second])
    pairs = alike_passages(one.embedding, other.embedding, count)
    if as_json:
        print_json(
            {
                "first": {"label": one.label, "id": one.track_id},
                "second": {"label": other.label, "id": other.track_id},
                "passages": [_pair_fields(pair) for pair in pairs],
            }
        )
        return
    for pair in pairs:
        print_line(
            f"{stretch(pair.first_start_s, pair.first_end_s)} of {one.label} and "
            f"{stretch(pair.second_start_s, pair.second_end_s)} of {other.label}: "
            f"{pair.similarity:.2f}"
        )


def _show_curves(label: str, found: "Curves", columns: dict[str, FloatArray]) -> None:
    """A table of some of the places, and the strongest passage of each curve."""
    from app.curves import strongest_passage

    if not columns:
        tell("The encoder in use hears no tags; compare with a song by --like.")
        return
    print_line(f"{label}, {clock(found.duration_s)}")
    n_places = len(found.times_s)
    step = -(-n_places // _MAX_ROWS)
    rows = [
        (clock(found.times_s[place]), *(f"{values[place]:.2f}" for values in columns.values()))
        for place in range(step // 2 if n_places > step else 0, n_places, step)
    ]
    print_table(("time", *columns), rows)
    for name, values in columns.items():
        passage = strongest_passage(found, values)
        print_line(
            f"{name}: strongest at {stretch(passage.start_s, passage.end_s)} ({passage.value:.2f})"
        )


def _curve_fields(label: str, found: "Curves", columns: dict[str, FloatArray]) -> dict[str, object]:
    from app.curves import strongest_passage

    curves = []
    for name, values in columns.items():
        passage = strongest_passage(found, values)
        curves.append(
            {
                "name": name,
                "values": values.tolist(),
                "strongest": {
                    "start_s": passage.start_s,
                    "end_s": passage.end_s,
                    "value": passage.value,
                },
            }
        )
    return {
        "label": label,
        "duration_s": found.duration_s,
        "stretch_s": found.stretch_s,
        "times_s": found.times_s.tolist(),
        "curves": curves,
    }


def _pair_fields(pair: "AlikePassages") -> dict[str, object]:
    return {
        "first_start_s": pair.first_start_s,
        "first_end_s": pair.first_end_s,
        "second_start_s": pair.second_start_s,
        "second_end_s": pair.second_end_s,
        "similarity": pair.similarity,
    }
