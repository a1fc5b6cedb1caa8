import numpy as np
import pytest
from scipy.optimize import minimize

from audio_model.training.calibration import LEAST_CASES, calibrate, strongest
from tests.conftest import require_module


def tags_by(slopes, offsets, n_tracks=400, seed=0):
    """Logits, and tags drawn with the probabilities that a true calibration gives to them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(-2.0, 1.5, (n_tracks, len(slopes))).astype(np.float32)
    chance = 1 / (1 + np.exp(-(logits * slopes + offsets)))
    return logits, rng.random(chance.shape) < chance


def smoothed(has_tag):
    n_with, n_without = has_tag.sum(), (~has_tag).sum()
    return np.where(has_tag, (n_with + 1) / (n_with + 2), 1 / (n_without + 2))


def cross_entropy(slope, offset, logits, targets):
    margins = slope * logits + offset
    return (np.logaddexp(0, margins) - targets * margins).sum()


def test_the_five_strongest_are_five_also_where_scores_are_equal():
    scores = np.array([[0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4], [0.5] * 7], np.float32)
    found = strongest(scores)
    assert found.sum(axis=1).tolist() == [5, 5]
    assert found[0].tolist() == [False, True, False, True, True, True, True]


def test_a_tag_with_enough_cases_has_the_fit_of_scikit_learn():
    """Every track stands twice, with and without the tag, weighted by Platt's targets."""
    models = require_module("sklearn.linear_model")
    logits, has_tag = tags_by([1.5, 0.7], [1.0, -0.5])
    calibration = calibrate(logits, has_tag)
    for tag in range(2):
        targets = smoothed(has_tag[:, tag])
        reference = models.LogisticRegression(C=1e12, tol=1e-10, max_iter=10_000).fit(
            np.tile(logits[:, [tag]].astype(np.float64), (2, 1)),
            np.repeat([1, 0], len(logits)),
            sample_weight=np.concatenate([targets, 1 - targets]),
        )
        assert calibration.slopes[tag] == pytest.approx(reference.coef_[0, 0], abs=1e-3)
        assert calibration.offsets[tag] == pytest.approx(reference.intercept_[0], abs=1e-3)


def test_no_point_of_a_grid_fits_better():
    logits, has_tag = tags_by([1.2, 1.2], [0.5, 0.5], n_tracks=100)
    calibration = calibrate(logits, has_tag)
    for tag in range(2):
        slope, offset = calibration.slopes[tag], calibration.offsets[tag]
        targets = smoothed(has_tag[:, tag])
        found = cross_entropy(slope, offset, logits[:, tag], targets)
        for other in slope + np.linspace(-0.5, 0.5, 21):
            for moved in offset + np.linspace(-0.5, 0.5, 21):
                assert found <= cross_entropy(other, moved, logits[:, tag], targets) + 1e-3


def test_probabilities_mean_what_they_say_on_other_tracks():
    slopes, offsets = [1.5, 0.8, 2.0], [1.0, 0.0, 2.0]
    calibration = calibrate(*tags_by(slopes, offsets, n_tracks=3000))
    logits, has_tag = tags_by(slopes, offsets, n_tracks=3000, seed=1)
    scores = 1 / (1 + np.exp(-(logits * calibration.slopes + calibration.offsets)))
    for low, high in ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.9)):
        chosen = (scores >= low) & (scores < high)
        assert has_tag[chosen].mean() == pytest.approx(scores[chosen].mean(), abs=0.03)


def test_a_rare_tag_takes_the_common_slope_and_keeps_its_share():
    logits, has_tag = tags_by([1.0, 1.5, 1.2, 1.0, 1.0], [0.0] * 5)
    has_tag[:, 3] = False
    has_tag[:, 4] = False
    has_tag[logits[:, 4].argsort()[-(LEAST_CASES - 1) :], 4] = True
    calibration = calibrate(logits, has_tag)

    def total(parameters):  # one slope of all tags, an offset of each
        return sum(
            cross_entropy(parameters[0], parameters[1 + tag], logits[:, tag], smoothed(column))
            for tag, column in enumerate(has_tag.T)
        )

    common = minimize(total, np.ones(6), method="BFGS").x[0]
    assert calibration.slopes[3] == calibration.slopes[4] == pytest.approx(common, abs=2e-3)
    assert len(set(calibration.slopes)) == 4
    for tag, n_with in ((3, 0), (4, LEAST_CASES - 1)):
        margins = logits[:, tag] * calibration.slopes[tag] + calibration.offsets[tag]
        assert (1 / (1 + np.exp(-margins))).mean() == pytest.approx(
            smoothed(np.arange(400) < n_with).mean(), abs=1e-3
        )


def test_a_tag_that_the_network_has_the_wrong_way_round_does_not_fall_with_its_logit():
    logits, has_tag = tags_by([1.0, 1.0, -1.0], [0.0, 0.0, 0.0])
    slopes = calibrate(logits, has_tag).slopes
    assert slopes[2] > 0.1


@pytest.mark.parametrize("n_tracks", [1, 2])
def test_constant_logits_of_hardly_any_track_have_a_calibration(n_tracks):
    logits = np.full((n_tracks, 7), -3.0, np.float32)
    scores = np.arange(7 * n_tracks, dtype=np.float32).reshape(n_tracks, 7)
    calibration = calibrate(logits, strongest(scores))
    assert np.isfinite([*calibration.slopes, *calibration.offsets]).all()
    assert min(calibration.slopes) > 0
