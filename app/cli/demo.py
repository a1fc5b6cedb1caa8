"""`segue demo`: the packaged collection analysed, searched and measured before one's eyes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import counted, print_json, print_line, print_table, tell, track_fields
from app.cli.session import (
    EXIT_CANCELLED,
    AsJson,
    CommandFailed,
    DataDir,
    Debug,
    EncoderName,
    data_dir,
    open_library,
)
from app.demo import demo_collection
from library.records import Match, Track, TrackId

if TYPE_CHECKING:
    from app.services import Services

_N_SEEDS = 3
_N_MATCHES = 5


def demo(
    ctx: typer.Context,
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The playlist to write.")
    ] = "segue-demo.m3u8",
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Show what Segue does with a small collection.

    Analyses it, lists the songs most like three of its songs, writes a playlist, and measures how
    often neighbours are of one manner. The collection has a library of its own, in the folder
    `demo` of the library's folder.
    """
    ctx.obj.data_dir = data_dir(ctx.obj) / "demo"
    with _analysed(ctx, EncoderName.NETWORK) as services:
        lists = [(seed, _like(services, seed)) for seed in _seeds(services.catalog.tracks.all())]
        figures = {"network": _mean_precision(services)}
        _write_playlist(services, lists, output)
    with _analysed(ctx, EncoderName.HANDCRAFTED) as services:
        figures["handcrafted"] = _mean_precision(services)
        figures["chance"] = _mean_chance(services)
    if as_json:
        print_json({"lists": [_list_fields(*one) for one in lists], "precision_at_5": figures})
    else:
        _print(lists, figures)


@contextmanager
def _analysed(ctx: typer.Context, encoder: EncoderName) -> "Iterator[Services]":
    """The demo's library, in which every piece has the vectors of this encoder."""
    from app.analyse import AnalysisPlan
    from app.cli.scan import run_analysis
    from app.control import Control

    with (
        demo_collection() as folder,
        open_library(ctx, readonly=False, encoder=encoder) as services,
    ):
        root = bytes(folder.resolve())
        services.catalog.add_root(root)
        tell(f"Listening to the demo collection ({encoder} encoder) ...")
        run = run_analysis(services, AnalysisPlan(roots=(root,)), Control(), ack=False).run
        if run.cancelled:
            raise typer.Exit(EXIT_CANCELLED)
        if run.n_failed:
            raise CommandFailed(f"{counted(run.n_failed, 'piece')} could not be analysed.")
        yield services


def manner_of(track: Track) -> str:
    """The manner of a demo piece, which its genre tag names."""
    return track.tags.genres[0]


def _seeds(tracks: Sequence[Track]) -> list[Track]:
    """The first title of each of three manners that lie far apart in the alphabet."""
    in_order = sorted(tracks, key=lambda track: (manner_of(track), track.title))
    firsts = [next(group) for _, group in groupby(in_order, key=manner_of)]
    return [firsts[index * len(firsts) // _N_SEEDS] for index in range(_N_SEEDS)]


def _like(services: "Services", seed: Track) -> list[Match]:
    """The demo pieces most like one of them, without any filter."""
    from app.similar import seed_of, similar_tracks

    embedding = services.catalog.embeddings.get([seed.id])[seed.id]
    return similar_tracks(services.catalog, [seed_of(seed, embedding)], count=_N_MATCHES)


def _mean_precision(services: "Services") -> float:
    """Mean over all pieces of the share of their own manner among the five most similar."""
    import numpy as np

    from app.evaluation.neighbours import precision_at_k

    tracks = services.catalog.tracks.all()
    place: dict[TrackId, int] = {track.id: index for index, track in enumerate(tracks)}
    found = [[place[match.track.id] for match in _like(services, track)] for track in tracks]
    return float(precision_at_k(np.array(found), [manner_of(track) for track in tracks]).mean())


def _mean_chance(services: "Services") -> float:
    from app.evaluation.neighbours import chance_precision

    return float(chance_precision([manner_of(t) for t in services.catalog.tracks.all()]).mean())


def _write_playlist(
    services: "Services", lists: Sequence[tuple[Track, list[Match]]], output: str
) -> None:
    """Each seed, followed by what is like it."""
    from app.cli.exchange import export_tracks

    tracks = [track for seed, found in lists for track in (seed, *(m.track for m in found))]
    export_tracks(services.catalog, tracks, output, name="Segue demo")


def _print(lists: Sequence[tuple[Track, list[Match]]], figures: dict[str, float]) -> None:
    for seed, matches in lists:
        print_line()
        print_line(f"Most like {seed.title} by {seed.tags.artist} ({manner_of(seed)}):")
        rows = [
            (f"{m.similarity:.3f}", m.track.title, m.track.tags.artist, manner_of(m.track))
            for m in matches
        ]
        print_table(("similarity", "title", "artist", "manner"), rows)
    print_line()
    print_line("Of the five pieces most like a piece, so many are of its manner (mean of all):")
    names = {"network": "network", "handcrafted": "hand-crafted features", "chance": "chance"}
    print_table(("encoder", "precision@5"), [(names[key], f"{figures[key]:.3f}") for key in names])


def _list_fields(seed: Track, matches: Sequence[Match]) -> dict[str, object]:
    return {
        "seed": track_fields(seed),
        "matches": [{**track_fields(m.track), "similarity": m.similarity} for m in matches],
    }
