"""What the listener has chosen, as one frozen record in a small JSON file.

The file is written by the window or by hand; what it does not name is as in a new library.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.errors import SettingsError
from library.atomic import write_atomically

SETTINGS_FILE = "settings.json"
THEMES = ("auto", "light", "dark")

_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """The listener's choices; the defaults are what a new library starts with.

    encoder: "network", "handcrafted", or the whole path of a folder with a trained network.
    device: "auto", or the name that torch gives to one ("cuda", "mps", "cpu").
    n_decoders: decoder processes; 0 chooses by the number of cores and the power supply.
    tracks_per_artist, tracks_per_album: at most so many in a list of similar tracks; 0: any number.
    theme: one of `THEMES`; "auto" is that of the desktop.
    watch_folders: whether the window notices by itself that files have changed.
    matches_count: how many similar tracks the window lists, 1 or more.
    """

    encoder: str = "network"
    device: str = "auto"
    n_decoders: int = 0
    tracks_per_artist: int = 2
    tracks_per_album: int = 1
    theme: str = "auto"
    watch_folders: bool = True
    matches_count: int = 50


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


def write_settings(path: Path, settings: Settings) -> None:
    """Write the settings in one step; the file holds the old or the new ones, never half of them.

    Raises:
        SettingsError: one of them cannot be, or the file cannot be written.
    """
    _check(path, asdict(settings))
    content = {"schema_version": _SCHEMA_VERSION, **asdict(settings)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())
    except OSError as error:
        raise SettingsError(path, error.strerror or str(error)) from error


def _settings_from(path: Path, content: object) -> Settings:
    if not isinstance(content, dict):
        raise SettingsError(path, "it does not hold an object")
    version = content.get("schema_version")
    if version != _SCHEMA_VERSION:
        raise SettingsError(path, f"its version is {version!r}, this Segue reads {_SCHEMA_VERSION}")
    unknown = content.keys() - {"schema_version", *(field.name for field in fields(Settings))}
    if unknown:
        raise SettingsError(path, f"there is no setting {min(unknown)!r}")
    chosen = {field.name: content.get(field.name, field.default) for field in fields(Settings)}
    _check(path, chosen)
    return Settings(**chosen)


def _check(path: Path, chosen: dict[str, Any]) -> None:
    """Raise SettingsError unless every setting has a value that it may have."""
    for field in fields(Settings):
        value = chosen[field.name]
        if type(value) is not field.type:
            raise SettingsError(path, f"{field.name} is {value!r}, not of type {_name(field.type)}")
        if isinstance(value, int) and value < 0:
            raise SettingsError(path, f"{field.name} is {value}, which is below 0")
    if chosen["theme"] not in THEMES:
        raise SettingsError(path, f"theme is {chosen['theme']!r}, not one of {', '.join(THEMES)}")
    if chosen["matches_count"] < 1:
        raise SettingsError(path, "matches_count is 0, so that nothing would be listed")


def _name(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
