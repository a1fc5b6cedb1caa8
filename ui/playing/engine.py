"""Keeps sound flowing: reads ahead, writes to the device, and knows what is heard at this moment.

The sound that follows is read before the one that plays has ended, and written right behind it, so
that nothing lies between the two. The engine knows sounds, not tracks: what follows what is said
by the player.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from audio_model.sound import Chunk
from ui.playing.feeder import Feeder, Request
from ui.playing.output import Output
from ui.playing.timeline import Sound, Timeline

_TICK_MS = 25
_AHEAD_S = 4.0


class Engine(QObject):
    """Plays one sound after the other.

    started: this sound is heard from now on.
    ended: the last sound was heard to its end, and none follows.
    refused: this sound cannot be read, or not any further, and why.
    measured: the length of a sound's file in seconds, as it really is.
    ticked: time has passed while something plays.
    """

    started = Signal(object)
    ended = Signal(object)
    refused = Signal(object, str)
    measured = Signal(object, float)
    ticked = Signal()

    def __init__(self, output: Output, parent: QObject | None = None) -> None:
        """Play nothing yet."""
        super().__init__(parent)
        self._output = output
        self._feeder = Feeder(self)
        self._timeline = Timeline()
        self._playing: Sound | None = None  # heard now, or about to be
        self._from = 0  # where it was last begun, in samples
        self._last_position_s = 0.0
        self._reading: Sound | None = None
        self._next_sample = 0
        self._asked: Request | None = None
        self._follower: Sound | None = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._feeder.read.connect(self._take)
        self._feeder.refused.connect(self._give_up)
        output.replaced.connect(self._begin_again)

    @property
    def playing(self) -> Sound | None:
        """What is heard, or would be but for a pause."""
        return self._playing

    @property
    def position_s(self) -> float:
        """How far the file is that is heard."""
        device = self._output.device
        moment = self._timeline.heard(device.played_samples())
        if moment is None or moment.sound is not self._playing:
            return self._from / device.rate_hz
        return moment.sample / device.rate_hz

    @property
    def follower(self) -> Sound | None:
        """What is heard after it, whether or not it is being read already."""
        return self._begun_follower() or self._follower

    def get_ready(self) -> None:
        """Start the decoder before anything is played."""
        self._feeder.get_ready()

    def play(self, sound: Sound) -> None:
        """Play this and nothing else."""
        self._follower = None
        self._begin(sound, sound.start_s)
        self.resume()

    def follow(self, sound: Sound | None) -> None:
        """Say what is to be heard after the sound that plays; it may be said anew at any time."""
        begun = self._begun_follower()
        self._follower = sound
        if begun is not None:
            position_s = self.position_s
            if self._reading is begun:
                self._stop_reading()
            if not self._timeline.drop(begun) and self._playing is not None:
                self._begin(self._playing, position_s)
        self._refill()

    def seek(self, position_s: float) -> None:
        """Go on from another place of the sound that plays."""
        if self._playing is not None:
            self._follower = self._begun_follower() or self._follower
            self._begin(self._playing, position_s)

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._output.device.pause()

    def resume(self) -> None:
        """Go on."""
        self._output.device.resume()
        self._timer.start()
        self._tick()

    def stop(self) -> None:
        """Play nothing, and read nothing."""
        self._timer.stop()
        self._follower = None
        self._playing = None
        self._stop_reading()
        self._timeline.clear()
        self._output.device.reset()

    def close(self) -> None:
        """End the thread and the process that read."""
        self.stop()
        self._feeder.close()

    def _begin(self, sound: Sound, position_s: float) -> None:
        """Empty the device, and read a sound from a place on."""
        self._timeline.clear()
        self._output.device.reset()
        self._playing = sound
        self._read(sound, max(position_s, 0.0))
        self._from = self._next_sample
        self._last_position_s = position_s
        self._refill()

    def _begin_again(self) -> None:
        """What was written is lost with its device."""
        self.seek(self._last_position_s)
        if not self._timer.isActive():
            self._output.device.pause()

    def _read(self, sound: Sound, position_s: float) -> None:
        self._asked = None
        self._reading = sound
        self._next_sample = round(position_s * self._output.device.rate_hz)

    def _stop_reading(self) -> None:
        self._asked = None
        self._reading = None
        self._feeder.forget()

    def _begun_follower(self) -> Sound | None:
        """The sound behind the one that plays, if any of it was asked for already."""
        last = self._reading or self._timeline.last
        return None if last is self._playing else last

    def _tick(self) -> None:
        self._write()
        device = self._output.device
        moment = self._timeline.heard(device.played_samples())
        if moment is not None and moment.sound is not self._playing:
            self._playing, self._from = moment.sound, 0
            self.started.emit(moment.sound)
        self._refill()
        self._last_position_s = self.position_s
        self.ticked.emit()
        self._end_if_all_was_heard()

    def _write(self) -> None:
        device = self._output.device
        while (samples := self._timeline.first_waiting()) is not None:
            n_written = device.write(samples[: device.free_samples()])
            if n_written <= 0:
                return
            self._timeline.note_written(n_written)

    def _refill(self) -> None:
        """Ask for the next second, unless enough is there or somebody is at it."""
        rate_hz = self._output.device.rate_hz
        if self._asked is not None or self._timeline.n_waiting > _AHEAD_S * rate_hz:
            return
        if self._reading is None:
            if self._follower is None or self._playing is None:
                return
            self._read(self._follower, self._follower.start_s)
            self._follower = None
        if self._reading is not None:
            self._asked = Request(self._reading.path, self._next_sample, rate_hz)
            self._feeder.ask(self._asked)

    def _take(self, request: Request, chunk: Chunk) -> None:
        sound = self._reading
        if request is not self._asked or sound is None:
            return
        self._asked = None
        samples, is_last = chunk.samples, chunk.is_last
        if sound.end_s is not None:
            n_left = round(sound.end_s * request.rate_hz) - chunk.start
            is_last = is_last or len(samples) >= n_left
            samples = samples[: max(n_left, 0)]
        self._timeline.add(sound, chunk.start, samples)
        self._next_sample = chunk.start + len(samples)
        if is_last:
            self._reading = None
        self.measured.emit(sound, chunk.duration_s)
        self._go_on()

    def _give_up(self, request: Request, reason: str) -> None:
        sound = self._reading
        if request is self._asked and sound is not None:
            self._asked = None
            self._reading = None
            self.refused.emit(sound, reason)
            self._go_on()

    def _go_on(self) -> None:
        if self._timer.isActive():
            self._tick()

    def _end_if_all_was_heard(self) -> None:
        line = self._timeline
        sound = self._playing
        if sound is None or self._reading or self._asked or self._follower or line.n_waiting:
            return
        if self._output.device.played_samples() >= line.n_written:
            self.stop()
            self.ended.emit(sound)
