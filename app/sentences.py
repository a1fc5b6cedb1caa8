"""Errors as sentences: which of them a person can do something about, and what they are told."""

from app.errors import AppError
from audio_model.errors import AudioError, ModelError
from library.errors import LibraryError


def sentence_of(error: BaseException) -> str | None:
    """The sentence of an error that lies outside Segue; None where Segue made a mistake."""
    if isinstance(error, (AppError, LibraryError, AudioError, ModelError)):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else f"{error.strerror}."
    return None
