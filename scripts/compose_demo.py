"""Composes, plays and encodes the demo collection.

    python scripts/compose_demo.py --out assets/demo [--only "Solo piano"]

The same notes and the same samples come out of each run; the encoded files may differ between
versions of ffmpeg and its encoders. Needs the extra `demo`, fluidsynth, ffmpeg and FluidR3.
"""

import argparse
import shutil
import sys
from pathlib import Path

from demo_composer import fluid
from demo_composer.catalogue import MANNERS, PIECES
from demo_composer.files import path_in, write
from demo_composer.mixing import master
from demo_composer.piece import SAMPLE_RATE_HZ, seeded


def missing_packages() -> list[str]:
    """The Debian packages that have to be installed first."""
    packages = [name for name in ("fluidsynth", "ffmpeg") if shutil.which(name) is None]
    if not fluid.SOUNDFONT.exists():
        packages.append("fluid-soundfont-gm")
    return packages


def main() -> int:
    parser = argparse.ArgumentParser(description="Composes and plays the demo collection.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--only", choices=MANNERS, help="compose one manner only")
    options = parser.parse_args()
    if missing := missing_packages():
        print(f"Missing: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    for piece in PIECES:
        if options.only in (None, piece.manner):
            audio = master(piece.play(seeded(piece)))
            path = path_in(options.out, piece)
            write(path, piece, audio)
            print(
                f"{len(audio) / SAMPLE_RATE_HZ:5.1f} s  {path.stat().st_size / 1e3:4.0f} kB  {path}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
