import hashlib
import json
import struct
import subprocess
import sys

import pytest
import safetensors.torch
import torch

from audio_model.checkpoint import (
    load_network,
    model_version,
    packaged_assets,
    read_card,
    read_network_card,
    read_weights,
    stored_state,
)
from audio_model.config import MelConfig, TagCalibration, WindowConfig
from audio_model.errors import CheckpointError
from tests.audio_model.networks import CALIBRATION, TAGS, small_network, write_small

SETTINGS: dict[str, MelConfig | WindowConfig | TagCalibration] = {
    "mel": MelConfig(),
    "window": WindowConfig(),
    "calibration": CALIBRATION,
}


@pytest.fixture
def folder(tmp_path):
    write_small(tmp_path)
    return tmp_path


def change_card(folder, **changes):
    path = folder / "network.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def replace_weights(folder, contents):
    """Other weights under a card that names them: what only their own checks can refuse."""
    (folder / "network.safetensors").write_bytes(contents)
    sha256 = hashlib.sha256(contents).hexdigest()
    version = model_version(sha256, **SETTINGS)
    change_card(folder, weights_sha256=sha256, model_version=version)


def one_tensor(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def stored_tensors():
    state = stored_state(small_network())
    return {n: t.half() if t.ndim > 1 else t.clone() for n, t in state.items()}


def test_what_was_written_is_read(folder):
    card = read_network_card(folder)
    network = load_network(folder)

    assert card.tags == TAGS
    assert card.calibration == CALIBRATION
    assert card.card == read_card("network", folder)
    assert network.config == card.network
    assert not network.training
    for name, tensor in stored_state(small_network()).items():
        rounded = tensor.half().float() if tensor.ndim > 1 else tensor
        assert torch.equal(stored_state(network)[name], rounded), name


def test_the_version_changes_with_weights_front_end_and_calibration(tmp_path):
    first = write_small(tmp_path / "a").card
    again = write_small(tmp_path / "b").card
    other = write_small(tmp_path / "c", small_network(seed=6)).card

    assert first == again
    assert other.model_version != first.model_version
    sha256 = first.weights_sha256
    versions = {
        model_version(sha256, **SETTINGS),
        model_version(sha256, **SETTINGS | {"mel": MelConfig(floor_db=-80.0)}),
        model_version(sha256, **SETTINGS | {"window": WindowConfig(n_windows=3)}),
        model_version(sha256, **SETTINGS | {"calibration": TagCalibration.neutral(3)}),
    }
    assert first.model_version in versions
    assert len(versions) == 4


def test_a_calibration_of_another_number_of_tags_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="3 tags"):
        write_small(tmp_path, calibration=TagCalibration.neutral(2))
    assert not any(tmp_path.iterdir())


def test_reading_a_card_loads_no_torch():
    code = (
        "import sys; from audio_model.checkpoint import read_card; read_card(); "
        "sys.exit(bool({'torch', 'safetensors', 'librosa'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_shipped_weights_are_those_of_their_card():
    card = read_network_card()
    network = load_network()
    weights = packaged_assets() / card.card.weights_file
    assert weights.stat().st_size <= 12_000_000
    assert card.card.dimension >= 128
    assert len(card.tags) == 50
    assert card.mel == MelConfig()
    assert card.card.window == WindowConfig()
    assert network.config == card.network


def with_header(change):
    """The good weights under a header that is changed as text."""
    contents = safetensors.torch.save(stored_tensors())
    end = 8 + struct.unpack("<Q", contents[:8])[0]
    return one_tensor(change(contents[8:end].rstrip()), contents[end:])


def naming_twice(header):
    name = b'"tag.bias":'
    start = header.index(name)
    entry = header[start : header.index(b"}", start) + 1]
    return header[:-1] + b"," + entry + b"}"


HOSTILE = {
    "empty": b"",
    "shorter than its length": b"\x10\x00\x00",
    "pickle": b"\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03.",
    "header of 2^63 bytes": struct.pack("<Q", 1 << 63) + b"{}",
    "header past the end": struct.pack("<Q", 99_000_000) + b"{}" + b" " * 100,
    "deep header": one_tensor(b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "header is a list": one_tensor(b"[]"),
    "header is not text": one_tensor(b"\xff\xfe\xfd\xfc"),
    "a name twice": with_header(naming_twice),
    "a padded header": with_header(lambda header: header + b" " * (1 << 20)),
    "overlap": one_tensor(
        {
            "a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]},
            "b": {"dtype": "F32", "shape": [4], "data_offsets": [8, 24]},
        },
        bytes(24),
    ),
    "past the end": one_tensor(
        {"w": {"dtype": "F32", "shape": [1024], "data_offsets": [0, 4096]}}, bytes(16)
    ),
    "overflowing shape": one_tensor(
        {"w": {"dtype": "F32", "shape": [1 << 32, 1 << 32, 4], "data_offsets": [0, 0]}}
    ),
    "unknown type": one_tensor(
        {"w": {"dtype": "OBJ", "shape": [1], "data_offsets": [0, 4]}}, bytes(4)
    ),
    "other names": safetensors.torch.save({"zzzz": torch.zeros(1)}),
    "a tensor too many": safetensors.torch.save(stored_tensors() | {"more": torch.zeros(1)}),
    "a tensor too few": safetensors.torch.save(
        {n: t for n, t in stored_tensors().items() if n != "tag.bias"}
    ),
    "another shape": safetensors.torch.save(stored_tensors() | {"tag.bias": torch.zeros(4)}),
    "another type": safetensors.torch.save(
        stored_tensors() | {"tag.bias": torch.zeros(3, dtype=torch.float64)}
    ),
    "not a number": safetensors.torch.save(
        stored_tensors() | {"tag.bias": torch.full((3,), torch.nan)}
    ),
    "infinite": safetensors.torch.save(
        stored_tensors() | {"tag.bias": torch.full((3,), torch.inf)}
    ),
}


@pytest.mark.parametrize("contents", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_weights_are_refused_even_under_a_card_that_names_them(folder, contents):
    replace_weights(folder, contents)
    with pytest.raises(CheckpointError, match=r"network\.safetensors"):
        load_network(folder)


def test_the_good_weights_pass_the_same_way(folder):
    replace_weights(folder, safetensors.torch.save(stored_tensors()))
    assert load_network(folder).config.learned_dimension == 12


def test_every_damaged_checkpoint_of_the_collection_is_refused(badinput, tmp_path):
    expected = stored_state(small_network())
    files = sorted((badinput / "synthetic" / "state").glob("*.safetensors"))
    files += sorted((badinput / "synthetic" / "state").glob("*.pt"))
    assert len(files) >= 13
    for file in files:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        with pytest.raises(CheckpointError):
            read_weights(file, sha256, expected)


def test_one_flipped_bit_in_the_weights_is_noticed(folder):
    path = folder / "network.safetensors"
    contents = bytearray(path.read_bytes())
    contents[-1] ^= 1
    path.write_bytes(contents)
    with pytest.raises(CheckpointError, match="SHA-256"):
        load_network(folder)


def test_weights_larger_than_any_network_are_not_read(folder):
    with open(folder / "network.safetensors", "r+b") as file:
        file.truncate(65 << 20)
    with pytest.raises(CheckpointError, match="larger than"):
        load_network(folder)


@pytest.mark.parametrize("name", ["network.safetensors", "network.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(CheckpointError, match=f"{name}.*No such file"):
        load_network(folder)


BAD_CARDS = {
    "another version": {"model_version": "000000000000"},
    "a dimension that is not the network's": {"dimension": 13},
    "no dimension": {"dimension": 0},
    "too few tags": {"tags": ["rock"]},
    "tags of another type": {"tags": [1, 2, 3]},
    "another calibration": {"calibration": {"slopes": [1.0] * 3, "offsets": [0.0] * 3}},
    "a path outside the folder": {"weights_file": "../network.safetensors"},
    "a short hash": {"weights_sha256": "abc"},
    "a front end with a field missing": {"mel": {"n_mels": 96}},
    "a window of text": {"window": {"sample_rate_hz": "22050"}},
    "a number for a text": {"encoder": 3},
}


@pytest.mark.parametrize("changes", BAD_CARDS.values(), ids=BAD_CARDS.keys())
def test_a_card_that_contradicts_itself_is_refused(folder, changes):
    change_card(folder, **changes)
    with pytest.raises(CheckpointError, match=r"network\.json"):
        read_network_card(folder)


BAD_CALIBRATIONS = {
    "of too few tags": {"slopes": [1.0], "offsets": [0.0]},
    "a slope without an offset": {"slopes": [1.0] * 3, "offsets": []},
    "an infinite slope": {"slopes": [1e999] * 3, "offsets": [0.0] * 3},
    "text": {"slopes": ["1"] * 3, "offsets": ["0"] * 3},
    "more than slopes": {"slopes": [1.0] * 3, "offsets": [0.0] * 3, "bends": []},
}


@pytest.mark.parametrize("calibration", BAD_CALIBRATIONS.values(), ids=BAD_CALIBRATIONS.keys())
def test_a_calibration_that_fits_no_tags_is_refused_for_its_own_sake(folder, calibration):
    change_card(folder, calibration=calibration)
    with pytest.raises(CheckpointError, match=r"calibration|slope"):
        read_card("network", folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "[" * 100_000], ids=["empty", "cut", "list", "null", "deep"]
)
def test_a_card_that_is_not_an_object_is_refused(folder, text):
    (folder / "network.json").write_text(text)
    with pytest.raises(CheckpointError, match="not"):
        read_card("network", folder)


def test_a_card_of_a_monstrous_network_is_refused_without_building_it(folder):
    card = json.loads((folder / "network.json").read_text())
    widths = {"widths": [1 << 20, 1 << 20], "stem_width": 1 << 20}
    change_card(folder, network=card["network"] | widths)
    with pytest.raises(CheckpointError):
        load_network(folder)
