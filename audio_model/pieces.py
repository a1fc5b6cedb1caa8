"""The sound of an open file as pieces: decoded, mixed and resampled, each sample in its place.

The same sound comes out the same, to the precision of the codec, whether it is reached by seeking
or by decoding everything before it; where time stamps are rounded to milliseconds (WMA, Matroska)
it may be shifted by as much.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from audio_model.container import AudioFile

FloatArray = npt.NDArray[np.float32]

# What is made of the channels of a file: float32, shape (n_channels, n_samples), and their names
# by FFmpeg, to one or two channels.
Mix = Callable[[FloatArray, tuple[str, ...]], FloatArray]

# Decoded before a stretch and thrown away: the bit reservoir of MP3, the overlap of transform
# codecs and the resampler's filter all need a past. Decoded after it: the filter's other half.
PREROLL_S = 0.5
POSTROLL_S = 0.05
# Time stamps that differ from the count of samples by less are rounded (WMA and Matroska count
# milliseconds); by more, something is missing.
GAP_S = 0.02
MAX_DAMAGED_PACKETS = 1000
# Samples are resampled in lots of this length.
LOT_S = 1.0

_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Sound at one rate; `first` counts samples of that rate from the start of the file.

    samples: float32, shape (1 or 2, n_samples), nominally in [-1, 1].
    """

    first: int
    rate_hz: int
    samples: FloatArray

    @property
    def end(self) -> int:
        """Where the sound behind the last sample begins."""
        return self.first + int(self.samples.shape[1])

    def follows(self, other: "Piece") -> bool:
        """Whether nothing lies between the other piece and this one."""
        return self.rate_hz == other.rate_hz and self.first == other.end


def pieces(
    file: AudioFile, start_s: float, end_s: float, *, rate_hz: int, mix: Mix
) -> Iterator[Piece]:
    """Pieces at `rate_hz` from a little before `start_s` to a little behind `end_s`, in order.

    Where something cannot be decoded, the next piece begins behind the gap.
    """
    return _resampled(_lots(_frames(file, start_s, end_s, mix)), rate_hz)


def _frames(file: AudioFile, start_s: float, end_s: float, mix: Mix) -> Iterator[Piece]:
    """What the decoder gives from a little before `start_s` to a little after `end_s`."""
    n_damaged = 0
    last: Piece | None = None
    for packet in file.packets(start_s - PREROLL_S):
        if packet.pts is not None and file.end_s(packet) < start_s - PREROLL_S:
            continue
        try:
            frames = packet.decode()
        except av.FFmpegError:
            n_damaged += 1
            if n_damaged > MAX_DAMAGED_PACKETS:
                return
            continue
        for frame in frames:
            last = _placed(file, frame, last, mix)
            if last.first > (end_s + POSTROLL_S) * last.rate_hz:
                return
            yield last


def _placed(file: AudioFile, frame: AudioFrame, last: Piece | None, mix: Mix) -> Piece:
    """A frame's sound, placed behind the last one or where its time stamp says."""
    rate_hz = frame.sample_rate
    first = round(last.end * rate_hz / last.rate_hz) if last else 0
    if frame.pts is not None:
        stamped = round(file.time_s(frame.pts) * rate_hz)
        if last is None or stamped - first > GAP_S * rate_hz:
            first = stamped  # time that runs backwards (a chained Ogg) is not believed
    names = tuple(channel.name for channel in frame.layout.channels)
    return Piece(first, rate_hz, mix(_channels(frame), names))


def _channels(frame: AudioFrame) -> FloatArray:
    """float32, shape (n_channels, n_samples), nominally in [-1, 1]."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    channels: FloatArray = samples.astype(np.float32)
    if samples.dtype == np.uint8:
        channels = (channels - np.float32(128)) / np.float32(128)
    elif np.issubdtype(samples.dtype, np.integer):
        channels /= np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    return channels


def _lots(frames: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces that follow each other, joined until they are worth a call to the resampler."""
    lot: list[Piece] = []
    for frame in frames:
        if lot and (not frame.follows(lot[-1]) or frame.end - lot[0].first > LOT_S * frame.rate_hz):
            yield _joined(lot)
            lot = []
        lot.append(frame)
    if lot:
        yield _joined(lot)


def _joined(lot: list[Piece]) -> Piece:
    samples = np.concatenate([piece.samples for piece in lot], axis=1)
    return Piece(lot[0].first, lot[0].rate_hz, samples)


def _resampled(lots: Iterator[Piece], rate_hz: int) -> Iterator[Piece]:
    """The same sound at `rate_hz`; a gap or another rate starts the resampler anew."""
    resampler: _Resampler | None = None
    last: Piece | None = None
    for lot in lots:
        if resampler is None or last is None or not lot.follows(last):
            if resampler:
                yield from resampler.flush()
            resampler = _Resampler(lot, rate_hz)
            yield from resampler.push(resampler.aligned(lot))
        else:
            yield from resampler.push(lot)
        last = lot
    if resampler:
        yield from resampler.flush()


class _Resampler:
    """Converts the rate of one run of sound.

    It starts at a sample whose time is a whole number of samples at both rates, so that every
    run of a file is resampled at the same instants. Where such samples are more than GAP_S apart
    (no rate in common use), it starts at once: an error of less than one sample.
    """

    def __init__(self, lot: Piece, rate_hz: int) -> None:
        step = lot.rate_hz // math.gcd(lot.rate_hz, rate_hz)
        self._skipped = -lot.first % step if step <= GAP_S * lot.rate_hz else 0
        self._next = round((lot.first + self._skipped) * rate_hz / lot.rate_hz)
        self._rate_hz = rate_hz
        self._layout = _LAYOUTS[len(lot.samples)]
        self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=rate_hz)

    def aligned(self, lot: Piece) -> Piece:
        """The run's first lot without the samples before the common instant."""
        return Piece(lot.first, lot.rate_hz, lot.samples[:, self._skipped :])

    def push(self, lot: Piece) -> Iterator[Piece]:
        """What is ready of the sound after the next lot."""
        if lot.samples.size:
            samples = np.ascontiguousarray(lot.samples)
            frame = AudioFrame.from_ndarray(samples, format="fltp", layout=self._layout)
            frame.sample_rate = lot.rate_hz
            yield from self._placed(frame)

    def flush(self) -> Iterator[Piece]:
        """The rest."""
        yield from self._placed(None)

    def _placed(self, frame: AudioFrame | None) -> Iterator[Piece]:
        for resampled in self._resampler.resample(frame):
            if resampled is not None:
                samples = resampled.to_ndarray().astype(np.float32, copy=False)
                piece = Piece(self._next, self._rate_hz, samples)
                self._next = piece.end
                yield piece
