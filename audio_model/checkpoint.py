"""Weights on disk: a safetensors file and a JSON card beside it. Importing this loads no torch.

A card names the encoder, its version and everything on which its vectors depend; the program reads
cards without loading a network. Weights are used only when the file has the SHA-256 of the card and
its tensors have the names, shapes, types and finite values of the network that the card describes.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from audio_model.config import MelConfig, NetworkConfig, TagCalibration, WindowConfig
from audio_model.errors import CheckpointError

if TYPE_CHECKING:
    from torch import Tensor, dtype

    from audio_model.network import TemporalConvNet

ConfigT = TypeVar("ConfigT", MelConfig, NetworkConfig, WindowConfig)

_MAX_CARD_BYTES = 1 << 20
_MAX_WEIGHTS_BYTES = 64 << 20
_MAX_HEADER_BYTES = 1 << 20
_HEADER_LENGTH_BYTES = 8
_SHA256_DIGITS = 64
_VERSION_DIGITS = 12
_NO_CALIBRATION = TagCalibration.neutral(0)


@dataclass(frozen=True, slots=True)
class Card:
    """What the program needs to know of an encoder without loading it.

    model_version: changes with anything that changes the vectors or the scores of the tags.
    weights_file: name of the file, beside the card, that holds the encoder's numbers.
    weights_sha256: of that file, in hexadecimal.
    tags: what the encoder hears beside the vectors, in the order of its logits; often nothing.
    calibration: of these tags.
    """

    encoder: str
    model_version: str
    dimension: int
    window: WindowConfig
    weights_file: str
    weights_sha256: str
    tags: tuple[str, ...] = ()
    calibration: TagCalibration = _NO_CALIBRATION


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """A card together with the front end and the shape of a network."""

    card: Card
    mel: MelConfig
    network: NetworkConfig

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the outputs of the tag head."""
        return self.card.tags

    @property
    def calibration(self) -> TagCalibration:
        """What turns those outputs into probabilities."""
        return self.card.calibration


def packaged_assets() -> Path:
    """The folder of the encoders that come with the program."""
    return Path(str(resources.files("assets")))


def read_card(encoder: str = "network", folder: Path | None = None) -> Card:
    """The card of one encoder, from `folder` or from the packaged assets.

    Raises:
        CheckpointError: there is no such card, or it is damaged or incomplete.
    """
    path = (folder or packaged_assets()) / f"{encoder}.json"
    contents = _read_json(path)
    try:
        return _card(contents)
    except (KeyError, TypeError, ValueError) as error:
        raise _refusal(path, f"the card is incomplete or wrong: {error}") from error


def read_network_card(folder: Path | None = None) -> NetworkCard:
    """The card of the network with its front end, shape and tags.

    Raises:
        CheckpointError: as `read_card`, and where the version is not that of the contents.
    """
    path = (folder or packaged_assets()) / "network.json"
    contents = _read_json(path)
    try:
        card = _card(contents)
        mel = _config(MelConfig, contents["mel"])
        network = _config(NetworkConfig, contents["network"])
    except (KeyError, TypeError, ValueError) as error:
        raise _refusal(path, f"the card is incomplete or wrong: {error}") from error
    version = model_version(
        card.weights_sha256, mel=mel, window=card.window, calibration=card.calibration
    )
    if card.model_version != version:
        raise _refusal(path, "the version of the card is not that of its contents")
    if card.dimension != network.dimension or len(card.tags) != network.n_tags:
        raise _refusal(path, "the card's dimension or tags are not those of its network")
    return NetworkCard(card, mel, network)


def model_version(weights_sha256: str, **configs: MelConfig | WindowConfig | TagCalibration) -> str:
    """Short hexadecimal hash over the weights and every setting on which what is heard depends."""
    settings = {name: asdict(config) for name, config in configs.items()}
    text = json.dumps({"weights_sha256": weights_sha256, **settings}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]


def load_network(folder: Path | None = None, device: str = "cpu") -> "TemporalConvNet":
    """The network that the card in `folder` describes, with its weights, in evaluation mode.

    Raises:
        CheckpointError: the weights are not those of the card, or not those of such a network.
    """
    import torch

    from audio_model.network import TemporalConvNet

    card = read_network_card(folder)
    with torch.device("meta"):  # shapes without memory: a wrong card cannot ask for too much
        expected = stored_state(TemporalConvNet(card.network))
    path = (folder or packaged_assets()) / card.card.weights_file
    tensors = read_weights(path, card.card.weights_sha256, expected)
    network = TemporalConvNet(card.network)
    network.load_state_dict(
        {name: tensor.float() for name, tensor in tensors.items()}, strict=False
    )
    return network.to(device).eval()


def stored_state(network: "TemporalConvNet") -> dict[str, "Tensor"]:
    """The parameters and statistics of a network that a file of weights holds, by name."""
    state = network.state_dict()
    return {name: state[name] for name in state if not name.endswith("num_batches_tracked")}


def read_weights(path: Path, sha256: str, expected: Mapping[str, "Tensor"]) -> dict[str, "Tensor"]:
    """The tensors of a safetensors file: as many, named, shaped and typed as `expected`.

    What has two dimensions or more is stored as float16, the rest as float32.

    Raises:
        CheckpointError: the file is unreadable, too large or malformed, holds other tensors or a
            value that is not finite, or is not the file with this SHA-256.
    """
    import safetensors.torch
    from safetensors import SafetensorError

    contents = _read_bounded(path, _MAX_WEIGHTS_BYTES)
    _check_header(path, contents)
    try:
        tensors: dict[str, Tensor] = safetensors.torch.load(contents)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _refusal(path, str(error)) from error
    _check_tensors(path, tensors, expected)
    if hashlib.sha256(contents).hexdigest() != sha256:
        raise _refusal(path, "its SHA-256 is not the one that the card names")
    return tensors


def write_checkpoint(
    folder: Path,
    network: "TemporalConvNet",
    *,
    mel: MelConfig,
    window: WindowConfig,
    tags: tuple[str, ...],
    calibration: TagCalibration,
    about: Mapping[str, Any],
) -> NetworkCard:
    """Write network.safetensors, then network.json, into `folder`, each whole or not at all.

    Args:
        folder: made if need be; an older network in it is replaced.
        network: trained; the file holds its weights rounded to float16.
        mel: the front end that it was trained with.
        window: the stretches of a track that it hears.
        tags: names of the tag head's outputs.
        calibration: of these tags.
        about: for people: data, licences, settings, scores. The program does not read it.

    Raises:
        ValueError: the tags or their calibration are not as many as the network's.
    """
    import safetensors.torch

    n_tags = network.config.n_tags
    if not n_tags == len(tags) == len(calibration.slopes) == len(calibration.offsets):
        raise ValueError(f"a network of {n_tags} tags was given other numbers of names or slopes")

    tensors = {
        name: tensor.detach().cpu().to(_stored_dtype(tensor)).contiguous()
        for name, tensor in stored_state(network).items()
    }
    weights = safetensors.torch.save(tensors)
    sha256 = hashlib.sha256(weights).hexdigest()
    card = Card(
        encoder="network",
        model_version=model_version(sha256, mel=mel, window=window, calibration=calibration),
        dimension=network.config.dimension,
        window=window,
        weights_file="network.safetensors",
        weights_sha256=sha256,
        tags=tags,
        calibration=calibration,
    )
    described = {"mel": asdict(mel), "network": asdict(network.config)}
    text = json.dumps(asdict(card) | described | {"about": about}, indent=2, ensure_ascii=False)
    folder.mkdir(parents=True, exist_ok=True)
    _write_whole(folder / card.weights_file, weights)
    _write_whole(folder / "network.json", (text + "\n").encode())
    return NetworkCard(card, mel, network.config)


def _card(contents: dict[str, Any]) -> Card:
    """The part of a card that every encoder has."""
    card = Card(
        encoder=_text(contents["encoder"]),
        model_version=_text(contents["model_version"]),
        dimension=int(contents["dimension"]),
        window=_config(WindowConfig, contents["window"]),
        weights_file=_text(contents["weights_file"]),
        weights_sha256=_text(contents["weights_sha256"]),
        tags=tuple(_text(tag) for tag in contents["tags"]),
        calibration=_calibration(contents["calibration"]),
    )
    if len(card.calibration.slopes) != len(card.tags):
        raise ValueError(f"a calibration of {len(card.calibration.slopes)} tags")
    if card.dimension < 1:
        raise ValueError(f"dimension {card.dimension}")
    if len(card.weights_sha256) != _SHA256_DIGITS:
        raise ValueError("weights_sha256 does not have 64 digits")
    if os.path.basename(card.weights_file) != card.weights_file:
        raise ValueError(f"weights_file {card.weights_file!r} is not a plain file name")
    return card


def _config(kind: type[ConfigT], values: dict[str, Any]) -> ConfigT:
    """A config record from JSON: exactly its fields, each of the type of its default, positive."""
    names = {field.name for field in fields(kind)}
    if set(values) != names:
        raise ValueError(f"{kind.__name__} has the fields {sorted(names)}")
    typed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    defaults = asdict(kind())
    for name, value in typed.items():
        if type(value) is not type(defaults[name]):
            raise ValueError(f"{name} is {value!r}")
    return kind(**typed)


def _calibration(values: dict[str, Any]) -> TagCalibration:
    """A calibration from JSON: as many finite slopes as finite offsets."""
    if set(values) != {"slopes", "offsets"} or len(values["slopes"]) != len(values["offsets"]):
        raise ValueError("a calibration has as many slopes as offsets")
    for number in (*values["slopes"], *values["offsets"]):
        if type(number) is not float or not math.isfinite(number):
            raise ValueError(f"{number!r} is no slope and no offset")
    return TagCalibration(tuple(values["slopes"]), tuple(values["offsets"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _read_json(path: Path) -> dict[str, Any]:
    try:
        contents = json.loads(_read_bounded(path, _MAX_CARD_BYTES))
    except (ValueError, RecursionError) as error:
        raise _refusal(path, "the card is not JSON") from error
    if not isinstance(contents, dict):
        raise _refusal(path, "the card is not a JSON object")
    return contents


def _read_bounded(path: Path, limit_bytes: int) -> bytes:
    try:
        with open(path, "rb") as file:
            contents = file.read(limit_bytes + 1)
    except OSError as error:
        raise _refusal(path, error.strerror or str(error)) from error
    if len(contents) > limit_bytes:
        raise _refusal(path, f"larger than {limit_bytes:,} bytes")
    return contents


def _check_header(path: Path, contents: bytes) -> None:
    """Refuse a header that is longer than it may be or than the file, or that names a tensor twice.

    The parser of safetensors accepts headers up to 100 MB and lets the last of two equal names win.
    """
    length = int.from_bytes(contents[:_HEADER_LENGTH_BYTES], "little")
    if length > min(_MAX_HEADER_BYTES, len(contents) - _HEADER_LENGTH_BYTES):
        raise _refusal(path, f"a header of {length:,} bytes does not fit")
    header = contents[_HEADER_LENGTH_BYTES : _HEADER_LENGTH_BYTES + length]
    try:
        json.loads(header, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise _refusal(path, f"unreadable header: {error}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands in it twice")
    return dict(pairs)


def _check_tensors(
    path: Path, tensors: Mapping[str, "Tensor"], expected: Mapping[str, "Tensor"]
) -> None:
    if tensors.keys() != expected.keys():
        odd = sorted(tensors.keys() ^ expected.keys())
        raise _refusal(path, f"missing or unknown tensors, {odd[0]!r} first")
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape or tensor.dtype != _stored_dtype(expected[name]):
            raise _refusal(path, f"{name} is {tensor.dtype} {tuple(tensor.shape)}")
        if not bool(tensor.isfinite().all()):
            raise _refusal(path, f"{name} holds a value that is not finite")


def _stored_dtype(tensor: "Tensor") -> "dtype":
    import torch

    return torch.float16 if tensor.ndim > 1 else torch.float32


def _write_whole(path: Path, contents: bytes) -> None:
    """Replace a file in one step, so that a kill leaves the old one or the new one."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def _refusal(path: Path, reason: str) -> CheckpointError:
    return CheckpointError(str(path), reason)
