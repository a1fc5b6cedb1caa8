"""Where the sound goes: the desktop's sound device, or silence in real time where there is none."""

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtMultimedia import QMediaDevices

from audio_model.sound import PcmArray
from ui.playing.silent_device import SilentDevice
from ui.playing.sound_device import USUAL_RATE_HZ, SoundDevice

_CHECKED_EVERY_MS = 1000


class Device(Protocol):
    """What the output asks of a sound device; counts are of samples per channel."""

    rate_hz: int

    def free_samples(self) -> int:
        """How many can be written now."""

    def write(self, samples: PcmArray) -> int:
        """Take samples in; how many there was room for."""

    def played_samples(self) -> int:
        """How many were played since the last reset."""

    def reset(self) -> None:
        """Forget what is written and not yet played."""

    def pause(self) -> None:
        """Fall silent and keep what is written."""

    def resume(self) -> None:
        """Go on."""

    def set_volume(self, volume: float) -> None:
        """How loud, from 0 to 1."""

    def close(self) -> None:
        """Give the device back."""


class Output(QObject):
    """The device in use. It follows the desktop's choice while music plays.

    replaced: it is another device now, and what was written to the last one is lost.
    """

    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Take the desktop's device."""
        super().__init__(parent)
        self._devices = QMediaDevices(self)
        self._volume = 1.0
        self.device: Device = self._opened()
        self._devices.audioOutputsChanged.connect(self._follow)
        # A device that fails says so by its state alone.
        self._check = QTimer(self, interval=_CHECKED_EVERY_MS)
        self._check.timeout.connect(self._leave_lost_device)
        self._check.start()

    @property
    def is_silent(self) -> bool:
        """Whether nothing can be heard, for want of a device."""
        return isinstance(self.device, SilentDevice)

    def set_volume(self, volume: float) -> None:
        """How loud, from 0 to 1, on this device and on those that follow it."""
        self._volume = volume
        self.device.set_volume(volume)

    def close(self) -> None:
        """Give the device back."""
        self._check.stop()
        self.device.close()

    def _opened(self) -> Device:
        chosen = QMediaDevices.defaultAudioOutput()
        if chosen.isNull():
            return SilentDevice(USUAL_RATE_HZ)
        device = SoundDevice(chosen, self)
        device.set_volume(self._volume)
        return device

    def _follow(self) -> None:
        chosen = QMediaDevices.defaultAudioOutput()
        current = self.device.device_id if isinstance(self.device, SoundDevice) else b""
        if bytes(chosen.id().data()) != current:
            self.replace(self._opened())

    def _leave_lost_device(self) -> None:
        if isinstance(self.device, SoundDevice) and self.device.is_lost:
            self.replace(SilentDevice(self.device.rate_hz))

    def replace(self, device: Device) -> None:
        """Play through another device from now on; what was written is lost."""
        old, self.device = self.device, device
        old.close()
        if isinstance(old, SoundDevice):
            old.deleteLater()
        self.replaced.emit()
