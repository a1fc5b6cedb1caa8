import numpy as np
import pytest
from scipy.special import expit

from audio_model.config import TagCalibration
from audio_model.pooling import FloatArray, tag_scores, track_tags, track_vector


def unit_rows(n_rows: int) -> FloatArray:
    rows = np.random.default_rng(3).normal(size=(n_rows, 16))
    unit: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_the_vector_of_a_track_is_the_unit_mean_of_its_windows():
    windows = unit_rows(6)
    vector = track_vector(windows)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)
    assert np.dot(vector, windows.mean(axis=0)) == pytest.approx(
        np.linalg.norm(windows.mean(axis=0)), abs=1e-6
    )


def test_the_order_of_the_windows_does_not_matter():
    windows = unit_rows(6)
    np.testing.assert_allclose(track_vector(windows), track_vector(windows[::-1]), atol=1e-7)


def test_windows_that_cancel_out_give_the_first():
    window = unit_rows(1)[0]
    np.testing.assert_array_equal(track_vector(np.stack([window, -window])), window)


@pytest.mark.parametrize(
    "windows",
    [
        pytest.param(np.empty((0, 8), np.float32), id="no window"),
        pytest.param(np.zeros(8, np.float32), id="one dimension"),
        pytest.param(np.full((2, 8), np.nan, np.float32), id="not a number"),
    ],
)
def test_what_has_no_direction_is_refused(windows):
    with pytest.raises(ValueError, match=r"n_windows|finite"):
        track_vector(windows)


CALIBRATION = TagCalibration(slopes=(1.0, 0.5, 2.0), offsets=(0.0, -1.0, 3.0))


def test_the_score_of_a_tag_is_the_probability_of_its_mean_logit():
    logits = np.random.default_rng(4).normal(scale=3.0, size=(6, 3)).astype(np.float32)
    scores = track_tags(logits, CALIBRATION)
    assert scores.dtype == np.float32
    assert scores.shape == (3,)
    expected = expit(
        np.array(CALIBRATION.slopes) * logits.mean(axis=0) + np.array(CALIBRATION.offsets)
    )
    np.testing.assert_allclose(scores, expected, atol=1e-6)  # float32 next to 1
    np.testing.assert_allclose(track_tags(logits[::-1], CALIBRATION), scores, atol=1e-6)


def test_scores_stay_probabilities_however_sure_the_logits_are():
    logits = np.array([[-1e30, -800.0, 0.0], [0.0, 800.0, 1e30]], dtype=np.float32)
    with np.errstate(all="raise"):
        scores = tag_scores(logits, TagCalibration.neutral(3))
    np.testing.assert_array_equal(scores, [[0.0, 0.0, 0.5], [0.5, 1.0, 1.0]])


def test_an_encoder_without_tags_scores_none():
    assert track_tags(np.empty((6, 0), np.float32), TagCalibration.neutral(0)).shape == (0,)
