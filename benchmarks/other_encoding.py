"""Does a stereo original find the same piece in its other encoding? By encoder, side by side.

The corpus holds every piece mono, at a low bit rate; its folder `stereo` holds nine of them as they
were published. Each of those is given from outside, and everything but `stereo` is searched with
all filters off.

    python -m benchmarks.other_encoding ../shared/corpus [--data DIR]
"""

import argparse
import csv
import os
from pathlib import Path

from app.filters import Filters
from app.pipeline import Analysed
from app.services import Services, embed_files
from app.similar import Seed, similar_tracks
from app.versions import song_of
from benchmarks.corpus_library import corpus_library
from library.records import TrackId

N_CONSIDERED = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    corpus = options.corpus.resolve()
    ranks = {name: _ranks(corpus, options.data, name) for name in ("network", "handcrafted")}
    print(f"{'original':48}{'network':>9}{'handcrafted':>13}   (place of the other encoding)")
    for original in ranks["network"]:
        places = "".join(
            f"{ranks[name][original]:>{width}}"
            for name, width in (("network", 9), ("handcrafted", 13))
        )
        print(f"{original:48}{places}")
    for name, by_original in ranks.items():
        n_found = sum(rank <= N_CONSIDERED for rank in by_original.values())
        print(f"{name}: {n_found} of {len(by_original)} among the first {N_CONSIDERED}")


def _ranks(corpus: Path, data: Path | None, encoder: str) -> dict[str, int]:
    with (corpus / "stereo.csv").open(newline="", encoding="utf-8") as file:
        other_encoding = {row["path"]: row["same_as"] for row in csv.DictReader(file)}
    with corpus_library(corpus, data, encoder) as services:
        seeds = _seeds(services, [corpus / path for path in other_encoding])
        originals = frozenset(
            track.id
            for track in services.catalog.tracks.all()
            if track.path.startswith(os.fsencode(corpus / "stereo") + b"/")
        )
        return {
            path: _rank(services, seeds[corpus / path], originals, corpus / same_as)
            for path, same_as in other_encoding.items()
        }


def _seeds(services: Services, paths: list[Path]) -> dict[Path, Seed]:
    """Seeds that do not say which track they are, as files from outside."""
    seeds = {}
    for result in embed_files(services.encoder, [bytes(path) for path in paths], n_decoders=2):
        assert isinstance(result, Analysed), result
        assert result.embedding is not None
        path = Path(os.fsdecode(result.path))
        song = song_of(
            result.description.tags, result.path, result.description.recording.duration_s
        )
        seeds[path] = Seed(path.name, song, result.embedding)
    return seeds


def _rank(services: Services, seed: Seed, left_out: frozenset[TrackId], wanted: Path) -> int:
    catalog = services.catalog
    matches = similar_tracks(
        catalog, [seed], filters=Filters(not_these=left_out), count=catalog.tracks.count()
    )
    paths = [match.track.path for match in matches]
    return paths.index(bytes(wanted)) + 1


if __name__ == "__main__":
    main()
