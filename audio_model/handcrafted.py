"""Hand-crafted features as an encoder: the baseline that the network must beat.

Each window is brought to one level, so that a louder copy of a recording is the same recording.
Its features are means and deviations over time of what librosa measures in each frame, and three
numbers on rhythm; each is standardised with the mean and deviation that it has in the corpus.

Sources:
    Means and deviations of frame features: Tzanetakis and Cook, "Musical genre classification of
    audio signals", 2002. MFCC: Davis and Mermelstein 1980. Spectral contrast: Jiang et al. 2002.
    Tonnetz: Harte, Sandler and Gasser 2006. Tempo: Ellis, "Beat tracking by dynamic
    programming", 2007.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from audio_model.checkpoint import Card, model_version, packaged_assets, read_card
from audio_model.config import WindowConfig
from audio_model.curves import Grid, heard_hopping, hopping_grid
from audio_model.errors import CheckpointError
from audio_model.pooling import FloatArray, WindowsHeard

SAMPLE_RATE_HZ = 22_050
FFT_SAMPLES = 2048
HOP_SAMPLES = 512
N_MFCC = 20
# Every window is brought to this level: music's own, about -20 dB relative to full scale.
LEVEL_RMS = 0.1
# Quieter than -120 dB is silence, which no gain makes louder.
MIN_RMS = 1e-6
# The mel spectrogram ends this far below its peak: in what lies deeper, the end of a click is an
# onset as well.
MEL_RANGE_DB = 80.0
TEMPO_RANGE_BPM = (40.0, 240.0)
# A feature further from its mean, in deviations, counts as that far.
MAX_DEVIATIONS = 4.0
STATISTICS_FILE = "handcrafted.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Mean and deviation of each feature over the windows of a corpus; float32, (n_features,)."""

    mean: FloatArray
    deviation: FloatArray


class HandcraftedEncoder:
    """Standardised features of each window, scaled to unit length."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read card and statistics from `folder`, or those that come with the program.

        Raises:
            CheckpointError: they are missing, damaged, or do not belong together.
        """
        self.card = read_card("handcrafted", folder)
        self.device = "The hand-crafted features are computed on the processor."
        self._statistics = _read_statistics(self.card, folder or packaged_assets())

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        """Vectors of the windows of some tracks, without tags; see `Encoder.embed`."""
        return [
            WindowsHeard(
                np.stack([self._vector(window) for window in windows]),
                np.empty((len(windows), 0), np.float32),
            )
            for windows in tracks
        ]

    @property
    def grid(self) -> Grid:
        """Whole windows, each by half a window on."""
        return hopping_grid(self.card.window)

    def curve(self, samples: FloatArray) -> WindowsHeard:
        """What is heard in every stretch of a sound; see `Encoder.curve`."""
        return heard_hopping(self.embed, samples, self.grid)

    def _vector(self, window: FloatArray) -> FloatArray:
        deviations = (features(window) - self._statistics.mean) / self._statistics.deviation
        limited = np.clip(deviations, -MAX_DEVIATIONS, MAX_DEVIATIONS)
        unit: FloatArray = (limited / np.linalg.norm(limited)).astype(np.float32)
        return unit


def features(window: FloatArray) -> FloatArray:
    """The features of one window, in their own units.

    Args:
        window: float32, shape (n_samples,), mono, at SAMPLE_RATE_HZ, at least a quarter second.

    Returns:
        float32, shape (n_features,): means of the rows of `frame_features`, their deviations,
        then tempo in octaves over 1 BPM, pulse clarity, and onsets per second. Always finite.
    """
    level = float(np.sqrt(np.mean(np.square(window, dtype=np.float64))))
    samples = (window * (LEVEL_RMS / max(level, MIN_RMS))).astype(np.float32)
    magnitudes = np.abs(librosa.stft(samples, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES))
    mel_db = librosa.power_to_db(
        librosa.feature.melspectrogram(S=magnitudes**2, sr=SAMPLE_RATE_HZ), top_db=MEL_RANGE_DB
    )
    onsets = librosa.onset.onset_strength(S=mel_db, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES)
    frames = np.concatenate([frame_features(samples, magnitudes, mel_db), onsets[None, :]])
    rhythm = rhythm_features(onsets)
    return np.concatenate([frames.mean(axis=1), frames.std(axis=1), rhythm]).astype(np.float32)


def frame_features(samples: FloatArray, magnitudes: FloatArray, mel_db: FloatArray) -> FloatArray:
    """What librosa measures in each frame: float32, shape (71, n_frames).

    Rows: 20 MFCC, their 20 slopes, 12 chroma, 7 bands of spectral contrast in dB, 6 tonnetz,
    centroid, bandwidth and rolloff in octaves over 1 Hz, flatness and level in dB, and the rate
    of zero crossings.

    Args:
        samples: float32, shape (n_samples,).
        magnitudes: float32, shape (FFT_SAMPLES // 2 + 1, n_frames), of their STFT.
        mel_db: float32, shape (n_mels, n_frames).
    """
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=N_MFCC)
    power = magnitudes**2
    # the tuning is not estimated: it costs as much as all else, and 440 Hz fits nearly all music
    chroma = librosa.feature.chroma_stft(S=power, sr=SAMPLE_RATE_HZ, tuning=0.0)
    centroid = librosa.feature.spectral_centroid(S=magnitudes, sr=SAMPLE_RATE_HZ)
    bandwidth = librosa.feature.spectral_bandwidth(
        S=magnitudes, sr=SAMPLE_RATE_HZ, centroid=centroid
    )
    rolloff = librosa.feature.spectral_rolloff(S=magnitudes, sr=SAMPLE_RATE_HZ)
    flatness = librosa.feature.spectral_flatness(S=magnitudes)
    level = librosa.feature.rms(S=magnitudes, frame_length=FFT_SAMPLES)
    crossings = librosa.feature.zero_crossing_rate(
        samples, frame_length=FFT_SAMPLES, hop_length=HOP_SAMPLES
    )
    rows = [
        mfcc,
        librosa.feature.delta(mfcc),
        chroma,
        librosa.feature.spectral_contrast(S=magnitudes, sr=SAMPLE_RATE_HZ),
        librosa.feature.tonnetz(chroma=chroma),
        np.log2(centroid + 1.0),
        np.log2(bandwidth + 1.0),
        np.log2(rolloff + 1.0),
        librosa.power_to_db(flatness, top_db=None),
        librosa.amplitude_to_db(level, amin=MIN_RMS, top_db=None),
        crossings,
    ]
    return np.concatenate(rows).astype(np.float32)


def rhythm_features(onsets: FloatArray) -> FloatArray:
    """Tempo in octaves over 1 BPM, pulse clarity in [0, 1], and onsets per second.

    Pulse clarity is how like itself the onset strength is one beat later: the highest
    autocorrelation among the lags of a beat.

    Args:
        onsets: float32, shape (n_frames,), onset strength.
    """
    frames_per_s = SAMPLE_RATE_HZ / HOP_SAMPLES
    lags = [round(60.0 / bpm * frames_per_s) for bpm in reversed(TEMPO_RANGE_BPM)]
    likeness = librosa.autocorrelate(onsets - onsets.mean(), max_size=lags[1] + 1)
    clarity = max(float(likeness[lags[0] :].max(initial=0.0)) / max(float(likeness[0]), 1e-9), 0.0)
    tempo_bpm = librosa.feature.tempo(
        onset_envelope=onsets, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES
    )
    n_onsets = len(
        librosa.onset.onset_detect(onset_envelope=onsets, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES)
    )
    onsets_per_s = n_onsets / (onsets.size / frames_per_s)
    return np.array([np.log2(tempo_bpm[0]), clarity, onsets_per_s], dtype=np.float32)


def _read_statistics(card: Card, folder: Path) -> Statistics:
    path = folder / card.weights_file
    try:
        contents = path.read_bytes()
    except OSError as error:
        raise CheckpointError(str(path), error.strerror or str(error)) from error
    sha256 = hashlib.sha256(contents).hexdigest()
    if sha256 != card.weights_sha256:
        raise CheckpointError(str(path), "its SHA-256 is not the one that the card names")
    if card.model_version != model_version(sha256, window=card.window):
        raise CheckpointError(str(path), "the version of the card is not that of its contents")
    try:
        stored = safetensors.numpy.load(contents)
        statistics = Statistics(stored["mean"], stored["deviation"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(str(path), f"it holds no statistics ({error})") from error
    _check(statistics, card, path)
    return statistics


def _check(statistics: Statistics, card: Card, path: Path) -> None:
    wanted = (card.dimension,)
    if statistics.mean.shape != wanted or statistics.deviation.shape != wanted:
        raise CheckpointError(str(path), f"it does not hold {card.dimension} features")
    finite = np.isfinite(statistics.mean).all() and np.isfinite(statistics.deviation).all()
    if not finite or statistics.deviation.min() <= 0.0:
        raise CheckpointError(str(path), "a mean or deviation in it is impossible")
    if card.window.sample_rate_hz != SAMPLE_RATE_HZ:
        raise CheckpointError(str(path), f"its windows have {card.window.sample_rate_hz} Hz")


def packed(statistics: Statistics, window: WindowConfig) -> tuple[bytes, Card]:
    """The bytes of a statistics file and the card that goes with them."""
    contents = safetensors.numpy.save({"mean": statistics.mean, "deviation": statistics.deviation})
    sha256 = hashlib.sha256(contents).hexdigest()
    card = Card(
        encoder="handcrafted",
        model_version=model_version(sha256, window=window),
        dimension=statistics.mean.size,
        window=window,
        weights_file=STATISTICS_FILE,
        weights_sha256=sha256,
    )
    return contents, card
