"""Which tracks the rule of app.versions folds in the corpus of real music, and how often rightly.

    python -m benchmarks.version_precision ../shared/corpus [--data DIR] [--encoder network]

The corpus is scanned into a library first (a second run with the same --data scans nothing). Every
pair of tracks with one bare title is listed with what speaks for and against it. The truth is what
the corpus says of itself: stereo.csv names nine pieces that are there in two encodings, and tracks
with one title by one named artist are one song; other tracks with one title are two songs.

The rule needs all of title, duration and sound. The second table shows what the sound alone would
do, for every threshold: of the pairs of different songs with different titles, the share that it
would fold.
"""

import argparse
import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from app.ranking import window_agreement
from app.services import Services
from app.versions import Song, VersionRule, may_be_versions, song_of_track
from benchmarks.corpus_library import corpus_library
from library.records import FloatArray, Track

THRESHOLDS = (0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A track with what the rule looks at, and the name of the song that it really is."""

    track: Track
    song: Song
    windows: FloatArray
    truth: str


def main() -> None:
    options = _options()
    corpus = options.corpus.resolve()
    with corpus_library(corpus, options.data, options.encoder) as services:
        pieces = list(_pieces(services, corpus))
    print(f"{len(pieces)} tracks, {options.encoder} encoder, {VersionRule()}")
    _print_pairs(pieces)
    _print_thresholds(pieces)


def _pieces(services: Services, corpus: Path) -> Iterator[Piece]:
    truths = _truths(corpus)
    tracks = services.catalog.tracks.all()
    embeddings = services.catalog.embeddings.get([track.id for track in tracks])
    for track in tracks:
        name = os.fsdecode(os.path.relpath(track.path, bytes(corpus)))
        if track.id in embeddings and name in truths:
            windows = embeddings[track.id].windows
            yield Piece(track, song_of_track(track), windows, truths[name])


def _truths(corpus: Path) -> dict[str, str]:
    """By path: a name that two tracks share exactly where they are one song."""
    truths = {}
    for row in _rows(corpus / "tracks.csv"):
        by = row["artist"] or row["path"]
        truths[row["path"]] = f"{row['title'].casefold()} by {by.casefold()}"
    for row in _rows(corpus / "stereo.csv"):
        truths[row["path"]] = truths[row["same_as"]]
    return truths


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _print_pairs(pieces: list[Piece]) -> None:
    rule = VersionRule()
    folded = rightly = n_same = 0
    for first, second in combinations(pieces, 2):
        same = first.truth == second.truth
        n_same += same
        if not (same or first.song.title == second.song.title):
            continue
        agreement = window_agreement(first.windows, second.windows)
        folds = may_be_versions(first.song, second.song, rule) and (
            agreement >= rule.window_agreement
        )
        folded += folds
        rightly += folds and same
        print(
            f"{'folded' if folds else 'kept':7}{'one song' if same else 'two songs':10}"
            f"windows {agreement:5.3f}  {first.track.duration_s:6.1f} s "
            f"{second.track.duration_s:6.1f} s  {first.track.title} | {second.track.title}"
        )
    print(f"folded {folded} pairs, {rightly} of them rightly; {n_same} pairs are one song")


def _print_thresholds(pieces: list[Piece]) -> None:
    rule = replace(VersionRule(), window_agreement=-1.0)
    alike_titles, other_titles = [], []
    for first, second in combinations(pieces, 2):
        agreement = window_agreement(first.windows, second.windows)
        if may_be_versions(first.song, second.song, rule):
            alike_titles.append((agreement, first.truth == second.truth))
        elif first.truth != second.truth and may_be_versions(
            first.song, replace(second.song, title=first.song.title), rule
        ):
            other_titles.append(agreement)
    others = np.array(other_titles)
    print("windows >=   folded: one song, two songs   other titles that the sound alone would fold")
    for threshold in THRESHOLDS:
        same = sum(same for agreement, same in alike_titles if agreement >= threshold)
        different = sum(not same for agreement, same in alike_titles if agreement >= threshold)
        share = float((others >= threshold).mean())
        print(f"{threshold:10.3f}{same:18}{different:11}{share:26.4%} of {len(others)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--data", type=Path, help="library to scan into; default: a temporary one")
    parser.add_argument("--encoder", default="network", choices=["network", "handcrafted"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
