"""The keys that do something in a window, read from its own actions: no list of them is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

_NATIVE = QKeySequence.SequenceFormat.NativeText


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What is done, and the keys or the gesture that do it."""

    words: str
    keys: str


@dataclass(frozen=True, slots=True)
class ShortcutGroup:
    """Shortcuts that belong together."""

    title: str
    shortcuts: tuple[Shortcut, ...]


def menu_groups(window: QMainWindow) -> list[ShortcutGroup]:
    """The shortcuts of the menu bar, menu by menu."""
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title()]
    return _not_empty(ShortcutGroup(_plain(m.title()), _shortcuts(m.actions())) for m in menus)


def group_of_menu(title: str, menu: QMenu) -> ShortcutGroup:
    """The shortcuts of a context menu."""
    return ShortcutGroup(title, _shortcuts(menu.actions()))


def panel_groups(window: QWidget, known: Iterable[ShortcutGroup]) -> list[ShortcutGroup]:
    """The shortcuts of the lists and panels in a window that no group has yet, list by list.

    A list is called by its accessible name.
    """
    listed = {(one.words, one.keys) for group in known for one in group.shortcuts}
    found: dict[str, dict[Shortcut, None]] = {}
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QMenu) or not widget.accessibleName():
            continue
        for shortcut in _shortcuts(widget.actions()):
            if (shortcut.words, shortcut.keys) not in listed:
                found.setdefault(widget.accessibleName(), {})[shortcut] = None
    return _not_empty(ShortcutGroup(title, tuple(group)) for title, group in found.items())


def _shortcuts(actions: Iterable[QAction]) -> tuple[Shortcut, ...]:
    return tuple(
        Shortcut(words, keys)
        for action in actions
        if (words := _words(action)) and (keys := ", ".join(dict.fromkeys(_keys(action))))
    )


def _words(action: QAction) -> str:
    return _plain(action.text().partition("\t")[0])


def _keys(action: QAction) -> Iterator[str]:
    """The keys that it listens to, or those that stand beside it for a list that listens."""
    shown = action.text().partition("\t")[2]
    if shown:
        yield QKeySequence(shown).toString(_NATIVE) or shown
    for sequence in action.shortcuts():
        yield sequence.toString(_NATIVE)


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _not_empty(groups: Iterable[ShortcutGroup]) -> list[ShortcutGroup]:
    return [group for group in groups if group.shortcuts]
