"""The strip above the transport bar: how the analysis goes, while there is something to say."""

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.events import FolderMissing, Progress, Report
from app.sentences import sentence_of
from library.records import display_path
from ui.analysing.analysis import Analysis
from ui.elided_label import ElidedLabel
from ui.icons import icon
from ui.style import SPACE_PX
from ui.words import long_time

_SHOW_AFTER_MS = 1_000
_WORDS_EVERY_MS = 500
_END_SHOWN_MS = 8_000
_BAR_PX = 3
_ROW_PX = 36


class AnalysisStrip(QFrame):
    """How far the analysis is, and what it met; hidden while there is nothing to say.

    failures_asked: the listener wants to see the files that could not be analysed.
    """

    failures_asked = Signal()

    def __init__(self, analysis: Analysis, parent: QWidget | None = None) -> None:
        """Follow an analysis."""
        super().__init__(parent)
        self._analysis = analysis
        self._missing: dict[bytes, int] = {}
        self._n_failed = 0
        self._n_failed_in_all = 0
        self._worded_at = QElapsedTimer()
        self._show_soon = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._hide_soon = QTimer(self, singleShot=True, interval=_END_SHOWN_MS)
        self._build()
        self._show_soon.timeout.connect(self._show_progress)
        self._hide_soon.timeout.connect(self._hide_progress)
        analysis.began.connect(self._begin)
        analysis.progressed.connect(self._follow)
        analysis.folder_missing.connect(self._note_missing)
        analysis.paused_changed.connect(self._draw_pause)
        analysis.ended.connect(self._end)
        analysis.stopped.connect(self._stop)
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        """What is being read does not go away."""
        self._hide_soon.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """What has been read may go away."""
        if not self._analysis.running and self._progress_row.isVisible():
            self._hide_soon.start()
        super().leaveEvent(event)

    def set_failures(self, n_failed: int) -> None:
        """Say how many files of the library failed, in this run or before, as their list does."""
        self._n_failed_in_all = n_failed
        self._show_failures(self._n_failed)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Analysis"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedHeight(_BAR_PX)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._bar.setAccessibleName(self.tr("Progress of the analysis"))
        rows.addWidget(self._bar)
        rows.addWidget(self._build_message())
        rows.addWidget(self._build_progress())

    def _build_progress(self) -> QWidget:
        self._words = ElidedLabel()
        self._failures = QToolButton()
        self._failures.setCursor(Qt.CursorShape.PointingHandCursor)
        self._failures.setToolTip(self.tr("List these files, with the reasons"))
        self._failures.clicked.connect(self.failures_asked)
        self._failures.hide()
        self._pause = QToolButton()
        self._pause.clicked.connect(self._toggle_pause)
        self._draw_pause(False)
        self._progress_row = _row(self._words, self._failures, self._pause)
        self._progress_row.hide()
        return self._progress_row

    def _build_message(self) -> QWidget:
        mark = QToolButton()
        mark.setIcon(icon("warning"))
        mark.setEnabled(False)
        mark.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._message = ElidedLabel()
        self._try_again = QPushButton(self.tr("Try again"))
        self._try_again.clicked.connect(self._scan_again)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self._hide_message)
        self._message_row = _row(mark, self._message, self._try_again, close)
        self._message_row.hide()
        return self._message_row

    def _begin(self) -> None:
        self._hide_message()
        self._hide_soon.stop()
        self._missing = {}
        self._worded_at.invalidate()
        self._bar.setRange(0, 0)
        self._show_failures(0)
        self._pause.show()
        self._draw_pause(self._analysis.paused)
        self._words.setText(self.tr("Looking through your folders…"))
        if not self._progress_row.isVisible():
            self._show_soon.start()

    def _follow(self, progress: Progress) -> None:
        if progress.n_total:
            self._bar.setRange(0, progress.n_total)
            self._bar.setValue(progress.n_done)
            self._show_progress()
        if self._worded_at.isValid() and self._worded_at.elapsed() < _WORDS_EVERY_MS:
            return
        self._worded_at.start()
        self._words.setText(self._in_words(progress))
        self._show_failures(progress.n_failed)

    def _in_words(self, progress: Progress) -> str:
        if not progress.n_total:
            found = self.tr("Looking through your folders: {n:,} files found")
            return found.format(n=progress.n_found)
        listening = self.tr("Listening to your music: {done:,} of {total:,}")
        parts = [listening.format(done=progress.n_done, total=progress.n_total)]
        if progress.paused:
            parts.append(self.tr("paused"))
        elif progress.rate_per_min:
            parts.append(self.tr("{n:,.0f} a minute").format(n=progress.rate_per_min))
        if progress.time_left_s is not None and not progress.paused:
            parts.append(self.tr("{time} left").format(time=long_time(progress.time_left_s)))
        if progress.device:
            parts.append(progress.device.rstrip("."))
        return " · ".join(parts)

    def _show_failures(self, n_failed: int) -> None:
        """Where a run met such files, say how many there are."""
        self._n_failed = n_failed
        n_listed = max(n_failed, self._n_failed_in_all)
        one = self.tr("1 file could not be analysed")
        many = self.tr("{n:,} files could not be analysed").format(n=n_listed)
        self._failures.setText(one if n_listed == 1 else many)
        self._failures.setVisible(n_failed > 0)

    def _end(self, report: Report) -> None:
        self._show_soon.stop()
        self._bar.hide()
        self._pause.hide()
        n_done = report.n_kept + report.n_failed
        if n_done == 0 and not report.cancelled:
            self._hide_progress()
            return
        self._words.setText(self._end_in_words(report))
        self._show_failures(report.n_failed)
        self._progress_row.show()
        self._draw_visibility()
        if not self.underMouse():
            self._hide_soon.start()

    def _end_in_words(self, report: Report) -> str:
        n_done = report.n_kept + report.n_failed
        if report.cancelled:
            left = self.tr("The analysis was ended; {n:,} files are still to be analysed.")
            return left.format(n=report.n_pending)
        if n_done == 1:
            return self.tr("Your library is up to date: 1 file analysed.")
        done = self.tr("Your library is up to date: {n:,} files analysed in {time}.")
        return done.format(n=n_done, time=long_time(report.duration_s))

    def _stop(self, error: Exception) -> None:
        self._hide_progress()
        sentence = sentence_of(error) or self.tr("Segue made a mistake.")
        self._show_message(
            self.tr("The analysis stopped. {reason}").format(reason=sentence), can_retry=True
        )

    def _note_missing(self, missing: FolderMissing) -> None:
        self._missing[missing.root] = missing.n_missing
        self._show_message(self._missing_in_words(), can_retry=True)

    def _missing_in_words(self) -> str:
        n_files = sum(self._missing.values())
        if len(self._missing) > 1:
            text = self.tr("{folders} are not there; their tracks are marked missing.")
            return text.format(folders=", ".join(map(display_path, self._missing)))
        folder = display_path(next(iter(self._missing)))
        if n_files == 0:
            return self.tr("{folder} is not there; its tracks are marked missing.").format(
                folder=folder
            )
        if n_files == 1:
            return self.tr("{folder} is not there: 1 track is marked missing.").format(
                folder=folder
            )
        text = self.tr("{folder} is not there: {n:,} tracks are marked missing.")
        return text.format(folder=folder, n=n_files)

    def _scan_again(self) -> None:
        self._hide_message()
        self._analysis.scan()

    def _toggle_pause(self) -> None:
        if self._analysis.paused:
            self._analysis.resume()
        else:
            self._analysis.pause()

    def _draw_pause(self, paused: bool) -> None:
        words = self.tr("Go on with the analysis") if paused else self.tr("Pause the analysis")
        self._pause.setIcon(icon("play" if paused else "pause"))
        self._pause.setToolTip(words)
        self._pause.setAccessibleName(words)
        self._worded_at.invalidate()

    def _show_message(self, text: str, *, can_retry: bool) -> None:
        self._message.setText(text)
        self._try_again.setVisible(can_retry)
        self._message_row.show()
        self._draw_visibility()

    def _hide_message(self) -> None:
        self._message_row.hide()
        self._draw_visibility()

    def _show_progress(self) -> None:
        self._show_soon.stop()
        self._bar.show()
        self._progress_row.show()
        self._draw_visibility()

    def _hide_progress(self) -> None:
        self._show_soon.stop()
        self._bar.hide()
        self._progress_row.hide()
        self._draw_visibility()

    def _draw_visibility(self) -> None:
        self.setVisible(not (self._progress_row.isHidden() and self._message_row.isHidden()))


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    row.setMinimumHeight(_ROW_PX)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(SPACE_PX + 4, 2, SPACE_PX, 2)
    layout.setSpacing(SPACE_PX)
    for widget in widgets:
        layout.addWidget(widget, 1 if isinstance(widget, ElidedLabel) else 0)
    return row
