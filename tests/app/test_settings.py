import json
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings, read_settings, write_settings


def test_settings_are_read_back_as_they_were_written(tmp_path: Path):
    path = tmp_path / "folder" / "settings.json"
    chosen = Settings(encoder="handcrafted", device="cpu", n_decoders=3, tracks_per_artist=7)
    write_settings(path, chosen)
    assert read_settings(path) == chosen
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_without_a_file_the_defaults_hold(tmp_path: Path):
    assert read_settings(tmp_path / "settings.json") == Settings()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "Could not use the settings file"),
        ("[]", "does not hold an object"),
        ("{}", "its version is None"),
        ('{"schema_version": 2}', "its version is 2"),
        ('{"schema_version": 1, "n_decoders": "four"}', "n_decoders is 'four'"),
        ('{"schema_version": 1, "n_decoders": true}', "n_decoders is True"),
        ('{"schema_version": 1, "n_decoders": -1}', "below 0"),
        ("[" * 100_000, "Could not use the settings file"),
        ("\udcff", "Could not use the settings file"),
    ],
    ids=["cut", "list", "no version", "newer", "text", "bool", "negative", "deep", "bytes"],
)
def test_a_bad_file_is_refused_with_a_sentence_and_left_alone(
    tmp_path: Path, content: str, sentence: str
):
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    before = path.read_bytes()
    with pytest.raises(SettingsError, match=sentence):
        read_settings(path)
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_settings(tmp_path: Path):
    path = tmp_path / "settings.json"
    write_settings(path, Settings())
    blocked = path / "below" / "settings.json"
    with pytest.raises(SettingsError):
        write_settings(blocked, Settings(n_decoders=2))
    assert json.loads(path.read_text())["n_decoders"] == 0


def test_settings_of_the_shared_collection_of_damaged_state_are_refused(badinput: Path):
    for path in sorted((badinput / "synthetic" / "state").glob("settings_*.json")):
        with pytest.raises(SettingsError):
            read_settings(path)
