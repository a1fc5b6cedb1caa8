"""A library whose tracks were heard with given scores, without any files behind them."""

from pathlib import Path

import numpy as np

from library.catalog import Catalog
from library.records import Embedding, EncoderKey, Recording, Stamp, Tags, TrackId
from tests.fakes import DIMENSION, fake_choice


def embedding(scores: tuple[float, ...], seed: int = 1, n_windows: int = 3) -> Embedding:
    """Random unit windows of 10 s, half a minute apart."""
    windows = np.random.default_rng(seed).normal(size=(n_windows, DIMENSION))
    windows /= np.linalg.norm(windows, axis=1, keepdims=True)
    mean = windows.mean(axis=0)
    return Embedding(
        (mean / np.linalg.norm(mean)).astype(np.float32),
        windows.astype(np.float32),
        30 * np.arange(n_windows, dtype=np.float32) + 5,
        10.0,
        np.array(scores, np.float32),
    )


def keep_heard(
    catalog: Catalog, number: int, scores: tuple[float, ...] | None, title: str
) -> TrackId:
    """Keep a track of 100 s with these scores; not heard where they are None."""
    stamp = Stamp(b"/music/%d.mp3" % number, 1, 1, 1)
    catalog.files.register([stamp])
    heard = None if scores is None else embedding(scores, seed=number)
    recording = Recording(b"%016d" % number, "mp3", 44_100, 2, 100.0)
    tags = Tags(title=title, artist="The Band")
    reason = "" if heard else "silent"
    return catalog.keep(stamp, tags, recording, heard, reason=reason)


def make_library(
    folder: Path,
    tracks: dict[str, tuple[float, ...] | None],
    key: EncoderKey = fake_choice().key,  # noqa: B008 - a value, the same for all
) -> None:
    """A library of tracks by title, numbered from 1."""
    with Catalog.open(folder, key) as catalog:
        for number, (title, scores) in enumerate(tracks.items(), start=1):
            keep_heard(catalog, number, scores, title)
