"""What was chosen at the last export, for the next one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.export_choices import ExportChoices, PathKind
from library.formats.model import PlaylistFormat


@dataclass(slots=True)
class ExportMemory:
    """Format, folder, and how paths were written; kept in the session."""

    playlist_format: PlaylistFormat = PlaylistFormat.M3U8
    folder: str = ""
    kind: PathKind = PathKind.AUTOMATIC
    old: str = ""
    new: str = ""

    def remember(self, choices: ExportChoices) -> None:
        """Keep what an export was made with."""
        self.playlist_format = choices.playlist_format
        self.folder = os.path.dirname(os.path.expanduser(choices.target.strip()))
        self.kind = choices.kind
        self.old, self.new = choices.old, choices.new

    def save_state(self) -> dict[str, str]:
        """As plain data."""
        return {
            "format": self.playlist_format.value,
            "folder": self.folder,
            "paths": self.kind.value,
            "old": self.old,
            "new": self.new,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """From plain data; what does not fit is left as it was."""
        texts = {key: value for key, value in state.items() if isinstance(value, str)}
        if texts.get("format") in list(PlaylistFormat):
            self.playlist_format = PlaylistFormat(texts["format"])
        if texts.get("paths") in list(PathKind):
            self.kind = PathKind(texts["paths"])
        self.folder = texts.get("folder", self.folder)
        self.old = texts.get("old", self.old)
        self.new = texts.get("new", self.new)
