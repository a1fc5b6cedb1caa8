"""What is written to the device and what waits to be: which sample of which sound plays when."""

from collections import deque
from dataclasses import dataclass

from audio_model.sound import PcmArray


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A file, or a part of it, that is to be played; no two are equal.

    key: whatever the player knows it by.
    end_s: where to end; None at the end of the file.
    """

    key: int
    path: bytes
    start_s: float = 0.0
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A sample of a sound."""

    sound: Sound
    sample: int


@dataclass(slots=True)
class _Waiting:
    sound: Sound
    start: int
    samples: PcmArray


@dataclass(frozen=True, slots=True)
class _Mark:
    """From this sample of the device on, a sound is heard from a sample of its own on."""

    at: int
    moment: Moment


class Timeline:
    """Sounds in the order in which they are heard, from the device's last reset on."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._waiting: deque[_Waiting] = deque()
        self._marks: deque[_Mark] = deque()
        self.n_waiting = 0
        self.n_written = 0

    @property
    def last(self) -> Sound | None:
        """The sound that comes last of all that was added."""
        if self._waiting:
            return self._waiting[-1].sound
        return self._marks[-1].moment.sound if self._marks else None

    def clear(self) -> None:
        """Forget everything, as the device does."""
        self._waiting.clear()
        self._marks.clear()
        self.n_waiting = 0
        self.n_written = 0

    def add(self, sound: Sound, start: int, samples: PcmArray) -> None:
        """Let samples wait for the device."""
        if len(samples):
            self._waiting.append(_Waiting(sound, start, samples))
            self.n_waiting += len(samples)

    def first_waiting(self) -> PcmArray | None:
        """What is to be written next."""
        return self._waiting[0].samples if self._waiting else None

    def note_written(self, n_samples: int) -> None:
        """So many of the first waiting samples are with the device now."""
        if n_samples <= 0:
            return
        first = self._waiting[0]
        if not self._marks or self._marks[-1].moment.sound is not first.sound:
            self._marks.append(_Mark(self.n_written, Moment(first.sound, first.start)))
        self.n_written += n_samples
        self.n_waiting -= n_samples
        first.start += n_samples
        first.samples = first.samples[n_samples:]
        if not len(first.samples):
            self._waiting.popleft()

    def drop(self, sound: Sound) -> bool:
        """Take a sound out of what waits; False if part of it is with the device already."""
        kept = deque(one for one in self._waiting if one.sound is not sound)
        self._waiting = kept
        self.n_waiting = sum(len(one.samples) for one in kept)
        return all(mark.moment.sound is not sound for mark in self._marks)

    def heard(self, n_played: int) -> Moment | None:
        """What is heard when the device has played so many samples; None before the first."""
        while len(self._marks) > 1 and self._marks[1].at <= n_played:
            self._marks.popleft()
        if not self._marks or self._marks[0].at > n_played:
            return None
        mark = self._marks[0]
        return Moment(mark.moment.sound, mark.moment.sample + n_played - mark.at)
