"""How Segue looks: two themes of plain colours, spacing, and one short style sheet.

Widgets take colours from their palette; what a palette has no role for is in `theme_of(palette)`.
"""

from dataclasses import dataclass
from importlib import resources

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QSpinBox, QStyleFactory

SPACE_PX = 8
ROW_PX = 28
TALL_ROW_PX = 56
RADIUS_PX = 6
ICON_PX = 18

_INSET_PX = 4
_MIDDLE_LIGHTNESS = 128


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, as #rrggbb.

    window: behind panels; base: behind lists; raised: buttons and cards; line: borders;
    text, dim: what is read first and what is read second; accent: what is chosen or playing, and
    on_accent: text on it; chosen: behind selected rows; hover: behind what the pointer is over;
    good, warning, bad: states.
    """

    window: str
    base: str
    alternate: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    on_accent: str
    chosen: str
    hover: str
    good: str
    warning: str
    bad: str


LIGHT = Theme(
    window="#f3f3f6",
    base="#ffffff",
    alternate="#f8f8fb",
    raised="#ffffff",
    line="#d6d6de",
    text="#1b1b21",
    dim="#62626e",
    accent="#4450c8",
    on_accent="#ffffff",
    chosen="#dfe1fb",
    hover="#ececf3",
    good="#1c7c4a",
    warning="#94610a",
    bad="#b3261e",
)
DARK = Theme(
    window="#1c1d21",
    base="#151619",
    alternate="#191a1e",
    raised="#292a30",
    line="#3a3b43",
    text="#ececf1",
    dim="#a3a3b0",
    accent="#9aa2ff",
    on_accent="#14151a",
    chosen="#33375f",
    hover="#26272d",
    good="#6fd09a",
    warning="#e6b45c",
    bad="#ff8d85",
)


def theme_of(palette: QPalette) -> Theme:
    """The theme that a palette belongs to."""
    return (
        DARK if palette.color(QPalette.ColorRole.Window).lightness() < _MIDDLE_LIGHTNESS else LIGHT
    )


def apply_theme(application: QApplication, name: str) -> None:
    """Give the whole program a look, now and wherever it is drawn next.

    Args:
        application: the program.
        name: "light", "dark", or "auto" for what the desktop prefers.
    """
    theme = DARK if name == "dark" or (name == "auto" and _desktop_is_dark()) else LIGHT
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(theme))
    application.setStyleSheet(_style_sheet(theme))


def inset(field: QSpinBox) -> None:
    """Keep a number away from the edge of its field; a style sheet does so for other fields."""
    field.lineEdit().setTextMargins(_INSET_PX, 0, 0, 0)


def _desktop_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.Window, role.AlternateBase), theme.window),
        ((role.Base,), theme.base),
        ((role.Button, role.ToolTipBase), theme.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.text),
        ((role.PlaceholderText,), theme.dim),
        ((role.BrightText,), theme.bad),
        ((role.Highlight,), theme.chosen),
        ((role.HighlightedText,), theme.text),
        ((role.Accent, role.Link, role.LinkVisited), theme.accent),
        ((role.Light, role.Midlight), theme.raised),
        ((role.Mid, role.Dark), theme.line),
        ((role.Shadow,), theme.line),
    ):
        for one in roles:
            palette.setColor(one, QColor(colour))
    palette.setColor(role.AlternateBase, QColor(theme.alternate))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, _between(theme.dim, theme.window))
    return palette


def _between(first: str, second: str) -> QColor:
    one, other = QColor(first), QColor(second)
    return QColor(
        (one.red() + other.red()) // 2,
        (one.green() + other.green()) // 2,
        (one.blue() + other.blue()) // 2,
    )


def _drawing(name: str) -> str:
    """The path of a drawing, as a style sheet writes it; its grey suits both themes."""
    path = resources.files("assets") / "icons" / f"{name}.svg"
    return str(path).replace("\\", "/").replace('"', '\\"')


def _style_sheet(theme: Theme) -> str:
    return f"""
QToolTip {{ border: 1px solid {theme.line}; padding: 4px; }}
QAbstractItemView {{ border: 0; outline: 0; selection-background-color: {theme.chosen};
    selection-color: {theme.text}; }}
QDialog QTableView::item, QDialog QTreeWidget::item, QDialog QListWidget::item
    {{ padding: 0 3px; }}
QTabBar::tab {{ background: transparent; color: {theme.dim}; border: 0; padding: 5px 10px;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:hover, QTabBar::tab:selected {{ color: {theme.text}; }}
QTabBar::tab:selected {{ border-bottom-color: {theme.accent}; }}
QTabBar::tab:focus {{ color: {theme.accent}; }}
QHeaderView {{ background: {theme.base}; border: 0; }}
QHeaderView::section {{ background: {theme.base}; color: {theme.dim}; border: 0; padding: 5px 6px;
    border-bottom: 1px solid {theme.line}; }}
QHeaderView::section:hover {{ color: {theme.text}; background: {theme.hover}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ background: {theme.base}; padding: 4px 6px;
    border: 1px solid {theme.line}; border-radius: {RADIUS_PX}px; min-height: 18px; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus
    {{ border-color: {theme.accent}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 20px;
    border-radius: 4px; background: transparent; subcontrol-origin: border; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin: 2px 2px 0 0; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin: 0 2px 2px 0; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover
    {{ background: {theme.hover}; }}
QAbstractSpinBox::up-arrow {{ image: url("{_drawing("step-up")}"); width: 14px; height: 14px; }}
QAbstractSpinBox::down-arrow, QComboBox::down-arrow
    {{ image: url("{_drawing("step-down")}"); width: 14px; height: 14px; }}
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::down-arrow:off {{ image: none; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QPushButton {{ background: {theme.raised}; border: 1px solid {theme.line}; padding: 5px 12px;
    border-radius: {RADIUS_PX}px; min-height: 18px; }}
QPushButton:hover {{ background: {theme.hover}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {theme.accent}; }}
QPushButton:default {{ background: {theme.accent}; color: {theme.on_accent};
    border-color: {theme.accent}; }}
QPushButton:disabled {{ color: {_between(theme.dim, theme.window).name()};
    background: {theme.window}; border-color: {theme.line}; }}
QToolButton {{ border: 1px solid transparent; border-radius: {RADIUS_PX}px; padding: 4px; }}
QToolButton:hover {{ background: {theme.hover}; }}
QToolButton:checked {{ background: {theme.chosen}; }}
QToolButton::menu-indicator {{ image: none; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QSplitter::handle {{ background: {theme.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QMenu {{ background: {theme.raised}; border: 1px solid {theme.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 8px; border-radius: 4px; }}
QMenu::item:selected {{ background: {theme.chosen}; }}
QMenu::item:disabled {{ color: {_between(theme.dim, theme.window).name()}; }}
QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 6px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {theme.line}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {theme.dim}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator, QAbstractItemView::indicator {{ width: 16px; height: 16px;
    border: 1px solid {theme.dim}; border-radius: 4px; background: {theme.base}; }}
QAbstractItemView::indicator {{ width: 14px; height: 14px; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked
    {{ background: {theme.accent}; border-color: {theme.accent};
    image: url("{_drawing("check-dark" if theme is DARK else "check-light")}"); }}
QCheckBox::indicator:focus {{ width: 14px; height: 14px; border: 2px solid {theme.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {theme.line}; }}
QRadioButton {{ spacing: 8px; }}
QRadioButton:focus {{ color: {theme.accent}; }}
QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {theme.dim};
    border-radius: 9px; background: {theme.base}; }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {theme.accent}; }}
QRadioButton::indicator:focus {{ border-color: {theme.accent}; }}
QRadioButton::indicator:disabled {{ border-color: {theme.line}; }}
QProgressBar {{ background: {theme.line}; border: 0; border-radius: 3px; height: 6px; }}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
"""
