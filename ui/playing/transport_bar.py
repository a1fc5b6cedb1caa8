"""The bar at the bottom: what plays, the buttons of a player, the outline, the volume."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from app.queue import PlayQueue, Repeat
from ui.background import Background
from ui.covers import CoverCache
from ui.icons import icon
from ui.plain_text import plain_label
from ui.playing.lookup import Playing
from ui.playing.outlines import Outlines
from ui.playing.player import Player, PlayState
from ui.playing.track_button import TrackButton
from ui.playing.waveform import WaveformBar
from ui.style import ICON_PX, SPACE_PX, theme_of
from ui.words import clock

_COVER_PX = 48
_TRACK_PX = 240
_LEAST_TRACK_PX = 150
_VOLUME_STEPS = 100
# Below these widths, what matters less makes room.
_ROOM_FOR_ORDER_PX = 900
_ROOM_FOR_VOLUME_PX = 780
_ROOM_FOR_COVER_PX = 700

_NEXT_REPEAT = {Repeat.OFF: Repeat.ALL, Repeat.ALL: Repeat.ONE, Repeat.ONE: Repeat.OFF}


class TransportBar(QWidget):
    """Shows a player and does what its buttons say.

    track_asked: the listener wants to see the track that plays where it is listed.
    queue_asked: the listener wants to see the queue.
    """

    track_asked = Signal()
    queue_asked = Signal()

    def __init__(
        self,
        player: Player,
        background: Background,
        covers: CoverCache,
        parent: QWidget | None = None,
    ) -> None:
        """Show what the player has now, and follow it."""
        super().__init__(parent)
        self._player = player
        self._covers = covers
        self._outlines = Outlines(background, self)
        self._make_parts()
        self._lay_out()
        self._outlines.arrived.connect(self._show_outline)
        covers.arrived.connect(lambda _ids: self._show_cover())
        player.track_changed.connect(self._show_track)
        player.state_changed.connect(self._show_state)
        player.position_changed.connect(self._show_position)
        player.queue_changed.connect(self._show_queue)
        player.volume_changed.connect(self._show_volume)
        self._show_track(player.playing)
        self._show_state(player.state)
        self._show_volume()

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Mark a part of the track that plays."""
        self.waveform.set_stretch((start_s, end_s))

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(1000, _COVER_PX + 2 * SPACE_PX)

    def minimumSizeHint(self) -> QSize:
        """What is left when all that matters less is hidden."""
        return QSize(480, _COVER_PX + 2 * SPACE_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide what matters less where there is no room."""
        width = event.size().width()
        for button in (self.shuffle, self.repeat, self.stop):
            button.setVisible(width >= _ROOM_FOR_ORDER_PX)
        self.volume.setVisible(width >= _ROOM_FOR_VOLUME_PX)
        self._cover.setVisible(width >= _ROOM_FOR_COVER_PX)
        self.track.setMaximumWidth(_TRACK_PX if width >= _ROOM_FOR_COVER_PX else _LEAST_TRACK_PX)
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A line between the bar and what is above it."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, QColor(theme_of(self.palette()).line))

    def changeEvent(self, event: QEvent) -> None:
        """Draw what stands for a cover in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_cover()

    def _make_parts(self) -> None:
        player = self._player
        self._cover = QLabel()
        self._cover.setFixedSize(_COVER_PX, _COVER_PX)
        self._cover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.track = TrackButton()
        self.track.clicked.connect(lambda: self.track_asked.emit())
        self.previous = _button("previous", self.tr("Previous track"), "F5")
        self.previous.clicked.connect(lambda: player.previous())
        self.toggle = _button("play", self.tr("Play"), "F6")
        self.toggle.clicked.connect(lambda: player.toggle())
        self.stop = _button("stop", self.tr("Stop"), "F7")
        self.stop.clicked.connect(lambda: player.stop())
        self.next = _button("next", self.tr("Next track"), "F8")
        self.next.clicked.connect(lambda: player.next())
        self.waveform = WaveformBar()
        self.waveform.seek_wanted.connect(player.seek)
        self._position = _time_label(Qt.AlignmentFlag.AlignRight)
        self._length = _time_label(Qt.AlignmentFlag.AlignLeft)
        self.shuffle = _button("shuffle", self.tr("Shuffle the queue"), checkable=True)
        self.shuffle.clicked.connect(self._shuffle)
        self.repeat = _button("repeat", self.tr("Repeat"), checkable=True)
        self.repeat.clicked.connect(self._change_repeat)
        self.queue = _button("queue", self.tr("Show the queue"), "Ctrl+3")
        self.queue.clicked.connect(lambda: self.queue_asked.emit())
        self.mute = _button("volume", self.tr("Mute"), checkable=True)
        self.mute.clicked.connect(
            lambda checked: player.deck.set_volume(player.deck.volume, muted=checked)
        )
        self.volume = _volume_slider(self.tr("Volume"))
        self.volume.valueChanged.connect(self._set_volume)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        layout.setSpacing(SPACE_PX // 2)
        layout.addWidget(self._cover)
        layout.addWidget(self.track)
        layout.addSpacing(SPACE_PX)
        for button in (self.previous, self.toggle, self.next, self.stop):
            layout.addWidget(button)
        layout.addSpacing(SPACE_PX)
        layout.addWidget(self._position)
        layout.addWidget(self.waveform, 1)
        layout.addWidget(self._length)
        layout.addSpacing(SPACE_PX)
        for widget in (self.shuffle, self.repeat, self.queue, self.mute, self.volume):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _show_track(self, playing: Playing | None) -> None:
        self.track.show_playing(playing)
        duration_s = 0.0 if playing is None else playing.duration_s
        outline = None if playing is None else self._outlines.get(playing.path)
        self.waveform.set_track(duration_s, outline)
        self._length.setText(clock(duration_s) if duration_s else "")
        self._show_cover()
        self._show_position(self._player.position_s)
        self._show_queue()

    def _show_outline(self, path: bytes) -> None:
        playing = self._player.playing
        if playing is not None and playing.path == path:
            outline = self._outlines.get(path)
            if outline is not None:
                self.waveform.set_outline(outline)

    def _show_cover(self) -> None:
        playing = self._player.playing
        track_id = None if playing is None else playing.track_id
        cover = None if track_id is None else self._covers.get(track_id)
        scale = self.devicePixelRatioF()
        if cover is None:
            self._cover.setPixmap(icon("note").pixmap(QSize(ICON_PX, ICON_PX), scale))
        else:
            self._cover.setPixmap(_scaled(cover, _COVER_PX, scale))

    def _show_state(self, state: PlayState) -> None:
        plays = state is PlayState.PLAYING
        self.toggle.setIcon(icon("pause" if plays else "play"))
        _name(self.toggle, self.tr("Pause") if plays else self.tr("Play"), "F6")
        self._show_queue()

    def _show_position(self, position_s: float) -> None:
        self.waveform.set_position(position_s)
        has_track = self._player.playing is not None
        text = clock(position_s) if has_track else ""
        if text != self._position.text():
            self._position.setText(text)

    def _show_queue(self) -> None:
        queue = self._player.queue
        has_entries = bool(queue.line.keys)
        is_stopped = self._player.state is PlayState.STOPPED
        self.toggle.setEnabled(has_entries or not is_stopped)
        self.stop.setEnabled(not is_stopped)
        self.previous.setEnabled(has_entries)
        self.next.setEnabled(queue.has_following)
        self.shuffle.setEnabled(has_entries)
        self.shuffle.setChecked(queue.shuffled)
        self.repeat.setChecked(queue.repeat is not Repeat.OFF)
        self.repeat.setIcon(icon("repeat-one" if queue.repeat is Repeat.ONE else "repeat"))
        _name(self.repeat, self._repeat_words(queue.repeat))

    def _repeat_words(self, repeat: Repeat) -> str:
        return {
            Repeat.OFF: self.tr("Repeat: off"),
            Repeat.ALL: self.tr("Repeat: the whole queue"),
            Repeat.ONE: self.tr("Repeat: this track"),
        }[repeat]

    def _show_volume(self) -> None:
        deck = self._player.deck
        self.mute.setChecked(deck.is_muted)
        self.mute.setIcon(icon("muted" if deck.is_muted or deck.volume == 0 else "volume"))
        _name(self.mute, self.tr("Unmute") if deck.is_muted else self.tr("Mute"))
        self.volume.blockSignals(True)
        self.volume.setValue(round(deck.volume * _VOLUME_STEPS))
        self.volume.blockSignals(False)
        self.volume.setToolTip(
            self.tr("Volume: {percent} %").format(percent=round(deck.volume * _VOLUME_STEPS))
        )

    def _set_volume(self, steps: int) -> None:
        self._player.deck.set_volume(steps / _VOLUME_STEPS, muted=False)

    def _shuffle(self) -> None:
        def change(queue: PlayQueue) -> None:
            if queue.shuffled:
                queue.unshuffle()
            else:
                queue.shuffle()

        self._player.edit_queue(change)

    def _change_repeat(self) -> None:
        self._player.set_repeat(_NEXT_REPEAT[self._player.queue.repeat])


def _button(icon_name: str, words: str, keys: str = "", *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _name(button, words, keys)
    return button


def _name(button: QToolButton, words: str, keys: str = "") -> None:
    """The keys belong to the window's menu; here they are only shown."""
    button.setAccessibleName(words)
    button.setToolTip(f"{words} ({keys})" if keys else words)


def _volume_slider(words: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _VOLUME_STEPS)
    slider.setSingleStep(5)
    slider.setPageStep(20)
    slider.setFixedWidth(90)
    slider.setAccessibleName(words)
    return slider


def _time_label(side: Qt.AlignmentFlag) -> QLabel:
    label = plain_label()
    label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    label.setMinimumWidth(label.fontMetrics().horizontalAdvance("0:00:00"))
    return label


def _scaled(cover: QPixmap, size_px: int, scale: float) -> QPixmap:
    """The middle of a cover, square, sharp at this scale."""
    side = round(size_px * scale)
    filled = cover.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = filled.copy((filled.width() - side) // 2, (filled.height() - side) // 2, side, side)
    square.setDevicePixelRatio(scale)
    return square
