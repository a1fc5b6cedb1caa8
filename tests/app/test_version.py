import tomllib
from pathlib import Path

from app.version import VERSION


def test_the_program_knows_the_version_that_it_is_packaged_as():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
