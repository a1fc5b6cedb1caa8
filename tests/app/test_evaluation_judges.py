import itertools

import numpy as np

from app.evaluation.judges import (
    Judge,
    asked_by,
    groups_of,
    judge,
    numbers_of,
    without_own_artist,
)
from app.evaluation.truths import (
    CorpusTrack,
    corpus_bodies,
    library_bodies,
    unbiased_order,
)
from library.records import Tags, Track, TrackId


def corpus_track(name: str, **said) -> CorpusTrack:
    return CorpusTrack(b"/music/" + name.encode(), name, **said)


def track(number: int, *, artist: str = "", album: str = "", genres: tuple[str, ...] = ()) -> Track:
    tags = Tags(title=f"T{number}", artist=artist, album=album, genres=genres)
    return Track(
        id=TrackId(number),
        path=f"/music/{album}/{number}.flac".encode(),
        tags=tags,
        duration_s=100.0,
        missing=False,
        added_at_s=0.0,
        plays=0,
    )


def asked(judge: Judge) -> list[tuple[int, str]]:
    return [(query.place, query.group) for query in judge.queries]


def test_a_track_finds_all_others_but_itself():
    alike = judge("same", 5, {"a": np.arange(4)}, units="groups")

    assert asked(alike) == [(0, "a"), (1, "a"), (2, "a"), (3, "a")]
    assert alike.candidates(2).tolist() == [True, True, False, True, True]


def test_a_query_with_fewer_than_three_relevant_candidates_is_left_out():
    groups = {"three": np.arange(3), "four": np.arange(3, 7)}

    alike = judge("same", 7, groups, units="groups")

    assert {query.group for query in alike.queries} == {"four"}


def test_tracks_of_one_source_are_kept_apart_and_nameless_sources_are_not():
    sources = ["x", "x", "", "", "y", "y", "y"]

    style = judge("style", 7, {"a": np.arange(7)}, units="sources", apart=sources)

    assert style.candidates(0).tolist() == [False, False, True, True, True, True, True]
    assert style.candidates(2).tolist() == [True, True, False, True, True, True, True]


def test_without_the_own_artist_a_nameless_artist_is_alone():
    artists = ["A", "A", "A", "", "", "B"]
    alike = judge("same", 6, {"a": np.arange(6)}, units="groups")

    filtered = without_own_artist(alike, artists)

    assert filtered.filters_artists
    assert filtered.candidates(0).tolist() == [False, False, False, True, True, True]
    assert filtered.candidates(3).tolist() == [True, True, True, False, True, True]
    assert len(filtered.queries) == 6


def test_without_the_own_artist_queries_lose_what_is_relevant():
    artists = ["A", "A", "A", "A", "B"]
    alike = judge("same", 5, {"a": np.arange(5)}, units="groups")

    filtered = without_own_artist(alike, artists)

    assert asked(filtered) == [(4, "a")]


def test_only_some_tracks_may_ask():
    alike = judge("same", 5, {"a": np.arange(5)}, units="groups")

    some = asked_by(alike, np.array([True, False, False, False, True]))

    assert asked(some) == [(0, "a"), (4, "a")]
    assert some.candidates(0).tolist() == alike.candidates(0).tolist()


def test_groups_hold_the_tracks_that_bear_a_label():
    groups = groups_of([["b"], ["a", "b"], [""], ["b"], []], least=2)

    assert {label: places.tolist() for label, places in groups.items()} == {"b": [0, 1, 3]}


def test_equal_labels_have_equal_numbers():
    assert numbers_of(["x", "", "y", "x", ""]).tolist() == [0, 1, 2, 0, 3]


def test_a_collection_queries_its_split_and_a_style_all_tracks():
    tracks = [
        *(corpus_track(f"v{n}", collection="V", style_group="s", source="v") for n in range(5)),
        *(corpus_track(f"w{n}", collection="W", source="w") for n in range(4)),
        *(
            corpus_track(f"t{n}", collection="V", style_group="s", source="t", in_split=False)
            for n in range(3)
        ),
    ]

    split, everything = corpus_bodies(tracks)

    assert split.tracks.tolist() == list(range(9))
    (collections,) = split.judges
    assert asked(collections) == [(place, "V") for place in range(5)]  # W has but four
    assert collections.members["V"].tolist() == list(range(5))
    assert everything.tracks.tolist() == list(range(12))
    (styles,) = everything.judges
    assert asked(styles) == [(place, "s") for place in range(5)]
    assert styles.candidates(0).tolist() == 5 * [False] + 7 * [True]
    assert {query.unit for query in styles.queries} == {"v"}
    assert {query.unit for query in collections.queries} == {"V"}


def test_each_judge_stands_also_without_the_own_artist_where_artists_are_known():
    tracks = [corpus_track(str(n), collection="V", artist=f"A{n % 4}") for n in range(8)]

    (split,) = corpus_bodies(tracks)

    plain, filtered = split.judges
    assert (plain.filters_artists, filtered.filters_artists) == (False, True)
    assert len(plain.queries) == len(filtered.queries) == 8


def test_without_sources_a_style_is_searched_among_all_other_tracks():
    tracks = [corpus_track(str(n), style_group="s") for n in range(4)]

    (everything,) = corpus_bodies(tracks)

    assert everything.judges[0].candidates(1).tolist() == [True, False, True, True]
    assert len({query.unit for query in everything.judges[0].queries}) == 4


def test_nothing_that_belongs_together_gives_no_judge():
    assert corpus_bodies([corpus_track(str(n), collection=str(n)) for n in range(9)]) == ()
    assert library_bodies([track(n) for n in range(9)], {}) == ()


def test_a_library_is_judged_by_albums_artists_genres_and_playlists():
    tracks = [
        *(track(n, artist=f"A{n % 5}", album="Mix", genres=("Jazz",)) for n in range(1, 6)),
        *(track(n, artist="Solo", album="One", genres=("jazz", "JAZZ")) for n in range(6, 11)),
        *(track(n) for n in range(11, 15)),
    ]
    playlists = {
        "Evening": frozenset(TrackId(n) for n in (1, 2, 6, 11, 12)),
        "Short": frozenset(TrackId(n) for n in (1, 2, 3, 4)),
    }

    (body,) = library_bodies(tracks, playlists)

    said = {(j.name, j.filters_artists): len(j.queries) for j in body.judges}
    assert said == {
        ("same album", False): 10,
        ("same album", True): 5,
        ("same artist", False): 5,
        ("same genre", False): 10,
        ("same genre", True): 10,
        ("same playlist", False): 5,
        ("same playlist", True): 5,
    }
    genre = body.judges[3]
    assert {query.unit for query in genre.queries} == {"solo", "a0", "a1", "a2", "a3", "a4"}


def test_of_a_large_library_only_some_tracks_query_and_all_are_found():
    tracks = [track(n, artist="A", album="One") for n in range(1, 11)]

    (body,) = library_bodies(tracks, {}, max_asking=7)

    assert body.n_asking == 7
    assert len(body.tracks) == 10
    for one in body.judges:
        assert sorted(query.place for query in one.queries) == list(range(7))
        assert one.candidates(0).sum() == 9


def test_the_order_of_tracks_says_nothing_of_them_and_stays():
    tracks = [corpus_track(f"{n:03}", collection=str(n // 10)) for n in range(100)]

    ordered = unbiased_order(tracks)

    assert unbiased_order(tracks[::-1]) == ordered
    assert sorted(ordered, key=lambda one: one.name) == tracks
    together = sum(a.collection == b.collection for a, b in itertools.pairwise(ordered))
    assert together < 25  # 9 are to be expected by chance, and 90 in the order of the list


def test_tracks_of_a_library_are_ordered_by_their_paths():
    tracks = [track(n) for n in range(20)]

    assert unbiased_order(tracks) == unbiased_order(tracks[::-1])
    assert unbiased_order(tracks) != tracks
