"""How well encoders bring together music that belongs together: two judges over real music.

    python -m benchmarks.judges --corpus ../shared/corpus/tracks.csv --encoders network handcrafted

Judge 1, same collection: every track of a collection of five or more queries the tracks of its
split; the others of its collection are relevant. Judge 2, same style across sources: every track
with a style group queries all tracks of other sources; those of its group are relevant, groups with
fewer than three such tracks are left out. Both are means of average precision, first over the
queries of a collection or group, then over collections or groups. Chance is the mean of rankings
drawn with a fixed seed. Where a stereo.csv lies beside the manifest, each of its files, the same
music in another encoding, looks for its own track among all: its rank is printed.

With --note FOLDER the scores of "network" are written into the card in that folder.
"""

import argparse
import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from rich.console import Console
from rich.progress import track as shown
from rich.table import Table

from audio_model.audio import read_windows
from audio_model.encoder import Encoder, NetworkEncoder, open_encoder
from audio_model.errors import AudioError
from audio_model.pooling import FloatArray, track_vector

MIN_COLLECTION = 5
MIN_RELEVANT = 3
N_CHANCE = 20

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the manifest."""

    path: Path
    split: str
    collection: str
    style_group: str
    source: str


@dataclass(frozen=True, slots=True)
class Score:
    """Macro means over groups of the queries' average precision and precision at ten."""

    average_precision: float
    precision_at_10: float
    n_queries: int
    n_groups: int


def main() -> None:
    """Print both judges for every encoder asked for, beside chance."""
    arguments = _parser().parse_args()
    torch.set_num_threads(arguments.threads)
    encoders = {name: _open(name) for name in arguments.encoders}
    items, vectors = _heard(_read_items(arguments.corpus), encoders)
    scores = {
        name: both_judges(items, (rows @ rows.T).__getitem__, arguments.split)
        for name, rows in vectors.items()
    }
    scores["chance"] = _by_chance(items, arguments.split)
    _show(scores, arguments.split)
    for name, rows in vectors.items():
        ranks = _other_encodings(arguments.corpus.parent, items, encoders[name], rows)
        Console().print(f"{name}: ranks of the same music in another encoding: {ranks}")
    if arguments.note:
        _note(arguments.note, arguments.split, scores["network"])


def both_judges(
    items: Sequence[Item], likeness: Callable[[int], FloatArray], split: str
) -> tuple[Score, Score]:
    """Same collection within the split, and same style across sources against all tracks.

    Args:
        items: the tracks.
        likeness: for the index of a query, its similarity to every item, shape (n_items,).
        split: of the queries.
    """
    in_split = np.array([item.split == split for item in items])
    sources = np.array([item.source for item in items])
    collections = np.array([item.collection for item in items])
    styles = np.array([item.style_group for item in items])
    large = {c for c, n in Counter(collections[in_split]).items() if c and n >= MIN_COLLECTION}

    def same_collection(query: int) -> tuple[BoolArray, BoolArray]:
        others = in_split & (np.arange(len(items)) != query)
        return others, collections == collections[query]

    def same_style(query: int) -> tuple[BoolArray, BoolArray]:
        return sources != sources[query], styles == styles[query]

    queries = np.flatnonzero(in_split).tolist()
    return (
        _judge(
            [q for q in queries if collections[q] in large], collections, same_collection, likeness
        ),
        _judge([q for q in queries if styles[q]], styles, same_style, likeness),
    )


def average_precision(relevant: BoolArray) -> float:
    """Mean of the precision at the rank of each relevant result, best result first."""
    ranks = np.flatnonzero(relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def _judge(
    queries: Sequence[int],
    groups: npt.NDArray[np.str_],
    choose: Callable[[int], tuple[BoolArray, BoolArray]],
    likeness: Callable[[int], FloatArray],
) -> Score:
    precisions: dict[str, list[tuple[float, float]]] = {}
    for query in queries:
        candidates, relevant = choose(query)
        if (candidates & relevant).sum() < MIN_RELEVANT:
            continue
        order = np.argsort(-likeness(query)[candidates], kind="stable")
        ranked = relevant[candidates][order]
        scores = (average_precision(ranked), float(ranked[:10].mean()))
        precisions.setdefault(str(groups[query]), []).append(scores)
    means = np.array([np.mean(scores, axis=0) for scores in precisions.values()])
    n_queries = sum(len(scores) for scores in precisions.values())
    precision, precision_at_10 = means.mean(axis=0).tolist()
    return Score(precision, precision_at_10, n_queries, len(means))


def _by_chance(items: Sequence[Item], split: str) -> tuple[Score, Score]:
    rng = np.random.default_rng(2016)

    def drawn(_query: int) -> FloatArray:
        return rng.random(len(items), dtype=np.float32)

    pairs = [both_judges(items, drawn, split) for _ in range(N_CHANCE)]
    return _mean([first for first, _ in pairs]), _mean([second for _, second in pairs])


def _mean(scores: Sequence[Score]) -> Score:
    return Score(
        float(np.mean([score.average_precision for score in scores])),
        float(np.mean([score.precision_at_10 for score in scores])),
        scores[0].n_queries,
        scores[0].n_groups,
    )


def _other_encodings(
    corpus: Path, items: Sequence[Item], encoder: Encoder, rows: FloatArray
) -> list[int]:
    """For each file of stereo.csv the rank of its own track among all tracks, from 1."""
    if not (corpus / "stereo.csv").exists():
        return []
    with open(corpus / "stereo.csv", encoding="utf-8", newline="") as file:
        pairs = [(corpus / row["path"], corpus / row["same_as"]) for row in csv.DictReader(file)]
    place = {item.path: index for index, item in enumerate(items)}
    ranks = []
    for path, same_as in pairs:
        likeness = rows @ _vector(path, encoder)
        ranks.append(int((likeness > likeness[place[same_as]]).sum()) + 1)
    return ranks


def _show(scores: Mapping[str, tuple[Score, Score]], split: str) -> None:
    table = Table("encoder", "same collection: macro-MAP", "P@10", "same style: macro-MAP", "P@10")
    for name, (first, second) in scores.items():
        table.add_row(name, *_cells(first), *_cells(second))
    console = Console(width=110)
    console.print(table)
    first, second = scores["chance"]
    console.print(
        f"split {split}: {first.n_queries} queries in {first.n_groups} collections, "
        f"{second.n_queries} queries in {second.n_groups} style groups"
    )


def _note(folder: Path, split: str, scores: tuple[Score, Score]) -> None:
    """Write scores into the card of the network, which they leave valid."""
    path = folder / "network.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    named = zip(("same collection", "same style"), scores, strict=True)
    card["about"]["scores"] = {"split": split} | {name: asdict(score) for name, score in named}
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _cells(score: Score) -> tuple[str, str]:
    return f"{score.average_precision:.3f}", f"{score.precision_at_10:.3f}"


def _open(name: str) -> Encoder:
    """A packaged encoder by its name, or the network in a folder."""
    if Path(name).is_dir():
        return NetworkEncoder(Path(name), "cpu")
    return open_encoder(name, "cpu")


def _heard(
    items: Sequence[Item], encoders: dict[str, Encoder]
) -> tuple[list[Item], dict[str, FloatArray]]:
    """The items that can be decoded and, by encoder, a vector for each."""
    kept: list[Item] = []
    rows: dict[str, list[FloatArray]] = {name: [] for name in encoders}
    for item in shown(items, description="hearing"):
        try:
            samples = read_windows(os.fsencode(item.path)).samples
        except AudioError as error:
            Console(stderr=True).print(str(error))
            continue
        kept.append(item)
        for name, encoder in encoders.items():
            rows[name].append(track_vector(encoder.embed([samples])[0].vectors))
    return kept, {name: np.stack(vectors) for name, vectors in rows.items()}


def _vector(path: Path, encoder: Encoder) -> FloatArray:
    return track_vector(encoder.embed([read_windows(os.fsencode(path)).samples])[0].vectors)


def _read_items(manifest: Path) -> list[Item]:
    with open(manifest, encoding="utf-8", newline="") as file:
        return [
            Item(
                manifest.parent / row["path"],
                row["split"],
                "" if row["collection"] == "singles" else row["collection"],
                row["style_group"],
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="manifest of the tracks")
    parser.add_argument("--encoders", nargs="+", default=["network", "handcrafted"])
    parser.add_argument("--split", default="val", choices=["train", "val"])
    parser.add_argument("--note", type=Path, help="folder of the card that gets the scores")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    main()
