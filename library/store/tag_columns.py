"""How the tags of a file lie in columns of the database."""

import json
from typing import Any

from library.records import Tags
from library.store.database import Row

TAG_COLUMNS = (
    "title",
    "artist",
    "album",
    "album_artist",
    "genres",
    "year",
    "track_number",
    "disc_number",
)


def tag_values(tags: Tags) -> tuple[Any, ...]:
    """The values of `TAG_COLUMNS`, in their order."""
    genres = json.dumps(tags.genres, ensure_ascii=False)
    return (
        tags.title,
        tags.artist,
        tags.album,
        tags.album_artist,
        genres,
        tags.year,
        tags.track_number,
        tags.disc_number,
    )


def tags_from(values: Row | list[Any]) -> Tags:
    """Tags from the values of `TAG_COLUMNS`, in their order."""
    title, artist, album, album_artist, genres, year, track_number, disc_number = values
    return Tags(
        title=title,
        artist=artist,
        album=album,
        album_artist=album_artist,
        genres=tuple(json.loads(genres)),
        year=year,
        track_number=track_number,
        disc_number=disc_number,
    )
