"""Writes a finished piece as a tagged file, encoded by ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np

from demo_composer.piece import SAMPLE_RATE_HZ, Audio, Piece

ENCODERS = {
    "opus": ["-c:a", "libopus", "-b:a", "31k", "-vbr", "on", "-application", "audio"],
    "ogg": ["-c:a", "libvorbis", "-q:a", "0"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "80k"],
    "m4a": ["-c:a", "aac", "-b:a", "64k"],
}
# What a piece with two equal sides needs less.
MONO = {"opus": ["-b:a", "24k"]}


def path_in(folder: Path, piece: Piece) -> Path:
    """<folder>/<project>/<album>/<NN title>.<extension>."""
    name = f"{piece.track_number:02d} {piece.title}.{piece.extension}"
    return folder / piece.project / piece.album / name


def write(path: Path, piece: Piece, audio: Audio) -> None:
    """Encodes the audio (float64, shape (n_samples, 2)) with the tags of the piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = ["-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", "pipe:0"]
    # bitexact: no version of the encoder in the tags, no random stream number.
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    encoder = ENCODERS[piece.extension]
    if np.allclose(audio[:, 0], audio[:, 1], atol=1e-6):
        encoder = [*encoder, *MONO.get(piece.extension, []), "-ac", "1"]
    command = ["ffmpeg", "-v", "error", "-y", *source, *exact, *encoder]
    tags = [argument for tag in _tags(piece) for argument in ("-metadata", tag)]
    samples = np.ascontiguousarray(audio, dtype="<f4").tobytes()
    subprocess.run([*command, *tags, str(path)], input=samples, check=True)


def _tags(piece: Piece) -> list[str]:
    return [
        f"title={piece.title}",
        f"artist={piece.project}",
        f"album={piece.album}",
        f"genre={piece.manner}",
        f"date={piece.year}",
        f"track={piece.track_number}",
    ]
