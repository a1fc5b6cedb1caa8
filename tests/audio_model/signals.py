"""Small real audio files in the formats that people have, made here."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

FloatArray = npt.NDArray[np.float32]

RATE_HZ = 44_100

# name of a format: (ending, encoder, sampling rate, container); soundfile writes the others.
ENCODED = {
    "mp3": ("mp3", "libmp3lame", 44_100, "mp3"),
    "mp3-vbr": ("mp3", "libmp3lame", 44_100, "mp3"),
    "mp3-bare": ("mp3", "libmp3lame", 44_100, "mp3"),
    "mp3-mono-22k": ("mp3", "libmp3lame", 22_050, "mp3"),
    "m4a": ("m4a", "aac", 44_100, "ipod"),
    "alac": ("m4a", "alac", 44_100, "ipod"),
    "aac": ("aac", "aac", 44_100, "adts"),
    "opus": ("opus", "libopus", 48_000, "opus"),
    "wma": ("wma", "wmav2", 44_100, "asf"),
    "mka": ("mka", "flac", 48_000, "matroska"),
    "wv": ("wv", "wavpack", 44_100, "wv"),
}
WRITTEN = {
    "flac": ("flac", "FLAC", "PCM_16"),
    "flac24": ("flac", "FLAC", "PCM_24"),
    "ogg": ("ogg", "OGG", "VORBIS"),
    "wav": ("wav", "WAV", "PCM_16"),
    "wav8": ("wav", "WAV", "PCM_U8"),
    "wav24": ("wav", "WAV", "PCM_24"),
    "wav-float": ("wav", "WAV", "FLOAT"),
    "wav-double": ("wav", "WAV", "DOUBLE"),
    "aiff": ("aiff", "AIFF", "PCM_16"),
}
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}
ALL_FORMATS = (*ENCODED, *WRITTEN)


def music(duration_s: float, *, rate_hz: int = RATE_HZ, channels: int = 2, seed: int = 0):
    """float32, shape (n_samples, channels): gliding tones and noise, nowhere like elsewhere."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    columns = []
    for channel in range(channels):
        hz = rng.uniform(110, 440) * (1 + 0.3 * np.sin(0.9 * t + channel))
        swell = 0.5 + 0.4 * np.sin(2 * np.pi * rng.uniform(0.3, 0.5) * t)
        tone = 0.3 * swell * np.sin(2 * np.pi * np.cumsum(hz) / rate_hz)
        columns.append(tone + rng.normal(0, 0.01, t.size))
    return np.stack(columns, axis=1).astype(np.float32)


def silence(duration_s: float, *, rate_hz: int = RATE_HZ, channels: int = 2) -> FloatArray:
    return np.zeros((round(duration_s * rate_hz), channels), dtype=np.float32)


def write(folder: Path, kind: str, samples: FloatArray, rate_hz: int = RATE_HZ) -> Path:
    """A file of one of ALL_FORMATS, named after it."""
    if kind in WRITTEN:
        return _write_soundfile(folder, kind, samples, rate_hz)
    ending, codec, codec_rate_hz, container = ENCODED[kind]
    path = folder / f"{kind}.{ending}"
    layout = LAYOUTS[1 if "mono" in kind else samples.shape[1]]
    # without its Xing header nothing in an MP3 tells its length
    options = {"write_xing": "0", "id3v2_version": "0"} if kind == "mp3-bare" else {}
    with av.open(str(path), "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=codec_rate_hz, layout=layout, bit_rate=128_000)
        assert isinstance(stream, AudioStream)
        context = stream.codec_context
        if kind in ("mp3-vbr", "mp3-bare"):  # LAME's -V 4, in units of FF_QP2LAMBDA
            context.options = {"flags": "+qscale", "global_quality": str(4 * 118)}
        context.open(strict=False)
        resampler = AudioResampler(
            context.format, layout, codec_rate_hz, frame_size=context.frame_size or 1024
        )
        for frame in [*_frames(samples, rate_hz), None]:
            for resampled in resampler.resample(frame):
                if resampled is not None:
                    output.mux(stream.encode(resampled))
        output.mux(stream.encode(None))
    return path


def _write_soundfile(folder: Path, kind: str, samples: FloatArray, rate_hz: int) -> Path:
    ending, container, subtype = WRITTEN[kind]
    path = folder / f"{kind}.{ending}"
    with soundfile.SoundFile(
        path, "w", rate_hz, samples.shape[1], format=container, subtype=subtype
    ) as file:
        for start in range(0, len(samples), rate_hz):  # libvorbis overflows on long lots
            file.write(samples[start : start + rate_hz])
    return path


def _frames(samples: FloatArray, rate_hz: int):
    layout = LAYOUTS[samples.shape[1]]
    for start in range(0, len(samples), rate_hz):
        lot = np.ascontiguousarray(samples[start : start + rate_hz].T)
        frame = av.AudioFrame.from_ndarray(lot, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
        yield frame
