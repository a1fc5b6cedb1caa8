"""The songs most like some others: seeds and filters in, ranked matches with their reasons out.

The index proposes candidates by the track vector; each is ranked exactly, by vector and windows,
with hubs kept down; then the filters choose from the best downwards. Where they leave too few, more
candidates are fetched, until the list is full or the library has no more.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from app.filters import Filters, Quota, passes
from app.hubs import SAMPLE_TRACKS, Crowd, crowd_of, damped
from app.ranking import Query, RankingConfig, closest_windows, query_of, similarities
from app.tags import shared_tags
from app.versions import Song, may_be_versions, song_of_track, windows_alike
from library.catalog import Catalog
from library.records import Embedding, EncoderKey, Match, Track, TrackId, WindowPair
from library.store.embeddings import Revision, Stacked

# Enough that windows and damping may reorder what the track vectors propose.
MIN_CANDIDATES = 400
CANDIDATES_PER_RESULT = 10
WIDENING = 4
EMBEDDINGS_AT_A_TIME = 1000
# The share of tracks that may have changed while a crowd still counts as known.
CROWD_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """A song to search from, of the library or from outside.

    label: what the reasons call it. track_id: None for a file from outside.
    """

    label: str
    song: Song
    embedding: Embedding
    track_id: TrackId | None = None


def seed_of(track: Track, embedding: Embedding) -> Seed:
    """A seed that is a track of the library."""
    return Seed(track.title, song_of_track(track), embedding, track.id)


class KnownCrowd:
    """The crowd of a library, learned anew once its vectors are others than they were.

    It lives with whoever searches again and again, for which learning it takes too long. While a
    library grows, one track among hundreds of others makes no difference that anybody could see.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._learned: tuple[EncoderKey, Revision, Crowd] | None = None

    def of(self, catalog: Catalog) -> Crowd:
        """The crowd of this library, but for a hundredth of its tracks."""
        key, revision = catalog.key, catalog.embeddings.revision()
        known = self._learned
        if known is None or known[0] != key or _are_others(known[1], revision):
            crowd = crowd_of(catalog.embeddings.sample(SAMPLE_TRACKS))
            known = self._learned = (key, revision, crowd)
        return known[2]


def _are_others(then: Revision, now: Revision) -> bool:
    """Whether more than a hundredth of the vectors came or went between two revisions."""
    n_new = max(0, now.last_id - then.last_id)
    n_gone = then.count + n_new - now.count
    return n_new + n_gone > CROWD_TOLERANCE * then.count


def similar_tracks(
    catalog: Catalog,
    wanted: Sequence[Seed],
    *,
    unwanted: Sequence[Seed] = (),
    filters: Filters | None = None,
    locked: Collection[TrackId] = (),
    count: int = 20,
    config: RankingConfig | None = None,
    tags: Sequence[str] = (),
    crowd: KnownCrowd | None = None,
) -> list[Match]:
    """Tracks of the library most like the wanted seeds and least like the unwanted ones.

    The list has `count` matches wherever so many tracks pass the filters, and never fewer than are
    locked; no seed is among them.

    Args:
        catalog: the library to search in.
        wanted: one seed at least.
        unwanted: seeds to keep away from.
        filters: what may stand in the list; everything when None.
        locked: tracks that stand in it whatever the filters say, unless they are seeds or have no
            vectors. They are ranked with the others, and count first for artists and albums.
        count: number of matches, 1 or more.
        config: weights of the ranking; the default RankingConfig() when None.
        tags: names of the tags that the encoder hears, for those that a match and the seeds share.
        crowd: what other searches have learned of this library; learned anew when None.

    Returns:
        Best first; equals in the order of their ids. The reasons name, for every wanted seed, the
        window of it and the window of the match that are most alike, the closest first.

    Raises:
        ValueError: no wanted seed, or a count below 1.
        SeedsCancelOut: the unwanted seeds are what the wanted ones are.
    """
    if count < 1:
        raise ValueError(f"count is {count}; it must be 1 or more")
    config = config or RankingConfig()
    query = query_of(
        [seed.embedding for seed in wanted], [seed.embedding for seed in unwanted], config
    )
    search = _Search(
        catalog,
        query,
        (crowd or KnownCrowd()).of(catalog),
        [*wanted, *unwanted],
        filters or Filters(),
        frozenset(locked),
        config,
    )
    chosen = search.fill(count)
    embeddings = catalog.embeddings.get([track.id for track in chosen])
    shown = {track.id: min(1.0, max(-1.0, search.similarities[track.id])) for track in chosen}
    return [
        Match(
            track,
            shown[track.id],
            _reasons(wanted, embeddings[track.id]),
            shared_tags([*(seed.embedding for seed in wanted), embeddings[track.id]], tags),
        )
        for track in chosen
    ]


@dataclass(slots=True)
class _Search:
    """One search under way: the tracks fetched so far and how similar each is."""

    catalog: Catalog
    query: Query
    crowd: Crowd
    seeds: list[Seed]
    filters: Filters
    locked: frozenset[TrackId]
    config: RankingConfig
    tracks: dict[TrackId, Track] = field(default_factory=dict)
    similarities: dict[TrackId, float] = field(default_factory=dict)

    def fill(self, count: int) -> list[Track]:
        """Widen the candidates until `count` tracks are chosen or there are no more."""
        own = {seed.track_id for seed in self.seeds if seed.track_id is not None}
        left_out = own | self.filters.not_these
        self.locked -= own
        self._rank(self.locked)
        n_candidates = max(MIN_CANDIDATES, CANDIDATES_PER_RESULT * count)
        while True:
            nearest = self.catalog.nearest(self.query.vector, n_candidates, exclude=left_out)
            self._rank(track_id for track_id, _ in nearest)
            chosen = self._choose(count)
            if len(chosen) >= count or len(nearest) < n_candidates:
                return chosen
            n_candidates *= WIDENING

    def _rank(self, candidates: Iterable[TrackId]) -> None:
        """Give an exact similarity to every candidate that is new and may stand in the list."""
        new = [track_id for track_id in candidates if track_id not in self.tracks]
        found = self.catalog.tracks.get(new)
        self.tracks.update(found)
        ranked = [id_ for id_, track in found.items() if self._may_stand(track)]
        for start in range(0, len(ranked), EMBEDDINGS_AT_A_TIME):
            some = self.catalog.embeddings.stacked(ranked[start : start + EMBEDDINGS_AT_A_TIME])
            ids = map(TrackId, some.ids.tolist())
            self.similarities.update(zip(ids, self._similarities(some), strict=True))

    def _may_stand(self, track: Track) -> bool:
        return track.id in self.locked or passes(track, self.filters)

    def _similarities(self, some: Stacked) -> list[float]:
        """The similarity of each to the query, with hubs kept down as far as the config says."""
        if not len(some.ids):
            return []
        plain = similarities(self.query, some.vectors, some.windows, some.n_windows, self.config)
        kept_down = damped(self.crowd, self.query.vector, some.vectors, plain)
        share = self.config.hub_damping
        blend: list[float] = ((1 - share) * plain + share * kept_down).tolist()
        return blend

    def _choose(self, count: int) -> list[Track]:
        """Take what is locked, then the most similar tracks that the list has not enough of."""
        quota = Quota(self.filters)
        folding = _Folding(self.catalog, self.filters, self.seeds)
        best_first = sorted(self.similarities, key=lambda id_: (-self.similarities[id_], id_))
        chosen = {id_ for id_ in best_first if id_ in self.locked}
        for track_id in chosen:
            quota.take(self.tracks[track_id])
            folding.takes(self.tracks[track_id])
        for track_id in best_first:
            if len(chosen) >= count:
                break
            track = self.tracks[track_id]
            if track_id not in chosen and quota.allows(track) and folding.takes(track):
                quota.take(track)
                chosen.add(track_id)
        return [self.tracks[track_id] for track_id in best_first if track_id in chosen]


class _Folding:
    """The songs that the list and its seeds hold already, so that none comes twice."""

    def __init__(self, catalog: Catalog, filters: Filters, seeds: Iterable[Seed]) -> None:
        """Begin with the seeds, wanted or not."""
        self._catalog = catalog
        self._rule = filters.versions
        self._known: dict[str, list[tuple[Song, Embedding | TrackId]]] = {}
        for seed in seeds:
            self._known.setdefault(seed.song.title, []).append((seed.song, seed.embedding))

    def takes(self, track: Track) -> bool:
        """True when this is another song than all so far, which from now on is known too."""
        if self._rule is None:
            return True
        song = song_of_track(track)
        known = self._known.setdefault(song.title, [])
        for other, heard in known:
            if may_be_versions(song, other, self._rule) and windows_alike(
                self._embedding(track.id).windows, self._embedding(heard).windows, self._rule
            ):
                return False
        known.append((song, track.id))
        return True

    def _embedding(self, heard: Embedding | TrackId) -> Embedding:
        """The windows are compared, and so read, only where titles and lengths agree."""
        if isinstance(heard, Embedding):
            return heard
        return self._catalog.embeddings.get([heard])[heard]


def _reasons(wanted: Iterable[Seed], match: Embedding) -> tuple[WindowPair, ...]:
    pairs = []
    for seed in wanted:
        seed_index, match_index, closest = closest_windows(seed.embedding, match)
        pairs.append(
            WindowPair(
                seed.label,
                float(seed.embedding.window_starts_s[seed_index]),
                float(match.window_starts_s[match_index]),
                closest,
            )
        )
    return tuple(sorted(pairs, key=lambda pair: -pair.similarity))
