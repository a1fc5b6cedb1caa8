"""The bytes of a music file without the tags that stand before and behind its sound.

FFmpeg would take the end of an ID3v1, APEv2 or Lyrics3 tag for a broken frame, and needs minutes
for an ID3v2 tag of 100,000 frames. So it never sees them: the sound begins and ends at the same
bytes however a file is tagged. Tags inside a container (MP4, Ogg, FLAC, RIFF) stay.

Sources:
    id3.org: ID3v2.4.0 structure, sections 3.1 and 3.4; ID3v1; Lyrics3 v2.00. APEv2:
    wiki.hydrogenaudio.org, "APEv2 specification".
"""

import os
from dataclasses import dataclass, field
from typing import BinaryIO

ID3V2_HEADER_BYTES = 10
ID3V1_BYTES = 128
APE_FOOTER_BYTES = 32
LYRICS3_FOOTER_BYTES = 15
# Tags that stand before or behind each other; nobody has more.
MAX_TAGS = 8


@dataclass(slots=True)
class Source:
    """What FFmpeg gets of a file: the bytes of its sound, and a name for their format.

    An error of the system reads as the end of the file and is kept as `failure`: raised inside
    FFmpeg's callback, it might be lost.
    """

    file: BinaryIO
    name: str
    failure: OSError | None = None
    _start: int = field(init=False)
    _end: int = field(init=False)
    _position: int = field(init=False)

    def __post_init__(self) -> None:
        """Find where the sound starts and ends."""
        self._end = self.file.seek(0, os.SEEK_END)
        self._start = _after_leading_tags(self.file, self._end)
        self._end = _before_trailing_tags(self.file, self._start, self._end)
        self._position = self._start

    def read(self, size_bytes: int) -> bytes:
        """The next bytes; none at the end."""
        try:
            self.file.seek(self._position)
            data = self.file.read(max(min(size_bytes, self._end - self._position), 0))
        except OSError as error:
            self.failure = self.failure or error
            return b""
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the sound; one outside of it is its nearest end."""
        origin = {os.SEEK_SET: self._start, os.SEEK_CUR: self._position, os.SEEK_END: self._end}
        self._position = min(max(origin[whence] + offset, self._start), self._end)
        return self.tell()

    def tell(self) -> int:
        """The place in the sound."""
        return self._position - self._start

    @property
    def size_bytes(self) -> int:
        """Length of the sound."""
        return self._end - self._start


def _after_leading_tags(file: BinaryIO, end: int) -> int:
    start = 0
    for _ in range(MAX_TAGS):
        header = _bytes_at(file, start, ID3V2_HEADER_BYTES)
        if len(header) < ID3V2_HEADER_BYTES or header[:3] != b"ID3":
            break
        size = sum(byte << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
        footer = ID3V2_HEADER_BYTES if header[5] & 0x10 else 0
        behind = start + ID3V2_HEADER_BYTES + size + footer
        if behind >= end:
            break
        start = behind
    return start


def _before_trailing_tags(file: BinaryIO, start: int, end: int) -> int:
    for _ in range(MAX_TAGS):
        size = _trailing_tag_bytes(file, end)
        if size == 0 or end - size <= start:
            break
        end -= size
    return end


def _trailing_tag_bytes(file: BinaryIO, end: int) -> int:
    """Size of the tag that ends at `end`; 0 where there is none."""
    last = _bytes_at(file, max(end - ID3V1_BYTES, 0), min(ID3V1_BYTES, end))
    if len(last) == ID3V1_BYTES and last[:3] == b"TAG":
        return ID3V1_BYTES
    footer = last[-APE_FOOTER_BYTES:]
    if len(footer) == APE_FOOTER_BYTES and footer[:8] == b"APETAGEX":
        has_header = int.from_bytes(footer[20:24], "little") >> 31
        return int.from_bytes(footer[12:16], "little") + APE_FOOTER_BYTES * has_header
    lyrics = last[-LYRICS3_FOOTER_BYTES:]
    if lyrics[6:] == b"LYRICS200" and lyrics[:6].isdigit():
        return int(lyrics[:6]) + LYRICS3_FOOTER_BYTES
    return 0


def _bytes_at(file: BinaryIO, position: int, n_bytes: int) -> bytes:
    file.seek(position)
    return file.read(n_bytes)
