"""The player: a queue, what plays of it, and the buttons of every player."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.queue import PlayQueue, Repeat
from app.queue_line import Playable, QueueKey
from ui.background import Background
from ui.playing.deck import Deck
from ui.playing.lookup import Lookup, Playing
from ui.playing.timeline import Sound

_PART_KEY = -1
# So many files in a row that cannot be played are enough.
_MOST_REFUSALS = 20


class PlayState(Enum):
    """What the player does."""

    STOPPED = "stopped"
    PAUSED = "paused"
    PLAYING = "playing"


@dataclass(frozen=True, slots=True)
class _Interrupted:
    """Where to go on after a part of another track."""

    playing: Playing | None
    position_s: float
    state: PlayState


class Player(QObject):
    """Plays the queue, one entry after the other, without a gap.

    state_changed: a `PlayState`.
    track_changed: a `Playing`, or None when there is nothing to play.
    position_changed: in seconds, ten times a second.
    seeked: the position jumped to so many seconds.
    queue_changed: its entries, its place in them, repeat or shuffle.
    queue_edited: its entries, in a way that can be undone.
    finished: the last entry was heard to its end.
    failed: a sentence about a file that cannot be played.
    """

    state_changed = Signal(object)
    track_changed = Signal(object)
    position_changed = Signal(float)
    seeked = Signal(float)
    volume_changed = Signal()
    queue_changed = Signal()
    queue_edited = Signal()
    finished = Signal()
    failed = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """Begin with an empty queue."""
        super().__init__(parent)
        self.queue = PlayQueue()
        self.deck = Deck(background, self)
        self._lookup = Lookup(background, self)
        self._state = PlayState.STOPPED
        self._interrupted: _Interrupted | None = None
        self._wish = 0  # counts what the listener asked for, so that late answers are not heard
        self._n_refused = 0
        self._refused: set[QueueKey] = set()
        self.deck.shown.connect(self.track_changed)
        self.deck.moved.connect(self.position_changed)
        self.deck.jumped.connect(self.seeked)
        self.deck.volume_changed.connect(self.volume_changed)
        self.deck.started.connect(self._on_started)
        self.deck.ended.connect(self._on_ended)
        self.deck.refused.connect(self._on_refused)
        self.deck.silenced.connect(self._tell_silence)

    @property
    def state(self) -> PlayState:
        """Whether it plays."""
        return self._state

    @property
    def playing(self) -> Playing | None:
        """The track that plays, or would on "play"."""
        return self.deck.playing

    @property
    def position_s(self) -> float:
        """How far it has played."""
        return self.deck.position_s

    def play(self, playables: Sequence[Playable], index: int = 0, *, start_s: float = 0.0) -> None:
        """Replace the queue and play it from one of its entries on."""
        if playables:
            self.queue.replace(playables, index)
            self.queue_edited.emit()
            self._play_current(start_s)

    def play_entry(self, index: int) -> None:
        """Play an entry of the queue."""
        self.queue.go_to(index)
        self._play_current()

    def play_part(self, playable: Playable, start_s: float, end_s: float) -> None:
        """Play a stretch of a track or file, then go on as before, or stop."""
        if self._interrupted is None:
            self._interrupted = _Interrupted(self.playing, self.position_s, self._state)
        self._wish += 1
        wish = self._wish
        self._set_state(PlayState.PLAYING)

        def begin(found: Playing | None) -> None:
            if wish != self._wish:
                return
            if found is None:
                self.failed.emit(self.tr("This track is no longer in the library."))
                self._end_part()
            else:
                self.deck.play(found, Sound(_PART_KEY, found.path, start_s, end_s))

        self._lookup.find(playable, begin)

    def toggle(self) -> None:
        """Play or pause."""
        if self._state is PlayState.PLAYING:
            self.pause()
        else:
            self.resume()

    def resume(self) -> None:
        """Play on, or begin."""
        if self._state is PlayState.PLAYING:
            return
        if self.deck.resume():
            self._set_state(PlayState.PLAYING)
        elif self.queue.current is not None:
            self._play_current(self.deck.position_s)
        elif self.queue.skip() is not None:
            self._play_current()

    def pause(self) -> None:
        """Stand still."""
        if self._state is PlayState.PLAYING:
            self.deck.pause()
            self._set_state(PlayState.PAUSED)

    def stop(self) -> None:
        """Play nothing; "play" begins with the current entry."""
        self._interrupted = None
        self.deck.rest(0.0)
        self._set_state(PlayState.STOPPED)
        self._show_current()

    def next(self) -> None:
        """Go on to the entry that follows."""
        if self.queue.skip() is not None:
            self._change_entry()

    def previous(self) -> None:
        """Go back to the start of this entry, or to the one before."""
        if self.queue.go_back(self.position_s) is not None:
            self._change_entry()

    def seek(self, position_s: float) -> None:
        """Go to a place in the track."""
        self.deck.seek(position_s)

    def seek_by(self, seconds: float) -> None:
        """Go forwards, or back."""
        self.deck.seek(self.position_s + seconds)

    def set_repeat(self, repeat: Repeat) -> None:
        """What follows the last entry, or every entry."""
        self.queue.repeat = repeat
        self._follow_queue()

    def stop_after_current(self) -> None:
        """Stop once this track has ended, or do not stop there after all."""
        self.queue.stop_after_current = not self.queue.stop_after_current
        self._follow_queue()

    def edit_queue(self, edit: Callable[[PlayQueue], None]) -> None:
        """Change the entries; what plays goes on, and what follows is what now follows it."""
        edit(self.queue)
        self.queue_edited.emit()
        self._follow_queue()
        if self.deck.sound is None and self._state is not PlayState.PLAYING:
            self._show_current()

    def restore(self, position_s: float) -> None:
        """Show the current entry of a queue from an earlier session, at rest."""
        self.deck.rest(position_s)
        self._show_current()
        self._follow_queue()

    def close(self) -> None:
        """Give the device back; end the thread and the process that decode."""
        self._wish += 1
        self.deck.close()

    def _play_current(self, start_s: float = 0.0) -> None:
        """Begin the queue's current entry because the listener wants it."""
        self._interrupted = None
        self._n_refused = 0
        self._refused.clear()
        self._load_current(start_s)

    def _load_current(self, start_s: float) -> None:
        self._wish += 1
        wish, key, playable = self._wish, self.queue.current, self.queue.current_playable
        if key is None or playable is None:
            self.stop()
            return
        self._set_state(PlayState.PLAYING)
        self.queue_changed.emit()

        def begin(found: Playing | None) -> None:
            if wish != self._wish:
                return
            if self._state is not PlayState.PLAYING:  # paused before it began
                self.deck.rest(start_s)
                self.deck.show(found)
            elif found is None:
                self._refuse(key, self.tr("This track is no longer in the library."))
                self._go_on()
            else:
                self.deck.play(found, Sound(key, found.path, start_s))
                self._follow_queue()

        self._lookup.find(playable, begin)

    def _change_entry(self) -> None:
        """Another entry is the current one: play it if something plays, else show it."""
        if self._state is PlayState.PLAYING:
            self._play_current()
            return
        self._interrupted = None
        self.deck.rest(0.0)
        self._show_current()
        self.queue_changed.emit()
        self.seeked.emit(0.0)

    def _show_current(self) -> None:
        """Say what "play" would play."""
        self._wish += 1
        wish, playable = self._wish, self.queue.current_playable
        if playable is None:
            self.deck.show(None)
            return

        def show(found: Playing | None) -> None:
            if wish == self._wish:
                self.deck.show(found)
                self.position_changed.emit(self.position_s)

        self._lookup.find(playable, show)

    def _follow_queue(self) -> None:
        """Let the deck know what comes next."""
        self.queue_changed.emit()
        if self.deck.sound is None or self._interrupted is not None:
            return
        key = self.queue.upcoming()
        playable = None if key is None else self.queue.playable(key)
        if key is None or playable is None or key in self._refused:
            self.deck.follow(None)
            return
        if self.deck.follower is not None and self.deck.follower.key == key:
            return

        def follow(found: Playing | None) -> None:
            if found is not None and key == self.queue.upcoming() and self._interrupted is None:
                self.deck.follow(Sound(key, found.path))

        self._lookup.find(playable, follow)

    def _on_started(self, sound: Sound) -> None:
        """The follower is heard."""
        self.deck.take_over(sound)
        self._n_refused = 0
        self.queue.advance()
        playable = self.queue.current_playable
        if playable is not None:
            self._lookup.find(playable, self.deck.show)
        self._follow_queue()

    def _on_ended(self, sound: Sound) -> None:
        if sound is not self.deck.sound:
            return
        if self._interrupted is not None:
            self._end_part()
        else:
            self._go_on()

    def _end_part(self) -> None:
        """Go on where the part interrupted."""
        before, self._interrupted = self._interrupted, None
        if before is None:
            return
        self.deck.rest(before.position_s)
        if before.state is PlayState.PLAYING and self.queue.current is not None:
            self._play_current(before.position_s)
        else:
            paused = before.state is PlayState.PAUSED
            self._set_state(PlayState.PAUSED if paused else PlayState.STOPPED)
            self.deck.show(before.playing)

    def _go_on(self) -> None:
        """Begin what follows an entry that has ended, or could not be played."""
        key = self.queue.advance()
        while key is not None and key in self._refused and not self._is_hopeless():
            self._n_refused += 1
            key = self.queue.advance()
        if key is not None and not self._is_hopeless():
            self._load_current(0.0)
            return
        self.deck.rest(0.0)
        self._set_state(PlayState.STOPPED)
        self._show_current()
        self.queue_changed.emit()
        self.finished.emit()

    def _is_hopeless(self) -> bool:
        return self._n_refused >= min(len(self.queue.line.keys), _MOST_REFUSALS)

    def _on_refused(self, sound: Sound, reason: str) -> None:
        if sound.key == _PART_KEY:
            self.failed.emit(self.tr("This part cannot be played: {reason}.").format(reason=reason))
            return
        key = QueueKey(sound.key)

        def tell(found: Playing | None) -> None:
            title = self.tr("This track") if found is None else found.title
            sentence = self.tr("{title} cannot be played: {reason}.")
            self._refuse(key, sentence.format(title=title, reason=reason))

        playable = self.queue.playable(key)
        if playable is not None:
            self._lookup.find(playable, tell)

    def _tell_silence(self) -> None:
        self.failed.emit(self.tr("There is no sound device: the music plays in silence."))

    def _refuse(self, key: QueueKey, sentence: str) -> None:
        self._n_refused += 1
        self._refused.add(key)
        self.failed.emit(sentence)

    def _set_state(self, state: PlayState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
