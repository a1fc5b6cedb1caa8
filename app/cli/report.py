"""What became of every file of a scan: a table for people, a list for programs."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import (
    counted,
    in_words,
    path_fields,
    print_json,
    print_line,
    print_table,
)
from app.cli.session import CommandFailed
from app.events import NotScanned, Report
from library.atomic import write_atomically
from library.records import File, FileState, display_path

if TYPE_CHECKING:
    from library.catalog import Catalog

_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class ScanReport:
    """A finished run, and what it found that is no file to read."""

    run: Report
    not_scanned: tuple[NotScanned, ...]


def report_fields(
    report: ScanReport, catalog: "Catalog", roots: Sequence[bytes]
) -> dict[str, object]:
    """The report for JSON: counts that add up, and every file under the roots with its state.

    found = known + analysed + failed + waiting; files has one item for each file found, and
    missing_files one for each that was there once.
    """
    run = report.run
    return {
        "found": run.n_found,
        "known": run.n_unchanged,
        "analysed": run.n_kept,
        "failed": run.n_failed,
        "waiting": run.n_pending,
        "missing": run.n_missing,
        "duration_s": run.duration_s,
        "device": run.device,
        "cancelled": run.cancelled,
        "files": [_file_fields(file) for file in _under(_present(catalog), roots)],
        "missing_files": [path_fields(f.stamp.path) for f in catalog.files.missing()],
        "not_scanned": [
            {**path_fields(item.path), "reason": item.reason} for item in report.not_scanned
        ],
    }


def write_report(path: Path, fields: dict[str, object]) -> None:
    """Write a report as JSON, in one step.

    Raises:
        CommandFailed: the file cannot be written.
    """
    try:
        write_atomically(path, json.dumps(fields, indent=1).encode())
    except OSError as error:
        reason = error.strerror or error
        raise CommandFailed(f"Could not write the report to {path}: {reason}") from error


def print_report(
    report: ScanReport, catalog: "Catalog", roots: Sequence[bytes], *, as_json: bool
) -> None:
    """Print the report: counts, and the reason for every file that is not analysed."""
    if as_json:
        print_json(report_fields(report, catalog, roots))
        return
    failed = _under(catalog.files.with_state(FileState.FAILED), roots)
    if failed:
        print_line("Not analysed:")
        print_table(
            ("file", "reason"), [(display_path(file.stamp.path), file.reason) for file in failed]
        )
    if report.not_scanned:
        print_line("Passed over:")
        rows = [(display_path(item.path), item.reason) for item in report.not_scanned]
        print_table(("path", "reason"), rows)
    run = report.run
    counts = [
        ("analysed now", run.n_kept),
        ("known already", run.n_unchanged),
        ("failed now", run.n_failed),
        ("still waiting", run.n_pending),
        ("files found", run.n_found),
        ("missing files", run.n_missing),
    ]
    print_table(("", "files"), [(name, f"{count:,}") for name, count in counts])
    print_line(_end_in_words(run))


def _end_in_words(run: Report) -> str:
    end = "Cancelled" if run.cancelled else "Done"
    n_read = run.n_kept + run.n_failed
    if not n_read:
        return f"{end} after {in_words(run.duration_s)}."
    rate = counted(round(60 * n_read / run.duration_s), "file")
    return f"{end} after {in_words(run.duration_s)}: {rate} a minute. {run.device}".rstrip()


def _present(catalog: "Catalog") -> list[File]:
    return catalog.files.with_state(*FileState)


def _under(files: Iterable[File], roots: Sequence[bytes]) -> list[File]:
    folders = tuple(root.rstrip(_SEPARATOR) + _SEPARATOR for root in roots)
    return [file for file in files if file.stamp.path.startswith(folders)]


def _file_fields(file: File) -> dict[str, object]:
    return {
        **path_fields(file.stamp.path),
        "state": file.state,
        "reason": file.reason,
        "track_id": file.track_id,
    }
