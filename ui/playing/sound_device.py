"""The machine's sound device behind a few calls. Importing this loads QtMultimedia."""

from typing import cast

from PySide6.QtCore import QIODevice, QObject
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
    QtAudio,
)

from audio_model.sound import N_CHANNELS, PcmArray

USUAL_RATE_HZ = 44_100
_BUFFER_S = 0.45
_FRAME_BYTES = 2 * N_CHANNELS
_US_PER_S = 1_000_000


class SoundDevice(QObject):
    """One device, written to ahead of time; its own buffer bridges what the main thread is late."""

    def __init__(self, device: QAudioDevice, parent: QObject | None = None) -> None:
        """Open nothing yet: the first samples do."""
        super().__init__(parent)
        format_ = _format(device)
        self.rate_hz = format_.sampleRate()
        self.device_id = bytes(device.id().data())
        self._sink = QAudioSink(device, format_, self)
        self._sink.setBufferSize(round(_BUFFER_S * self.rate_hz) * _FRAME_BYTES)
        self._stream: QIODevice | None = None
        self._paused = False

    @property
    def is_lost(self) -> bool:
        """Whether the device has gone, or refuses to play."""
        return self._sink.error() in (QtAudio.Error.FatalError, QtAudio.Error.OpenError)

    def free_samples(self) -> int:
        """How many samples can be written now."""
        if self._paused:
            return 0
        if self._stream is None:
            return int(self._sink.bufferSize()) // _FRAME_BYTES
        return int(self._sink.bytesFree()) // _FRAME_BYTES

    def write(self, samples: PcmArray) -> int:
        """Take samples in; how many there was room for."""
        if self._stream is None:
            self._stream = cast("QIODevice | None", self._sink.start())  # None: it cannot be opened
        if self._stream is None:
            return 0
        n_bytes = min(len(samples), self.free_samples()) * _FRAME_BYTES
        return max(0, int(self._stream.write(samples.tobytes()[:n_bytes]))) // _FRAME_BYTES

    def played_samples(self) -> int:
        """How many samples were played since the last reset."""
        if self._stream is None:
            return 0
        return int(self._sink.processedUSecs()) * self.rate_hz // _US_PER_S

    def reset(self) -> None:
        """Forget what is written and not yet played."""
        if self._stream is not None:
            self._sink.reset()
            self._stream = None

    def pause(self) -> None:
        """Fall silent at once, and keep what is written."""
        self._paused = True
        if self._stream is not None:
            self._sink.suspend()

    def resume(self) -> None:
        """Go on."""
        self._paused = False
        if self._stream is not None:
            self._sink.resume()

    def set_volume(self, volume: float) -> None:
        """How loud: 0 to 1, in steps that an ear takes for equal."""
        scale = QtAudio.VolumeScale
        self._sink.setVolume(
            QtAudio.convertVolume(volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
        )

    def close(self) -> None:
        """Give the device back."""
        self.reset()
        self._sink.stop()


def _format(device: QAudioDevice) -> QAudioFormat:
    """16-bit stereo, at the rate of most music or else at the device's own."""
    format_ = QAudioFormat()
    format_.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    format_.setChannelCount(N_CHANNELS)
    format_.setSampleRate(USUAL_RATE_HZ)
    if not device.isFormatSupported(format_):
        format_.setSampleRate(device.preferredFormat().sampleRate() or USUAL_RATE_HZ)
    return format_
