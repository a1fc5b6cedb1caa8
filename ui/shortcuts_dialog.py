"""The list of keys and mouse gestures that do something."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QMainWindow,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from ui.shortcuts import Shortcut, ShortcutGroup, group_of_menu, menu_groups, panel_groups
from ui.style import ROW_PX, SPACE_PX
from ui.track_actions import TrackActions

_SIZE_PX = (520, 560)


class ShortcutsDialog(QDialog):
    """Lists the shortcuts of a window, as its actions have them, and finds one by its name."""

    def __init__(self, window: QMainWindow) -> None:
        """Read the shortcuts that the window has now."""
        super().__init__(window)
        self.setWindowTitle(self.tr("Keyboard and mouse"))
        self.resize(*_SIZE_PX)
        self._search = QLineEdit(clearButtonEnabled=True)
        self._search.setPlaceholderText(self.tr("Filter by what it does or by key"))
        self._search.setAccessibleName(self._search.placeholderText())
        self._search.textChanged.connect(self._filter)
        self._tree = self._build_tree()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_PX)
        layout.addWidget(self._search)
        layout.addWidget(self._tree, 1)
        layout.addWidget(buttons)
        for group in self._groups(window):
            self._add(group)
        self._tree.expandAll()

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAccessibleName(self.tr("Shortcuts"))
        tree.setHeaderLabels([self.tr("What it does"), self.tr("Keys or mouse")])
        tree.setIndentation(2 * SPACE_PX)
        tree.setItemsExpandable(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setStretchLastSection(False)
        return tree

    def _groups(self, window: QMainWindow) -> list[ShortcutGroup]:
        groups = menu_groups(window)
        actions = window.findChild(TrackActions)
        if isinstance(actions, TrackActions):
            menu = actions.menu((), window)
            groups.append(group_of_menu(self.tr("Selected tracks"), menu))
            menu.deleteLater()
        return [*groups, *panel_groups(window, groups), self._gestures()]

    def _gestures(self) -> ShortcutGroup:
        return ShortcutGroup(
            self.tr("Mouse"),
            (
                Shortcut(self.tr("Play from here"), self.tr("Double click")),
                Shortcut(self.tr("Sort by several columns"), self.tr("Ctrl+click on the headers")),
                Shortcut(self.tr("Choose columns"), self.tr("Right click on the header")),
                Shortcut(self.tr("Make songs seeds"), self.tr("Drag them to the seeds")),
                Shortcut(self.tr("Make songs unwanted seeds"), self.tr("Shift while dropping")),
                Shortcut(self.tr("Copy files elsewhere"), self.tr("Drag them out of the window")),
                Shortcut(self.tr("Add folders"), self.tr("Drag them to the first page")),
            ),
        )

    def _add(self, group: ShortcutGroup) -> None:
        head = QTreeWidgetItem(self._tree, [group.title])
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        head.setFirstColumnSpanned(True)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        head.setSizeHint(0, QSize(0, ROW_PX))
        for shortcut in group.shortcuts:
            QTreeWidgetItem(head, [shortcut.words, shortcut.keys])

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for head in _below(self._tree.invisibleRootItem()):
            rows = _below(head)
            for row in rows:
                line = f"{head.text(0)} {row.text(0)} {row.text(1)}".casefold()
                row.setHidden(not all(word in line for word in words))
            head.setHidden(all(row.isHidden() for row in rows))


def _below(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = (item.child(index) for index in range(item.childCount()))
    return [child for child in children if child is not None]
