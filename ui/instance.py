"""One window for each library: a second start hands its files to the first and ends.

A file lock beside the library says whose window it is; it goes with the process that holds it,
whatever that dies of. The socket only carries messages, and only from the same user.
"""

import os
import stat as modes
import time
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.errors import AppError
from ui.instance_messages import LONGEST_LINE_BYTES, messages, understood

LOCK_NAME = "window.lock"

_TAKEN = b"ok\n"
_ANSWER_WITHIN_S = 10.0
_TRY_EVERY_MS = 50
_GUEST_STAYS_MS = 5_000
_MOST_GUESTS = 64


class NoAnswer(AppError):
    """A window of this library is open and does not answer."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Segue is open already, but does not answer. End it, then start it again.")


class Instance(QObject):
    """This start of the program, among others with the same library.

    files_arrived: another start handed over these files (paths, bytes), or none: then the listener
    only wants to see the window.
    """

    files_arrived = Signal(list)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        """Keep which library it is about; nothing is decided yet."""
        from filelock import FileLock

        super().__init__(parent)
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / LOCK_NAME, timeout=0)
        self._address = _address(data_dir)
        self._server: QLocalServer | None = None
        self._guests: dict[QLocalSocket, bytearray] = {}

    def hand_over(self, files: Sequence[bytes], *, within_s: float = _ANSWER_WITHIN_S) -> bool:
        """Whether another start took the files, so that this one has nothing left to do.

        If there is no other, this one is the window from now on and listens for others.

        Raises:
            NoAnswer: there is another, and it took nothing for `within_s`.
        """
        until_s = time.monotonic() + within_s
        while not self._claim():
            if self._give(messages(files), until_s):
                return True
            if time.monotonic() >= until_s:
                raise NoAnswer
            QThread.msleep(_TRY_EVERY_MS)
        self._listen()
        return False

    def close(self) -> None:
        """Listen no more, and let another start be the window."""
        if self._server is not None:
            self._server.close()
        for guest in list(self._guests):
            guest.abort()
        self._lock.release()

    def _claim(self) -> bool:
        """Whether this is the window; also where nobody can be asked, for want of a folder."""
        from filelock import Timeout

        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except OSError:
            return True  # opening the library will say what is wrong with the folder
        return True

    def _listen(self) -> None:
        QLocalServer.removeServer(self._address)  # left by a window that was killed
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)
        if self._server.listen(self._address):
            os.chmod(self._address, 0o600)

    def _give(self, lines: Sequence[bytes], until_s: float) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        if not socket.waitForConnected(_left_ms(until_s)):
            return False
        for line in lines:
            socket.write(line)
            answer = b""
            while not answer.endswith(b"\n"):
                if not socket.waitForReadyRead(_left_ms(until_s)):
                    return False
                answer += bytes(socket.readAll().data())
            if answer != _TAKEN:
                return False
        socket.disconnectFromServer()
        return True

    def _welcome(self) -> None:
        while self._server is not None and (guest := self._server.nextPendingConnection()):
            if len(self._guests) >= _MOST_GUESTS:
                guest.abort()
                guest.deleteLater()
                continue
            self._guests[guest] = bytearray()
            guest.readyRead.connect(partial(self._hear, guest))
            guest.disconnected.connect(partial(self._part, guest))
            guest.disconnected.connect(guest.deleteLater)
            QTimer.singleShot(_GUEST_STAYS_MS, guest, guest.abort)
            self._hear(guest)

    def _hear(self, guest: QLocalSocket) -> None:
        said = self._guests.get(guest)
        if said is None:
            return
        said += guest.read(LONGEST_LINE_BYTES + 1).data()
        while b"\n" in said:
            line, _, rest = bytes(said).partition(b"\n")
            said[:] = rest
            files = understood(line)
            if files is None:
                guest.abort()
                return
            guest.write(_TAKEN)
            guest.flush()
            self.files_arrived.emit(files)
        if len(said) > LONGEST_LINE_BYTES:
            guest.abort()
        elif guest.bytesAvailable():
            QTimer.singleShot(0, guest, partial(self._hear, guest))

    def _part(self, guest: QLocalSocket) -> None:
        self._guests.pop(guest, None)


def _address(data_dir: Path) -> str:
    """Where the window of a library listens: in the user's own folder for such things."""
    name = blake2b(os.fsencode(os.path.realpath(data_dir)), digest_size=8).hexdigest()
    return os.path.join(_runtime_folder() or os.path.realpath(data_dir), f"segue-{name}.socket")


def _runtime_folder() -> str:
    """$XDG_RUNTIME_DIR where it is what it shall be, a folder for this user alone; else nothing."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    try:
        status = os.stat(folder)
    except OSError:
        return ""
    is_own = modes.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()
    return folder if is_own and not status.st_mode & 0o077 else ""


def _left_ms(until_s: float) -> int:
    return max(1, int(1_000 * (until_s - time.monotonic())))
