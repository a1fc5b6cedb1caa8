"""The files that could not be analysed: which, why, since when, and another try."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from library.records import FileState, display_path
from ui.analysing.analysis import Analysis
from ui.analysing.failure_model import Failure, FailureColumn, FailureModel
from ui.background import Background
from ui.plain_text import plain_label
from ui.show_in_folder import show_in_folder
from ui.style import ROW_PX, SPACE_PX

if TYPE_CHECKING:
    from app.services import Services

_REFRESH_EVERY_MS = 1_000
_SIZE_PX = (760, 480)
_DETAIL_LINES = 3
_SINCE_PX = 130
_NAME_PX = 240


class FailuresDialog(QDialog):
    """Lists what failed and, on a second page, what the last look at the folders passed over."""

    def __init__(
        self, background: Background, analysis: Analysis, parent: QWidget | None = None
    ) -> None:
        """Begin to read what failed; follow the analysis while the dialog is open."""
        super().__init__(parent)
        self._background = background
        self._analysis = analysis
        self._failed: tuple[Failure, ...] | None = None
        self._model = FailureModel(self)
        self._soon = QTimer(self, singleShot=True, interval=_REFRESH_EVERY_MS)
        self._soon.timeout.connect(self._read)
        self.setWindowTitle(self.tr("Files not analysed"))
        self.resize(*_SIZE_PX)
        self._build()
        analysis.failed_file.connect(self._refresh_soon)
        analysis.ended.connect(self._read)
        background.library_changed.connect(self._refresh_soon)
        self._draw()
        self._read()

    def _build(self) -> None:
        self._pages = QTabBar(expanding=False, drawBase=False)
        self._pages.setAccessibleName(self.tr("What to list"))
        self._pages.addTab("")
        self._pages.addTab("")
        self._pages.currentChanged.connect(self._draw)
        self._search = QLineEdit(clearButtonEnabled=True)
        self._search.setPlaceholderText(self.tr("Filter by name, folder or reason"))
        self._search.setAccessibleName(self._search.placeholderText())
        self._search.textChanged.connect(self._filter)
        head = QHBoxLayout()
        head.addWidget(self._pages)
        head.addWidget(self._search, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_PX)
        layout.addLayout(head)
        layout.addWidget(self._build_table(), 1)
        layout.addWidget(self._build_empty(), 1)
        layout.addWidget(self._build_detail())
        layout.addLayout(self._build_buttons())

    def _build_table(self) -> QTableView:
        table = self._table = QTableView()
        table.setAccessibleName(self.tr("Files"))
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(FailureColumn.REASON, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(FailureColumn.NAME, _NAME_PX)
        table.setColumnWidth(FailureColumn.SINCE, _SINCE_PX)
        table.selectionModel().selectionChanged.connect(self._draw_selection)
        return table

    def _build_empty(self) -> QLabel:
        self._empty = plain_label()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setWordWrap(True)
        return self._empty

    def _build_detail(self) -> QLabel:
        """Path and reason of the selected file, whole; room is kept so that nothing jumps."""
        self._detail = plain_label()
        self._detail.setAccessibleName(self.tr("The selected file, and the reason"))
        self._detail.setWordWrap(True)
        self._detail.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._detail.setMinimumHeight(_DETAIL_LINES * self.fontMetrics().lineSpacing())
        return self._detail

    def _build_buttons(self) -> QHBoxLayout:
        self._retry = QPushButton(self.tr("&Try again"))
        self._retry.setToolTip(self.tr("Read the selected files again"))
        self._retry.clicked.connect(self._retry_selected)
        self._retry_all = QPushButton(self.tr("Try &all again"))
        self._retry_all.clicked.connect(self._analysis.retry_all)
        self._folder = QPushButton(self.tr("&Show in folder"))
        self._folder.clicked.connect(self._show_selected)
        self._copy = QPushButton(self.tr("&Copy list"))
        self._copy.setToolTip(self.tr("Copy the paths and reasons that are listed"))
        self._copy.clicked.connect(self._copy_list)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(SPACE_PX)
        for button in (self._retry, self._retry_all, self._folder, self._copy):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        row.addWidget(close)
        close.setDefault(True)
        return row

    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        def work(services: "Services") -> tuple[Failure, ...]:
            files = services.catalog.files.with_state(FileState.FAILED)
            return tuple(Failure(f.stamp.path, f.reason, f.changed_at_s) for f in files)

        self._background.browse(work, parent=self, on_success=self._take, replaces="failures")

    def _take(self, failed: tuple[Failure, ...]) -> None:
        self._failed = failed
        self._draw()

    def _draw(self) -> None:
        failed = self._failed or ()
        passed_over = tuple(Failure(one.path, one.reason) for one in self._analysis.passed_over)
        self._pages.setTabText(0, _counted(self.tr("Could not be analysed"), len(failed)))
        self._pages.setTabText(1, _counted(self.tr("Passed over"), len(passed_over)))
        is_failed = self._pages.currentIndex() == 0
        selected = {failure.path for failure in self._selected()}
        self._model.set_failures(failed if is_failed else passed_over)
        self._table.setColumnHidden(FailureColumn.SINCE, not is_failed)
        self._retry.setVisible(is_failed)
        self._retry_all.setVisible(is_failed)
        self._retry_all.setEnabled(bool(failed))
        self._select(selected)
        self._draw_empty()

    def _draw_empty(self) -> None:
        is_empty = self._model.rowCount() == 0
        if self._pages.currentIndex() == 1:
            words = self.tr("Nothing was passed over when Segue last looked at your folders.")
        elif self._failed is None:
            words = self.tr("Reading…")
        else:
            words = self.tr("Every file could be analysed.")
        if self._search.text() and (self._failed or self._pages.currentIndex() == 1):
            words = self.tr("No file here is like “{text}”.").format(text=self._search.text())
        self._empty.setText(words)
        self._empty.setVisible(is_empty)
        self._table.setHidden(is_empty)
        self._copy.setEnabled(not is_empty)
        self._draw_selection()

    def _draw_selection(self) -> None:
        selected = self._selected()
        self._retry.setEnabled(bool(selected))
        self._folder.setEnabled(bool(selected))
        if len(selected) == 1:
            (failure,) = selected
            self._detail.setText(f"{display_path(failure.path)}\n{failure.reason}")
        elif selected:
            self._detail.setText(self.tr("{n:,} files are selected.").format(n=len(selected)))
        else:
            self._detail.setText("")

    def _filter(self, text: str) -> None:
        self._model.set_filter(text)
        self._draw_empty()

    def _selected(self) -> list[Failure]:
        rows = self._table.selectionModel().selectedRows()
        return [self._model.shown[index.row()] for index in rows]

    def _select(self, paths: set[bytes]) -> None:
        """Select again what was selected before the list changed."""
        if not paths:
            return
        flags = QItemSelectionModel.SelectionFlag
        selection = self._table.selectionModel()
        for row, failure in enumerate(self._model.shown):
            if failure.path in paths:
                selection.select(self._model.index(row, 0), flags.Select | flags.Rows)

    def _retry_selected(self) -> None:
        self._analysis.retry([failure.path for failure in self._selected()])

    def _show_selected(self) -> None:
        show_in_folder([failure.path for failure in self._selected()])

    def _copy_list(self) -> None:
        lines = (f"{display_path(one.path)}\t{one.reason}" for one in self._model.shown)
        QGuiApplication.clipboard().setText("\n".join(lines))


def _counted(words: str, count: int) -> str:
    return f"{words} ({count:,})"
