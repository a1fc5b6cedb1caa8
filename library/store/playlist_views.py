"""What lists and pages show of playlists, read without taking each of them apart."""

from library.records import Playlist, PlaylistId, PlaylistOverview, PlaylistSummary, TrackId
from library.store.database import Store

_SUMMARIES = """
SELECT p.id, p.name, (SELECT count(*) FROM playlist_entries e WHERE e.playlist_id = p.id)
FROM playlists p
WHERE p.deleted = ?
ORDER BY CASE WHEN p.deleted THEN
    -(SELECT max(c.id) FROM playlist_changes c WHERE c.playlist_id = p.id) END, p.name, p.id
"""

_LINES = """
SELECT t.id, t.duration_s, CASE WHEN f.present AND f.state <> 'failed' THEN f.path END
FROM playlist_entries e
JOIN tracks t ON t.id = e.track_id
LEFT JOIN files f ON f.id = t.file_id
WHERE e.playlist_id = ?
"""


def summaries(store: Store, *, deleted: bool) -> tuple[PlaylistSummary, ...]:
    """Playlists with their numbers of tracks: by name, or the last deleted first."""
    return tuple(
        PlaylistSummary(PlaylistId(id_), name, n_tracks)
        for id_, name, n_tracks in store.rows(_SUMMARIES, (int(deleted),))
    )


def overview(store: Store, playlist: Playlist) -> PlaylistOverview:
    """A playlist with its length, where its tracks lie and whether there is a step to undo."""
    lines = store.rows(_LINES, (playlist.id,))
    steps = store.rows(
        "SELECT DISTINCT undone FROM playlist_changes WHERE playlist_id = ?", (playlist.id,)
    )
    return PlaylistOverview(
        playlist,
        paths={TrackId(id_): path for id_, _, path in lines if path is not None},
        duration_s=sum(duration_s for _, duration_s, _ in lines),
        n_missing=sum(path is None for _, _, path in lines),
        can_undo=(0,) in steps,
        can_redo=(1,) in steps,
    )


def deletion_is_last(store: Store, playlist_id: PlaylistId) -> bool:
    """Whether the last change that was not undone is the playlist's deletion."""
    row = store.row(
        "SELECT json_extract(after, '$.deleted') FROM playlist_changes"
        " WHERE playlist_id = ? AND undone = 0 ORDER BY id DESC LIMIT 1",
        (playlist_id,),
    )
    return row is not None and bool(row[0])
