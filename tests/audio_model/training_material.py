"""A teacher, a corpus and a recipe so small that a training takes a second or two.

    python -m tests.audio_model.training_material TRACKS.csv TEACHER.npz CACHE OUT

trains in a process of its own, which saves its state after every step and says so.
"""

import csv
import hashlib
import sys
from pathlib import Path

import numpy as np
import safetensors.torch
import soundfile
import torch

from audio_model.config import NetworkConfig
from audio_model.network import TemporalConvNet
from audio_model.training.batches import BatchConfig
from audio_model.training.corpus import ClipConfig
from audio_model.training.events import Progress
from audio_model.training.loop import TrainingConfig
from audio_model.training.manifest import HoldOut, read_manifest
from audio_model.training.recipe import TrainingPlan, train

RATE_HZ = 22_050
TAGS = ("rock", "jazz", "ambient", "metal", "folk", "dub", "soul")
CLIPS = ClipConfig(n_mixtures=1)
SMALL = TrainingConfig(
    n_steps=6,
    network=NetworkConfig(
        stem_width=16,
        widths=(16, 24),
        strides=(4, 4),
        learned_dimension=16,
        statistics_dimension=8,
        n_tags=len(TAGS),
    ),
    batch=BatchConfig(n_tracks=4, n_clips_per_track=2, n_mixtures=2),
)


def write_teacher(path: Path) -> Path:
    """A tagger of the published shape with random weights and seven tags."""
    rng = np.random.default_rng(8)
    hann = np.hanning(512)
    phase = 2 * np.pi * np.outer(np.arange(257), np.arange(512)) / 512
    arrays = {
        "stft_real": np.cos(phase) * hann,
        "stft_imag": -np.sin(phase) * hann,
        "mel": np.abs(rng.normal(size=(257, 96))),
        "dense_w": rng.normal(size=(32, len(TAGS))),
        "dense_b": rng.normal(size=len(TAGS)),
    }
    for layer in range(1, 6):
        n_in = 1 if layer == 1 else 32
        arrays[f"conv_w{layer}"] = rng.normal(size=(32, n_in, 3, 3)) / (3 * n_in**0.5)
        arrays[f"bn_var{layer}"] = np.ones(32)
        arrays[f"bn_gamma{layer}"] = np.ones(32)
        for name in ("conv_b", "bn_mean", "bn_beta"):
            arrays[f"{name}{layer}"] = np.zeros(32)
    float32 = {name: array.astype(np.float32) for name, array in arrays.items()}
    np.savez(path, allow_pickle=False, tags=np.array(TAGS), **float32)
    return path


def write_corpus(folder: Path) -> Path:
    """The manifest of seven tracks of four sources, one too short and one of another split."""
    rng = np.random.default_rng(9)
    with open(folder / "tracks.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "split", "collection", "source", "licence"])
        for number, duration_s in enumerate([21, 21, 21, 21, 4, 21, 21]):
            t_s = np.arange(duration_s * RATE_HZ) / RATE_HZ
            tone = np.sin(2 * np.pi * 110.0 * (1 + number // 2) * t_s) * (t_s % 0.5 < 0.2)
            noise = rng.normal(0, 0.01, len(t_s))
            soundfile.write(folder / f"{number}.wav", 0.3 * tone + noise, RATE_HZ)
            collection = ["low", "high", "singles", "higher"][number // 2]
            split = "val" if number == 6 else "train"
            writer.writerow([f"{number}.wav", split, collection, f"source {number % 4}", "CC0"])
    return folder / "tracks.csv"


def plan_of(corpus: Path, teacher: Path, cache: Path, out: Path) -> TrainingPlan:
    """Sources 0 and 2 are learned from, 1 and 3 are held out."""
    tracks = [track for track in read_manifest(corpus) if track.split == "train"]
    return TrainingPlan(tracks, teacher, cache, out, hold_out=HoldOut(0, 2), licence="CC0")


def weights_of(network: TemporalConvNet) -> str:
    """A digest of every bit of a network's weights."""
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    return hashlib.sha256(safetensors.torch.save(tensors)).hexdigest()


def main() -> None:
    torch.set_num_threads(int(sys.argv[1]))
    plan = plan_of(*(Path(argument) for argument in sys.argv[2:]))
    for event in train(plan, SMALL, CLIPS, save_every_s=0.0):
        if isinstance(event, Progress):
            sys.stdout.write(f"saved step {event.step}\n")
            sys.stdout.flush()
            sys.stdin.readline()


if __name__ == "__main__":
    main()
