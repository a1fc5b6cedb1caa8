"""What a list of tracks shows of each, and all that is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import TrackGone
from app.services import Services
from app.tags import NOTEWORTHY, heard_tags
from library.records import EncoderKey, File, FloatArray, Recording, Track, TrackId

_MAX_HEARD = 3


@dataclass(frozen=True, slots=True)
class TrackRow:
    """A track as a table shows it. heard: its noteworthy tags, at most three, strongest first."""

    track: Track
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Properties:
    """All that is known of a track.

    files: every place where it lies, the one that it is shown by first.
    heard: all tags that the encoder knows with their scores in [0, 1], the strongest first; none
        where the track was not heard. Why it was not, its files say.
    key: of the encoder that heard it.
    """

    track: Track
    recording: Recording
    files: tuple[File, ...]
    heard: tuple[tuple[str, float], ...]
    key: EncoderKey


def track_rows(services: Services, ids: Sequence[TrackId]) -> list[TrackRow]:
    """The rows of these tracks, in the order given; tracks that went away are left out."""
    scores = services.catalog.embeddings.scores_of(ids)
    tags = services.encoder.tags
    tracks = services.catalog.tracks.get(ids)
    return [TrackRow(track, _noteworthy(scores.get(id_), tags)) for id_, track in tracks.items()]


def properties(services: Services, track_id: TrackId) -> Properties:
    """All that is known of a track.

    Raises:
        TrackGone: it is not in the library.
    """
    catalog = services.catalog
    recording = catalog.tracks.recording(track_id)
    track = catalog.tracks.get([track_id]).get(track_id)
    if recording is None or track is None:
        raise TrackGone(track_id)
    scores = catalog.embeddings.scores_of([track_id]).get(track_id)
    return Properties(
        track,
        recording,
        tuple(catalog.files.of_track(track_id)),
        () if scores is None else tuple(heard_tags(scores, services.encoder.tags)),
        catalog.key,
    )


def _noteworthy(scores: FloatArray | None, tags: Sequence[str]) -> tuple[str, ...]:
    if scores is None:
        return ()
    strongest = heard_tags(scores, tags, minimum=NOTEWORTHY, limit=_MAX_HEARD)
    return tuple(tag for tag, _ in strongest)
