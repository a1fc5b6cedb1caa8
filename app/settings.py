"""What the listener has chosen, as one frozen record, from a small JSON file made by hand."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

from app.errors import SettingsError

_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """The listener's choices; the defaults are what a new library starts with.

    encoder: "network", "handcrafted", or the whole path of a folder with a trained network.
    device: "auto", or the name that torch gives to one ("cuda", "mps", "cpu").
    n_decoders: decoder processes; 0 chooses by the number of cores and the power supply.
    tracks_per_artist, tracks_per_album: at most so many in a list of similar tracks.
    """

    encoder: str = "network"
    device: str = "auto"
    n_decoders: int = 0
    tracks_per_artist: int = 2
    tracks_per_album: int = 1


def read_settings(path: Path) -> Settings:
    """The settings in a file, or the defaults where there is no file.

    Raises:
        SettingsError: the file is not a settings file, or a newer Segue wrote it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(path, str(error)) from error
    return _settings_from(path, content)


def _settings_from(path: Path, content: object) -> Settings:
    if not isinstance(content, dict):
        raise SettingsError(path, "it does not hold an object")
    version = content.get("schema_version")
    if version != _SCHEMA_VERSION:
        raise SettingsError(path, f"its version is {version!r}, this Segue reads {_SCHEMA_VERSION}")
    unknown = content.keys() - {"schema_version", *(field.name for field in fields(Settings))}
    if unknown:
        raise SettingsError(path, f"there is no setting {min(unknown)!r}")
    chosen = {}
    for field in fields(Settings):
        value = content.get(field.name, field.default)
        if type(value) is not field.type:
            raise SettingsError(path, f"{field.name} is {value!r}, not of type {_name(field.type)}")
        if isinstance(value, int) and value < 0:
            raise SettingsError(path, f"{field.name} is {value}, which is below 0")
        chosen[field.name] = value
    return Settings(**chosen)


def _name(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
