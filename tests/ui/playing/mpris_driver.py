"""A player on the bus, while other programs talk to it.

    dbus-run-session python -m tests.ui.playing.mpris_driver DATA_DIR FILE COMMANDS...

Every command is one of `gdbus`, given to a process of its own; what they all print is printed,
then what the bus carried meanwhile, then what the player was like in the end.
"""

import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QObject, Signal
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import services_of
from ui.background import Background
from ui.playing.mpris import Mpris
from ui.playing.player import Player

NAME = "org.mpris.MediaPlayer2.segue"
TARGET = ("--session", "--dest", NAME)
_OBJECT = ("--object-path", "/org/mpris/MediaPlayer2")


class Others(QObject):
    """The other programs, one after the other."""

    done = Signal()

    def run(self, commands: list[str]) -> None:
        listener = subprocess.Popen(
            ["gdbus", "monitor", *TARGET], stdout=subprocess.PIPE, text=True
        )
        assert listener.stdout is not None
        carried = [listener.stdout.readline(), listener.stdout.readline()]  # it listens now
        for command in commands:
            verb, *words = command.split(" ", 2)
            call = ["gdbus", verb, *TARGET, *_OBJECT, *words[:0]]
            if words:
                call += ["--method", words[0], *(words[1].split("|") if words[1:] else ())]
            result = subprocess.run(call, capture_output=True, text=True, timeout=20, check=False)
            _say(f"{command}\n{result.stdout}{result.stderr}")
        listener.terminate()
        carried.append(listener.stdout.read())
        _say("carried\n" + "".join(carried))
        self.done.emit()


def main() -> None:
    """Play silently until the last command was answered."""
    application = QApplication(sys.argv)
    background = Background(partial(services_of, Path(sys.argv[1])))
    background.open()
    player = Player(background)
    mpris = Mpris(player)
    mpris.raise_asked.connect(lambda: _say("raised\n"))
    player.play([os.fsencode(sys.argv[2]), os.fsencode(sys.argv[2])])
    others = Others()
    others.done.connect(application.quit)
    commands = threading.Thread(target=others.run, args=(sys.argv[3:],), daemon=True)
    player.position_changed.connect(lambda position_s: _begin(commands, position_s))
    application.exec()
    _say(f"player\n{player.state} {player.deck.volume} {player.queue.repeat}\n")
    mpris.close()
    player.close()
    background.close()


def _begin(commands: threading.Thread, position_s: float) -> None:
    """Once it is heard."""
    if position_s > 0.1 and commands.ident is None:
        commands.start()


def _say(text: str) -> None:
    sys.stdout.write(f"> {text}")
    sys.stdout.flush()


if __name__ == "__main__":
    with patch.object(QMediaDevices, "defaultAudioOutput", QAudioDevice):
        main()
