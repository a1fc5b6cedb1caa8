"""Similar tracks in a real catalog, whose vectors are placed by hand in eight dimensions."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import skew

from app.filters import Filters
from app.hubs import crowd_of, damped
from app.ranking import RankingConfig, query_of, similarity
from app.similar import MIN_CANDIDATES, KnownCrowd, Seed, seed_of, similar_tracks
from app.versions import Song, VersionRule
from library.catalog import Catalog
from library.records import (
    Embedding,
    EncoderKey,
    FloatArray,
    Match,
    Recording,
    Stamp,
    Tags,
    TrackId,
)

KEY = EncoderKey("fake", "1", 8)
UNDAMPED = RankingConfig(hub_damping=0)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path, KEY) as opened:
        yield opened


def direction(angle_deg: float, axis: int = 1) -> FloatArray:
    """A unit vector in the plane of the first axis and another one."""
    vector = np.zeros(8, dtype=np.float32)
    vector[0], vector[axis] = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return vector


def embedding(*windows: npt.ArrayLike) -> Embedding:
    rows = np.array(windows, dtype=np.float32)
    middle = rows.sum(axis=0)
    starts_s = 20 * np.arange(len(rows), dtype=np.float32)
    return Embedding(middle / np.linalg.norm(middle), rows, starts_s, 10.0)


class Shelf:
    """Puts tracks into a catalog without any file behind them."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._n = 0

    def add(
        self,
        *windows: npt.ArrayLike,
        duration_s: float = 200.0,
        number: int | None = None,
        **tags: Any,
    ) -> TrackId:
        self._n = self._n + 1 if number is None else number
        name = b"/music/%d.mp3" % self._n
        stamp = Stamp(name, 1, 1, 1)
        self.catalog.files.register([stamp])
        recording = Recording(b"%016d" % self._n, "mp3", 44_100, 2, duration_s)
        tags = {"title": f"Song number {self._n}"} | tags
        return self.catalog.keep(stamp, Tags(**tags), recording, embedding(*windows))

    def seed(self, track_id: TrackId) -> Seed:
        return seed_of(
            self.catalog.tracks.get([track_id])[track_id],
            self.catalog.embeddings.get([track_id])[track_id],
        )


@pytest.fixture
def shelf(catalog: Catalog) -> Shelf:
    return Shelf(catalog)


def ids(matches: Sequence[Match]) -> list[TrackId]:
    return [match.track.id for match in matches]


def test_the_nearest_come_first_and_the_seed_is_not_among_them(shelf: Shelf):
    seed, far, near = (shelf.add(direction(angle)) for angle in (0, 50, 10))

    matches = similar_tracks(shelf.catalog, [shelf.seed(seed)], config=UNDAMPED)

    assert ids(matches) == [near, far]
    assert [match.similarity for match in matches] == pytest.approx(
        np.cos(np.radians([10, 50])), abs=1e-6
    )


def test_a_seed_from_outside_finds_tracks_and_is_none_of_them(shelf: Shelf):
    near, far = shelf.add(direction(10)), shelf.add(direction(90))
    seed = Seed("outside.mp3", Song("outside", 200.0), embedding(direction(0)))

    assert ids(similar_tracks(shelf.catalog, [seed])) == [near, far]


def test_two_seeds_find_what_lies_between_them(shelf: Shelf):
    left, right = shelf.add(direction(0)), shelf.add(direction(60))
    outside, between = shelf.add(direction(-20)), shelf.add(direction(30))

    matches = similar_tracks(shelf.catalog, [shelf.seed(left), shelf.seed(right)])

    assert ids(matches) == [between, outside]


def test_an_unwanted_seed_turns_the_order_round_and_stays_away_itself(shelf: Shelf):
    seed, unwanted = shelf.add(direction(0)), shelf.add(direction(60, axis=1))
    like_unwanted, unlike = shelf.add(direction(20, axis=1)), shelf.add(direction(25, axis=2))
    without = similar_tracks(shelf.catalog, [shelf.seed(seed)], count=2)

    matches = similar_tracks(
        shelf.catalog, [shelf.seed(seed)], unwanted=[shelf.seed(unwanted)], count=2
    )

    assert ids(without) == [like_unwanted, unlike]
    assert ids(matches) == [unlike, like_unwanted]


def test_tracks_with_one_similarity_stand_in_the_order_of_their_ids(shelf: Shelf):
    seed = shelf.add(direction(0))
    twins = [shelf.add(direction(30)) for _ in range(5)]

    assert ids(similar_tracks(shelf.catalog, [shelf.seed(seed)])) == twins


def test_the_reasons_name_the_windows_that_met(shelf: Shelf):
    seed = shelf.add(direction(0), direction(90), title="Seed")
    match = shelf.add(direction(180, axis=2), direction(170), direction(80))

    found = similar_tracks(shelf.catalog, [shelf.seed(seed)])[0]

    assert found.track.id == match
    (pair,) = found.reasons
    assert (pair.seed, pair.seed_start_s, pair.match_start_s) == ("Seed", 20.0, 40.0)
    assert pair.similarity == pytest.approx(np.cos(np.radians(10)), abs=1e-6)


def test_every_wanted_seed_has_a_reason_and_the_closest_comes_first(shelf: Shelf):
    far, near = shelf.add(direction(60), title="Far"), shelf.add(direction(10), title="Near")
    shelf.add(direction(0))

    match = similar_tracks(shelf.catalog, [shelf.seed(far), shelf.seed(near)])[0]

    assert [pair.seed for pair in match.reasons] == ["Near", "Far"]


def random_library(shelf: Shelf, n_tracks: int, **tags: Any) -> list[TrackId]:
    rng = np.random.default_rng(11)
    vectors = rng.normal(size=(n_tracks, 3, 8))
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return [shelf.add(*windows, **tags) for windows in vectors]


@pytest.mark.parametrize("hub_damping", [0.0, 0.5, 1.0])
def test_the_ranking_is_that_of_comparing_with_every_track(shelf: Shelf, hub_damping: float):
    tracks = random_library(shelf, 300)
    seed, unwanted = shelf.seed(tracks[0]), shelf.seed(tracks[1])
    config = RankingConfig(hub_damping=hub_damping)
    query = query_of([seed.embedding], [unwanted.embedding], config)
    embeddings = shelf.catalog.embeddings.get(tracks)
    vectors = np.stack([one.vector for one in embeddings.values()])
    plain = np.array([similarity(query, one, config) for one in embeddings.values()])
    kept_down = damped(crowd_of(vectors), query.vector, vectors, plain)
    expected = (1 - hub_damping) * plain + hub_damping * kept_down

    matches = similar_tracks(shelf.catalog, [seed], unwanted=[unwanted], count=20, config=config)

    best_first = 2 + np.argsort(-expected[2:])[:20]
    assert ids(matches) == [tracks[index] for index in best_first]
    assert [match.similarity for match in matches] == pytest.approx(expected[best_first], abs=1e-5)


def test_a_file_from_outside_finds_what_the_same_music_in_the_library_finds(shelf: Shelf):
    inside = shelf.seed(random_library(shelf, 60)[7])
    outside = Seed("outside", Song("outside", 200.0), inside.embedding)

    matches = similar_tracks(shelf.catalog, [outside], count=10)

    assert (matches[0].track.id, matches[0].similarity) == (inside.track_id, 1.0)
    assert [(m.track.id, m.similarity) for m in matches[1:]] == [
        (m.track.id, m.similarity) for m in similar_tracks(shelf.catalog, [inside], count=9)
    ]


def test_similarities_fall_down_the_list_and_are_those_of_cosines(shelf: Shelf):
    tracks = random_library(shelf, 60)
    wanted, unwanted = [shelf.seed(track) for track in tracks[:2]], [shelf.seed(tracks[2])]

    matches = similar_tracks(shelf.catalog, wanted, unwanted=unwanted, count=57)

    similarities = [match.similarity for match in matches]
    assert similarities == sorted(similarities, reverse=True)
    assert -1 <= similarities[-1] < similarities[0] <= 1


def test_the_list_does_not_depend_on_the_order_in_which_tracks_came(tmp_path: Path):
    windows = np.random.default_rng(3).normal(size=(40, 1, 8))
    windows /= np.linalg.norm(windows, axis=2, keepdims=True)
    lists = []
    for name, numbers in (("forth", range(40)), ("back", range(39, -1, -1))):
        with Catalog.open(tmp_path / name, KEY) as catalog:
            shelf = Shelf(catalog)
            added = {number: shelf.add(*windows[number], number=number) for number in numbers}
            found = similar_tracks(catalog, [shelf.seed(added[0])])
            lists.append([(match.track.title, match.similarity) for match in found])

    assert lists[0] == lists[1]


def test_the_lists_of_a_library_with_hubs_are_shared_out_among_more_tracks(tmp_path: Path):
    rng = np.random.default_rng(4)
    vectors = 2.0 + rng.normal(size=(100, 200))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    skewness = []
    with Catalog.open(tmp_path, EncoderKey("fake", "1", 200)) as catalog:
        shelf = Shelf(catalog)
        tracks = [shelf.add(vector) for vector in vectors]
        for config in (UNDAMPED, RankingConfig()):
            lists = [
                similar_tracks(catalog, [shelf.seed(track)], count=10, config=config)
                for track in tracks
            ]
            listed = [track_id for matches in lists for track_id in ids(matches)]
            skewness.append(skew([listed.count(track) for track in tracks]))

    assert skewness[0] > 1.5
    assert skewness[1] < 0.5


def test_the_same_question_has_the_same_answer(shelf: Shelf):
    seed = shelf.seed(random_library(shelf, 50)[0])

    first = similar_tracks(shelf.catalog, [seed])

    again = similar_tracks(shelf.catalog, [seed])
    assert [(m.track.id, m.similarity) for m in again] == [
        (m.track.id, m.similarity) for m in first
    ]


def test_the_list_is_filled_although_the_nearest_do_not_pass_the_filters(shelf: Shelf):
    n_near = MIN_CANDIDATES + 50
    for _ in range(n_near):
        shelf.add(direction(1), genres=("polka",))
    wanted = [shelf.add(direction(80 + number), genres=("Dub",)) for number in range(5)]
    seed = Seed("outside", Song("outside", 200.0), embedding(direction(0)))

    matches = similar_tracks(
        shelf.catalog, [seed], filters=Filters(genres=frozenset({"dub"})), count=5
    )

    assert ids(matches) == wanted


def test_the_list_is_as_long_as_the_library_allows(shelf: Shelf):
    tracks = random_library(shelf, 10)

    matches = similar_tracks(shelf.catalog, [shelf.seed(tracks[0])], count=50)

    assert set(ids(matches)) == set(tracks[1:])


def test_an_artist_and_an_album_have_no_more_than_their_number(shelf: Shelf):
    seed = shelf.add(direction(0), artist="A", album="X")
    first, second = (shelf.add(direction(i), artist="A", album="X") for i in (1, 2))
    other_album = shelf.add(direction(3), artist="A", album="Y")
    nameless = [shelf.add(direction(i)) for i in (4, 5, 6)]

    def found(filters: Filters) -> list[TrackId]:
        return ids(similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=filters))

    assert found(Filters(per_artist=2)) == [first, second, *nameless]
    assert found(Filters(per_album=1)) == [first, other_album, *nameless]


VERSIONS = Filters(versions=VersionRule(window_agreement=0.9))


def test_another_version_of_the_seed_is_folded(shelf: Shelf):
    seed = shelf.add(direction(0), title="Heroes", duration_s=370)
    shelf.add(direction(5), title="Heroes (2017 Remaster)", duration_s=372)
    other = shelf.add(direction(40), title="Sense of Doubt", duration_s=370)

    assert ids(similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=VERSIONS)) == [other]


def test_the_less_similar_version_of_a_match_is_folded(shelf: Shelf):
    seed = shelf.add(direction(0))
    live = shelf.add(direction(25), title="Warszawa (Live)")
    best = shelf.add(direction(20), title="Warszawa")

    assert ids(similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=VERSIONS)) == [best]
    assert ids(similar_tracks(shelf.catalog, [shelf.seed(seed)])) == [best, live]


def test_another_version_of_an_unwanted_seed_is_folded(shelf: Shelf):
    seed, unwanted = shelf.add(direction(0)), shelf.add(direction(60), title="Silly Song")
    shelf.add(direction(61), title="Silly Song - Radio Edit")

    matches = similar_tracks(
        shelf.catalog, [shelf.seed(seed)], unwanted=[shelf.seed(unwanted)], filters=VERSIONS
    )

    assert matches == []


@pytest.mark.parametrize(
    ("angle_deg", "title", "duration_s"),
    [(5, "Intro", 200.0), (60, "Heroes", 200.0), (5, "Heroes", 230.0)],
    ids=["other title", "other sound", "other duration"],
)
def test_a_song_that_differs_in_one_way_is_not_folded(
    shelf: Shelf, angle_deg: float, title: str, duration_s: float
):
    seed = shelf.add(direction(0), title="Heroes")
    other = shelf.add(direction(angle_deg), title=title, duration_s=duration_s)

    assert ids(similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=VERSIONS)) == [other]


def test_the_places_of_folded_versions_are_filled_with_others(shelf: Shelf):
    seed = shelf.add(direction(0), title="Heroes")
    for _ in range(30):
        shelf.add(direction(2), title="Heroes")
    others = [shelf.add(direction(50 + number)) for number in range(3)]

    matches = similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=VERSIONS, count=3)

    assert ids(matches) == others


def test_tracks_that_are_not_wanted_here_stay_out(shelf: Shelf):
    seed, near, far = (shelf.add(direction(angle)) for angle in (0, 10, 20))

    matches = similar_tracks(
        shelf.catalog, [shelf.seed(seed)], filters=Filters(not_these=frozenset({near}))
    )

    assert ids(matches) == [far]


def test_a_list_of_no_tracks_cannot_be_asked_for(shelf: Shelf):
    seed = shelf.seed(shelf.add(direction(0)))

    with pytest.raises(ValueError, match="count is 0"):
        similar_tracks(shelf.catalog, [seed], count=0)


def test_an_empty_library_has_nothing_similar(catalog: Catalog):
    seed = Seed("outside", Song("outside", 200.0), embedding(direction(0)))

    assert similar_tracks(catalog, [seed]) == []


# locked tracks


def test_a_locked_track_stands_in_the_list_in_its_order_whatever_the_filters_say(shelf: Shelf):
    seed = shelf.add(direction(0))
    near, middle, _ = (shelf.add(direction(angle)) for angle in (10, 20, 30))
    far = shelf.add(direction(170), year=1950)
    filters = Filters(first_year=1900, last_year=1999, not_these=frozenset([middle]))

    found = similar_tracks(
        shelf.catalog, [shelf.seed(seed)], filters=filters, locked=[far, middle, near], count=3
    )

    assert ids(found) == [near, middle, far]
    assert found[2].reasons


def test_locked_tracks_count_first_for_their_artist_and_album(shelf: Shelf):
    seed = shelf.add(direction(0))
    shelf.add(direction(10), artist="A", album="B")
    other = shelf.add(direction(40), artist="C")
    locked = shelf.add(direction(60), artist="A", album="B")

    found = similar_tracks(
        shelf.catalog, [shelf.seed(seed)], filters=Filters(per_artist=1), locked=[locked]
    )

    assert ids(found) == [other, locked]


def test_another_version_of_a_locked_track_is_left_out(shelf: Shelf):
    seed = shelf.add(direction(0))
    shelf.add(direction(50), title="Song (Live)")
    locked = shelf.add(direction(51), title="Song")

    found = similar_tracks(shelf.catalog, [shelf.seed(seed)], filters=VERSIONS, locked=[locked])

    assert ids(found) == [locked]


def test_more_locked_tracks_than_wanted_all_stand_there(shelf: Shelf):
    seed, *others = (shelf.add(direction(angle)) for angle in (0, 10, 20, 30, 40))

    found = similar_tracks(shelf.catalog, [shelf.seed(seed)], locked=others[1:], count=2)

    assert ids(found) == others[1:]


def test_a_locked_track_that_is_a_seed_or_was_never_heard_is_left_out(shelf: Shelf):
    seed, other = shelf.add(direction(0)), shelf.add(direction(10))

    found = similar_tracks(shelf.catalog, [shelf.seed(seed)], locked=[seed, TrackId(999)])

    assert ids(found) == [other]


# what is known from one search to the next


def test_the_crowd_is_learned_anew_only_when_more_than_a_hundredth_has_changed(shelf: Shelf):
    random_library(shelf, 200)
    known = KnownCrowd()
    first = known.of(shelf.catalog)
    for _ in range(2):
        shelf.add(direction(0))
        assert known.of(shelf.catalog) is first

    shelf.add(direction(0))

    assert known.of(shelf.catalog).n_tracks == 203


def test_vectors_that_were_replaced_or_went_count_as_changed(shelf: Shelf):
    tracks = random_library(shelf, 100)
    known = KnownCrowd()
    first = known.of(shelf.catalog)
    shelf.add(direction(0), number=100)
    second = known.of(shelf.catalog)
    assert second is not first  # one went and one came

    shelf.catalog.add_root(b"/nowhere")
    shelf.catalog.remove_root(b"/nowhere")

    assert len(tracks) == 100
    assert known.of(shelf.catalog).n_tracks == 0


def test_matches_are_the_same_whether_the_crowd_is_known_or_not(shelf: Shelf):
    tracks = random_library(shelf, 50)
    known = KnownCrowd()
    known.of(shelf.catalog)

    found = similar_tracks(shelf.catalog, [shelf.seed(tracks[0])], crowd=known)

    assert found == similar_tracks(shelf.catalog, [shelf.seed(tracks[0])])
