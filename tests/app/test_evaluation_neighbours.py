import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.spatial import KDTree

from app.evaluation.neighbours import (
    FloatsByQuery,
    chance_precision,
    precision_at_k,
)
from library.records import FloatArray


def unit_rows(n_items: int, dimension: int, seed: int = 3) -> FloatArray:
    rows = np.random.default_rng(seed).normal(size=(n_items, dimension))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


def on_circle(*degrees: float) -> FloatArray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def precision(vectors: FloatArray, labels: Sequence[str], k: int) -> FloatsByQuery:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return precision_at_k(np.argsort(-cosines, axis=1, kind="stable")[:, :k], labels)


def test_precision_agrees_with_a_case_worked_out_by_hand():
    # The two nearest of each: 0 -> 10, 30; 10 -> 0, 30; 30 -> 10, 0; 70 -> 30, 10;
    # 160 -> 70, 30.
    vectors = on_circle(0, 10, 30, 70, 160)
    labels = ["waltz", "waltz", "funk", "funk", "funk"]

    np.testing.assert_array_equal(precision(vectors, labels, 2), [0.5, 0.5, 0, 0.5, 1])


def test_precision_agrees_with_the_neighbours_of_a_tree_of_scipy():
    vectors = unit_rows(60, 8)
    labels = [f"manner {index % 7}" for index in range(60)]
    found = KDTree(vectors).query(vectors, 6)[1]  # near in space is near in angle: unit vectors
    expected = [np.mean([labels[i] == labels[row[0]] for i in row[1:]]) for row in found]

    np.testing.assert_allclose(precision(vectors, labels, 5), expected)


def test_precision_does_not_change_when_the_space_is_turned_and_the_items_are_shuffled():
    vectors = unit_rows(40, 8)
    labels = [f"manner {index % 4}" for index in range(40)]
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(8, 8)))
    order = np.random.default_rng(6).permutation(40)
    turned = (vectors @ turn.astype(np.float32))[order]

    straight = precision(vectors, labels, 5)

    np.testing.assert_array_equal(precision(turned, [labels[i] for i in order], 5), straight[order])


def test_a_twin_of_the_query_is_found_and_the_query_is_not():
    vectors = on_circle(0, 0, 90)

    np.testing.assert_array_equal(precision(vectors, ["a", "a", "b"], 1), [1, 1, 0])


def test_chance_is_the_mean_precision_over_all_orders_of_the_labels():
    vectors = on_circle(0, 20, 50, 90, 140)
    labels = ["a", "a", "a", "b", "b"]
    orders = [
        (precision(vectors, order, 2), np.array(order)) for order in itertools.permutations(labels)
    ]
    mean_of = {
        label: np.mean(np.concatenate([share[kinds == label] for share, kinds in orders]))
        for label in "ab"
    }

    np.testing.assert_allclose(chance_precision(labels), [mean_of[label] for label in labels])


def test_precision_refuses_labels_that_do_not_fit_the_results():
    with pytest.raises(ValueError, match="3 items but 2 labels"):
        precision(on_circle(0, 1, 2), ["a", "b"], 1)


def test_chance_refuses_a_single_item():
    with pytest.raises(ValueError, match="at least two"):
        chance_precision(["a"])
