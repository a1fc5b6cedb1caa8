"""`segue check`: is everything that the library promised still there?"""

import sys
from typing import Annotated

import typer

from app.cli.output import print_json, print_line, tell
from app.cli.session import EXIT_FAILED, AsJson, DataDir, Debug, Encoder, open_library


def check(
    ctx: typer.Context,
    *,
    ids_from_stdin: Annotated[
        bool,
        typer.Option("--ids-from-stdin", help="Also look for these tracks, one number a line."),
    ] = False,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Check the database, its index and its vectors.

    Ends with 1 if anything is wrong.
    """
    wanted = sys.stdin.read().split() if ids_from_stdin else []
    with open_library(ctx, readonly=True, encoder=encoder) as services:
        report = services.catalog.check()
        known = {str(track_id) for track_id in services.catalog.tracks.ids()}
    lost = [text for text in dict.fromkeys(wanted) if text not in known]
    problems = [*report.problems, *(f"Track {text} is not in the library." for text in lost)]
    counts = {
        "tracks": report.tracks,
        "files": report.files,
        "embeddings": report.embeddings,
        "playlists": report.playlists,
    }
    ok = report.ok and not lost
    if as_json:
        print_json({"ok": ok, "problems": problems, **counts, "index": report.index})
    else:
        for problem in problems:
            tell(problem)
        for name, count in counts.items():
            print_line(f"{name:<10} {count:,}")
        print_line(f"{'index':<10} {report.index}")
        if wanted:
            n_present = len(dict.fromkeys(wanted)) - len(lost)
            print_line(f"{'asked for':<10} {n_present:,} of {n_present + len(lost):,} are there")
        print_line("The library is in order." if ok else "The library is not in order.")
    if not ok:
        raise typer.Exit(EXIT_FAILED)
