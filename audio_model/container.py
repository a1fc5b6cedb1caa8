"""The one place where a music file is opened: PyAV behind checks of our own.

Only regular files are read, through a descriptor that is opened here, by demuxers for music
files. FFmpeg never sees a path, so that nothing in a file or in its name can make it open
another one: playlists (HLS, concat), image sequences, devices and network protocols are out.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import BinaryIO, NoReturn

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard

from audio_model.errors import AudioError, DecodeError, NoAudio
from audio_model.source import Source

# Demuxers of single, self-contained music files, by FFmpeg's names.
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,caf,dsf,dts,eac3,flac,iff,matroska,webm,mov,mp4,m4a,"
    "3gp,3g2,mj2,mp3,mpc,mpc8,ogg,oma,shn,tak,tta,voc,w64,wav,wv"
)

# A file read to its end to learn its length: more packets than 20 hours of MP3 have.
MAX_PACKETS = 3_000_000
# Places at which a demuxer may stumble before the rest of the file is given up.
MAX_BROKEN_SPOTS = 100

_SIGN_OF_32_BITS = 2**31

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_OPEN_FLAGS |= getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class AudioFile:
    """An open music file and the audio stream in it. Times are seconds from its first sample."""

    path: bytes
    container: InputContainer
    stream: AudioStream
    source: Source

    @property
    def sample_rate_hz(self) -> int:
        """Sampling rate that the container states."""
        return self.stream.codec_context.sample_rate

    @property
    def channels(self) -> int:
        """Number of channels that the container states."""
        return self.stream.codec_context.channels

    @property
    def codec(self) -> str:
        """FFmpeg's name of the codec."""
        return self.stream.codec_context.codec.canonical_name

    @property
    def time_base(self) -> Fraction:
        """Unit of the stream's time stamps, in seconds."""
        return self.stream.time_base or Fraction(1, av.time_base)

    @property
    def stated_duration_s(self) -> float:
        """Length that the container states or FFmpeg estimates; 0 where neither knows."""
        if self.stream.duration:
            return float(self.stream.duration * self.time_base)
        return (self.container.duration or 0) / av.time_base

    def time_s(self, pts: int) -> float:
        """A time stamp of the stream as seconds from the first sample."""
        return float((pts - (self.stream.start_time or 0)) * self.time_base)

    def end_s(self, packet: "Packet[AudioStream]") -> float:
        """Where a packet with a time stamp ends.

        An Ogg file may end before its last packet does, even before that packet begins; FFmpeg's
        Vorbis parser then tells a negative duration as an unsigned number of 32 bits.
        """
        duration = packet.duration or 0
        if duration >= _SIGN_OF_32_BITS:
            duration -= 2 * _SIGN_OF_32_BITS
        return self.time_s((packet.pts or 0) + duration)

    def packets(self, from_s: float) -> Iterator["Packet[AudioStream]"]:
        """The packets from some point at or before `from_s` to the end, then one that flushes.

        Where the format cannot be searched, the file is opened again and read from its start.
        """
        try:
            self.container.seek(self._pts(max(from_s, 0.0)), stream=self.stream)
        except (av.FFmpegError, OverflowError):
            self.container.close()
            self.container, self.stream = _open_stream(self.path, self.source)
        yield from self._remaining_packets()

    def packets_near_end(self, n_bytes: int) -> Iterator["Packet[AudioStream]"]:
        """The packets in the last bytes of a format whose frames simply follow each other.

        Their time stamps mean nothing.
        """
        position = max(self.source.size_bytes - n_bytes, 0)
        self.container.seek(position, stream=self.stream, unsupported_byte_offset=True)
        yield from self._remaining_packets()

    def _remaining_packets(self) -> Iterator["Packet[AudioStream]"]:
        for _ in range(MAX_BROKEN_SPOTS):
            try:
                yield from self.container.demux(self.stream)
                return
            except av.error.InvalidDataError:
                continue  # the demuxer goes on behind the broken spot

    def _pts(self, time_s: float) -> int:
        return (self.stream.start_time or 0) + round(time_s / self.time_base)

    def real_duration_s(self) -> float:
        """Where the last packet ends: the truth about cut files and wrong headers.

        Reads without decoding: the last seconds, or all of the file where its header is wrong.
        """
        for from_s in (self.stated_duration_s - 2.0, 0.0):
            end_s = self._last_packet_end_s(from_s)
            if end_s > 0.0:
                return end_s
        raise NoAudio(self.path, "it holds no sound")

    def _last_packet_end_s(self, from_s: float) -> float:
        packets = islice(self.packets(from_s), MAX_PACKETS)
        return max(
            (self.end_s(packet) for packet in packets if packet.pts is not None), default=0.0
        )


@contextmanager
def open_audio(path: bytes) -> Iterator[AudioFile]:
    """An open music file; what FFmpeg or the system raise inside becomes a `DecodeError`.

    Raises:
        DecodeError: the file is no regular file, cannot be read, or is of no format that
            FORMATS names.
        NoAudio: it holds no audio stream.
    """
    try:
        with _open_regular(path) as raw:
            source = Source(raw, _harmless_name(path))
            file = AudioFile(path, *_open_stream(path, source), source)
            try:
                yield file
            finally:
                file.container.close()
                if source.failure:
                    raise source.failure
    except AudioError:
        raise
    except MemoryError as error:
        raise DecodeError(path, "it asks for more memory than there is") from error
    except (av.FFmpegError, OSError) as error:
        raise DecodeError(path, _reason(error)) from error


def _open_regular(path: bytes) -> BinaryIO:
    descriptor = os.open(path, _OPEN_FLAGS)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
        os.close(descriptor)
        empty = stat.S_ISREG(status.st_mode)
        raise DecodeError(path, "it is empty" if empty else "it is not a regular file")
    return os.fdopen(descriptor, "rb", buffering=0)


def _harmless_name(path: bytes) -> str:
    """A name for FFmpeg's guess at the format: nothing of the path but a plain ending."""
    ending = os.path.splitext(os.fsdecode(path))[1]
    return "audio" + (ending if ending[1:].isascii() and ending[1:].isalnum() else "")


def _open_stream(path: bytes, source: Source) -> tuple[InputContainer, AudioStream]:
    source.seek(0)
    container = av.open(
        source,
        mode="r",
        options={"format_whitelist": FORMATS},
        metadata_errors="replace",
        io_open=_refuse_other_file,
    )
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        container.close()
        raise NoAudio(path, "it holds no sound")
    if stream.codec_context is None or not stream.time_base:
        container.close()
        raise DecodeError(path, "its codec is unknown")
    for other in container.streams:
        other.discard = Discard.default if other is stream else Discard.all
    stream.codec_context.thread_count = 1
    return container, stream


def _refuse_other_file(url: str, _flags: int, _options: object) -> NoReturn:
    raise PermissionError(f"it refers to another file ({url})")


def _reason(error: OSError | av.FFmpegError) -> str:
    if isinstance(error, av.error.EOFError):
        return "unexpected end of file"
    if isinstance(error, av.error.InvalidDataError):
        return "it is damaged or of an unknown format"
    if isinstance(error, av.error.ArgumentError):
        return "it is of no music format"  # how FFmpeg refuses what FORMATS does not name
    said = error.strerror or str(error) or type(error).__name__
    return said[:1].lower() + said[1:]
