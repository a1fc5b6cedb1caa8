import numpy as np
import pytest

from app.alike import alike_passages
from library.records import Embedding, FloatArray


def embedding(windows: FloatArray, window_s: float = 10.0) -> Embedding:
    starts_s = 30 * np.arange(len(windows), dtype=np.float32)
    return Embedding(windows[0], windows, starts_s, window_s)


def random_embedding(seed: int, n_windows: int = 6) -> Embedding:
    windows = np.random.default_rng(seed).normal(size=(n_windows, 8))
    return embedding((windows / np.linalg.norm(windows, axis=1, keepdims=True)).astype(np.float32))


def test_the_passages_that_agree_most_come_first_and_each_once():
    e1, e2, e3 = np.eye(3, 8, dtype=np.float32)
    first = embedding(np.stack([e1, 0.8 * e1 + 0.6 * e2, e3]), window_s=5.0)
    second = embedding(np.stack([0.6 * e2 + 0.8 * e3, e1]))

    best, next_best = alike_passages(first, second, 9)

    # The second window of `first` meets e1 at 0.8, but e1 is taken; e3 meets 0.8 too.
    assert (best.first_start_s, best.first_end_s) == (0.0, 5.0)
    assert (best.second_start_s, best.second_end_s) == (30.0, 40.0)
    assert best.similarity == pytest.approx(1.0)
    assert (next_best.first_start_s, next_best.second_start_s) == (60.0, 0.0)
    assert next_best.similarity == pytest.approx(0.8)


def test_a_track_is_alike_to_itself_window_by_window():
    track = random_embedding(1)
    pairs = alike_passages(track, track, 6)
    assert [pair.first_start_s for pair in pairs] == [pair.second_start_s for pair in pairs]
    assert sorted(pair.first_start_s for pair in pairs) == track.window_starts_s.tolist()
    assert all(pair.similarity == pytest.approx(1.0, abs=1e-6) for pair in pairs)


def test_the_order_of_two_tracks_does_not_matter():
    first, second = random_embedding(1, 6), random_embedding(2, 4)
    forth = alike_passages(first, second, 9)
    back = alike_passages(second, first, 9)
    assert len(forth) == 4
    assert [(p.first_start_s, p.second_start_s) for p in forth] == [
        (p.second_start_s, p.first_start_s) for p in back
    ]
    similarities = [pair.similarity for pair in forth]
    assert similarities == sorted(similarities, reverse=True)
    assert similarities[0] == pytest.approx(float((first.windows @ second.windows.T).max()))


def test_no_more_pairs_are_given_than_asked_for():
    assert len(alike_passages(random_embedding(1), random_embedding(2), 2)) == 2
