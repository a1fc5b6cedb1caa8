"""The dials: how many matches, how many of one artist and album, which lengths, years, genres."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.match_request import Dials
from ui.background import Background
from ui.matching.bounds import BoundField, LengthField, YearField
from ui.matching.genre_menu import GenreButton
from ui.plain_text import plain_label
from ui.style import SPACE_PX, inset

_MOST_OF_ONE = 99
_MOST_MATCHES = 1000


class DialsPanel(QWidget):
    """All dials at once. `turned` carries the `Dials` as they are now."""

    turned = Signal(Dials)

    def __init__(self, background: Background, usual: Dials, parent: QWidget) -> None:
        """Show the usual dials, to which `Reset` leads back."""
        super().__init__(parent)
        self._usual = usual
        self._dials = usual
        self._count = QSpinBox(self)
        self._count.setKeyboardTracking(False)
        self._count.setRange(1, _MOST_MATCHES)
        self._count.setSingleStep(10)
        inset(self._count)
        self._per_artist = BoundField(0, _MOST_OF_ONE, 1, self)
        self._per_album = BoundField(0, _MOST_OF_ONE, 1, self)
        self._shortest = LengthField(120, self)
        self._longest = LengthField(360, self)
        self._first_year = YearField(1980, self)
        self._last_year = YearField(1999, self)
        self._genres = GenreButton(background, self)
        self._reset = QPushButton(self.tr("Reset"), self)
        self._lay_out()
        self.set_dials(usual)
        self._connect()

    @property
    def dials(self) -> Dials:
        """What is set."""
        return self._dials

    @property
    def any_turned(self) -> bool:
        """Whether a dial is not where it usually is."""
        return self._dials != self._usual

    def set_usual(self, usual: Dials) -> None:
        """Take over other usual dials; those that stand as was usual follow."""
        followed = self._dials == self._usual
        self._usual = usual
        if followed:
            self.set_dials(usual)
            self.turned.emit(usual)
        self._reset.setEnabled(self.any_turned)

    def set_dials(self, dials: Dials) -> None:
        """Show dials, without saying that they were turned."""
        self._dials = dials
        fields = self._fields()
        for field in fields:
            field.blockSignals(True)
        self._count.setValue(dials.count)
        self._per_artist.set_bound(dials.per_artist)
        self._per_album.set_bound(dials.per_album)
        self._shortest.set_bound(dials.min_length_s)
        self._longest.set_bound(dials.max_length_s)
        self._first_year.set_bound(dials.first_year)
        self._last_year.set_bound(dials.last_year)
        self._genres.set_genres(dials.genres)
        for field in fields:
            field.blockSignals(False)
        self._reset.setEnabled(self.any_turned)

    def reset(self) -> None:
        """Turn all dials to where they usually are."""
        self._turn(self._usual)

    def _fields(self) -> list[QSpinBox]:
        return [
            self._count,
            self._per_artist,
            self._per_album,
            self._shortest,
            self._longest,
            self._first_year,
            self._last_year,
        ]

    def _connect(self) -> None:
        for field in self._fields():
            field.valueChanged.connect(lambda _value: self._turn(self._read()))
        self._genres.genres_chosen.connect(
            lambda genres: self._turn(replace(self._dials, genres=genres))
        )
        self._reset.clicked.connect(self.reset)

    def _read(self) -> Dials:
        return replace(
            self._dials,
            count=self._count.value(),
            per_artist=self._per_artist.value(),
            per_album=self._per_album.value(),
            min_length_s=self._shortest.bound(),
            max_length_s=self._longest.bound(),
            first_year=self._first_year.bound(),
            last_year=self._last_year.bound(),
        )

    def _turn(self, dials: Dials) -> None:
        if dials != self._dials:
            self.set_dials(dials)
            self.turned.emit(dials)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_PX)
        grid.setVerticalSpacing(SPACE_PX // 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._add_row(
            grid,
            (self.tr("Per &artist"), self.tr("al&bum")),
            (self._per_artist, self._per_album),
            (self.tr("Most tracks of one artist"), self.tr("Most tracks of one album")),
        )
        self._add_row(
            grid,
            (self.tr("&Length"), self.tr("to")),
            (self._shortest, self._longest),
            (self.tr("Shortest length"), self.tr("Longest length")),
        )
        self._add_row(
            grid,
            (self.tr("&Years"), self.tr("to")),
            (self._first_year, self._last_year),
            (self.tr("First year"), self.tr("Last year")),
        )
        grid.addWidget(self._label(self.tr("&Genres"), self._genres), 3, 0)
        grid.addWidget(self._genres, 3, 1, 1, 3)
        last = QHBoxLayout()
        last.addWidget(self._count)
        last.addStretch(1)
        last.addWidget(self._reset)
        grid.addWidget(self._label(self.tr("&Matches"), self._count), 4, 0)
        grid.addLayout(last, 4, 1, 1, 3)
        self._count.setAccessibleName(self.tr("Number of matches"))
        self._reset.setToolTip(self.tr("Turn all of these back to what is usual"))

    def _add_row(
        self,
        grid: QGridLayout,
        labels: tuple[str, str],
        fields: tuple[QSpinBox, QSpinBox],
        names: tuple[str, str],
    ) -> None:
        row = grid.rowCount() if grid.count() else 0
        for place, (text, field, name) in enumerate(zip(labels, fields, names, strict=True)):
            field.setAccessibleName(name)
            field.setToolTip(name)
            grid.addWidget(self._label(text, field), row, 2 * place)
            grid.addWidget(field, row, 2 * place + 1)

    def _label(self, text: str, field: QWidget) -> QLabel:
        label = plain_label(text, self)
        label.setBuddy(field)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label
