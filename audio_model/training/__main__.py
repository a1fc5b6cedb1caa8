"""Train the network again.

python -m audio_model.training --corpus tracks.csv --teacher teacher.npz --cache DIR --out DIR
"""

import argparse
from pathlib import Path

import torch
from rich.console import Console

from audio_model.device import choose_device
from audio_model.training.corpus import ClipConfig
from audio_model.training.loop import Progress, TrainingConfig
from audio_model.training.recipe import Sources, train

_SHOW_EVERY_STEPS = 25


def main() -> None:
    """Train with the settings of the command line, saying how far it is."""
    arguments = _parser().parse_args()
    torch.set_num_threads(arguments.threads)
    fold, n_folds = (int(number) for number in arguments.fold.split("/"))
    sources = Sources(
        tuple(arguments.corpus),
        arguments.teacher,
        arguments.cache,
        licence=arguments.licence,
        fold=fold,
        n_folds=n_folds,
    )
    config = TrainingConfig(n_steps=arguments.steps, seed=arguments.seed)
    device = choose_device(arguments.device)
    console = Console()
    console.print(device.sentence)
    clip_config = ClipConfig(seed=arguments.seed)
    for event in train(sources, clip_config, config, out=arguments.out, device=device.device):
        if isinstance(event, Progress):
            _show_step(console, event)
        elif event.n_done % _SHOW_EVERY_STEPS == 0:
            console.print(f"clips of {event.n_done} of {event.n_tracks} tracks")


def _show_step(console: Console, progress: Progress) -> None:
    if progress.step % _SHOW_EVERY_STEPS == 0:
        losses = "  ".join(f"{name} {loss:.3f}" for name, loss in progress.losses.items())
        left_min = progress.left_s / 60.0
        console.print(
            f"step {progress.step} of {progress.n_steps}  {losses}  {left_min:.1f} min left"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Train Segue's network.")
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="manifests")
    parser.add_argument("--teacher", type=Path, required=True, help="weights of the teacher")
    parser.add_argument("--cache", type=Path, required=True, help="folder for clips and state")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and card")
    parser.add_argument("--steps", type=int, default=TrainingConfig().n_steps)
    parser.add_argument("--seed", type=int, default=TrainingConfig().seed)
    parser.add_argument("--licence", default="not stated", help="of the weights, for the card")
    parser.add_argument("--fold", default="0/1", help="K/N leaves part K of N out")
    parser.add_argument("--device", default="auto", help="auto, cuda, mps or cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser


if __name__ == "__main__":
    main()
