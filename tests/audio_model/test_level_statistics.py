"""Statistics of levels: held against SciPy, and against what a change of sound must do."""

import numpy as np
import pytest
import scipy.fft
import torch

from audio_model.level_statistics import N_CEPSTRA, LevelStatistics
from audio_model.training.whitening import fit_statistics

N_MELS = 96


@pytest.fixture
def levels():
    generator = torch.Generator().manual_seed(3)
    walk = torch.randn((40, N_MELS, 130), generator=generator).cumsum(dim=2)
    tilt = torch.linspace(-30, -60, N_MELS)[None, :, None]
    return walk * torch.rand((40, 1, 1), generator=generator) + tilt


@pytest.fixture
def fitted(levels):
    part = LevelStatistics(N_MELS, 24)
    fit_statistics(part, part.raw(levels), power=0.25)
    return part


def test_they_are_what_numpy_and_scipy_compute(levels):
    part = LevelStatistics(N_MELS, 24)
    window = levels[7].double().numpy()
    cepstra = scipy.fft.dct(window, axis=0, norm="ortho")[:N_CEPSTRA]
    expected = [
        row
        for curves in (cepstra, window)
        for row in (
            curves.mean(axis=1),
            curves.std(axis=1, ddof=1),
            np.diff(curves, axis=1).std(axis=1, ddof=1),
        )
    ]
    raw = part.raw(levels)[7].numpy()
    np.testing.assert_allclose(raw, np.concatenate(expected), rtol=1e-4, atol=1e-3)


def test_a_louder_copy_moves_the_means_of_the_bands_alone(levels):
    part = LevelStatistics(N_MELS, 24)
    moved = (part.raw(levels + 6.0) - part.raw(levels)).numpy()
    expected = np.zeros(moved.shape[1])
    expected[0] = 6.0 * np.sqrt(N_MELS)  # the first cepstral coefficient is the sum of the bands
    expected[3 * N_CEPSTRA : 3 * N_CEPSTRA + N_MELS] = 6.0
    np.testing.assert_allclose(moved, np.broadcast_to(expected, moved.shape), atol=2e-3)


def test_played_backwards_it_is_the_same(levels):
    part = LevelStatistics(N_MELS, 24)
    torch.testing.assert_close(part.raw(levels.flip(2)), part.raw(levels), rtol=1e-4, atol=1e-3)


def test_fitted_directions_vary_independently_and_by_the_power_that_is_left(levels, fitted):
    placed = fitted(levels).double()
    covariance = (placed.T @ placed / len(placed)).numpy()
    away = fitted.limited(fitted.raw(levels)).double().numpy()
    variances = np.linalg.eigvalsh(np.cov(away.T, ddof=0))[-24:]
    np.testing.assert_allclose(placed.mean(dim=0).numpy(), 0, atol=1e-4)
    np.testing.assert_allclose(np.diag(covariance), variances**0.75, rtol=1e-3)
    np.testing.assert_allclose(covariance - np.diag(np.diag(covariance)), 0, atol=1e-3)


def test_a_band_that_never_sounds_counts_nothing(levels):
    levels[:, 90:] = -90.0
    part = LevelStatistics(N_MELS, 24)
    fit_statistics(part, part.raw(levels), power=0.25)
    assert torch.isfinite(part(levels)).all()
    assert (part.limited(part.raw(levels))[:, 3 * N_CEPSTRA + 90 : 3 * N_CEPSTRA + 96] == 0).all()


def test_one_odd_band_cannot_outshout_the_others(levels, fitted):
    levels[:1, 5] += 10_000.0
    assert fitted.limited(fitted.raw(levels)).abs().max() == 4.0


def test_more_directions_than_statistics_are_refused():
    with pytest.raises(ValueError, match="there are 348 statistics"):
        LevelStatistics(N_MELS, 349)
