"""The steps of a training: one network, its heads, its optimiser, and the mean of its weights.

A state can be saved and resumed at any step. Batches, augmentation and dropout are functions of the
seed and the step, so that a training that was killed goes on as if it had not been.
"""

import hashlib
import math
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from audio_model.config import MelConfig, NetworkConfig
from audio_model.network import TemporalConvNet
from audio_model.training.batches import BatchConfig, Batches
from audio_model.training.losses import AugmentConfig, Heads, LossConfig, augment, objectives
from audio_model.training.whitening import WHITENING_POWER, whiten

_WHITENED_BY_CLIPS = 4


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The recipe. `average_decay` is that of the running mean of the weights that is kept."""

    n_steps: int = 1_400
    learning_rate: float = 2e-3
    warmup_share: float = 0.05
    weight_decay: float = 0.05
    average_decay: float = 0.995
    seed: int = 2016
    network: NetworkConfig = field(default_factory=NetworkConfig)
    batch: BatchConfig = field(default_factory=BatchConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is. `losses` are those of the last step, unweighted, by objective."""

    step: int
    n_steps: int
    losses: Mapping[str, float]
    left_s: float


class Training:
    """A network, its heads, their optimiser and the running mean of the network's weights."""

    def __init__(self, config: TrainingConfig, mel: MelConfig, device: str) -> None:
        """Start from random weights drawn with the seed."""
        torch.manual_seed(config.seed)
        self.config = config
        self.step = 0
        self._floor_db = mel.floor_db
        self._device = device
        self.network = TemporalConvNet(config.network).to(device)
        self._heads = Heads(config.network).to(device)
        self._average = AveragedModel(self.network, avg_fn=self._averaged, use_buffers=True)
        self._optimiser = torch.optim.AdamW(self._groups(), lr=config.learning_rate)

    def run(self, batches: Batches) -> Iterator[Progress]:
        """Take the steps that are left, one for each progress."""
        started, first = time.monotonic(), self.step
        while self.step < self.config.n_steps:
            losses = self._take_step(batches)
            spent_s = time.monotonic() - started
            left_s = spent_s / (self.step - first) * (self.config.n_steps - self.step)
            yield Progress(self.step, self.config.n_steps, losses, left_s)

    def finished_network(self, batches: Batches) -> TemporalConvNet:
        """A copy with the mean weights, in evaluation mode, whose tag head gives logits.

        Its embedding is whitened in part, by clips of every track.
        """
        network = TemporalConvNet(self.config.network)
        network.load_state_dict(self._average.module.state_dict())
        deviation = torch.from_numpy(batches.tag_scale.deviation)
        with torch.no_grad():
            network.tag.weight.mul_(deviation[:, None])
            network.tag.bias.mul_(deviation).add_(torch.from_numpy(batches.tag_scale.mean))
            network.eval()
            heard = [network(levels).embedding for levels in batches.by_track(_WHITENED_BY_CLIPS)]
        whiten(network, torch.cat(heard), WHITENING_POWER)
        return network

    def save(self, path: Path) -> None:
        """Write everything that the next step depends on, whole or not at all."""
        partial = path.with_suffix(".partial")
        metadata = {"step": str(self.step), "config": repr(asdict(self.config))}
        safetensors.torch.save_file(self._tensors(), partial, metadata=metadata)
        os.replace(partial, path)

    def resume(self, path: Path) -> None:
        """Go back to a saved step.

        Raises:
            ValueError: the state is that of another recipe.
        """
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata()
        if metadata["config"] != repr(asdict(self.config)):
            raise ValueError(f"{path} is the state of a training with other settings")
        tensors = safetensors.torch.load_file(path)
        for name, module in self._modules().items():
            module.load_state_dict(_without_prefix(tensors, f"{name}."))
        self._load_optimiser(_without_prefix(tensors, "optimiser."))
        self.step = int(metadata["step"])

    def _take_step(self, batches: Batches) -> dict[str, float]:
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)  # dropout after a resume
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_033 + self.step)
        levels, targets = batches.draw(self.step)
        levels = augment(levels, self._floor_db, self.config.augment, generator)
        for group in self._optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self.network.train()
        with torch.autocast(self._device, dtype=torch.bfloat16, enabled=self._device != "mps"):
            heard = self.network(levels.to(self._device))
        losses = objectives(heard, self._heads, targets.to(self._device), self.config.loss)
        weights = asdict(self.config.loss)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        self._optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), max_norm=5.0)
        self._optimiser.step()
        self._average.update_parameters(self.network)
        self.step += 1
        return {name: loss.item() for name, loss in losses.items()}

    def _learning_rate(self) -> float:
        """Linear warm-up, then half a cosine down to nothing."""
        done = self.step / self.config.n_steps
        if done < self.config.warmup_share:
            return self.config.learning_rate * (done / self.config.warmup_share + 1e-3)
        falling = (done - self.config.warmup_share) / (1.0 - self.config.warmup_share)
        return self.config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * falling))

    def _averaged(self, mean: Tensor, current: Tensor, n_averaged: Tensor | int) -> Tensor:
        """The running mean moved towards the current value, faster at first."""
        n = float(n_averaged)
        decay = min(self.config.average_decay, (1.0 + n) / (10.0 + n))
        return mean + (current - mean) * (1.0 - decay)

    def _groups(self) -> list[dict[str, Any]]:
        """Weights decay; biases and the scales of normalisations do not."""
        parameters = [*self.network.parameters(), *self._heads.parameters()]
        return [
            {"params": [p for p in parameters if p.ndim > 1]}
            | {"weight_decay": self.config.weight_decay},
            {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
        ]

    def _modules(self) -> dict[str, nn.Module]:
        return {"network": self.network, "heads": self._heads, "average": self._average}

    def _tensors(self) -> dict[str, Tensor]:
        tensors = {
            f"{prefix}.{name}": tensor
            for prefix, module in self._modules().items()
            for name, tensor in module.state_dict().items()
        }
        for number, state in self._optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
        return {name: tensor.contiguous() for name, tensor in tensors.items()}

    def _load_optimiser(self, tensors: dict[str, Tensor]) -> None:
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            number, _, field_name = name.partition(".")
            state.setdefault(int(number), {})[field_name] = tensor
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": state, "param_groups": groups})


def state_path(cache: Path, config: TrainingConfig, data: str) -> Path:
    """Where the state of a training lies; `data` names what it learns from."""
    text = repr(asdict(config)) + data
    return cache / f"training-{hashlib.sha256(text.encode()).hexdigest()[:12]}.safetensors"


def _without_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
