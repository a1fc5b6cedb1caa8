"""What a run of the analysis says as it goes, and its report at the end."""

from dataclasses import dataclass

from library.records import TrackId


@dataclass(frozen=True, slots=True)
class FolderMissing:
    """A folder of the library is not there; its tracks are marked missing, none is deleted."""

    root: bytes
    n_missing: int


@dataclass(frozen=True, slots=True)
class NotScanned:
    """Something that was found and not read: a link, a pipe, a folder that cannot be listed, ..."""

    path: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file is in the catalog, durably. `heard` is False where its vectors were known already."""

    path: bytes
    track_id: TrackId
    heard: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A file could not be analysed; it is listed with this reason until it changes."""

    path: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is.

    n_found: files found so far under the folders; n_unchanged of them were known.
    n_done of n_total are the files that this run has read and has to read.
    time_left_s: None until a rate is known, and while folders are still being listed.
    """

    n_found: int
    n_unchanged: int
    n_done: int
    n_total: int
    n_failed: int
    rate_per_min: float
    time_left_s: float | None
    device: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. n_found = n_unchanged + n_kept + n_failed + n_pending.

    n_missing: files of the whole library that are away. Files where the run was not let in are
    left as they were and stand in none of the counts.
    """

    n_found: int
    n_unchanged: int
    n_kept: int
    n_failed: int
    n_pending: int
    n_missing: int
    n_not_scanned: int
    duration_s: float
    device: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every run."""

    report: Report


Event = FolderMissing | NotScanned | Kept | Failed | Progress | Finished
