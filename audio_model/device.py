"""Where the network runs: CUDA, then MPS, then the processor, said in the open."""

from dataclasses import dataclass

import torch

from audio_model.errors import DeviceError

_NAMES = {"cuda": "an NVIDIA GPU (CUDA)", "mps": "an Apple GPU (MPS)", "cpu": "the processor"}


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device that is used and a sentence that says why."""

    device: str
    sentence: str


def choose_device(wanted: str = "auto") -> DeviceChoice:
    """The device wanted or, where this machine lacks it, the best that there is.

    Raises:
        DeviceError: `wanted` is none of auto, cuda, mps and cpu.
    """
    if wanted not in ("auto", *_NAMES):
        raise DeviceError(wanted, "there is no such device: choose auto, cuda, mps or cpu")
    best = _best_device()
    if wanted == "auto":
        return DeviceChoice(best, f"The network runs on {_NAMES[best]}.")
    if wanted == "cpu" or _is_there(wanted):
        return DeviceChoice(wanted, f"The network runs on {_NAMES[wanted]}, as asked.")
    return DeviceChoice(
        best, f"This machine does not offer {_NAMES[wanted]}; the network runs on {_NAMES[best]}."
    )


def use_threads(n_threads: int) -> None:
    """Compute on so many cores of the processor from now on, in this process."""
    torch.set_num_threads(n_threads)


def _best_device() -> str:
    return next((device for device in ("cuda", "mps") if _is_there(device)), "cpu")


def _is_there(device: str) -> bool:
    return torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()
