import numpy as np
import pytest
import torch

from audio_model.config import MelConfig
from audio_model.device import choose_device
from audio_model.encoder import NetworkEncoder, open_encoder
from audio_model.errors import CheckpointError, DeviceError, ModelError
from audio_model.spectrogram import log_mel
from tests.audio_model.networks import SMALL, small_network, write_small

RATE_HZ = 22_050


def tracks_of(*shapes: tuple[int, float], seed: int = 7) -> list[np.ndarray]:
    """Noise of changing colour: n_windows rows of so many seconds each."""
    rng = np.random.default_rng(seed)
    tracks = []
    for n_windows, window_s in shapes:
        noise = rng.normal(0, 0.1, (n_windows, round(window_s * RATE_HZ)))
        tracks.append(np.cumsum(noise * rng.uniform(0.1, 1.0), axis=1) % 0.5)
    return [track.astype(np.float32) for track in tracks]


@pytest.fixture
def encoder(tmp_path):
    write_small(tmp_path)
    return NetworkEncoder(tmp_path, "cpu")


def test_every_window_of_every_track_gets_a_unit_vector(encoder):
    tracks = tracks_of((6, 3.0), (1, 3.7), (4, 3.0), (1, 10.0))
    heard = encoder.embed(tracks)
    widths = [(n, SMALL.dimension) for n in (6, 1, 4, 1)]
    assert [one.vectors.shape for one in heard] == widths
    assert [one.tag_logits.shape for one in heard] == [(6, 3), (1, 3), (4, 3), (1, 3)]
    for one in heard:
        assert one.vectors.dtype == one.tag_logits.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(one.vectors, axis=1), 1.0, atol=1e-5)


def test_the_tags_are_those_that_the_network_gives(encoder):
    (track,) = tracks_of((3, 4.0))
    levels = log_mel(torch.from_numpy(track), MelConfig())
    with torch.inference_mode():
        expected = encoder._network(levels).tag_logits.numpy()
    (heard,) = encoder.embed([track])
    np.testing.assert_allclose(heard.tag_logits, expected, atol=1e-5)
    assert np.ptp(expected, axis=0).min() > 1e-4  # each window has its own


def test_vectors_do_not_depend_on_what_else_is_in_the_batch(encoder):
    tracks = tracks_of(*[(6, 3.0)] * 7, (1, 5.0), (3, 3.0))  # more windows than one batch holds
    together = encoder.embed(tracks)
    for track, heard in zip(tracks, together, strict=True):
        assert_same(encoder.embed([track])[0], heard)
    backwards = encoder.embed(tracks[::-1])[::-1]
    for heard, other in zip(together, backwards, strict=True):
        assert_same(heard, other)


def assert_same(heard, other):
    # float32 sums in another order: far below any difference between two pieces of music
    np.testing.assert_allclose(heard.vectors, other.vectors, atol=1e-5)
    np.testing.assert_allclose(heard.tag_logits, other.tag_logits, atol=1e-5)


def test_different_sounds_get_different_vectors(encoder):
    first, second = encoder.embed(tracks_of((1, 3.0), (1, 3.0)))
    assert np.abs(first.vectors - second.vectors).max() > 1e-2


def test_no_tracks_and_silence_are_no_trouble(encoder):
    assert encoder.embed([]) == []
    (heard,) = encoder.embed([np.zeros((2, 3 * RATE_HZ), np.float32)])
    assert np.isfinite(heard.vectors).all()
    assert np.isfinite(heard.tag_logits).all()


def test_a_full_gpu_halves_the_batch_and_loses_nothing(encoder):
    """The network of a device whose memory holds three windows."""
    tracks = tracks_of((6, 3.0), (5, 3.0))
    expected = encoder.embed(tracks)
    batches = []

    def short_of_memory(_network, inputs):
        if len(inputs[0]) > 3:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        batches.append(len(inputs[0]))

    encoder._network.register_forward_pre_hook(short_of_memory)
    for heard, other in zip(encoder.embed(tracks), expected, strict=True):
        assert_same(heard, other)
    assert sum(batches) == 11


def test_the_network_is_opened_by_its_name_and_says_where_it_runs():
    encoder = open_encoder("network", "cpu")
    assert encoder.card.encoder == "network"
    assert encoder.device == "The network runs on the processor, as asked."


def test_an_unknown_encoder_is_refused_by_name():
    with pytest.raises(ModelError, match=r"'oracle'.*network or handcrafted"):
        open_encoder("oracle")


def test_damaged_weights_do_not_become_an_encoder(tmp_path):
    write_small(tmp_path, small_network())
    (tmp_path / "network.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError):
        NetworkEncoder(tmp_path)


def test_a_device_that_is_not_there_falls_back_in_the_open():
    for wanted in ("cuda", "mps"):
        choice = choose_device(wanted)
        if choice.device != wanted:
            assert "does not offer" in choice.sentence
            assert choice == choose_device(wanted)
            assert choose_device(choice.device).device == choice.device
    assert choose_device("cpu").device == "cpu"
    assert choose_device("auto").device in ("cuda", "mps", "cpu")


def test_an_unknown_device_is_refused_by_name():
    with pytest.raises(DeviceError, match="abacus"):
        choose_device("abacus")
