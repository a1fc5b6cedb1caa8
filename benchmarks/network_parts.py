"""The parts of the network's vectors on their own, for `segue evaluate --vectors`.

    segue embed FOLDER --output network.npz
    python -m benchmarks.network_parts network.npz --out FOLDER

writes learned.npz, statistics.npz and tags.npz.

The vector of a part is made as that of the whole: the unit mean of the parts of the windows, each
brought to unit length.
"""

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from audio_model.checkpoint import read_network_card
from audio_model.pooling import FloatArray, track_vector


def main() -> None:
    options = _options()
    with np.load(options.vectors, allow_pickle=False) as arrays:
        card = read_network_card(options.network)
        if str(arrays["model_version"]) != card.card.model_version:
            raise SystemExit(f"{options.vectors} holds the vectors of another network.")
        paths, offsets, windows = arrays["paths_b64"], arrays["window_offsets"], arrays["windows"]
    learned = card.network.learned_dimension
    statistics = learned + card.network.statistics_dimension
    parts = np.split(windows, [learned, statistics], axis=1)
    for name, part in zip(("learned", "statistics", "tags"), parts, strict=True):
        np.savez(options.out / f"{name}.npz", paths_b64=paths, vectors=part_vectors(part, offsets))


def part_vectors(part: FloatArray, offsets: np.ndarray) -> FloatArray:
    """Vectors of tracks, float32, shape (n_tracks, width), from the same part of all windows.

    Args:
        part: float32, shape (n_windows of all tracks, width).
        offsets: int64, shape (n_tracks + 1,): where the windows of each track begin and end.
    """
    unit = part / np.linalg.norm(part, axis=1, keepdims=True)
    return np.stack([track_vector(unit[a:b]) for a, b in pairwise(offsets)])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("vectors", type=Path, help="of the network, as segue embed writes them")
    parser.add_argument("--out", type=Path, required=True, help="folder for the parts")
    parser.add_argument("--network", type=Path, help="folder of the network, if it is your own")
    return parser.parse_args()


if __name__ == "__main__":
    main()
