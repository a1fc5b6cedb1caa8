"""Small real music libraries, made on the spot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC

SAMPLE_RATE_HZ = 8_000

WriteTone = Callable[..., Path]


def write_tone(
    path: Path, frequency_hz: float, *, duration_s: float = 1.5, level: float = 0.3, **tags: str
) -> Path:
    """A FLAC file with a tone, its octave and a little noise that no other tone has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(int(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(int(frequency_hz * 1000)).normal(size=len(time_s))
    wave = np.sin(2 * np.pi * frequency_hz * time_s) + 0.3 * np.sin(
        4 * np.pi * frequency_hz * time_s
    )
    soundfile.write(path, level * (wave + 0.05 * noise) / 1.6, SAMPLE_RATE_HZ)
    retag(path, **tags)
    return path


def retag(path: Path, **tags: str) -> None:
    """Replace a FLAC file's tags."""
    file = FLAC(path)
    file.delete()
    for name, value in tags.items():
        file[name] = value
    file.save()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Four tones in two albums."""
    folder = tmp_path / "music"
    for number, frequency_hz in enumerate((200, 210, 1500, 1600), 1):
        album = "Low" if frequency_hz < 1000 else "High"
        write_tone(
            folder / album / f"{number}.flac",
            frequency_hz,
            title=f"Tone {number}",
            artist=f"The {album}s",
            album=album,
        )
    return folder
