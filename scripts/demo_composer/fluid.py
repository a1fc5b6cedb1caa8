"""Plays a score with fluidsynth and the FluidR3 soundfont."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from demo_composer.piece import SAMPLE_RATE_HZ, Audio
from demo_composer.score import Score, to_midi

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
GAIN = 0.4


def play_score(score: Score) -> Audio:
    """The score as played by the soundfont, without reverberation; shape (n_samples, 2)."""
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = Path(folder, "score.mid"), Path(folder, "score.raw")
        to_midi(score).save(midi)
        settings = ["-r", str(SAMPLE_RATE_HZ), "-g", str(GAIN), "-R", "0", "-C", "0"]
        output = ["-T", "raw", "-O", "float", "-F", str(raw)]
        command = ["fluidsynth", "-n", "-i", "-q", *settings, *output, str(SOUNDFONT), str(midi)]
        subprocess.run(command, check=True, capture_output=True)
        samples = np.fromfile(raw, dtype=np.float32)
    return samples.reshape(-1, 2).astype(np.float64)
