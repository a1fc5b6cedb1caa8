import pytest
import torch

from audio_model.network import Heard, TemporalConvNet
from audio_model.training.whitening import fit_tags, whiten
from tests.audio_model.networks import small_network


@pytest.fixture
def levels() -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return -60 + 15 * torch.randn(200, 96, 40, generator=generator)


def heard(network: TemporalConvNet, levels: torch.Tensor) -> Heard:
    with torch.inference_mode():
        result: Heard = network(levels)
    return result


def variances(embeddings: torch.Tensor) -> torch.Tensor:
    covariance = torch.cov(embeddings.T.double(), correction=0)
    sorted_variances: torch.Tensor = torch.linalg.eigvalsh(covariance)
    return sorted_variances


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_variance_of_every_direction_is_raised_to_what_the_power_leaves(
    levels: torch.Tensor, power: float
):
    network = small_network()
    before = heard(network, levels).learned
    whiten(network, before, power)
    after = heard(network, levels).learned
    expected = variances(before) ** (1 - power)
    torch.testing.assert_close(variances(after), expected, rtol=1e-2, atol=1e-4)


def test_the_tags_stay_what_they_were(levels: torch.Tensor):
    network = small_network()
    before = heard(network, levels)
    whiten(network, before.learned, 0.5)
    after = heard(network, levels).tag_logits
    torch.testing.assert_close(after, before.tag_logits, rtol=1e-3, atol=1e-3)


def test_the_mean_of_the_clips_becomes_the_origin(levels: torch.Tensor):
    network = small_network()
    whiten(network, heard(network, levels).learned, 0.5)
    mean = heard(network, levels).learned.mean(dim=0)
    torch.testing.assert_close(mean, torch.zeros_like(mean), rtol=0, atol=1e-3)


def test_standardised_tags_have_no_mean_and_deviation_one_whatever_is_whitened(
    levels: torch.Tensor,
):
    network = small_network()
    learned = heard(network, levels).learned
    fit_tags(network, learned)
    whiten(network, learned, 0.5)
    logits = heard(network, levels).tag_logits
    standard = (logits - network.tag_mean) / network.tag_deviation
    torch.testing.assert_close(standard.mean(dim=0), torch.zeros(3), rtol=0, atol=1e-2)
    torch.testing.assert_close(standard.std(dim=0), torch.ones(3), rtol=1e-2, atol=0)
