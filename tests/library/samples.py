"""What the tests of the library are made of: small music files, stamps, embeddings, catalogs."""

import io
import os
from pathlib import Path

import av
import numpy as np
import soundfile
from PIL import Image

from library.catalog import Catalog
from library.records import Embedding, EncoderKey, Recording, Stamp, Tags, TrackId

KEY = EncoderKey("network", "v1", 8, n_tags=3)
TAGLESS = EncoderKey("handcrafted", "v1", 8)
SAMPLE_RATE_HZ = 44_100

# container and codec of every kind of file that is written with tags here
CONTAINERS = {
    ".mp3": ("mp3", "libmp3lame"),
    ".m4a": ("ipod", "aac"),
    ".wma": ("asf", "wmav2"),
    ".wv": ("wv", "wavpack"),
    ".tta": ("tta", "tta"),
    ".opus": ("opus", "libopus"),
}


def write_music(path: Path, duration_s: float = 0.5) -> Path:
    """A tone in the format that the ending of the path names."""
    time_s = np.arange(int(duration_s * 48_000)) / 48_000
    tone = (0.3 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)
    if path.suffix == ".dsf":
        path.write_bytes(_dsf())
    elif path.suffix in CONTAINERS:
        _encode(path, tone)
    else:
        subtype = "VORBIS" if path.suffix == ".ogg" else "PCM_16"
        soundfile.write(path, tone, 48_000, subtype=subtype)
    return path


def picture(width: int = 400, height: int = 300, kind: str = "JPEG") -> bytes:
    """A red picture of this size."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 20, 20)).save(written, kind)
    return written.getvalue()


def embedding(
    seed: int, n_windows: int = 3, dimension: int = KEY.dimension, n_tags: int = KEY.n_tags
) -> Embedding:
    """Random unit vectors and scores, the same for the same seed."""
    windows = unit_vectors(n_windows, dimension, seed)
    mean = windows.mean(axis=0)
    starts_s = np.arange(n_windows, dtype=np.float32)
    vector = (mean / np.linalg.norm(mean)).astype(np.float32)
    scores = np.random.default_rng(seed).random(n_tags, dtype=np.float32)
    return Embedding(vector, windows, starts_s, 10.0, scores)


def unit_vectors(n: int, dimension: int, seed: int):
    """float32 (n, dimension), each of unit length."""
    vectors = np.random.default_rng(seed).normal(size=(n, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def stamp_of(path: bytes, version: int = 1) -> Stamp:
    return Stamp(path, 1_000, version, version)


def recording(number: int) -> Recording:
    return Recording(number.to_bytes(16, "big"), "flac", SAMPLE_RATE_HZ, 2, 180.0)


def add_track(catalog: Catalog, number: int, path: bytes | None = None, **tags) -> TrackId:
    """Register and keep one analysed file."""
    stamp = stamp_of(path or b"/music/%d.flac" % number)
    catalog.files.register([stamp])
    return catalog.keep(stamp, Tags(**tags), recording(number), embedding(number))


def real_stamp(path: Path) -> Stamp:
    status = path.stat()
    return Stamp(os.fsencode(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _encode(path: Path, tone) -> None:
    container, codec = CONTAINERS[path.suffix]
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout="mono",
            rate=48_000,
            frame_size=stream.codec_context.frame_size,
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            part.pts = None
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))


def _dsf() -> bytes:
    """One block of silence. Source: DSF File Format Specification 1.01, Sony."""
    data = b"data" + (12 + 4096).to_bytes(8, "little") + b"\x69" * 4096
    fields = (1, 0, 1, 1, 2_822_400, 1)
    fmt = b"fmt " + (52).to_bytes(8, "little") + b"".join(f.to_bytes(4, "little") for f in fields)
    fmt += (4096 * 8).to_bytes(8, "little") + (4096).to_bytes(4, "little") + bytes(4)
    total = 28 + len(fmt) + len(data)
    sizes = (28).to_bytes(8, "little") + total.to_bytes(8, "little") + bytes(8)
    return b"DSD " + sizes + fmt + data
