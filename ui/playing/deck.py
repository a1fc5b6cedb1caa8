"""What lies on the deck: the track that is shown, whether it is with the engine, how loud it is.

The device, the thread and the process that decode are opened by the first track that is played.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.background import Background
from ui.playing.lookup import Playing
from ui.playing.play_counter import PlayCounter
from ui.playing.timeline import Sound

if TYPE_CHECKING:
    from ui.playing.engine import Engine
    from ui.playing.output import Output

_POSITION_EVERY_MS = 100


class Deck(QObject):
    """One track at a time, at rest or with the engine.

    shown: another `Playing`, or None.
    moved: the position in seconds, ten times a second while it plays.
    jumped: the position after a jump.
    volume_changed: volume or mute.
    started, ended, refused: of the engine.
    silenced: there is no sound device, or it has gone.
    """

    shown = Signal(object)
    moved = Signal(float)
    jumped = Signal(float)
    volume_changed = Signal()
    started = Signal(object)
    ended = Signal(object)
    refused = Signal(object, str)
    silenced = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self.playing: Playing | None = None
        self.sound: Sound | None = None
        self.volume = 1.0
        self.is_muted = False
        self._counter = PlayCounter(background, self)
        self._engine: Engine | None = None
        self.output: Output | None = None
        self._resting_at_s = 0.0
        self._clock = QTimer(self, interval=_POSITION_EVERY_MS)
        self._clock.timeout.connect(self._tell_position)

    @property
    def position_s(self) -> float:
        """How far the track has played, or where it will begin."""
        if self._engine is None or self._engine.playing is None:
            return self._resting_at_s
        return self._engine.position_s

    @property
    def is_silent(self) -> bool:
        """Whether there is no sound device; known once something was played."""
        return self.output is not None and self.output.is_silent

    @property
    def follower(self) -> Sound | None:
        """What is heard after the sound that plays."""
        return None if self._engine is None else self._engine.follower

    def get_ready(self) -> None:
        """Open the device and start the decoder before anything is played."""
        self._opened_engine().get_ready()

    def play(self, playing: Playing, sound: Sound) -> None:
        """Play this at once."""
        engine = self._opened_engine()
        self.sound = sound
        self._counter.begin(sound.start_s)
        self.show(playing)
        engine.play(sound)
        self._clock.start()
        self._tell_position()

    def take_over(self, sound: Sound) -> None:
        """The follower has begun."""
        self.sound = sound
        self._counter.begin(sound.start_s)

    def follow(self, sound: Sound | None) -> None:
        """Say what is to be heard next."""
        if self._engine is not None:
            self._engine.follow(sound)

    def rest(self, position_s: float) -> None:
        """Take the track from the engine; it would begin again here."""
        self.sound = None
        self._resting_at_s = position_s
        self._clock.stop()
        if self._engine is not None:
            self._engine.stop()
        self.moved.emit(position_s)

    def show(self, playing: Playing | None) -> None:
        """Say which track it is."""
        if playing != self.playing:
            self.playing = playing
            self.shown.emit(playing)

    def pause(self) -> None:
        """Stand still."""
        self._clock.stop()
        if self._engine is not None:
            self._engine.pause()

    def resume(self) -> bool:
        """Go on; False if nothing is with the engine."""
        if self.sound is None or self._engine is None:
            return False
        self._engine.resume()
        self._clock.start()
        return True

    def seek(self, position_s: float) -> None:
        """Go to a place in the track."""
        if self.playing is None:
            return
        duration_s = self.playing.duration_s
        position_s = max(0.0, min(position_s, duration_s) if duration_s else position_s)
        if self.sound is not None and self._engine is not None:
            self._engine.seek(position_s)
        else:
            self._resting_at_s = position_s
        self.jumped.emit(position_s)
        self.moved.emit(position_s)

    def set_volume(self, volume: float, *, muted: bool) -> None:
        """How loud, from 0 to 1, in steps that an ear takes for equal."""
        self.volume = min(max(volume, 0.0), 1.0)
        self.is_muted = muted
        self._apply_volume()
        self.volume_changed.emit()

    def close(self) -> None:
        """Give the device back; end the thread and the process that decode."""
        self._clock.stop()
        if self._engine is not None and self.output is not None:
            self._engine.close()
            self.output.close()

    def _tell_position(self) -> None:
        position_s = self.position_s
        if self.playing is not None and self.sound is not None and self.sound.end_s is None:
            self._counter.move(self.playing, position_s)
        self.moved.emit(position_s)

    def _measure(self, sound: Sound, duration_s: float) -> None:
        """A file from outside tells its length only now."""
        if sound is self.sound and self.playing is not None and not self.playing.duration_s:
            self.show(replace(self.playing, duration_s=duration_s))

    def _apply_volume(self) -> None:
        if self.output is not None:
            self.output.set_volume(0.0 if self.is_muted else self.volume)

    def _opened_engine(self) -> "Engine":
        """The engine; QtMultimedia is loaded with it."""
        if self._engine is None:
            from ui.playing.engine import Engine
            from ui.playing.output import Output

            self.output = Output(self)
            self._engine = Engine(self.output, self)
            self._engine.started.connect(self.started)
            self._engine.ended.connect(self.ended)
            self._engine.refused.connect(self.refused)
            self._engine.measured.connect(self._measure)
            self.output.replaced.connect(self._tell_silence)
            self._apply_volume()
            self._tell_silence()
        return self._engine

    def _tell_silence(self) -> None:
        if self.is_silent:
            self.silenced.emit()
