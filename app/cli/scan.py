"""`segue scan`: bring the library up to date with folders of music."""

import os
import sys
from dataclasses import replace
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
    Encoder,
    open_library,
)
from library.records import display_path

if TYPE_CHECKING:
    from app.analyse import AnalysisPlan
    from app.cli.report import ScanReport
    from app.control import Control
    from app.events import FolderMissing
    from app.services import Services


def scan(
    ctx: typer.Context,
    *,
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="FOLDER", help="Default: every folder of the library."),
    ] = None,
    first: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Analyse this file or folder first. Repeatable."),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Read files again that failed before.")
    ] = False,
    ack: Annotated[
        bool, typer.Option("--ack", help="Print ACK and the track's number once it is on the disk.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many files are decoded at once.")
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE.json", help="Write there what became of every file."),
    ] = None,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """Analyse folders of music and add them to the library.

    Finished files are kept at once: interrupt it, and the next scan goes on where this one
    stopped. Ctrl-C cancels; the key p pauses and resumes.
    """
    from app.analyse import AnalysisPlan
    from app.cli.report import print_report, report_fields, write_report
    from app.control import Control

    given = tuple(os.path.abspath(os.fsencode(folder)) for folder in folders or ())
    with open_library(ctx, readonly=False, encoder=encoder) as services:
        if workers is not None:
            services = replace(services, settings=replace(services.settings, n_decoders=workers))
        roots = _roots(services, given)
        plan = AnalysisPlan(
            roots=roots,
            wanted=tuple(os.path.abspath(os.fsencode(path)) for path in first or ()),
            retry_failed=retry,
        )
        finished = run_analysis(services, plan, Control(), ack=ack)
        if report is not None:
            write_report(Path(report), report_fields(finished, services.catalog, roots))
        print_report(finished, services.catalog, roots, as_json=as_json)
    if finished.run.cancelled:
        raise typer.Exit(EXIT_CANCELLED)


def _roots(services: "Services", given: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The folders to scan, which belong to the library from now on.

    Raises:
        CommandFailed: a new one does not exist, or there is none at all.
    """
    known = services.catalog.roots()
    for folder in given:
        if folder not in known and not os.path.isdir(folder):
            raise CommandFailed(f"There is no folder {display_path(folder)}.")
    if not (given or known):
        raise CommandFailed("The library has no folder yet. Name one: segue scan FOLDER.")
    for folder in given:
        services.catalog.add_root(folder)
    return given or known


def run_analysis(
    services: "Services", plan: "AnalysisPlan", control: "Control", *, ack: bool
) -> "ScanReport":
    """Let the analysis run, show how far it is, and collect what it says of odd files."""
    from app.cli.interrupt import cancelled_by_signal
    from app.cli.keys import pause_key
    from app.cli.progress import ProgressLine
    from app.cli.report import ScanReport
    from app.events import Failed, Finished, FolderMissing, Kept, NotScanned, Progress

    not_scanned: list[NotScanned] = []
    with (
        cancelled_by_signal(control),
        pause_key(control) as has_key,
        ProgressLine(hint=" (p pauses)" if has_key else "") as line,
    ):
        for event in services.analyse(plan, control):
            match event:
                case Progress():
                    line.show(event)
                case Kept():
                    if ack:
                        sys.stdout.write(f"ACK {event.track_id}\n")
                        sys.stdout.flush()
                case NotScanned():
                    not_scanned.append(event)
                case FolderMissing():
                    tell(_missing_folder(event))
                case Finished():
                    run = event.report
                case Failed():
                    pass  # the report lists it
    return ScanReport(run, tuple(not_scanned))


def _missing_folder(event: "FolderMissing") -> str:
    missing = counted(event.n_missing, "file")
    return f"The folder {display_path(event.root)} is away or empty: {missing} marked missing."
