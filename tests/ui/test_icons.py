from importlib import resources

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication

from ui.icons import icon
from ui.style import DARK, LIGHT, apply_theme

NAMES = sorted(
    path.name.removesuffix(".svg") for path in (resources.files("assets") / "icons").iterdir()
)


def inks(image: QImage) -> set[str]:
    """The colours of the pixels that are wholly covered."""
    colours = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in colours if colour.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_is_drawn_within_its_bounds(qapp: QApplication, name: str):
    image = icon(name).pixmap(QSize(96, 96), 1.0).toImage()
    edge = [image.pixelColor(x, y).alpha() for x in range(96) for y in (0, 95)]
    assert inks(image), "nothing is drawn"
    assert not any(edge), "it is cut at its edge"


def test_an_icon_is_drawn_in_the_pixels_of_the_screen(qapp: QApplication):
    pixmap = icon("play").pixmap(QSize(18, 18), 2.0)
    assert pixmap.size() == QSize(36, 36)
    assert pixmap.devicePixelRatio() == 2.0


def test_an_icon_follows_the_theme(qapp: QApplication):
    play = icon("play")
    apply_theme(qapp, "dark")
    dark = inks(play.pixmap(QSize(96, 96), 1.0).toImage())
    apply_theme(qapp, "light")
    light = inks(play.pixmap(QSize(96, 96), 1.0).toImage())
    assert DARK.text in dark
    assert LIGHT.text in light
    assert dark.isdisjoint(light)


def test_an_icon_that_is_switched_on_has_the_accent_colour(qapp: QApplication):
    pixmap = icon("shuffle").pixmap(QSize(96, 96), 1.0, QIcon.Mode.Normal, QIcon.State.On)
    assert LIGHT.accent in inks(pixmap.toImage())


def test_an_icon_that_does_not_exist_is_a_mistake():
    with pytest.raises(FileNotFoundError):
        icon("no such icon")
