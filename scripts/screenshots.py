"""Takes pictures of the window: every page and dialog, in both themes, narrow, and at 200 %.

usage: screenshots.py FOLDER [--renew] [--data DIR] [--corpus MUSIC]

Nothing but Segue itself is needed, not even a screen. The pictures show a library of the demo
collection with some files that cannot be read and, where --corpus names a folder of music, one of
that. --renew takes only the pictures anew that FOLDER holds already. The libraries are made in DIR
and kept there for the next time.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from PIL import Image
from window_scenes import DEMO, OTHER

_SEGUE = (sys.executable, "-m", "app")
_PLAYLISTS = {"demo": DEMO.playlists, "corpus": OTHER.playlists}


@dataclass(frozen=True, slots=True)
class Look:
    """How a window is shown, and of which library."""

    library: str
    theme: str
    size: str = "1280x800"
    scale: int = 1

    @property
    def name(self) -> str:
        """As the files of its pictures end."""
        parts = [self.library, self.theme]
        parts += [] if self.size == "1280x800" else [self.size]
        parts += [] if self.scale == 1 else [f"{self.scale}00"]
        return "-".join(parts)


LOOKS = (
    Look("demo", "light"),
    Look("demo", "dark"),
    Look("demo", "light", size="1000x640"),
    Look("demo", "dark", size="1000x640"),
    Look("demo", "light", scale=2),
    Look("corpus", "light"),
    Look("corpus", "dark"),
)


def main() -> None:
    told = _options()
    told.data.mkdir(parents=True, exist_ok=True)
    told.folder.mkdir(parents=True, exist_ok=True)
    make_demo(told.data)
    if told.corpus:
        make_library(told.data / "corpus", told.corpus, _PLAYLISTS["corpus"])
    wanted = {path.stem for path in told.folder.glob("*.png")} if told.renew else None
    for look in LOOKS:
        if (told.data / look.library).exists():
            take(look, told.data, told.folder, wanted)


def make_demo(data: Path) -> None:
    """A listener's folder of music: the demo collection, and what a bad disk left of some files."""
    music = data / "home" / "Music"
    if not music.exists():
        with resources.as_file(resources.files("assets") / "demo") as folder:
            shutil.copytree(folder, music, ignore=shutil.ignore_patterns("*.md", "LICENSE"))
        break_files(music, music / "From the old disk")
    make_library(data / "demo", music, _PLAYLISTS["demo"])


def break_files(music: Path, folder: Path) -> None:
    """Files that cannot be analysed, each for another reason."""
    folder.mkdir()
    first, second = sorted(music.rglob("*.mp3"))[:2]
    (folder / "Brine and Marigolds.mp3").write_bytes(b"\0" * 40_000)
    (folder / "Cold Rivet.flac").write_bytes(b"")
    (folder / "Interview, notes.wav").write_text("Not sound, but words.\n" * 50)
    (folder / "Border Flicker (half).mp3").write_bytes(first.read_bytes()[:300])
    (folder / "Wingdust.ogg").write_bytes(second.read_bytes()[5_000:5_400])


def make_library(folder: Path, music: Path, playlists: dict[str, tuple[str, ...]]) -> None:
    """A library of a folder of music, with playlists; one that is there is taken as it is."""
    if (folder / "library.sqlite").exists():
        return
    print(f"Listening to {music} ...", flush=True)
    # It ends with 3 where some files could not be analysed.
    subprocess.run([*_SEGUE, "scan", str(music), "--data", str(folder)], check=False)
    for name, tracks in playlists.items():
        create = ("playlist", "create", name, *tracks, "--data", str(folder))
        subprocess.run([*_SEGUE, *create], check=True)


def take(look: Look, data: Path, folder: Path, wanted: set[str] | None) -> None:
    """Every picture of a look, by a process that opens the window in it."""
    if wanted is not None and not any(name.endswith(f"-{look.name}") for name in wanted):
        return
    with tempfile.TemporaryDirectory(prefix="segue-") as made:
        copy, pictures = Path(made) / "library", Path(made) / "pictures"
        shutil.copytree(data / look.library, copy)
        pictures.mkdir()
        (copy / "settings.json").write_text(f'{{"schema_version": 1, "theme": "{look.theme}"}}')
        scenes = Path(__file__).with_name("window_scenes.py")
        home = data / "home"
        environment = os.environ | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local"),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(look.scale),
        }
        command = [sys.executable, str(scenes), look.library, look.size]
        subprocess.run(
            [*command, str(copy), str(home / "Music"), str(pictures)], check=True, env=environment
        )
        keep(sorted(pictures.glob("*.png")), look, folder, wanted)


def keep(pictures: Iterable[Path], look: Look, folder: Path, wanted: set[str] | None) -> None:
    """Pictures of few colours, which are enough for a window and take a third of the room."""
    for picture in pictures:
        name = f"{picture.stem}-{look.name}"
        if wanted is None or name in wanted:
            with Image.open(picture) as image:
                few = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            few.save(folder / f"{name}.png", optimize=True)
            print(f"{name}.png", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--renew", action="store_true", help="only those that FOLDER holds already")
    parser.add_argument("--corpus", type=Path, metavar="MUSIC", help="another folder of music")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(tempfile.gettempdir()) / "segue-pictures",
        help="where the libraries are made and kept (%(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
