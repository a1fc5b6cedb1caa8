"""The folders of the library: which may be added, and what becomes of one that is taken out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from library.records import LibraryChanged

if TYPE_CHECKING:
    from app.services import Services
    from library.catalog import Catalog

_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class FoldersAdded:
    """What became of folders that the listener chose.

    accepted: they are in the library now, or were already, as such or within another.
    refused: the end of a sentence for each that cannot be added.
    """

    accepted: tuple[bytes, ...]
    refused: dict[bytes, str]


def add_folders(services: "Services", folders: Sequence[bytes]) -> FoldersAdded:
    """Add folders to the library; one that holds others of the library takes their place.

    Raises:
        StoreError: the library cannot be written.
    """
    accepted: list[bytes] = []
    refused: dict[bytes, str] = {}
    for folder in map(os.path.abspath, folders):
        reason = _reason_against(folder)
        if reason:
            refused[folder] = reason
            continue
        accepted.append(folder)
        _add(services.catalog, folder)
    return FoldersAdded(tuple(accepted), refused)


def remove_folder(services: "Services", folder: bytes) -> LibraryChanged:
    """Take a folder out of the library; which tracks that took with it.

    Raises:
        StoreError: the library cannot be written.
    """
    touched = services.catalog.files.tracks_below(os.path.abspath(folder))
    services.catalog.remove_root(folder)
    left = frozenset(services.catalog.tracks.ids())
    return LibraryChanged(removed=touched - left, updated=touched & left, roots=True)


def _reason_against(folder: bytes) -> str:
    if not os.path.isdir(folder):
        return "it is not a folder" if os.path.exists(folder) else "it is not there"
    if not os.access(folder, os.R_OK | os.X_OK):
        return "you are not allowed to look into it"
    return ""


def _add(catalog: "Catalog", folder: bytes) -> None:
    roots = catalog.roots()
    if any(_holds(root, folder) for root in roots):
        return
    catalog.add_root(folder)
    for root in roots:
        if root != folder and _holds(folder, root):
            catalog.remove_root(root)  # its files lie in the new folder and stay


def _holds(outer: bytes, inner: bytes) -> bool:
    return inner == outer or inner.startswith(outer.rstrip(_SEPARATOR) + _SEPARATOR)
