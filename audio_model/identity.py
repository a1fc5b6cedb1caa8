"""The digest of a recording: the same whatever its file is called and however it is tagged.

The encoded packets are hashed, not the sound: nothing is decoded, and two encodings of one
recording are two recordings. A false split costs a second analysis; a false merge would show one
track under the name of another.
"""

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from av.audio.stream import AudioStream
from av.packet import Packet

from audio_model.container import AudioFile, open_audio
from audio_model.errors import NoAudio

DIGEST_BYTES = 16
HEAD_BYTES = 2 << 20
# Digital silence at the start of a file does not use up its head, as far as this.
MAX_HEAD_BYTES = 32 << 20
TAIL_PACKETS = 64
# Where packets are cut is FFmpeg's choice in uncompressed sound; the last bytes are not.
TAIL_BYTES = 64 << 10
# How far from the end the last packets are looked for: in seconds, or in bytes of those formats
# whose frames follow each other without an index (the longest MP3 frame has 1,441 bytes).
FIRST_TAIL_S = 16.0
RAW_FORMATS = frozenset({"mp3", "aac", "ac3", "eac3", "dts"})
RAW_TAIL_BYTES = 512 << 10


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a recording.

    digest: 16 bytes.
    duration_s: what the container states or FFmpeg estimates, 0 where neither knows;
        `Windows.duration_s` is the truth.
    """

    digest: bytes
    codec: str
    sample_rate_hz: int
    channels: int
    duration_s: float


def identify(path: bytes) -> Identity:
    """The identity of the recording in a file.

    Hashed are codec, sample rate, channels, the first 2 MiB of encoded packets and the last 64
    packets. The cost does not depend on the length of the file, save in the few formats that can
    only be read from their start (WavPack, for one).

    Raises:
        DecodeError: the file cannot be read.
        NoAudio: it holds no audio stream, or an empty one.
    """
    with open_audio(path) as file:
        digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
        digest.update(f"{file.codec} {file.sample_rate_hz} {file.channels} ".encode())
        head = _head(file)
        if not head:
            raise NoAudio(path, "it holds no sound")
        digest.update(head)
        digest.update(_tail(file))
        return Identity(
            digest=digest.digest(),
            codec=file.codec,
            sample_rate_hz=file.sample_rate_hz,
            channels=file.channels,
            duration_s=file.stated_duration_s,
        )


def _head(file: AudioFile) -> bytes:
    """The first encoded bytes; those that only repeat the very first are silence and extra."""
    head = bytearray()
    n_silent = 0
    for packet in file.packets(0.0):
        data = bytes(packet)
        if n_silent == len(head):
            n_silent += len(data) - len(data.lstrip(bytes(head[:1]) or data[:1]))
        head += data
        if len(head) >= min(n_silent + HEAD_BYTES, MAX_HEAD_BYTES):
            break
    return bytes(head[: min(n_silent + HEAD_BYTES, MAX_HEAD_BYTES)])


def _tail(file: AudioFile) -> bytes:
    """The last encoded bytes: those of the last packets."""
    if file.container.format.name in RAW_FORMATS:
        packets = _last_packets(file.packets_near_end(RAW_TAIL_BYTES))
    else:
        span_s = FIRST_TAIL_S
        packets = _last_packets(file.packets(file.stated_duration_s - span_s))
        while len(packets) < TAIL_PACKETS and span_s < file.stated_duration_s:
            span_s *= 4
            packets = _last_packets(file.packets(file.stated_duration_s - span_s))
    return b"".join(packets)[-TAIL_BYTES:]


def _last_packets(packets: Iterator["Packet[AudioStream]"]) -> deque[bytes]:
    return deque((bytes(packet) for packet in packets if packet.size), maxlen=TAIL_PACKETS)
