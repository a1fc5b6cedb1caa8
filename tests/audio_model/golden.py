"""What the shipped network hears in three sounds, as it was when it was made: vectors and tags.

python -m tests.audio_model.golden    writes golden.json again, for new weights only
"""

import json
from pathlib import Path

import numpy as np

from audio_model.encoder import open_encoder

PATH = Path(__file__).with_name("golden.json")
RATE_HZ = 22_050


def golden_sounds() -> dict[str, np.ndarray]:
    """Three windows of 4 s: a chord that decays, a beat of noise, a quiet hum."""
    t_s = np.arange(4 * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * f_hz * t_s) for f_hz in (220.0, 277.18, 329.63))
    noise = np.sin(1e4 * np.sin(1e4 * t_s))  # chaotic enough, and the same on every machine
    sounds = {
        "chord": 0.2 * chord * np.exp(-2.0 * (t_s % 1.0)),
        "beat": 0.5 * noise * np.exp(-30.0 * (t_s % 0.5)),
        "hum": 0.05 * np.sin(2 * np.pi * 110.0 * t_s) * (1.0 + 0.3 * np.sin(2 * np.pi * 0.5 * t_s)),
    }
    return {name: sound.astype(np.float32)[None] for name, sound in sounds.items()}


def main() -> None:
    encoder = open_encoder("network", "cpu")
    sounds = golden_sounds()
    heard = dict(zip(sounds, encoder.embed(list(sounds.values())), strict=True))
    golden = {
        "model_version": encoder.card.model_version,
        "vectors": {name: _rounded(one.vectors[0]) for name, one in heard.items()},
        "tag_logits": {name: _rounded(one.tag_logits[0]) for name, one in heard.items()},
    }
    PATH.write_text(json.dumps(golden) + "\n", encoding="utf-8")


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values]


if __name__ == "__main__":
    main()
