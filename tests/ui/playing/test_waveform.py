import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent

from audio_model.sound import Waveform
from ui.playing.waveform import WaveformBar


@pytest.fixture
def bar(qtbot) -> WaveformBar:
    """100 s on 400 pixels."""
    bar = WaveformBar()
    qtbot.addWidget(bar)
    bar.resize(400, 44)
    bar.set_track(100.0)
    bar.show()
    return bar


@pytest.fixture
def wanted(bar: WaveformBar) -> list[float]:
    places: list[float] = []
    bar.seek_wanted.connect(places.append)
    return places


def outline(n_columns: int = 800) -> Waveform:
    """Silent in its first half, loud in its second."""
    levels = np.zeros(n_columns, dtype=np.float32)
    levels[n_columns // 2 :] = 0.8
    return Waveform(levels, 0.5 * levels, 100.0)


def test_a_click_asks_for_the_place_under_the_pointer(bar, wanted, qtbot):
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert wanted == [25.0]


@pytest.mark.qt_log_ignore(r"raise\(\)", extend=True)  # of the tooltip
def test_a_drag_asks_once_for_the_place_where_it_ends(bar, wanted, qtbot):
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    qtbot.mouseMove(bar, QPoint(200, 20))
    bar.set_position(3.0)  # the music goes on meanwhile
    assert bar.sliderPosition() == 500
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    assert wanted == [75.0]


def test_a_drag_beyond_the_end_stays_in_the_track(bar, wanted, qtbot):
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(900, 20))
    assert wanted == [100.0]


@pytest.mark.parametrize(
    ("key", "place_s"),
    [
        (Qt.Key.Key_Right, 55.0),
        (Qt.Key.Key_Left, 45.0),
        (Qt.Key.Key_PageUp, 80.0),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 100.0),
    ],
)
def test_keys_go_through_the_track(bar, wanted, qtbot, key, place_s):
    bar.set_position(50.0)
    qtbot.keyClick(bar, key)
    assert wanted == [place_s]


def test_the_wheel_goes_through_the_track(bar, wanted, qtbot):
    bar.set_position(50.0)
    at = QPointF(200, 20)
    event = QWheelEvent(
        at,
        bar.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    bar.wheelEvent(event)
    assert len(wanted) == 1
    assert wanted[0] > 50.0


def test_the_music_moves_the_slider_without_asking_for_anything(bar, wanted):
    bar.set_position(30.0)
    assert bar.value() == 300
    assert wanted == []


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
def test_without_a_track_nothing_can_be_asked_for(bar, wanted, qtbot):
    bar.set_track(0.0)
    assert not bar.isEnabled()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert wanted == []


def test_it_is_a_slider_with_its_value_in_words(bar, qtbot):
    bar.set_position(50.0)
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.role() == QAccessible.Role.Slider
    assert bar.accessibleName() == "Position"
    assert bar.accessibleDescription() == "0:55 of 1:40"


def ink(bar: WaveformBar, x: int) -> int:
    """How many pixels in a column differ from the ground."""
    image = bar.grab().toImage()
    ground = image.pixelColor(0, 0)
    return sum(image.pixelColor(x, y) != ground for y in range(image.height()))


def test_loud_places_are_drawn_higher_than_quiet_ones(bar):
    bar.set_outline(outline())
    assert max(ink(bar, x) for x in (300, 301, 302)) > 20
    assert max(ink(bar, x) for x in (100, 101, 102)) < 8


def test_what_was_played_has_the_accent_colour(bar):
    bar.set_outline(outline())
    before = bar.grab().toImage().pixelColor(301, 18)
    bar.set_position(90.0)
    assert bar.grab().toImage().pixelColor(301, 18) != before


def test_a_curve_and_a_stretch_are_drawn_and_forgotten_with_the_track(bar):
    plain = bar.grab().toImage()
    bar.set_stretch((20.0, 40.0))
    bar.set_curve([0.0, 50.0, 100.0], np.array([0.0, 1.0, 0.0], dtype=np.float32))
    assert bar.grab().toImage() != plain
    bar.set_track(100.0)
    assert bar.grab().toImage() == plain


def test_an_outline_of_any_width_can_be_drawn(bar):
    for width in (1, 80, 2500):
        bar.resize(width, 44)
        bar.set_outline(outline(n_columns=7))
        assert not bar.grab().isNull()
