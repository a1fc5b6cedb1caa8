"""How far the tags of the network are those of its teacher, ready to paste into docs/model.md.

    python -m benchmarks.tag_agreement tracks.csv --teacher teacher.npz

The teacher, a public music tagger, hears each track in consecutive clips of 29 s; the mean of its
probabilities gives the track's five strongest tags. The network hears it as the program does. Three
things are printed: the macro average precision of finding the tracks of each tag by the network's
score, beside chance; a table of how often the teacher has a tag among its five strongest where the
network gives it a score of so much, with the expected calibration error (Naeini et al. 2015: the
mean distance of the two, weighted by the number of scores); and the five strongest tags of some
tracks by either.
"""

import argparse
import csv
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from rich.progress import track as shown

from app.evaluation.manifest import DEFAULT_SPLIT, read_manifest
from audio_model.audio import read_windows
from audio_model.encoder import NetworkEncoder
from audio_model.errors import AudioError
from audio_model.pooling import track_tags
from audio_model.training.calibration import N_STRONGEST, strongest
from audio_model.training.teacher import Tagger
from audio_model.training.validation import tag_agreement
from benchmarks.teacher_vectors import heard
from library.records import FloatArray

BoolArray = npt.NDArray[np.bool_]

N_BINS = 10


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    teacher, encoder = Tagger(options.teacher), NetworkEncoder(options.network, "cpu")
    if encoder.card.tags != teacher.tags:
        raise SystemExit("The network's tags are not those of the teacher.")
    names, taught, scores = [], [], []
    listed = [track for track in read_manifest(options.manifest, options.split) if track.in_split]
    for track in shown(listed, description="hearing"):
        try:
            lesson = heard(teacher, track.path)
            (windows,) = encoder.embed([read_windows(track.path).samples])
        except AudioError as error:
            print(error)
            continue
        names.append(track.name)
        taught.append(lesson.tag_logits.sigmoid().mean(dim=0).numpy())
        scores.append(track_tags(windows.tag_logits, encoder.card.calibration))
    found, by_teacher = np.stack(scores), np.stack(taught)
    _print_agreement(found, strongest(by_teacher), options.split)
    _print_reliability(found, strongest(by_teacher))
    titles = _titles(options.manifest)
    places = np.linspace(0, len(names) - 1, min(options.named, len(names))).round().astype(int)
    print("\n| track | the network's tags | the teacher's |\n|---|---|---|")
    for place in places:
        lists = [_five(row[place], teacher.tags) for row in (found, by_teacher)]
        print(f"| {titles[names[place]]} | {lists[0]} | {lists[1]} |")


def reliability(
    scores: FloatArray, has_tag: BoolArray
) -> tuple[list[tuple[int, float, float]], float]:
    """Whether scores are the probabilities that they say.

    Args:
        scores: shape (n_tracks, n_tags), in [0, 1].
        has_tag: the truth, of the same shape.

    Returns:
        For each tenth of the scale that holds a score how many there are, their mean and the share
        that is true; and the expected calibration error.
    """
    bins = np.minimum((scores * N_BINS).astype(int), N_BINS - 1)
    rows = []
    for number in range(N_BINS):
        inside = bins == number
        if inside.any():
            mean, share = float(scores[inside].mean()), float(has_tag[inside].mean())
            rows.append((int(inside.sum()), mean, share))
    error = sum(count * abs(mean - share) for count, mean, share in rows) / scores.size
    return rows, error


def _print_agreement(scores: FloatArray, has_tag: BoolArray, split: str) -> None:
    agreement = tag_agreement(scores, has_tag)
    if agreement is None:
        print("No tag parts the tracks.")
        return
    print(
        f"split {split}, {len(scores)} tracks, {agreement.n_tags} tags that some of them have: "
        f"macro average precision {agreement.macro_average_precision:.3f}, "
        f"by chance {agreement.chance:.3f}"
    )
    shared = strongest(scores) & has_tag
    print(f"of the five strongest tags {shared.sum(axis=1).mean():.2f} are the same")


def _print_reliability(scores: FloatArray, has_tag: BoolArray) -> None:
    rows, error = reliability(scores, has_tag)
    print("\n| scores | mean score | share that the teacher has |\n|---|---|---|")
    for count, mean, share in rows:
        print(f"| {count:,} | {mean:.3f} | {share:.3f} |")
    print(f"\nexpected calibration error {error:.4f}")


def _five(scores: FloatArray, tags: Sequence[str]) -> str:
    order = np.argsort(-scores)[:N_STRONGEST]
    return ", ".join(f"{tags[place]} {scores[place]:.2f}" for place in order)


def _titles(manifest: Path) -> dict[str, str]:
    """What a person calls each track of the manifest, by its path there."""
    with open(manifest, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["path"]: " - ".join(filter(None, (row.get("artist"), row.get("title")))) or row["path"]
        for row in rows
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--teacher", type=Path, required=True, help="the tagger's weights, .npz")
    parser.add_argument("--network", type=Path, help="folder of a network; default: the packaged")
    parser.add_argument("--split", default=DEFAULT_SPLIT)
    parser.add_argument("--named", type=int, default=30, help="of how many tracks tags are listed")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
