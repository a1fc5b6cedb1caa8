"""Gathers the music of free games that Debian distributes, as more music to train on.

    python scripts/debian_music.py --out FOLDER [--without tracks.csv]

Fetches the packages of debian_music.txt with apt, installs none of them, keeps the recordings of
25 seconds or more, each once, and writes a manifest FOLDER/tracks.csv that the training reads. A
package that is there already is not fetched again. --without leaves out what another manifest has:
every title of it, and every artist of its split val. Needs Debian, or a system like it, and the
extra `demo`.
"""

import argparse
import csv
import logging
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from debian.copyright import Copyright, FilesParagraph, License, NotMachineReadableError
from rich.progress import track as shown

from audio_model.errors import AudioError
from audio_model.identity import identify
from library.errors import TagError
from library.records import Tags
from library.tags import read_tags

PACKAGES = Path(__file__).with_suffix(".txt").read_text(encoding="ascii").split()
SUFFIXES = {".ogg", ".oga", ".opus", ".mp3", ".flac", ".wav"}
ARCHIVES = {".zip", ".pk3"}
LEAST_DURATION_S = 25.0
NO_COLLECTION = "singles"
BY_GUIDELINES = "free by Debian's guidelines"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the manifest."""

    path: str
    split: str
    title: str
    artist: str
    collection: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Avoided:
    """What another manifest has, as `_plain` spells it."""

    titles: frozenset[str]
    artists: frozenset[str]


def main() -> None:
    """Fetch what is missing and describe what is there."""
    arguments = _parser().parse_args()
    logging.getLogger("debian").setLevel(logging.ERROR)  # what is odd in copyright files
    arguments.out.mkdir(parents=True, exist_ok=True)
    for package in shown(PACKAGES, description="fetching"):
        if not (arguments.out / package).exists():
            _fetch(package, arguments.out)
    avoided = avoided_by(arguments.without)
    digests: set[bytes] = set()
    lines = [
        line
        for package in shown(PACKAGES, description="reading")
        for line in recordings(package, arguments.out, digests)
        if not is_avoided(line, avoided)
    ]
    with open(arguments.out / "tracks.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Line)])
        writer.writeheader()
        writer.writerows(map(asdict, lines))


def _fetch(package: str, out: Path) -> None:
    """Put the sounds of a package and its copyright file into a folder of its name."""
    with tempfile.TemporaryDirectory(dir=out, prefix=".fetching-") as scratch:
        whole, kept = Path(scratch) / "whole", Path(scratch) / "kept"
        subprocess.run(["apt-get", "-q", "download", package], cwd=scratch, check=True)
        (archive,) = Path(scratch).glob("*.deb")
        subprocess.run(["dpkg-deb", "--extract", archive, whole], check=True)
        for path in [found for found in whole.rglob("*") if found.suffix.lower() in ARCHIVES]:
            _unpack(path)
        for path in whole.rglob("*"):
            if path.is_file() and (path.suffix.lower() in SUFFIXES or path.name == "copyright"):
                target = kept / path.relative_to(whole)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        kept.rename(out / package)


def _unpack(path: Path) -> None:
    """Put the sounds of a game's archive into a folder beside it."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if Path(name).suffix.lower() in SUFFIXES]
        archive.extractall(path.with_name(f"{path.name}.d"), names)


def _copyright_path(folder: Path, package: str) -> Path:
    return folder / "usr/share/doc" / package / "copyright"


def recordings(package: str, out: Path, digests: set[bytes]) -> Iterator[Line]:
    """The recordings of a package whose sound is not among the digests, which are added to."""
    paragraphs = _paragraphs(_copyright_path(out / package, package))
    for path in sorted((out / package).rglob("*")):
        if path.suffix.lower() not in SUFFIXES:
            continue
        try:
            recording = identify(os.fsencode(path))
        except AudioError:
            continue  # games have sounds in formats of their own under such names
        if recording.duration_s < LEAST_DURATION_S or recording.digest in digests:
            continue
        digests.add(recording.digest)
        tags = _tags(path)
        yield Line(
            path=str(path.relative_to(out)),
            split="train",
            title=tags.title or path.stem,
            artist=tags.artist,
            collection=NO_COLLECTION,
            source=f"Debian: {package}",
            licence=_licence(path.relative_to(out / package), paragraphs),
        )


def _tags(path: Path) -> Tags:
    """The tags of a file; none where they cannot be read."""
    try:
        return read_tags(os.fsencode(path))
    except TagError:
        return Tags()


def _paragraphs(path: Path) -> list[FilesParagraph]:
    """What a copyright file says of files; nothing where it is written for people only."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return list(Copyright(file, strict=False).all_files_paragraphs())
    except (OSError, NotMachineReadableError, ValueError):
        return []


def _licence(path: Path, paragraphs: list[FilesParagraph]) -> str:
    """The licence in the last paragraph that means a file, as such files are to be read."""
    for paragraph in reversed(paragraphs):
        licence = cast("License | None", paragraph.license)  # typed as the field, not as its value
        if licence and licence.synopsis and any(_means(one, path) for one in paragraph.files):
            return str(licence.synopsis)
    return BY_GUIDELINES


def _means(pattern: str, path: Path) -> bool:
    """Whether a pattern for the files of the source means a file of the package.

    They lie in other folders there. What has to agree is the name and, where the pattern is for
    all of a folder, a folder's name.
    """
    folder, _, name = pattern.rpartition("/")
    if name in ("", "*"):
        return Path(folder).name in ("", ".", *path.parts)
    return fnmatchcase(path.name, name)


def avoided_by(manifests: list[Path]) -> Avoided:
    """The titles of some manifests, and the artists of their split val."""
    titles, artists = set(), set()
    for path in manifests:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                titles.add(_plain(row["title"]))
                if row["split"] == "val":
                    artists.add(_plain(row["artist"]))
    return Avoided(frozenset(titles - {""}), frozenset(artists - {""}))


def is_avoided(line: Line, avoided: Avoided) -> bool:
    """Whether the title is one of those, or the artist contains one of those or the reverse."""
    artist = _plain(line.artist)
    return _plain(line.title) in avoided.titles or any(
        one in artist or (artist and artist in one) for one in avoided.artists
    )


def _plain(text: str) -> str:
    """Letters and digits alone, small: "In Space" and "in_space" are one title."""
    return "".join(filter(str.isalnum, text.casefold()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Gather free games' music to train on.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=Path, action="append", default=[], help="a manifest")
    return parser


if __name__ == "__main__":
    main()
