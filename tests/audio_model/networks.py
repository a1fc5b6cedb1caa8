"""A small network with random weights, written as a checkpoint."""

from pathlib import Path

import torch

from audio_model.checkpoint import NetworkCard, write_checkpoint
from audio_model.config import MelConfig, NetworkConfig, TagCalibration, WindowConfig
from audio_model.network import TemporalConvNet

SMALL = NetworkConfig(
    stem_width=16,
    widths=(16, 24),
    strides=(2, 2),
    learned_dimension=12,
    statistics_dimension=6,
    n_tags=3,
)
TAGS = ("rock", "jazz", "ambient")
CALIBRATION = TagCalibration(slopes=(1.0, 0.5, 2.0), offsets=(0.0, -1.0, 0.5))


def small_network(seed: int = 5) -> TemporalConvNet:
    """Random weights, and statistics that music could have given the first normalisation."""
    torch.manual_seed(seed)
    network = TemporalConvNet(SMALL).eval()
    assert network.standardise.running_mean is not None
    assert network.standardise.running_var is not None
    network.standardise.running_mean.fill_(-60.0)
    network.standardise.running_var.fill_(300.0)
    network.statistics.mean.fill_(-30.0)
    network.statistics.deviation.fill_(30.0)
    return network


def write_small(
    folder: Path,
    network: TemporalConvNet | None = None,
    calibration: TagCalibration = CALIBRATION,
) -> NetworkCard:
    return write_checkpoint(
        folder,
        network or small_network(),
        mel=MelConfig(),
        window=WindowConfig(),
        tags=TAGS,
        calibration=calibration,
        about={"licence": "CC-BY-4.0"},
    )
