"""The player on the desktop's bus: media keys, lock screens and remote controls (MPRIS 2.2).

Source:
    specifications.freedesktop.org/mpris-spec/2.2
"""

import os
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusVariant,
    QDBusVirtualObject,
)

from app.queue import PlayQueue, Repeat
from ui.drag import path_of, url_of
from ui.playing.dbus_values import WideNumbers, no_names, variant_map
from ui.playing.mpris_interfaces import INTROSPECTION, MIME_TYPES
from ui.playing.player import Player, PlayState

_PATH = "/org/mpris/MediaPlayer2"
_ROOT = "org.mpris.MediaPlayer2"
_PLAYER = "org.mpris.MediaPlayer2.Player"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_US_PER_S = 1_000_000

_STATUS = {
    PlayState.PLAYING: "Playing",
    PlayState.PAUSED: "Paused",
    PlayState.STOPPED: "Stopped",
}
_LOOPS = {Repeat.OFF: "None", Repeat.ONE: "Track", Repeat.ALL: "Playlist"}


class Mpris(QObject):
    """Offers a player on the session bus; without one nothing happens.

    raise_asked, quit_asked: the desktop wants to see the window, or Segue to end.
    """

    raise_asked = Signal()
    quit_asked = Signal()

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        """Register, if there is a bus."""
        super().__init__(parent)
        self._player = player
        self._told: dict[str, object] = {}
        self._name = ""
        if not _has_bus():
            return
        self._bus = QDBusConnection.sessionBus()
        if not self._bus.isConnected():
            return
        self._numbers = WideNumbers(self._bus, self)
        self._door = _Door(self)
        self._bus.registerVirtualObject(_PATH, self._door)
        self._name = f"{_ROOT}.segue"
        if not self._bus.registerService(self._name):
            self._name = f"{_ROOT}.segue.instance{os.getpid()}"
            self._bus.registerService(self._name)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._tell_changes)
        for signal in (
            player.state_changed,
            player.track_changed,
            player.queue_changed,
            player.volume_changed,
        ):
            signal.connect(self._soon.start)
        player.seeked.connect(self._tell_jump)
        self._told = self._plain_values()

    @property
    def is_offered(self) -> bool:
        """Whether the player can be found on a bus."""
        return bool(self._name)

    def close(self) -> None:
        """Leave the bus."""
        if self._name:
            self._soon.stop()
            self._bus.unregisterService(self._name)
            self._bus.unregisterObject(_PATH)
            self._numbers.close()
            self._name = ""

    def answer(self, message: QDBusMessage) -> bool:
        """Do what a call asks for and reply; False for what is not known here."""
        do = self._methods().get((message.interface(), message.member()))
        if do is None:
            return False
        try:
            result = do(*message.arguments())
        except (KeyError, TypeError, ValueError) as error:
            self._bus.send(
                message.createErrorReply("org.freedesktop.DBus.Error.InvalidArgs", str(error))
            )
            return True
        reply = message.createReply()
        if result is not None:
            reply.setArguments([result])
        self._bus.send(reply)
        return True

    def _methods(self) -> Mapping[tuple[str, str], Callable[..., object]]:
        player = self._player
        return {
            (_ROOT, "Raise"): self.raise_asked.emit,
            (_ROOT, "Quit"): self.quit_asked.emit,
            (_PLAYER, "Next"): player.next,
            (_PLAYER, "Previous"): player.previous,
            (_PLAYER, "Pause"): player.pause,
            (_PLAYER, "PlayPause"): player.toggle,
            (_PLAYER, "Play"): player.resume,
            (_PLAYER, "Stop"): player.stop,
            (_PLAYER, "Seek"): self._seek_by,
            (_PLAYER, "SetPosition"): self._set_position,
            (_PLAYER, "OpenUri"): self._open,
            (_PROPERTIES, "Get"): self._get,
            (_PROPERTIES, "GetAll"): self._get_all,
            (_PROPERTIES, "Set"): self._set,
        }

    def _seek_by(self, offset_us: int) -> None:
        player, playing = self._player, self._player.playing
        target_s = player.position_s + offset_us / _US_PER_S
        if playing is not None and playing.duration_s and target_s > playing.duration_s:
            player.next()
        else:
            player.seek(target_s)

    def _set_position(self, track: QDBusObjectPath, position_us: int) -> None:
        playing = self._player.playing
        position_s = position_us / _US_PER_S
        if (
            playing is not None
            and track.path() == self._track_path()
            and 0 <= position_s <= playing.duration_s
        ):
            self._player.seek(position_s)

    def _open(self, address: str) -> None:
        path = path_of(QUrl(address))
        if path is None:
            raise ValueError("only local files can be opened")
        self._player.play([path])

    def _get(self, interface: str, name: str) -> object:
        return self._values(interface)[name]

    def _get_all(self, interface: str) -> object:
        return variant_map(self._values(interface))

    def _set(self, _interface: str, name: str, value: QDBusVariant) -> None:
        wanted = value.variant() if isinstance(value, QDBusVariant) else value
        if name == "Volume":
            self._player.deck.set_volume(float(wanted), muted=False)
        elif name == "LoopStatus":
            self._player.set_repeat({loop: repeat for repeat, loop in _LOOPS.items()}[wanted])
        elif name == "Shuffle":
            self._shuffle(bool(wanted))
        elif name != "Rate":
            raise KeyError(name)

    def _shuffle(self, wanted: bool) -> None:  # a value of the bus
        def change(queue: PlayQueue) -> None:
            if wanted and not queue.shuffled:
                queue.shuffle()
            elif not wanted:
                queue.unshuffle()

        self._player.edit_queue(change)

    def _values(self, interface: str) -> dict[str, QDBusVariant]:
        """All properties of an interface in the types that it asks for."""
        if interface == _ROOT:
            return {name: QDBusVariant(value) for name, value in _root_values().items()}
        if interface != _PLAYER:
            raise KeyError(interface)
        values = {
            name: QDBusVariant(value)
            for name, value in self._plain_values().items()
            if name != "Metadata"
        }
        values["Metadata"] = QDBusVariant(variant_map(self._metadata()))
        values["Position"] = self._numbers.variant(round(self._player.position_s * _US_PER_S))
        return values

    def _plain_values(self) -> dict[str, object]:
        """What is told to the bus when it changes."""
        player, queue = self._player, self._player.queue
        deck = player.deck
        has_track = player.playing is not None or bool(queue.line.keys)
        return {
            "PlaybackStatus": _STATUS[player.state],
            "LoopStatus": _LOOPS[queue.repeat],
            "Rate": 1.0,
            "MinimumRate": 1.0,
            "MaximumRate": 1.0,
            "Shuffle": queue.shuffled,
            "Metadata": (self._track_path(), player.playing),
            "Volume": 0.0 if deck.is_muted else float(deck.volume),
            "CanGoNext": queue.has_following,
            "CanGoPrevious": bool(queue.line.keys),
            "CanPlay": has_track,
            "CanPause": has_track,
            "CanSeek": player.playing is not None,
            "CanControl": True,
        }

    def _metadata(self) -> dict[str, QDBusVariant]:
        playing = self._player.playing
        found = {"mpris:trackid": QDBusVariant(QDBusObjectPath(self._track_path()))}
        if playing is None:
            return found
        if playing.duration_s:
            length_us = round(playing.duration_s * _US_PER_S)
            found["mpris:length"] = self._numbers.variant(length_us)
        found["xesam:title"] = QDBusVariant(playing.title)
        found["xesam:url"] = QDBusVariant(bytes(url_of(playing.path).toEncoded().data()).decode())
        if playing.artist:
            found["xesam:artist"] = QDBusVariant([playing.artist])
        if playing.album:
            found["xesam:album"] = QDBusVariant(playing.album)
        return found

    def _track_path(self) -> str:
        key = self._player.queue.current
        if self._player.playing is None or key is None:
            return _NO_TRACK
        return f"/segue/entry/{key}"

    def _tell_changes(self) -> None:
        now = self._plain_values()
        changed = [name for name, value in now.items() if self._told.get(name) != value]
        self._told = now
        if not changed:
            return
        values = self._values(_PLAYER)
        message = QDBusMessage.createSignal(_PATH, _PROPERTIES, "PropertiesChanged")
        told = variant_map({name: values[name] for name in changed})
        message.setArguments([_PLAYER, told, no_names()])
        self._bus.send(message)

    def _tell_jump(self, position_s: float) -> None:
        self._numbers.send_signal(_PATH, _PLAYER, "Seeked", round(position_s * _US_PER_S))


class _Door(QDBusVirtualObject):
    """Hears the calls: with an object of Qt's usual kind, the metadata would lose their types."""

    def __init__(self, mpris: Mpris) -> None:
        super().__init__(mpris)
        self._answer = mpris.answer

    def introspect(self, _path: str) -> str:
        return INTROSPECTION

    def handleMessage(self, message: QDBusMessage, _connection: QDBusConnection) -> bool:
        return self._answer(message)


def _has_bus() -> bool:
    """Whether there is a session bus; where there is none, asking for it might start one."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(runtime) and os.path.exists(os.path.join(str(runtime), "bus"))


def _root_values() -> dict[str, object]:
    return {
        "CanQuit": True,
        "CanRaise": True,
        "HasTrackList": False,
        "Identity": "Segue",
        "DesktopEntry": "segue",
        "SupportedUriSchemes": ["file"],
        "SupportedMimeTypes": list(MIME_TYPES),
    }
