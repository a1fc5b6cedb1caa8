"""Errors of the audio model. `str()` of each is a sentence for the person at the screen.

AudioError                 no windows can be had from a file
├── DecodeError            it cannot be opened or decoded, or what comes out is damaged
├── NoAudio                it holds no sound at all
├── TooShort               it holds less sound than the model needs
└── Silent                 everything in it is silence
ModelError                 the model cannot be used
├── CheckpointError        its weights or their card are missing, damaged or do not fit
├── TrainingError          a file that a training needs is missing, damaged or does not fit
└── DeviceError            the device asked for cannot be used

All of them cross process borders: they pickle with their data.
"""

from typing import Self


class AudioError(Exception):
    """Something about one file keeps Segue from hearing it."""

    def __init__(self, path: bytes, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """The sentence: which file, and why."""
        return f"Could not decode {_shown(self.path)}: {self.reason}"


class DecodeError(AudioError):
    """The file cannot be opened or decoded, or what comes out of it is damaged."""


class NoAudio(AudioError):
    """The file holds no sound: no audio stream, or a stream without any packet."""


class TooShort(AudioError):
    """The file holds less sound than the model needs."""

    @classmethod
    def of(cls, path: bytes, sounding_s: float, needed_s: float) -> Self:
        """The error for a file with `sounding_s` of sound where `needed_s` are needed."""
        return cls(path, f"it holds {sounding_s:.2f} s of sound, and {needed_s:g} s are needed")


class Silent(AudioError):
    """Everything in the file is silence."""


class ModelError(Exception):
    """Something about the model or the machine keeps Segue from making vectors."""


class CheckpointError(ModelError):
    """The weights of an encoder or their card are missing, damaged or do not fit."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """The sentence: which file, and why."""
        return f"Could not use the model file {self.path}: {self.reason}"


class TrainingError(ModelError):
    """A file that a training needs is missing, damaged or does not fit."""

    def __init__(self, path: str, reason: str) -> None:
        """Keep the path and the cause."""
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        """The sentence: which file, and why."""
        return f"Could not train with {self.path}: {self.reason}"


class DeviceError(ModelError):
    """The device asked for cannot be used."""

    def __init__(self, device: str, reason: str) -> None:
        """Keep the device's name and the cause."""
        super().__init__(device, reason)
        self.device = device
        self.reason = reason

    def __str__(self) -> str:
        """The sentence: which device, and why."""
        return f"Could not use the device {self.device}: {self.reason}"


def _shown(path: bytes) -> str:
    return path.decode("utf-8", errors="replace")
