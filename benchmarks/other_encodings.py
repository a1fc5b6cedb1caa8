"""Whether the same music in another encoding is the most similar track.

    segue embed ../shared/corpus -o corpus.npz [--encoder handcrafted]
    python -m benchmarks.other_encodings ../shared/corpus --vectors corpus.npz

stereo.csv beside the corpus names files that are one of its tracks in another encoding. Each looks
for its own track among all that tracks.csv lists; printed is the rank of that track, from 1.
"""

import argparse
import csv
import os
from pathlib import Path

import numpy as np

from app.evaluation.manifest import EVERY_SPLIT, read_manifest
from app.vector_file import read_vectors


def main() -> None:
    options = _options()
    corpus = os.path.abspath(os.fsencode(options.corpus))
    vectors = read_vectors(options.vectors, corpus).by_path
    listed = [track.path for track in read_manifest(options.corpus / "tracks.csv", EVERY_SPLIT)]
    known = [path for path in listed if path in vectors]
    rows = np.stack([vectors[path] for path in known])
    ranks = []
    with open(options.corpus / "stereo.csv", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            other, same = (os.path.join(corpus, os.fsencode(line[c])) for c in ("path", "same_as"))
            cosines = rows @ vectors[other]
            ranks.append(int((cosines > cosines[known.index(same)]).sum()) + 1)
    print(f"Ranks of the same music in another encoding, among {len(known)} tracks: {ranks}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--vectors", type=Path, required=True, help="of tracks and stereo files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
