"""The tags that an encoder hears: by name, the strongest of a track, how many tracks have them.

A score is the probability that a tag is among the five strongest of a track. It has nothing to do
with the tags that stand in a file (`library.records.Tags`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from app.errors import NoTags, UnknownTag
from library.catalog import Catalog
from library.records import Embedding, FloatArray, Track, TrackId

# As likely as not to be among the five strongest.
STRONG = 0.5
# Twice as likely as five tags drawn from fifty.
NOTEWORTHY = 0.2

_MAX_CLOSE_NAMES = 3


@dataclass(frozen=True, slots=True)
class TagTotal:
    """How many tracks have a tag as a strong one, and the track that has it most of all.

    example: None while no track was heard.
    """

    tag: str
    n_tracks: int
    example: Track | None


def heard_tags(
    scores: FloatArray, tags: Sequence[str], *, minimum: float = 0.0, limit: int | None = None
) -> list[tuple[str, float]]:
    """The tags of a track with their scores, the strongest first.

    Args:
        scores: float32, shape (n_tags,) or, for an encoder without tags, (0,).
        tags: their names.
        minimum: leaves weaker ones out.
        limit: how many at most; all when None.
    """
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(tags[i], float(scores[i])) for i in order if scores[i] >= minimum]


def shared_tags(
    embeddings: Sequence[Embedding], tags: Sequence[str], *, limit: int = 3
) -> tuple[str, ...]:
    """What is heard in each of some tracks: the tags noteworthy in all, the surest first."""
    if not tags:
        return ()
    weakest = np.min([embedding.tag_scores for embedding in embeddings], axis=0)
    return tuple(tag for tag, _ in heard_tags(weakest, tags, minimum=NOTEWORTHY, limit=limit))


def tag_named(name: str, tags: Sequence[str]) -> str:
    """The tag of this name, however it is capitalised.

    Raises:
        NoTags: there are none.
        UnknownTag: there is none of this name.
    """
    if not tags:
        raise NoTags
    by_name = {tag.casefold(): tag for tag in reversed(tags)}
    tag = by_name.get(name.casefold())
    if tag is None:
        close = get_close_matches(name.casefold(), by_name, n=_MAX_CLOSE_NAMES)
        raise UnknownTag(name, tuple(by_name[other] for other in close))
    return tag


def tag_totals(catalog: Catalog, tags: Sequence[str]) -> list[TagTotal]:
    """For every tag how many tracks have it as a strong one.

    Raises:
        NoTags: the encoder hears none.
    """
    if not tags:
        raise NoTags
    ids, scores = catalog.embeddings.tag_scores()
    if not len(ids):
        return [TagTotal(tag, 0, None) for tag in tags]
    n_strong = (scores >= STRONG).sum(axis=0)
    strongest = [TrackId(int(ids[row])) for row in scores.argmax(axis=0)]
    examples = catalog.tracks.get(strongest)
    return [
        TagTotal(tag, int(n_tracks), examples[track_id])
        for tag, n_tracks, track_id in zip(tags, n_strong, strongest, strict=True)
    ]
