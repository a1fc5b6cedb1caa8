import numpy as np
import pytest

from audio_model.config import MelConfig, NetworkConfig, WindowConfig
from audio_model.curves import Grid, heard_hopping, hopping_grid, network_grid, parts
from audio_model.encoder import NetworkEncoder, open_encoder
from audio_model.pooling import FloatArray, WindowsHeard, tag_scores
from tests.audio_model.golden import golden_sounds
from tests.audio_model.networks import SMALL, write_small

RATE_HZ = 22_050
HOP = 512


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    return NetworkEncoder(folder, "cpu")


def music(duration_s: float) -> FloatArray:
    """A chord whose notes and loudness wander, over a little noise."""
    t_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(2).normal(0, 0.01, t_s.size)
    notes = [
        np.sin(2 * np.pi * f_hz * t_s + 9 * np.sin(0.37 * t_s + f_hz)) for f_hz in (110, 277, 660)
    ]
    sound = np.sum(notes, axis=0) * (0.2 + 0.1 * np.sin(0.9 * t_s)) + noise
    return np.asarray(sound, dtype=np.float32)


def test_the_grid_is_that_of_the_networks_strides_and_reach():
    # strides 2 * 2 * 2 * 2 * 1; in frames, the convolutions reach
    # 2 + (2 + 4) + (4 + 8) + (8 + 16) + (16 + 16) = 76, which is 4.75 steps of 16
    grid = network_grid(NetworkConfig(), MelConfig(), WindowConfig())
    assert grid == Grid(16 * HOP, 10 * RATE_HZ, 5 * 16 * HOP)


def test_the_values_of_a_stretch_depend_on_nothing_beyond_the_margin(encoder):
    grid = encoder.grid
    sound = music(25.0)
    changed = sound.copy()
    place = 20
    first = place * grid.step_samples
    changed[: first - grid.margin_samples] = 0.0
    changed[first + grid.stretch_samples + grid.margin_samples :] = 0.0
    before, after = encoder.curve(sound), encoder.curve(changed)
    np.testing.assert_allclose(after.vectors[place], before.vectors[place], atol=1e-5)
    assert np.abs(after.vectors[place - 9] - before.vectors[place - 9]).max() > 1e-3
    nearer = sound.copy()
    nearer[first - grid.step_samples : first] = 0.0
    assert np.abs(encoder.curve(nearer).vectors[place] - before.vectors[place]).max() > 1e-5


@pytest.mark.parametrize("stretches_per_part", [1, 7, 40, 10_000])
def test_parts_put_together_are_one_pass(encoder, stretches_per_part):
    grid = encoder.grid
    sound = music(31.0)
    whole = encoder.curve(sound)
    assert len(whole.vectors) == grid.n_stretches(sound.size) > 50
    pieces = parts(sound.size, grid, stretches_per_part)
    longest = max(piece.end - piece.start for piece in pieces)
    bound = (stretches_per_part - 1) * grid.step_samples
    assert longest <= min(sound.size, bound + grid.stretch_samples + 2 * grid.margin_samples)
    vectors, logits = [], []
    for piece in pieces:
        heard = encoder.curve(sound[piece.start : piece.end])
        rows = slice(piece.first, piece.first + piece.n_stretches)
        vectors.append(heard.vectors[rows])
        logits.append(heard.tag_logits[rows])
    # float32 sums in another order
    np.testing.assert_allclose(np.concatenate(vectors), whole.vectors, atol=1e-5)
    np.testing.assert_allclose(np.concatenate(logits), whole.tag_logits, atol=1e-5)


def test_a_sound_as_long_as_a_window_or_shorter_has_one_value_that_of_the_window(encoder):
    for duration_s in (3.0, 7.3, 10.0):
        sound = music(duration_s)
        curve, (window,) = encoder.curve(sound), encoder.embed([sound[None]])
        assert curve.vectors.shape == (1, SMALL.dimension)
        np.testing.assert_allclose(curve.vectors, window.vectors, atol=1e-5)
        np.testing.assert_allclose(curve.tag_logits, window.tag_logits, atol=1e-5)


def test_a_curve_agrees_with_the_windows_at_the_same_places():
    """With the weights that ship: vectors of random ones hardly differ from sound to sound."""
    encoder = open_encoder("network", "cpu")
    grid = encoder.grid
    chord, beat, hum = (np.tile(sound[0], 4) for sound in golden_sounds().values())
    sound = np.concatenate([chord, beat, hum])
    curve = encoder.curve(sound)
    places = list(range(0, len(curve.vectors), 9))
    starts = [place * grid.step_samples for place in places]
    windows = np.stack([sound[start : start + grid.stretch_samples] for start in starts])
    (heard,) = encoder.embed([windows])
    cosines = curve.vectors[places] @ heard.vectors.T
    # A window's convolutions see nothing beyond its ends: five of its 27 steps on each side.
    # On recorded music cosines are about 0.99, seldom below 0.95.
    assert cosines.diagonal().min() > 0.9
    assert cosines.diagonal().mean() > 0.97
    assert cosines.min() < 0.5  # for these sounds differ
    scores, expected = (
        tag_scores(logits, encoder.card.calibration)
        for logits in (curve.tag_logits[places], heard.tag_logits)
    )
    assert np.abs(scores - expected).mean() < 0.05


def test_a_constant_sound_gives_a_flat_curve(encoder):
    # 150 periods of the tone are one step of the network, so that every step sees the same
    step_s = encoder.grid.step_samples / RATE_HZ
    t_s = np.arange(20 * RATE_HZ) / RATE_HZ
    sound = (0.3 * np.sin(2 * np.pi * 150 / step_s * t_s)).astype(np.float32)
    curve = encoder.curve(sound)
    edge = encoder.grid.margin_samples // encoder.grid.step_samples
    middle = slice(edge, len(curve.vectors) - edge)
    assert len(curve.vectors[middle]) > 10
    assert np.ptp(curve.vectors[middle], axis=0).max() < 1e-4
    assert np.ptp(curve.tag_logits[middle], axis=0).max() < 1e-4
    assert np.ptp(encoder.curve(music(20.0)).vectors[middle], axis=0).max() > 1e-2


def test_an_encoder_without_a_time_axis_hears_whole_windows():
    window = WindowConfig(sample_rate_hz=100, window_s=1.0)
    grid = hopping_grid(window)
    assert grid == Grid(50, 100, 0)

    def embed(tracks):
        return [WindowsHeard(track[:, :1], track[:, -1:]) for track in tracks]

    sound = np.arange(270, dtype=np.float32)
    heard = heard_hopping(embed, sound, grid)
    assert heard.vectors[:, 0].tolist() == [0, 50, 100, 150]
    assert heard.tag_logits[:, 0].tolist() == [99, 149, 199, 249]
    assert heard_hopping(embed, sound[:70], grid).tag_logits.tolist() == [[69]]


def test_parts_of_a_long_recording_are_short():
    grid = network_grid(NetworkConfig(), MelConfig(), WindowConfig())
    hour = 3_600 * RATE_HZ
    pieces = parts(hour, grid, 160)
    assert max(piece.end - piece.start for piece in pieces) < 75 * RATE_HZ
    assert sum(piece.n_stretches for piece in pieces) == grid.n_stretches(hour)
    # overlaps included, little is heard twice
    assert sum(piece.end - piece.start for piece in pieces) < 1.3 * hour
