"""Saving tracks as a playlist file: choose, look at it, save, and hear that it can be read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.export_choices import (
    Ahead,
    ExportChoices,
    PathKind,
    carry_out,
    format_named,
    look_ahead,
    suggested_name,
    with_ending,
)
from library.errors import LibraryError
from library.formats.model import LeftOut, PlaylistFormat
from library.records import TrackId, display_path
from ui.background import Background
from ui.plain_text import one_line, plain_label, plain_tooltip
from ui.playlists.export_memory import ExportMemory
from ui.style import SPACE_PX, theme_of

if TYPE_CHECKING:
    from app.exchange import ExportReport
    from app.services import Services

_LOOK_AFTER_MS = 120
_PREVIEW_LINES = 8
_FIRST_ROW_BELOW_PX = 2
_LEFT_OUT_ROWS = 4
_MAX_LEFT_OUT_SHOWN = 1_000


class ExportDialog(QDialog):
    """Exports tracks under a name. `saved`: the path of a file that was read back."""

    saved = Signal(str)

    def __init__(
        self,
        background: Background,
        name: str,
        ids: Sequence[TrackId],
        parent: QWidget | None = None,
        *,
        memory: ExportMemory | None = None,
    ) -> None:
        """Begin with what was chosen the last time, which `memory` keeps."""
        super().__init__(parent)
        self._background = background
        self._name = name
        self._ids = tuple(ids)
        self._memory = memory or ExportMemory()
        self._kind_chosen = self._memory.kind is not PathKind.AUTOMATIC
        self._make_choices()
        self._make_answers()
        self._look_later = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look_later.timeout.connect(self._look)
        self._lay_out()
        self._connect()
        self._enable_prefix()
        self.setWindowTitle(self.tr("Export {name}").format(name=one_line(name)))
        self._look()

    @property
    def choices(self) -> ExportChoices:
        """What is chosen now."""
        return ExportChoices(
            self.file.text(),
            self._format,
            self._kind if self._kind_chosen else PathKind.AUTOMATIC,
            self.old.text(),
            self.new.text(),
        )

    def save(self) -> None:
        """Write the file, read it back, and only then say that it is saved."""
        choices, name, ids = self.choices, self._name, self._ids
        self._look_later.stop()  # it would talk over what is said of the file that was saved
        self._busy(True)
        self._say(self.tr("Saving…"))

        def work(services: "Services") -> "ExportReport":
            return carry_out(services, name, ids, choices)

        self._background.browse(
            work, on_success=self._tell_saved, on_failure=self._tell_failed, parent=self
        )

    def browse(self) -> None:
        """Let the file be chosen."""
        chooser = QFileDialog(self, self.tr("Export to"), self.file.text())
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
        chooser.setNameFilters([f"*.{one}" for one in PlaylistFormat])
        chooser.selectNameFilter(f"*.{self._format}")
        chooser.fileSelected.connect(self._take_file)
        chooser.open()

    @property
    def _format(self) -> PlaylistFormat:
        return list(PlaylistFormat)[max(0, self.format.currentIndex())]

    @property
    def _kind(self) -> PathKind:
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    def _make_choices(self) -> None:
        self.format = QComboBox()
        for one, words in self._format_names().items():
            self.format.addItem(words, one.value)
        self.format.setCurrentIndex(list(PlaylistFormat).index(self._memory.playlist_format))
        folder = self._memory.folder or _music_folder()
        self.file = QLineEdit(f"{folder}/{suggested_name(self._name, self._format)}")
        self.file.setAccessibleName(self.tr("File"))
        self.choose = QPushButton(self.tr("&Browse…"))
        self.choose.setAutoDefault(False)
        self.kinds = {
            PathKind.RELATIVE: QRadioButton(self.tr("&Relative to the playlist file")),
            PathKind.ABSOLUTE: QRadioButton(self.tr("&Absolute, as on this computer")),
            PathKind.PREFIX: QRadioButton(self.tr("With another f&older in front, for a device")),
        }
        self._kinds = QButtonGroup(self)
        for button in self.kinds.values():
            self._kinds.addButton(button)
        start = self._memory.kind if self._kind_chosen else PathKind.RELATIVE
        self.kinds[start].setChecked(True)
        self.old = QLineEdit(self._memory.old)
        self.old.setPlaceholderText(self.tr("/home/me/Music"))
        self.old.setAccessibleName(self.tr("Folder to be replaced"))
        self.new = QLineEdit(self._memory.new)
        self.new.setPlaceholderText(self.tr("D:\\Music"))
        self.new.setAccessibleName(self.tr("Folder that stands for it"))

    def _make_answers(self) -> None:
        self.preview = QPlainTextEdit(readOnly=True)
        self.preview.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setTabChangesFocus(True)
        self.preview.setFixedHeight(
            (_PREVIEW_LINES + 1) * self.preview.fontMetrics().lineSpacing() + 3 * SPACE_PX
        )
        self.left_out = QListWidget()
        self.left_out.setFixedHeight(
            _LEFT_OUT_ROWS * (self.left_out.fontMetrics().lineSpacing() + 4) + SPACE_PX
        )
        self.left_out.setUniformItemSizes(True)
        self._left_out_title = QLabel()
        self.status = plain_label()
        self.status.setWordWrap(True)
        self.buttons = QDialogButtonBox()
        self._save = self.buttons.addButton(
            self.tr("&Save"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._close = self.buttons.addButton(
            self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole
        )

    def _lay_out(self) -> None:
        file = QHBoxLayout()
        file.addWidget(self.file, 1)
        file.addWidget(self.choose)
        prefix = QHBoxLayout()
        prefix.setContentsMargins(3 * SPACE_PX, 0, 0, 0)
        prefix.addWidget(self.old, 1)
        prefix.addWidget(QLabel("→"))
        prefix.addWidget(self.new, 1)
        kinds = QVBoxLayout()
        for button in self.kinds.values():
            kinds.addWidget(button)
        kinds.addLayout(prefix)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.addRow(self._label(self.tr("For&mat"), self.format), self.format)
        form.addRow(self._label(self.tr("&File"), self.file), file)
        form.addRow(_beside_first(self.tr("Paths")), kinds)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(2 * SPACE_PX,) * 4)
        layout.setSpacing(SPACE_PX)
        layout.addLayout(form)
        layout.addSpacing(SPACE_PX)
        layout.addWidget(self._label(self.tr("First &lines of the file"), self.preview))
        layout.addWidget(self.preview)
        self._left_out_title.setBuddy(self.left_out)
        layout.addWidget(self._left_out_title)
        layout.addWidget(self.left_out)
        layout.addStretch()
        layout.addWidget(self.status)
        layout.addWidget(self.buttons)
        self._show_left_out(())
        self.setMinimumWidth(520)
        self.resize(640, self.sizeHint().height())
        self.file.setFocus()

    def _connect(self) -> None:
        self.format.currentIndexChanged.connect(self._follow_format)
        self.file.textEdited.connect(self._follow_file)
        self._kinds.buttonClicked.connect(self._follow_kind)
        for edit in (self.file, self.old, self.new):
            edit.textChanged.connect(self._begin_again)
        self.choose.clicked.connect(self.browse)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)

    def _label(self, text: str, buddy: QWidget) -> QLabel:
        label = QLabel(text)
        label.setBuddy(buddy)
        if not buddy.accessibleName():
            buddy.setAccessibleName(text.replace("&", ""))
        return label

    def _format_names(self) -> dict[PlaylistFormat, str]:
        return {
            PlaylistFormat.M3U8: self.tr("M3U8 – for nearly every player"),
            PlaylistFormat.PLS: self.tr("PLS – for radios and older players"),
            PlaylistFormat.XSPF: self.tr("XSPF – with artists, titles and albums"),
            PlaylistFormat.JSPF: self.tr("JSPF – the same as JSON"),
            PlaylistFormat.CSV: self.tr("CSV – a table for spreadsheets"),
        }

    def _follow_format(self) -> None:
        self.file.setText(with_ending(self.file.text(), self._format))
        self._begin_again()

    def _follow_file(self, text: str) -> None:
        """An ending that was typed chooses its format."""
        named = format_named(text)
        if named is not None and named is not self._format:
            self.format.blockSignals(True)
            self.format.setCurrentIndex(list(PlaylistFormat).index(named))
            self.format.blockSignals(False)

    def _follow_kind(self) -> None:
        self._kind_chosen = True
        self._enable_prefix()
        self._begin_again()

    def _enable_prefix(self) -> None:
        for edit in (self.old, self.new):
            edit.setEnabled(self._kind is PathKind.PREFIX)

    def _take_file(self, path: str) -> None:
        named = format_named(path)
        self.file.setText(path if named else with_ending(path, self._format))
        self._follow_file(self.file.text())

    def _begin_again(self) -> None:
        """Something else was chosen: what was said of the export is not true any more."""
        self._close.setText(self.tr("Cancel"))
        self._look_later.start()

    def _look(self) -> None:
        choices, name, ids = self.choices, self._name, self._ids

        def work(services: "Services") -> Ahead:
            return look_ahead(services, name, ids, choices, n_lines=_PREVIEW_LINES)

        self._background.browse(
            work,
            on_success=self._show_ahead,
            on_failure=self._show_refusal,
            parent=self,
            replaces="export preview",
        )

    def _show_ahead(self, ahead: Ahead) -> None:
        self.preview.setPlainText(ahead.lines)
        self._show_left_out(ahead.left_out)
        if not self._kind_chosen:
            self.kinds[ahead.kind].setChecked(True)
        self._save.setEnabled(True)
        replaces = self.tr("There is such a file already; it will be replaced.")
        self._say(replaces if ahead.replaces else "", "warning")

    def _show_refusal(self, error: Exception) -> None:
        self.preview.clear()
        self._show_left_out(())
        self._save.setEnabled(False)
        if isinstance(error, AppError | LibraryError):
            self._say(str(error), "warning")
        else:
            self._background.failed.emit(error)

    def _show_left_out(self, left_out: Sequence[LeftOut]) -> None:
        self.left_out.clear()
        for one in left_out[:_MAX_LEFT_OUT_SHOWN]:
            words = f"{one_line(display_path(one.path))}: {one.reason}"
            self.left_out.addItem(words)
            self.left_out.item(self.left_out.count() - 1).setToolTip(plain_tooltip(words))
        n_out = len(left_out)
        words = self.tr("{count:,} tracks will be lef&t out:").format(count=n_out)
        self._left_out_title.setText(self.tr("1 track will be lef&t out:") if n_out == 1 else words)
        self.left_out.setAccessibleName(self._left_out_title.text().replace("&", ""))
        self._left_out_title.setVisible(bool(n_out))
        self.left_out.setVisible(bool(n_out))

    def _tell_saved(self, report: "ExportReport") -> None:
        self._busy(False)
        self._look_later.stop()
        self._memory.remember(self.choices)
        sentence = self.tr("Saved and read back: {done:,} of {all:,} tracks.")
        self._say(sentence.format(done=report.n_written, all=len(self._ids)), "good")
        self._close.setText(self.tr("Close"))
        self._close.setFocus()
        self.saved.emit(str(report.target))

    def _tell_failed(self, error: Exception) -> None:
        self._busy(False)
        if isinstance(error, AppError | LibraryError):
            self._say(str(error), "bad")
        else:
            self._say("")
            self._background.failed.emit(error)

    def _busy(self, busy: bool) -> None:
        for widget in (self.format, self.file, self.choose, self._save, *self.kinds.values()):
            widget.setEnabled(not busy)
        self.old.setEnabled(not busy and self._kind is PathKind.PREFIX)
        self.new.setEnabled(not busy and self._kind is PathKind.PREFIX)

    def _say(self, sentence: str, colour: str = "text") -> None:
        palette = self.status.palette()
        ink = getattr(theme_of(self.palette()), colour)
        palette.setColor(QPalette.ColorRole.WindowText, ink)
        self.status.setPalette(palette)
        self.status.setText(sentence)


def _beside_first(words: str) -> QLabel:
    """A label of several rows, in line with the first."""
    label = QLabel(words)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(0, _FIRST_ROW_BELOW_PX, 0, 0)
    return label


def _music_folder() -> str:
    places = QStandardPaths.StandardLocation
    return QStandardPaths.writableLocation(places.MusicLocation) or QStandardPaths.writableLocation(
        places.HomeLocation
    )
