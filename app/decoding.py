"""What a decoder process does with one file. Nothing here may import torch, Qt or SQL.

Untrusted files are opened only by these functions, and these run only in worker processes. What
they open them with is imported only there: the program, which gives the tasks, never loads it.
"""

from dataclasses import dataclass

from audio_model.config import WindowConfig
from audio_model.sound import Waveform, Windows
from library.errors import TagError
from library.records import FloatArray, Recording, Tags


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a file before it is heard.

    cover: the scaled picture as JPEG, or None.
    """

    tags: Tags
    recording: Recording
    cover: bytes | None


def describe(path: bytes) -> Description:
    """Tags, cover and identity of one file.

    Tags that cannot be read are empty: broken tags do not keep a track from being heard.

    Raises:
        AudioError: no audio can be found in the file.
    """
    from audio_model.identity import identify
    from library.covers import read_cover
    from library.tags import read_tags

    identity = identify(path)
    recording = Recording(
        digest=identity.digest,
        codec=identity.codec,
        sample_rate_hz=identity.sample_rate_hz,
        channels=identity.channels,
        duration_s=identity.duration_s,
    )
    try:
        tags = read_tags(path)
    except TagError:
        tags = Tags()
    return Description(tags=tags, recording=recording, cover=read_cover(path))


def hear(path: bytes, config: WindowConfig) -> Windows:
    """The windows of one file.

    Raises:
        AudioError: the file cannot be decoded, is silent or too short.
    """
    from audio_model.audio import read_windows

    return read_windows(path, config)


def measure(path: bytes, config: WindowConfig) -> int:
    """How many samples one file has at the model's rate.

    Raises:
        AudioError: the file cannot be read or is too short.
    """
    from audio_model.audio import count_samples

    return count_samples(path, config)


def hear_part(path: bytes, start: int, end: int, config: WindowConfig) -> FloatArray:
    """The samples of one file from `start` up to `end`, mono, at the model's rate.

    Raises:
        AudioError: they cannot be decoded.
    """
    from audio_model.audio import read_part

    return read_part(path, start, end, config.sample_rate_hz)


def outline(path: bytes) -> Waveform:
    """How loud one file is along its length.

    Raises:
        AudioError: nothing in it can be decoded.
    """
    from audio_model.peaks import read_waveform

    return read_waveform(path)
