import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.style import DARK, LIGHT, Theme, apply_theme, theme_of

GROUNDS = ("window", "base", "alternate", "raised", "chosen", "hover")
TEXT_CONTRAST = 4.5
PART_CONTRAST = 3.0

themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value / 255) for value in QColor(colour).getRgb()[:3])  # type: ignore[index]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@themes
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["text", "dim"])
def test_text_can_be_read_wherever_it_stands(theme: Theme, ink: str, ground: str):
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= TEXT_CONTRAST


@themes
@pytest.mark.parametrize("ground", ["window", "base", "alternate", "raised"])
@pytest.mark.parametrize("ink", ["accent", "good", "warning", "bad"])
def test_words_in_colour_can_be_read(theme: Theme, ink: str, ground: str):
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= TEXT_CONTRAST


@themes
def test_text_on_the_accent_can_be_read(theme: Theme):
    assert contrast(theme.on_accent, theme.accent) >= TEXT_CONTRAST


@themes
@pytest.mark.parametrize("ground", ["window", "base", "raised"])
def test_the_frame_of_what_has_the_focus_is_seen(theme: Theme, ground: str):
    assert contrast(theme.accent, getattr(theme, ground)) >= PART_CONTRAST


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_a_theme_reaches_every_widget_s_palette(qapp: QApplication, name: str, theme: Theme):
    apply_theme(qapp, name)
    palette = qapp.palette()
    assert theme_of(palette) is theme
    assert palette.color(QPalette.ColorRole.WindowText).name() == theme.text
    assert palette.color(QPalette.ColorRole.Base).name() == theme.base
    assert palette.color(QPalette.ColorRole.Highlight).name() == theme.chosen
    apply_theme(qapp, "light")


def test_auto_is_one_of_the_two(qapp: QApplication):
    apply_theme(qapp, "auto")
    assert theme_of(qapp.palette()) in (LIGHT, DARK)
    apply_theme(qapp, "light")


@themes
def test_the_style_sheet_is_understood(qapp: QApplication, theme: Theme):
    """Qt warns of a sheet that it cannot parse, which fails a test."""
    apply_theme(qapp, "dark" if theme is DARK else "light")
    assert qapp.styleSheet()
    apply_theme(qapp, "light")
