from dataclasses import replace

import pytest
import torch

from audio_model.config import NetworkConfig
from audio_model.network import ExtremePool, TemporalConvNet

SMALL = NetworkConfig(
    n_mels=12,
    stem_width=16,
    widths=(16, 24),
    strides=(2, 1),
    learned_dimension=8,
    statistics_dimension=4,
    n_tags=5,
)


@pytest.fixture
def network() -> TemporalConvNet:
    torch.manual_seed(4)
    return TemporalConvNet(SMALL).eval()


def test_windows_of_any_length_give_vectors_of_one_width(network):
    for n_frames in (15, 126, 427):
        heard = network(torch.randn(3, 12, n_frames))
        assert heard.embedding.shape == (3, 17)
        assert heard.learned.shape == (3, 8)
        assert heard.tag_logits.shape == (3, 5)


def test_time_is_convolved_and_bands_are_not(network):
    """Rolled along the bands a window is another one; a stationary one is the same at any time."""
    levels = torch.randn(1, 12, 64)
    rolled = levels.roll(1, dims=1)
    assert not torch.allclose(network(levels).embedding, network(rolled).embedding, atol=1e-3)

    activations = network.activations(levels.mean(dim=2, keepdim=True).expand(1, 12, 200))
    inner = activations[:, :, 5:-5]  # the borders see the padding
    assert torch.allclose(inner, inner[:, :, :1].expand_as(inner), atol=1e-5)


def test_activations_keep_a_time_axis_that_follows_the_sound(network):
    levels = torch.zeros(1, 12, 256)
    changed = levels.clone()
    changed[:, :, 128:] = 3.0
    difference = (network.activations(changed) - network.activations(levels)).abs().amax(dim=1)[0]
    n_steps = len(difference)
    assert n_steps == 64
    assert difference[: n_steps // 2 - 6].max() < 1e-6
    assert difference[n_steps // 2 + 6 :].min() > 1e-3


def test_the_vector_of_a_window_does_not_depend_on_the_batch(network):
    levels = torch.randn(7, 12, 100)
    together = network(levels).embedding
    alone = torch.cat([network(one[None]).embedding for one in levels])
    assert torch.allclose(together, alone, atol=1e-5)


def test_the_parts_of_an_embedding_have_their_shares():
    torch.manual_seed(4)
    config = replace(SMALL, statistics_share=0.36, tags_share=0.15)
    network = TemporalConvNet(config).eval()
    network.tag_mean.fill_(0.5)
    network.tag_deviation.copy_(torch.tensor([1.0, 2.0, 0.5, 1.0, 3.0]))
    levels = -60 + 15 * torch.randn(3, 12, 60)
    heard = network(levels)
    parts = (heard.learned, network.statistics(levels), (heard.tag_logits - 0.5))
    parts[2].div_(network.tag_deviation)
    for part, share, found in zip(
        parts, (0.49, 0.36, 0.15), heard.embedding.split([8, 4, 5], dim=1), strict=True
    ):
        expected = share**0.5 * torch.nn.functional.normalize(part, dim=1)
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_pooling_is_mean_maximum_and_means_of_the_extremes():
    x = torch.tensor([[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 14.0]]])
    pooled = ExtremePool(extreme_share=0.2)(x)
    assert pooled.tolist() == [[5.0, 14.0, 11.0, 0.5]]


def test_pooling_does_not_know_the_order_of_time():
    x = torch.randn(2, 3, 50)
    pool = ExtremePool(extreme_share=0.1)
    assert torch.allclose(pool(x), pool(x.flip(dims=[2])), atol=1e-6)


def test_pooling_takes_one_step_where_the_share_is_less():
    x = torch.tensor([[[1.0, 3.0]]])
    assert ExtremePool(extreme_share=0.1)(x).tolist() == [[2.0, 3.0, 3.0, 1.0]]


def test_the_shipped_shape_has_two_to_four_million_weights():
    n_weights = sum(p.numel() for p in TemporalConvNet(NetworkConfig()).parameters())
    assert 2_000_000 < n_weights < 4_000_000
