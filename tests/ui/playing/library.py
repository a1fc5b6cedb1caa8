"""Tones in files and in a library, short enough to be heard to their end."""

import os
from pathlib import Path

import numpy as np
import soundfile

from library.catalog import Catalog
from library.files import stamp
from library.records import EncoderKey, Recording, Tags, TrackId
from tests.fakes import fake_choice

RATE_HZ = 44_100
KEY: EncoderKey = fake_choice().key


def write_tone(path: Path, frequency_hz: float, duration_s: float = 0.6) -> Path:
    """A tone whose samples begin and end at zero."""
    path.parent.mkdir(parents=True, exist_ok=True)
    t_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * frequency_hz * t_s)
    soundfile.write(path, np.stack([tone, tone], axis=1), RATE_HZ)
    return path


def add_tone(catalog: Catalog, path: Path, frequency_hz: float, duration_s: float = 0.6) -> TrackId:
    """Write a tone and put it into the library as it would be after an analysis."""
    write_tone(path, frequency_hz, duration_s)
    name = os.fsencode(path)
    digest = round(frequency_hz).to_bytes(16, "big")
    return catalog.keep(
        stamp(name),
        Tags(title=f"Tone <b>{frequency_hz:.0f}</b>", artist="The Tones & Co", album="Tests"),
        Recording(digest, "flac", RATE_HZ, 2, duration_s),
        None,
    )
