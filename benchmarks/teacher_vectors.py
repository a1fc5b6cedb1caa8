"""The vectors of the teacher, a public music tagger, for `segue evaluate --vectors`.

    python -m benchmarks.teacher_vectors tracks.csv --teacher teacher.npz --features teacher.npz \
        --tags teacher-tags.npz

Each track is heard in consecutive clips of 29 s at 12,000 Hz; a shorter rest is left out unless it
is all there is, and is then repeated until it fills a clip. --features gets the 160 features, means
over the track, standardised over the tracks listed; --tags gets the logarithms of the 50 tags'
scores, likewise. Nothing is learned from labels.
"""

import argparse
import base64
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from rich.progress import track as shown

from app.evaluation.manifest import EVERY_SPLIT, read_manifest
from audio_model.audio import read_all
from audio_model.errors import AudioError
from audio_model.training.teacher import CLIP_SAMPLES, SAMPLE_RATE_HZ, Lesson, Tagger
from library.records import FloatArray, display_path

LEAST_DEVIATION = 1e-6


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    teacher = Tagger(options.teacher)
    paths, features, tags = [], [], []
    for listed in shown(read_manifest(options.manifest, EVERY_SPLIT), description="hearing"):
        try:
            lesson = heard(teacher, listed.path)
        except AudioError as error:
            print(error)
            continue
        paths.append(listed.path)
        features.append(lesson.features.mean(dim=0).numpy())
        tags.append(torch.nn.functional.logsigmoid(lesson.tag_logits).mean(dim=0).numpy())
    for target, rows in ((options.features, features), (options.tags, tags)):
        if target is not None:
            write(target, paths, standardised(np.stack(rows)))


def heard(teacher: Tagger, path: bytes) -> Lesson:
    """What the teacher hears in each clip of a track.

    Raises:
        AudioError: it cannot be read.
    """
    samples = read_all(path, SAMPLE_RATE_HZ)
    n_clips = max(len(samples) // CLIP_SAMPLES, 1)
    clips = np.array_split(samples[: n_clips * CLIP_SAMPLES], n_clips)
    return teacher.hear(torch.from_numpy(np.stack(clips)), SAMPLE_RATE_HZ)


def standardised(rows: FloatArray) -> FloatArray:
    """Each column with mean 0 and deviation 1 over the rows, shape (n_tracks, width)."""
    deviations = np.maximum(rows.std(axis=0), LEAST_DEVIATION)
    standard: FloatArray = (rows - rows.mean(axis=0)) / deviations
    return standard


def write(target: Path, paths: Sequence[bytes], vectors: FloatArray) -> None:
    """Write the arrays that `segue evaluate` reads."""
    np.savez(
        target,
        paths=np.array([display_path(path) for path in paths]),
        paths_b64=np.array([base64.b64encode(path).decode() for path in paths]),
        vectors=vectors,
    )
    print(f"Wrote {len(paths)} vectors of {vectors.shape[1]} numbers to {target}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the tagger's weights, .npz")
    parser.add_argument("--features", type=Path, help="where the features go, .npz")
    parser.add_argument("--tags", type=Path, help="where the tags go, .npz")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
