"""The steps of a training: one network, its heads, its optimiser, and the mean of its weights.

A state can be saved and resumed at any step. Batches, augmentation and dropout are functions of the
seed and the step, so that a training that was killed goes on as if it had not been.
"""

import copy
import hashlib
import json
import math
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from audio_model.config import MelConfig, NetworkConfig
from audio_model.errors import ModelError, TrainingError
from audio_model.network import Heard, TemporalConvNet
from audio_model.training.batches import BatchConfig, Batches
from audio_model.training.corpus import Clips
from audio_model.training.events import Progress
from audio_model.training.losses import (
    AugmentConfig,
    Heads,
    LossConfig,
    Targets,
    augment,
    objectives,
)
from audio_model.training.whitening import (
    STATISTICS_POWER,
    WHITENING_POWER,
    fit_statistics,
    fit_tags,
    whiten,
)

_WHITENED_BY_CLIPS = 8
_UNTRAINED_BATCHES = 8
_HEARD_AT_ONCE = 32
# Of the running means of the losses, which people see.
_LOSS_DECAY = 0.95


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The recipe. `average_decay` is that of the running mean of the weights that is kept."""

    n_steps: int = 6_000
    learning_rate: float = 2e-3
    warmup_share: float = 0.05
    weight_decay: float = 0.05
    average_decay: float = 0.995
    seed: int = 2016
    network: NetworkConfig = field(default_factory=NetworkConfig)
    batch: BatchConfig = field(default_factory=BatchConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)


class Training:
    """A network, its heads, their optimiser and the running mean of the network's weights."""

    def __init__(
        self, config: TrainingConfig, mel: MelConfig, n_features: int, device: str
    ) -> None:
        """Start from random weights drawn with the seed.

        Args:
            config: the recipe.
            mel: the front end of the clips.
            n_features: how many features the teacher gives.
            device: "cuda", "mps" or "cpu".
        """
        torch.manual_seed(config.seed)
        self.config = config
        self.step = 0
        self.spent_s = 0.0
        self.losses: dict[str, float] = {}
        self.precision = "bfloat16" if _multiplies_bfloat16(device) else "float32"
        self._floor_db = mel.floor_db
        self.device = device
        self.network = TemporalConvNet(config.network).to(device)
        self._heads = Heads(config.network, n_features).to(device)
        self._average = AveragedModel(self.network, avg_fn=self._averaged, use_buffers=True)
        self._optimiser = torch.optim.AdamW(self._groups(), lr=config.learning_rate)

    def run(self, batches: Batches) -> Iterator[Progress]:
        """Take the steps that are left, one for each progress.

        Batches are drawn one ahead in a thread of their own, so that a GPU need not wait for them.

        Raises:
            ModelError: a loss is infinite or not a number.
        """
        first, spent_before_s = self.step, self.spent_s
        with ThreadPoolExecutor(1) as drawer:
            last = time.monotonic()
            drawn = drawer.submit(self._draw, batches, self.step)
            while self.step < self.config.n_steps:
                levels, targets = drawn.result()
                drawn = drawer.submit(self._draw, batches, self.step + 1)
                self._smooth(self._take_step(levels, targets))
                self.spent_s += time.monotonic() - last
                last = time.monotonic()
                pace_s = (self.spent_s - spent_before_s) / (self.step - first)
                left_s = pace_s * (self.config.n_steps - self.step)
                yield Progress(self.step, self.config.n_steps, dict(self.losses), left_s)

    def finished_network(self, batches: Batches) -> TemporalConvNet:
        """A copy with the mean weights, in evaluation mode, whose tag head gives logits.

        The parts of its embedding are scaled and whitened by clips of every track.
        """
        return self._finished(copy.deepcopy(self.mean_network), batches)

    def untrained_network(self, batches: Batches) -> TemporalConvNet:
        """What `finished_network` gives before the first step: what the shape alone can hear.

        Its normalisations know the music, for without that no network hears anything.
        """
        network = copy.deepcopy(self.network).train()
        with torch.no_grad():
            for module in network.modules():
                if isinstance(module, nn.BatchNorm1d):
                    module.momentum = None  # the mean of all batches
            for step in range(_UNTRAINED_BATCHES):
                network(batches.draw(step)[0].to(self.device))
        return self._finished(network, batches)

    @property
    def mean_network(self) -> TemporalConvNet:
        """The network with the running mean of its weights, on the training's device."""
        network = self._average.module
        assert isinstance(network, TemporalConvNet)
        return network

    def save(self, path: Path) -> None:
        """Write everything that the next step depends on, whole or not at all.

        Raises:
            OSError, TrainingError: it cannot be written.
        """
        partial = path.with_suffix(".partial")
        metadata = {
            "step": str(self.step),
            "config": repr(asdict(self.config)),
            "spent_s": str(self.spent_s),
            "losses": json.dumps(self.losses),
        }
        try:
            safetensors.torch.save_file(self._tensors(), partial, metadata=metadata)
        except safetensors.SafetensorError as error:
            raise TrainingError(str(partial), f"it cannot be written ({error})") from error
        os.replace(partial, path)

    def resume(self, path: Path) -> None:
        """Go back to a saved step.

        Raises:
            TrainingError: the state is damaged, or that of another recipe.
        """
        try:
            with safetensors.safe_open(path, framework="pt") as file:
                metadata = file.metadata()
            tensors = safetensors.torch.load_file(path)
        except (OSError, safetensors.SafetensorError) as error:
            raise TrainingError(str(path), f"delete it, for it is damaged ({error})") from error
        if metadata["config"] != repr(asdict(self.config)):
            raise TrainingError(str(path), "it is the state of a training with other settings")
        for name, module in self._modules().items():
            module.load_state_dict(_without_prefix(tensors, f"{name}."))
        self._load_optimiser(_without_prefix(tensors, "optimiser."))
        self.step = int(metadata["step"])
        self.spent_s = float(metadata["spent_s"])
        self.losses = json.loads(metadata["losses"])

    def _draw(self, batches: Batches, step: int) -> tuple[Tensor, Targets]:
        """The batch of a step on its device, augmented: a function of seed and step alone."""
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_033 + step)
        levels, targets = batches.draw(step)
        levels = augment(levels, self._floor_db, self.config.augment, generator)
        return levels.to(self.device), targets.to(self.device)

    def _take_step(self, levels: Tensor, targets: Targets) -> dict[str, float]:
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)  # dropout after a resume
        for group in self._optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self.network.train()
        is_mixed = self.precision == "bfloat16"
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=is_mixed):
            heard = self.network(levels)
        losses = objectives(heard, self._heads, targets, self.config.loss)
        weights = asdict(self.config.loss)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        self._optimiser.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), max_norm=5.0)
        self._optimiser.step()
        self._average.update_parameters(self.network)
        self.step += 1
        values = torch.stack(list(losses.values())).tolist()  # once: a GPU is waited for here
        if not all(math.isfinite(value) for value in values):
            raise ModelError(f"The training went astray: in step {self.step} its loss is infinite.")
        return dict(zip(losses, values, strict=True))

    def _smooth(self, losses: Mapping[str, float]) -> None:
        for name, loss in losses.items():
            mean = self.losses.get(name, loss)
            self.losses[name] = _LOSS_DECAY * mean + (1.0 - _LOSS_DECAY) * loss

    def _finished(self, network: TemporalConvNet, batches: Batches) -> TemporalConvNet:
        """The network whitened and with tags that are logits, on the processor."""
        network.eval()
        parts = []
        with torch.no_grad():
            for levels in batches.by_track(_WHITENED_BY_CLIPS):
                on_device = levels.to(self.device)
                raw = network.statistics.raw(on_device)
                parts.append((network(on_device).learned.cpu(), raw.cpu()))
        learned, statistics = map(torch.cat, zip(*parts, strict=True))
        network.cpu()
        deviation = torch.from_numpy(batches.tag_scale.deviation)
        with torch.no_grad():
            network.tag.weight.mul_(deviation[:, None])
            network.tag.bias.mul_(deviation).add_(torch.from_numpy(batches.tag_scale.mean))
        fit_tags(network, learned)
        whiten(network, learned, WHITENING_POWER)
        fit_statistics(network.statistics, statistics, STATISTICS_POWER)
        return network

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


@torch.inference_mode()
def hear(network: TemporalConvNet, clips: Clips, device: str) -> Heard:
    """What a network, put into evaluation mode, hears in the clips of one track each.

    Returns:
        All float32 in full precision on the processor, a row for each of `clips.own_rows`.
    """
    network = network.to(device).eval()
    parts = []
    for rows in np.array_split(clips.own_rows, -(-len(clips.own_rows) // _HEARD_AT_ONCE)):
        levels = torch.from_numpy(clips.levels[rows]).to(device).float()
        heard = network(levels)
        parts.append([part.cpu() for part in heard])
    return Heard(*map(torch.cat, zip(*parts, strict=True)))


def state_path(cache: Path, config: TrainingConfig, data: str) -> Path:
    """Where the state of a training lies; `data` names what it learns from."""
    text = repr(asdict(config)) + data
    return cache / f"training-{hashlib.sha256(text.encode()).hexdigest()[:12]}.safetensors"


def _without_prefix(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


def _multiplies_bfloat16(device: str) -> bool:
    """Whether a device has instructions for bfloat16, so that mixed precision is worth it."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device == "cpu":
        features = torch.cpu.get_capabilities()
        return bool(features.get("amx_bf16") or features.get("avx512_bf16"))
    return False
