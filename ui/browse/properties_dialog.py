"""All that is known of some tracks, one after the other, and what they have in common."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from library.records import TrackId
from ui.background import Background
from ui.browse.heard_bars import HeardBars
from ui.browse.property_lines import (
    Line,
    Section,
    common_heard,
    common_sections,
    sections_of,
)
from ui.covers import CoverCache
from ui.icons import icon
from ui.plain_text import one_line, plain_label, plain_tooltip
from ui.style import ICON_PX, SPACE_PX
from ui.track_actions import Ids

if TYPE_CHECKING:
    from app.browsing import Properties
    from app.services import Services

_COVER_PX = 96
_MAX_COMPARED = 500
_SIZE = QSize(520, 620)
_NAME_PX = 110


class PropertiesDialog(QDialog):
    """Properties of tracks; of several, what they have in common comes first."""

    def __init__(
        self,
        background: Background,
        covers: CoverCache,
        ids: Ids,
        parent: QWidget | None = None,
    ) -> None:
        """Begin to read what is known of the first track, or of all."""
        super().__init__(parent)
        self._background = background
        self._covers = covers
        self._ids = ids
        self._place = 0 if len(ids) == 1 else -1  # -1: all together
        self._cover_of: TrackId | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Properties"))
        self.resize(_SIZE)
        self._cover = QLabel()
        self._cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title, self._artist = plain_label(), plain_label()
        self._lay_out()
        covers.arrived.connect(self._draw_cover)  # a method: a closed dialog hears nothing
        self._read()

    def step(self, by: int) -> None:
        """Go on to the next track (1) or back to the one before (-1)."""
        first = -1 if len(self._ids) > 1 else 0
        self._place = min(max(self._place + by, first), len(self._ids) - 1)
        self._read()

    def _lay_out(self) -> None:
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self._title.setFont(font)
        self._title.setWordWrap(True)
        self._artist.setWordWrap(True)
        self._artist.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        names = QVBoxLayout()
        names.addStretch()
        names.addWidget(self._title)
        names.addWidget(self._artist)
        names.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE_PX)
        head.addWidget(self._cover)
        head.addLayout(names, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(self.tr("Properties"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX, 2 * SPACE_PX)
        layout.setSpacing(SPACE_PX)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        """Where one is among several tracks, and the way out."""
        self._back = self._arrow("up", self.tr("Track before (Alt+Left)"), "Alt+Left", -1)
        self._on = self._arrow("down", self.tr("Next track (Alt+Right)"), "Alt+Right", 1)
        self._where = plain_label()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        for widget in (self._back, self._on, self._where):
            widget.setVisible(len(self._ids) > 1)
            foot.addWidget(widget)
        foot.addStretch()
        foot.addWidget(buttons)
        return foot

    def _arrow(self, icon_name: str, words: str, keys: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setShortcut(keys)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(partial(self.step, by))
        return button

    def _read(self) -> None:
        wanted = self._ids[:_MAX_COMPARED] if self._place < 0 else (self._ids[self._place],)
        self._back.setEnabled(self._place > (-1 if len(self._ids) > 1 else 0))
        self._on.setEnabled(self._place < len(self._ids) - 1)
        self._where.setText(self._where_words())

        def read(services: "Services") -> "list[Properties]":
            from app.browsing import properties
            from app.errors import TrackGone

            found = []
            for track_id in wanted:
                try:
                    found.append(properties(services, track_id))
                except TrackGone:
                    continue
            return found

        self._background.browse(
            read, on_success=self._show, parent=self, replaces=f"properties-{id(self)}"
        )

    def _where_words(self) -> str:
        if self._place < 0:
            return self.tr("All {count:,}").format(count=len(self._ids))
        where = self.tr("{place:,} of {count:,}")
        return where.format(place=self._place + 1, count=len(self._ids))

    def _show(self, found: "list[Properties]") -> None:
        """Show one track, what several have in common, or that there is none any more."""
        if not found:
            self._cover_of = None
            self._name(self.tr("This track is not in the library any more."), "")
            self._fill((), ())
        elif self._place < 0:
            self._cover_of = found[0].track.id
            words = self.tr("{count:,} tracks").format(count=len(self._ids))
            less = self.tr("What the first {count:,} have in common").format(count=len(found))
            self._name(words, less if len(found) < len(self._ids) else "")
            self._fill(common_sections(found), common_heard(found))
        else:
            track = found[0].track
            self._cover_of = track.id
            self._name(track.title, track.tags.artist)
            self._fill(sections_of(found[0]), found[0].heard)
        self._draw_cover()

    def _name(self, title: str, artist: str) -> None:
        self._title.setText(one_line(title))
        self._artist.setText(one_line(artist))
        self._artist.setVisible(bool(artist))

    def _fill(self, sections: tuple[Section, ...], heard: tuple[tuple[str, float], ...]) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE_PX, 0)
        layout.setSpacing(SPACE_PX // 2)
        for section in sections[:1]:
            _add_section(layout, section)
        if heard:
            layout.addWidget(_heading(self.tr("Sounds like")))
            bars = HeardBars()
            bars.show_heard(heard)
            layout.addWidget(bars)
        for section in sections[1:]:
            _add_section(layout, section)
        layout.addStretch()
        self._scroll.setWidget(page)

    def _draw_cover(self) -> None:
        cover = None if self._cover_of is None else self._covers.get(self._cover_of)
        self._cover.setVisible(cover is not None)
        if cover is not None:
            ratio = self.devicePixelRatioF()
            side = round(_COVER_PX * ratio)
            scaled = cover.scaled(
                side,
                side,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            scaled.setDevicePixelRatio(ratio)
            self._cover.setPixmap(scaled)


def _add_section(layout: QVBoxLayout, section: Section) -> None:
    if section.title:
        layout.addWidget(_heading(section.title))
    form = QFormLayout()
    form.setHorizontalSpacing(SPACE_PX)
    form.setVerticalSpacing(3)
    for line in section.lines:
        form.addRow(_line_name(line), _line_text(line))
    layout.addLayout(form)


def _heading(words: str) -> QLabel:
    label = plain_label(words)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, SPACE_PX, 0, 2)
    return label


def _line_name(line: Line) -> QLabel:
    label = plain_label(line.name)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setFixedWidth(_NAME_PX)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _line_text(line: Line) -> QWidget:
    """Text that can be selected and copied."""
    shown = _long_text(line.text) if line.is_long else _wrapped_text(line.text)
    shown.setAccessibleName(f"{line.name}: {line.text}")
    return shown


def _wrapped_text(text: str) -> QWidget:
    label = plain_label(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _long_text(text: str) -> QWidget:
    """One line that scrolls: a path may be one long word, and is copied as it is."""
    line = QLineEdit(one_line(text))
    line.setReadOnly(True)
    line.setCursorPosition(0)
    line.setToolTip(plain_tooltip(text))
    line.setStyleSheet("border: 0; padding: 0; background: transparent;")
    return line
