"""How many files of the library could not be analysed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.analysing.analysis import Analysis
from ui.background import Background

if TYPE_CHECKING:
    from app.services import Services

_AFTER_MS = 1_000


class FailureCount(QObject):
    """Counts anew when it may have changed. `counted` tells the number."""

    counted = Signal(int)

    def __init__(self, background: Background, analysis: Analysis, parent: QObject) -> None:
        """Count once the library is open."""
        super().__init__(parent)
        self._background = background
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self._count)
        background.opened.connect(self._count_soon)
        background.library_changed.connect(self._count_soon)
        analysis.failed_file.connect(self._count_soon)
        analysis.ended.connect(self._count)

    def _count_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _count(self) -> None:
        def read(services: "Services") -> int:
            return services.catalog.files.n_failed()

        self._background.read(
            read, on_success=self.counted.emit, parent=self, replaces="failure-count"
        )
