"""What stands where there is no match: why, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.errors import SeedsCancelOut
from app.match_request import Lack
from ui.plain_text import plain_label
from ui.style import SPACE_PX


class EmptyPlace(QWidget):
    """A sentence, and a button where one helps. `reset_asked`: turn the dials back."""

    reset_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Say what a listener sees who never had a seed."""
        super().__init__(parent)
        self._sentence = plain_label("", self)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reset = QPushButton(self.tr("Reset the filters"), self)
        self._reset.clicked.connect(self.reset_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*4 * (3 * SPACE_PX,))
        layout.addStretch(1)
        layout.addWidget(self._sentence)
        layout.addSpacing(SPACE_PX)
        layout.addWidget(self._reset, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        self.show_lack(Lack.NO_SEED, listening=False, dials_turned=False)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def show_lack(self, lack: Lack, *, listening: bool, dials_turned: bool) -> None:
        """Say why there is nothing, and what to do."""
        self._sentence.setText(self._waiting() if listening else self._sentence_for(lack))
        self._reset.setVisible(lack == Lack.FILTERED and dials_turned)

    def show_nothing(self) -> None:
        """Leave the place empty for the moment that an answer takes."""
        self._sentence.clear()
        self._reset.hide()

    def _waiting(self) -> str:
        return self.tr("Listening to the seeds. What is like them appears here in a few seconds.")

    def _sentence_for(self, lack: Lack) -> str:
        return {
            Lack.NO_SEED: self.tr(
                "Songs of your library that sound like the seeds appear here.\n\n"
                "A seed can be any song: drag one from your library, or a file from anywhere."
            ),
            Lack.NO_WANTED_SEED: self.tr(
                "All seeds are unwanted ones. Add a song that the matches should be like, or "
                "press Space on a seed to make it a wanted one."
            ),
            Lack.NOT_HEARD: self.tr(
                "None of the wanted seeds can be used; each says why. Add another song."
            ),
            Lack.CANCEL_OUT: str(SeedsCancelOut()),
            Lack.EMPTY_LIBRARY: self.tr(
                "No other song of your library has been analysed yet. Matches appear here as "
                "soon as some have."
            ),
            Lack.FILTERED: self.tr(
                "No other track passes the filters. Allow more lengths, years or genres, or take "
                "back an exclusion (Ctrl+Z)."
            ),
        }[lack]
