"""Plays files with the real player, and ends.

python -m tests.desktop.playing_driver DATA_DIR FILE...
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from app.services import Services, open_services
from tests.fakes import fake_choice
from ui.background import Background
from ui.playing.player import Player

# What the sound server still holds when the player has written everything.
_SERVER_BUFFER_MS = 3000


@contextmanager
def _services(data_dir: Path, readonly: bool) -> Iterator[Services]:
    with open_services(
        data_dir, readonly=readonly, choose_encoder=lambda _settings: fake_choice()
    ) as services:
        yield services


def main() -> int:
    """Play the files one after the other."""
    application = QCoreApplication(sys.argv)
    background = Background(partial(_services, Path(sys.argv[1])))
    player = Player(background)
    sentences: list[str] = []
    player.failed.connect(sentences.append)
    player.finished.connect(lambda: QTimer.singleShot(_SERVER_BUFFER_MS, application.quit))
    player.play([os.fsencode(path) for path in sys.argv[2:]])
    application.exec()
    player.close()
    background.close()
    return 1 if sentences or player.deck.is_silent else 0


if __name__ == "__main__":
    sys.exit(main())
