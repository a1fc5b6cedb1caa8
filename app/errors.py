"""Errors of the program itself. `str()` of each is a sentence for the person at the screen.

AppError
├── SettingsError   the settings file cannot be read
├── VectorFileError a file of vectors cannot be written
├── VectorsUnusable a file of vectors cannot be read, or is not what was asked for
├── ManifestError   a list of tracks with their collections or styles cannot be used
├── PictureError    a picture cannot be written
├── FileUnusable    a file cannot be listened to
├── ExportRefused   what was chosen for an export cannot be carried out
├── ReadBackFailed  an exported playlist does not hold what was to be written
├── TrackGone       a track is not in the library any more
├── NoTags          the encoder in use hears no tags
├── UnknownTag      a tag that the encoder does not hear
├── Cancelled       what was under way is not wanted any more
├── SeedsCancelOut  wanted and unwanted songs leave nothing to search for
├── SearchFailed    the library cannot be searched for matches
└── WorkerFailure   a worker process could not do its one task
    ├── TaskRefused     it said why: mostly, the file is at fault
    ├── TaskTimedOut    it took too long and was ended
    └── WorkerDied      its process ended in the middle of the task
"""

from pathlib import Path

from library.records import TrackId, display_path


class AppError(Exception):
    """Something outside the program kept it from doing what was asked."""


class Cancelled(AppError):
    """What was under way is not wanted any more."""

    def __init__(self) -> None:
        """There is nothing to keep."""
        super().__init__("It was cancelled.")


class SettingsError(AppError):
    """The settings file cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use the settings file {path}: {reason}")
        self.path = path
        self.reason = reason


class VectorFileError(AppError):
    """A file of vectors cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not write the vectors to {path}: {reason}")
        self.path = path
        self.reason = reason


class VectorsUnusable(AppError):
    """A file of vectors cannot be read, or is not what was asked for."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use the vectors in {path}: {reason}")
        self.path = path
        self.reason = reason


class ManifestError(AppError):
    """A list of tracks with their collections or styles cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use the list of tracks {path}: {reason}")
        self.path = path
        self.reason = reason


class PictureError(AppError):
    """A picture cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not write the picture {path}: {reason}")
        self.path = path
        self.reason = reason


class FileUnusable(AppError):
    """A file cannot be listened to."""

    def __init__(self, path: bytes, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"Could not use {display_path(path)}: {reason}")
        self.path = path
        self.reason = reason


class ExportRefused(AppError):
    """What was chosen for an export cannot be carried out."""


class ReadBackFailed(AppError):
    """An exported playlist, read again, does not hold what was to be written."""

    def __init__(self, path: Path, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(f"The playlist file {path} is not as it should be: {reason}.")
        self.path = path
        self.reason = reason


class TrackGone(AppError):
    """A track is not in the library any more."""

    def __init__(self, track_id: TrackId) -> None:
        """Keep its number."""
        super().__init__(f"Track {track_id} is not in the library any more.")
        self.track_id = track_id


class NoTags(AppError):
    """The encoder in use hears no tags."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The encoder in use hears no tags; the network does.")


class UnknownTag(AppError):
    """A tag that the encoder does not hear. `close` are tags that it hears with a like name."""

    def __init__(self, name: str, close: tuple[str, ...]) -> None:
        """Keep the name and what may have been meant."""
        meant = " or ".join(map(repr, close))
        advice = f"did you mean {meant}?" if close else "`segue tags` lists all."
        super().__init__(f"There is no tag {name!r}; {advice}")
        self.name = name
        self.close = close


class SeedsCancelOut(AppError):
    """The unwanted songs are what the wanted ones are."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The wanted and the unwanted songs cancel each other out; leave some of them away."
        )


class SearchFailed(AppError):
    """The library cannot be searched for matches."""

    def __init__(self, reason: str) -> None:
        """Keep the cause."""
        super().__init__(f"Could not search for matches: {reason}.")
        self.reason = reason


class WorkerFailure(AppError):
    """A worker process could not do its one task. `reason` does not name the file."""

    def __init__(self, reason: str) -> None:
        """Keep the cause."""
        super().__init__(reason)
        self.reason = reason


class TaskRefused(WorkerFailure):
    """The task itself said why it cannot be done."""


class TaskTimedOut(WorkerFailure):
    """The task took longer than it may, and its process was ended."""


class WorkerDied(WorkerFailure):
    """The process ended in the middle of the task."""
