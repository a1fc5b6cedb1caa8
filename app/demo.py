"""The small collection of music that comes with the program."""

from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path


def demo_collection() -> AbstractContextManager[Path]:
    """The folder of the collection that comes with the program."""
    return resources.as_file(resources.files("assets") / "demo")


def demo_folder() -> bytes:
    """Where the collection lies, for a library that keeps it."""
    with demo_collection() as folder:
        return bytes(folder.resolve())
