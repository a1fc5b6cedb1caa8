import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import SettingsError
from app.settings import Settings, read_settings, write_settings


def test_a_file_chooses_what_differs_from_the_defaults(tmp_path: Path):
    path = tmp_path / "settings.json"
    path.write_text('{"schema_version": 1, "encoder": "handcrafted", "n_decoders": 3}')
    assert read_settings(path) == Settings(encoder="handcrafted", n_decoders=3)


def test_a_file_that_a_windows_editor_saved_is_read(tmp_path: Path):
    path = tmp_path / "settings.json"
    path.write_text('{"schema_version": 1, "device": "cpu"}', encoding="utf-8-sig")
    assert read_settings(path) == Settings(device="cpu")


def test_the_guide_shows_every_setting_with_its_default(tmp_path: Path):
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text()
    (shown,) = re.findall(r"\{\"schema_version\".*?\}", guide, re.DOTALL)
    path = tmp_path / "settings.json"
    path.write_text(shown)
    assert read_settings(path) == Settings()
    assert json.loads(shown).keys() - {"schema_version"} == {f.name for f in fields(Settings)}


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
        ('{"schema_version": 1, "theme": "pink"}', "theme is 'pink', not one of auto, light, dark"),
        ('{"schema_version": 1, "watch_folders": 1}', "watch_folders is 1, not of type bool"),
        ('{"schema_version": 1, "matches_count": 0}', "matches_count is 0"),
        ('{"schema_version": 1, "devcie": "cpu"}', "there is no setting 'devcie'"),
        ("[" * 100_000, "Could not use the settings file"),
        ("\udcff", "Could not use the settings file"),
    ],
    ids=[
        "cut",
        "list",
        "no version",
        "newer",
        "text",
        "bool",
        "negative",
        "no theme",
        "number",
        "no match",
        "unknown",
        "deep",
        "bytes",
    ],
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


def test_settings_of_the_shared_collection_of_damaged_state_are_refused(badinput: Path):
    for path in sorted((badinput / "synthetic" / "state").glob("settings_*.json")):
        with pytest.raises(SettingsError):
            read_settings(path)


CHOSEN = Settings("/a folder/ö", "cuda:1", 3, 0, 0, "dark", watch_folders=False, matches_count=7)


def test_settings_that_were_written_are_read_again(tmp_path: Path):
    path = tmp_path / "new folder" / "settings.json"
    write_settings(path, CHOSEN)
    assert read_settings(path) == CHOSEN
    write_settings(path, Settings())
    assert read_settings(path) == Settings()
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"n_decoders": -1}, {"matches_count": 0}], ids=str
)
def test_settings_that_cannot_be_are_not_written(tmp_path: Path, wrong: dict[str, Any]):
    path = tmp_path / "settings.json"
    write_settings(path, CHOSEN)
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        write_settings(path, replace(CHOSEN, **wrong))
    assert read_settings(path) == CHOSEN


def test_settings_that_cannot_be_written_are_a_sentence(tmp_path: Path):
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(SettingsError, match=r"Could not use the settings file .*: .*regular file"):
        write_settings(tmp_path / "settings.json", CHOSEN)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="Could not use the settings file"):
        write_settings(tmp_path / "file" / "settings.json", CHOSEN)
