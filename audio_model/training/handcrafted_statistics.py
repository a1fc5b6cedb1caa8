"""Measure the mean and deviation of each hand-crafted feature over a corpus.

python -m audio_model.training.handcrafted_statistics --corpus tracks.csv --out assets
"""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.console import Console

from audio_model.audio import read_windows
from audio_model.config import WindowConfig
from audio_model.errors import AudioError
from audio_model.handcrafted import Statistics, features, packed
from audio_model.pooling import FloatArray
from audio_model.training.manifest import CorpusTrack, read_manifest

_SHOW_EVERY_TRACKS = 50


def measure(rows: FloatArray) -> Statistics:
    """Mean and deviation of the columns of `rows`, shape (n_windows, n_features).

    Raises:
        ValueError: a feature has the same value in every window.
    """
    deviation = rows.std(axis=0, dtype=np.float64)
    if deviation.min() <= 0.0:
        raise ValueError(f"feature {int(deviation.argmin())} is the same in every window")
    mean = rows.mean(axis=0, dtype=np.float64)
    return Statistics(mean.astype(np.float32), deviation.astype(np.float32))


def corpus_features(
    tracks: list[CorpusTrack], window: WindowConfig, console: Console
) -> Iterator[FloatArray]:
    """The features of every window of the tracks that can be decoded."""
    for count, track in enumerate(tracks, start=1):
        try:
            windows = read_windows(os.fsencode(track.path), window)
        except AudioError as error:
            console.print(str(error))
            continue
        yield from map(features, windows.samples)
        if count % _SHOW_EVERY_TRACKS == 0:
            console.print(f"{count} of {len(tracks)} tracks")


def main() -> None:
    """Write handcrafted.safetensors and handcrafted.json."""
    parser = argparse.ArgumentParser(description="Measure the hand-crafted features of a corpus.")
    parser.add_argument("--corpus", type=Path, required=True, help="manifest of the tracks")
    parser.add_argument("--split", default="train", help="which of its tracks")
    parser.add_argument("--out", type=Path, required=True, help="folder for statistics and card")
    arguments = parser.parse_args()
    window = WindowConfig()
    tracks = [t for t in read_manifest(arguments.corpus) if t.split == arguments.split]
    rows = np.stack(list(corpus_features(tracks, window, Console())))
    contents, card = packed(measure(rows), window)
    about = {
        "data": f"{len(rows)} windows of the {len(tracks)} tracks of the {arguments.split} split",
        "made_by": "python -m audio_model.training.handcrafted_statistics",
    }
    (arguments.out / card.weights_file).write_bytes(contents)
    text = json.dumps(asdict(card) | {"about": about}, indent=2)
    (arguments.out / "handcrafted.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
