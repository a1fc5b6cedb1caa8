"""What an analysed track costs, by stage, beside decoding the same windows alone.

First every stage is run over the same files, one after the other, in one process and one thread;
so are the hand-crafted features of librosa, which the program need not compute, on a few of them.
Then the whole program analyses them into a fresh library, with its processes. The ratio says how
much of the time the decoder alone would take: below 1, the processes overlap more than the other
stages cost.

    python -m benchmarks.analysis_stages FOLDER [--tracks 60] [--decoders 2]
"""

import argparse
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch

from app.decoding import describe, hear
from app.services import named_encoder
from audio_model.checkpoint import read_network_card
from audio_model.config import WindowConfig
from audio_model.encoder import open_encoder
from audio_model.errors import AudioError
from audio_model.spectrogram import log_mel
from benchmarks.corpus_library import scan
from library.files import find
from library.records import Stamp

_BY_HAND_TRACKS = 10

Item = TypeVar("Item")
Made = TypeVar("Made")


def main() -> None:
    options = _options()
    torch.set_num_threads(1)
    choice = named_encoder("network", "cpu")
    paths = _some_files(options.folder, options.tracks, choice.window)
    print(f"{len(paths)} files of {options.folder}")

    window = choice.window
    describe_s, _ = _timed(describe, paths)
    hear_s, heard = _timed(lambda path: hear(path, window), paths)
    encoder = open_encoder("network", "cpu")
    encoder.embed([heard[0].samples])  # the first call allocates
    mel = read_network_card().mel
    mel_s, _ = _timed(lambda windows: log_mel(torch.from_numpy(windows.samples), mel), heard)
    embed_s, _ = _timed(lambda windows: encoder.embed([windows.samples]), heard)
    n_windows = sum(len(windows.samples) for windows in heard)
    by_hand = open_encoder("handcrafted", "cpu")
    by_hand.embed([heard[0].samples])
    few = heard[:_BY_HAND_TRACKS]
    by_hand_s, _ = _timed(lambda windows: by_hand.embed([windows.samples]), few)
    n_few_windows = sum(len(windows.samples) for windows in few)

    print(f"{'stage':34}{'ms a track':>12}{'share':>8}")
    total_s = describe_s + hear_s + embed_s
    rows = (
        ("describe (tags, cover, identity)", describe_s),
        ("hear (decode the windows)", hear_s),
        ("see (log-mel)", mel_s),
        ("place (network)", embed_s - mel_s),
    )
    for name, took_s in rows:
        print(f"{name:34}{1000 * took_s / len(paths):12.1f}{took_s / total_s:8.0%}")
    window_s, window_by_hand_s = embed_s / n_windows, by_hand_s / n_few_windows
    print(f"{n_windows} windows; {1000 * window_s:.1f} ms to see and place one")
    print(
        f"hand-crafted features of librosa: {1000 * window_by_hand_s:.1f} ms a window, "
        f"ratio {window_by_hand_s / window_s:.1f}"
    )

    report = _whole_program(paths, options.decoders)
    n_analysed, took_s = report["analysed"], report["duration_s"]
    print(
        f"whole program, {options.decoders} decoders: {60 * n_analysed / took_s:.0f} tracks a "
        f"minute, {1000 * took_s / n_analysed:.1f} ms a track with the start of its processes. "
        f"{report['device']}"
    )
    print(f"decoding the same windows alone, one thread: {60 * len(paths) / hear_s:.0f} a minute")
    print(f"ratio of the whole to decoding alone: {took_s / hear_s:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=60)
    parser.add_argument("--decoders", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _some_files(folder: Path, n_tracks: int, window: WindowConfig) -> list[bytes]:
    stamps = [item for item in find([os.fsencode(folder.resolve())]) if isinstance(item, Stamp)]
    random.Random(1).shuffle(stamps)
    chosen: list[bytes] = []
    for stamp in stamps:
        try:
            hear(stamp.path, window)
        except AudioError:
            continue
        chosen.append(stamp.path)
        if len(chosen) == n_tracks:
            break
    return chosen


def _timed(work: Callable[[Item], Made], items: Sequence[Item]) -> tuple[float, list[Made]]:
    started_at_s = time.perf_counter()
    made = [work(item) for item in items]
    return time.perf_counter() - started_at_s, made


def _whole_program(paths: Sequence[bytes], n_decoders: int) -> dict[str, Any]:
    """What `segue scan --json` reports of copies of just these files."""
    with tempfile.TemporaryDirectory() as folder:
        music = Path(folder, "music")
        music.mkdir()
        for number, path in enumerate(paths):
            source = Path(os.fsdecode(path))
            shutil.copy(source, music / f"{number}{source.suffix}")
        printed = scan(music, Path(folder, "data"), "--json", "--workers", str(n_decoders))
    report: dict[str, Any] = json.loads(printed)
    return report


if __name__ == "__main__":
    main()
