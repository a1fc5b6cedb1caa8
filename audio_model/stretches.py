"""Stretches of an open file: decoded, averaged to mono and resampled, each sample in its place.

The same stretch comes out the same, to the precision of the codec, whether it is reached by
seeking or by decoding everything before it; where time stamps are rounded to milliseconds (WMA,
Matroska) it may be shifted by as much.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from audio_model.container import AudioFile

FloatArray = npt.NDArray[np.float32]

# Decoded before a stretch and thrown away: the bit reservoir of MP3, the overlap of transform
# codecs and the resampler's filter all need a past. Decoded after it: the filter's other half.
PREROLL_S = 0.5
POSTROLL_S = 0.05
# Time stamps that differ from the count of samples by less are rounded (WMA and Matroska count
# milliseconds); by more, something is missing.
GAP_S = 0.02
MAX_DAMAGED_PACKETS = 1000
# Mono samples are resampled in lots of this length.
LOT_S = 1.0


@dataclass(slots=True, eq=False)
class Stretch:
    """Part of a file.

    samples: float32, shape (n_samples,), mono; zero where nothing could be decoded.
    n_decoded: how many of them were decoded.
    n_reached: where the last decoded one ends.
    """

    samples: FloatArray
    n_decoded: int = 0
    n_reached: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Mono sound at one rate; `first` counts samples of that rate from the start of the file."""

    first: int
    rate_hz: int
    samples: FloatArray

    @property
    def end(self) -> int:
        return self.first + self.samples.size

    def follows(self, other: "_Piece") -> bool:
        return self.rate_hz == other.rate_hz and self.first == other.end


def read_stretch(file: AudioFile, start: int, n_samples: int, rate_hz: int) -> Stretch:
    """The stretch of `n_samples` at `rate_hz` that begins `start` samples into the file."""
    stretch = Stretch(np.zeros(n_samples, dtype=np.float32))
    frames = _frames(file, start / rate_hz, (start + n_samples) / rate_hz)
    for piece in _resampled(_lots(frames), rate_hz):
        low, high = max(piece.first - start, 0), min(piece.end - start, n_samples)
        if low < high:
            offset = start - piece.first
            stretch.samples[low:high] = piece.samples[low + offset : high + offset]
            stretch.n_decoded += high - low
            stretch.n_reached = max(stretch.n_reached, high)
    return stretch


def _frames(file: AudioFile, start_s: float, end_s: float) -> Iterator[_Piece]:
    """What the decoder gives from a little before `start_s` to a little after `end_s`."""
    n_damaged = 0
    last: _Piece | None = None
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
            last = _mono(file, frame, last)
            if last.first > (end_s + POSTROLL_S) * last.rate_hz:
                return
            yield last


def _mono(file: AudioFile, frame: AudioFrame, last: _Piece | None) -> _Piece:
    """The mean of a frame's channels, placed behind the last one or where its time stamp says."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    mono = samples.mean(axis=0, dtype=np.float32)
    if samples.dtype == np.uint8:
        mono = (mono - np.float32(128)) / np.float32(128)
    elif np.issubdtype(samples.dtype, np.integer):
        mono /= np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    rate_hz = frame.sample_rate
    first = round(last.end * rate_hz / last.rate_hz) if last else 0
    if frame.pts is not None:
        stamped = round(file.time_s(frame.pts) * rate_hz)
        if last is None or stamped - first > GAP_S * rate_hz:
            first = stamped  # time that runs backwards (a chained Ogg) is not believed
    return _Piece(first, rate_hz, mono)


def _lots(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Pieces that follow each other, joined until they are worth a call to the resampler."""
    lot: list[_Piece] = []
    for piece in pieces:
        if lot and (not piece.follows(lot[-1]) or piece.end - lot[0].first > LOT_S * piece.rate_hz):
            yield _joined(lot)
            lot = []
        lot.append(piece)
    if lot:
        yield _joined(lot)


def _joined(lot: list[_Piece]) -> _Piece:
    return _Piece(lot[0].first, lot[0].rate_hz, np.concatenate([piece.samples for piece in lot]))


def _resampled(lots: Iterator[_Piece], rate_hz: int) -> Iterator[_Piece]:
    """The same sound at `rate_hz`; a gap or another rate starts the resampler anew."""
    resampler: _Resampler | None = None
    last: _Piece | None = None
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

    def __init__(self, lot: _Piece, rate_hz: int) -> None:
        step = lot.rate_hz // math.gcd(lot.rate_hz, rate_hz)
        self._skipped = -lot.first % step if step <= GAP_S * lot.rate_hz else 0
        self._next = round((lot.first + self._skipped) * rate_hz / lot.rate_hz)
        self._rate_hz = rate_hz
        self._resampler = AudioResampler(format="fltp", layout="mono", rate=rate_hz)

    def aligned(self, lot: _Piece) -> _Piece:
        """The run's first lot without the samples before the common instant."""
        return _Piece(lot.first, lot.rate_hz, lot.samples[self._skipped :])

    def push(self, lot: _Piece) -> Iterator[_Piece]:
        """What is ready of the sound after the next lot."""
        if lot.samples.size:
            frame = AudioFrame.from_ndarray(lot.samples[None, :], format="fltp", layout="mono")
            frame.sample_rate = lot.rate_hz
            yield from self._placed(frame)

    def flush(self) -> Iterator[_Piece]:
        """The rest."""
        yield from self._placed(None)

    def _placed(self, frame: AudioFrame | None) -> Iterator[_Piece]:
        for resampled in self._resampler.resample(frame):
            if resampled is not None:
                piece = _Piece(self._next, self._rate_hz, resampled.to_ndarray()[0])
                self._next = piece.end
                yield piece
