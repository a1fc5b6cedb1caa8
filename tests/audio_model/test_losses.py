import pytest
import torch

from audio_model.training.losses import (
    N_STATISTICS,
    AugmentConfig,
    augment,
    sound_statistics,
    supervised_contrast,
)


def test_contrast_is_the_formula_of_its_paper():
    vectors = torch.nn.functional.normalize(torch.randn(5, 4, dtype=torch.float64), dim=1)
    labels = [0, 0, 1, 1, 1]
    expected = []
    for i in range(5):
        others = [a for a in range(5) if a != i]
        total = sum(torch.exp(vectors[i] @ vectors[a] / 0.1) for a in others)
        same = [a for a in others if labels[a] == labels[i]]
        shares = [torch.log(torch.exp(vectors[i] @ vectors[p] / 0.1) / total) for p in same]
        expected.append(-sum(shares) / len(same))
    loss = supervised_contrast(vectors, torch.tensor(labels), 0.1)
    assert loss.item() == pytest.approx(float(sum(expected)) / 5, rel=1e-9)


def test_contrast_falls_when_the_same_label_comes_together():
    labels = torch.tensor([0, 0, 1, 1, -1])
    apart = torch.eye(5)
    together = torch.eye(5)[[0, 0, 2, 2, 4]]
    assert supervised_contrast(together, labels, 0.1) < supervised_contrast(apart, labels, 0.1)
    alone = torch.tensor([0, 1, 2, -1, -1])
    assert supervised_contrast(apart, alone, 0.1) == 0.0


def test_statistics_follow_the_pulse_and_not_the_level():
    frames = torch.arange(427)
    slow, fast = (
        torch.full((1, 96, 427), -60.0) + 20.0 * (frames % period == 0) for period in (40, 20)
    )
    statistics = sound_statistics(torch.cat([slow, fast, slow + 6.0]))
    assert statistics.shape == (3, N_STATISTICS)
    pulse = statistics[:, 60:]  # lags from 9 frames on
    assert pulse[0].argmax() + 9 == 40
    assert pulse[1].argmax() + 9 == 20
    # Only the first cepstral coefficient, which stands first, knows the level.
    assert torch.allclose(statistics[0, 1:], statistics[2, 1:], atol=1e-3)
    assert abs(statistics[0, 0] - statistics[2, 0]) > 1.0


def test_augmentation_stays_within_its_bounds():
    levels = torch.full((200, 96, 20), -50.0)
    config = AugmentConfig()
    generator = torch.Generator().manual_seed(1)
    changed = augment(levels, -90.0, config, generator)
    kept = changed[:, : config.lowest_cut_mel]
    assert (kept - levels[:, : config.lowest_cut_mel]).abs().max() <= config.max_gain_db
    assert 0.1 < (changed[:, -1] == -90.0).any(dim=1).float().mean() < 0.5
    assert changed.min() == -90.0
