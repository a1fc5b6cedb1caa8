"""Which encoder a library is heard by."""

from dataclasses import dataclass

from app.embedding import EncoderFactory
from audio_model.config import TagCalibration, WindowConfig
from library.records import EncoderKey

_NO_CALIBRATION = TagCalibration.neutral(0)


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """Which encoder makes the vectors, what it must be fed with, and how a process opens it.

    tags: what it hears beside the vectors, in the order of its scores; often nothing.
    calibration: what makes scores of its logits.
    """

    key: EncoderKey
    window: WindowConfig
    open: EncoderFactory
    tags: tuple[str, ...] = ()
    calibration: TagCalibration = _NO_CALIBRATION
