"""A device without a sound: it takes samples in as fast as they would play."""

import time

from audio_model.sound import PcmArray

_BUFFER_S = 0.5


class SilentDevice:
    """Stands in where the machine has no sound device, so that all else works as ever."""

    def __init__(self, rate_hz: int) -> None:
        """Begin with nothing to play."""
        self.rate_hz = rate_hz
        self._n_written = 0
        self._n_played = 0.0
        self._at_s = time.monotonic()
        self._paused = False

    def free_samples(self) -> int:
        """How many samples can be written now."""
        return max(0, round(_BUFFER_S * self.rate_hz) - (self._n_written - self.played_samples()))

    def write(self, samples: PcmArray) -> int:
        """Take samples in; how many there was room for."""
        n_taken = min(len(samples), self.free_samples())
        self._n_written += n_taken
        return n_taken

    def played_samples(self) -> int:
        """How many samples were played since the last reset."""
        now_s = time.monotonic()
        passed_s, self._at_s = now_s - self._at_s, now_s
        if not self._paused:
            played = self._n_played + passed_s * self.rate_hz
            self._n_played = min(float(self._n_written), played)
        return int(self._n_played)

    def reset(self) -> None:
        """Forget what is written and not yet played."""
        self._n_written = 0
        self._n_played = 0.0
        self._at_s = time.monotonic()

    def pause(self) -> None:
        """Let the clock stand."""
        self.played_samples()
        self._paused = True

    def resume(self) -> None:
        """Let the clock run on."""
        self.played_samples()
        self._paused = False

    def set_volume(self, _volume: float) -> None:
        """Silence has no volume."""

    def close(self) -> None:
        """There is nothing to close."""
