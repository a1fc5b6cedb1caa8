import numpy as np
import pytest

from benchmarks.tag_agreement import reliability
from tests.conftest import require_module


def test_reliability_is_the_curve_of_scikit_learn():
    calibration = require_module("sklearn.calibration")
    rng = np.random.default_rng(1)
    scores = (rng.random((2000, 7)) ** 2).astype(np.float32)
    has_tag = rng.random(scores.shape) < scores**2  # surer than it may be
    rows, error = reliability(scores, has_tag)
    shares, means = calibration.calibration_curve(has_tag.ravel(), scores.ravel(), n_bins=10)
    np.testing.assert_allclose([row[1:] for row in rows], np.stack([means, shares], 1), atol=1e-6)
    assert sum(row[0] for row in rows) == scores.size
    assert error == pytest.approx(2 / 15, abs=0.01)  # the mean of s - s**2 where s is u**2


def test_sure_and_right_is_without_error():
    scores = np.array([[1.0, 0.0, 0.0]], np.float32)
    assert reliability(scores, scores > 0.5)[1] == 0.0
