"""The port of everything that turns windows into vectors and tags, and the network behind it."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch.nn import functional

from audio_model.checkpoint import Card, load_network, read_network_card
from audio_model.curves import Grid, network_grid
from audio_model.device import choose_device
from audio_model.errors import ModelError
from audio_model.network import Heard
from audio_model.pooling import FloatArray, WindowsHeard
from audio_model.spectrogram import log_mel

_MAX_BATCH_WINDOWS = 32


class Encoder(Protocol):
    """Windows of audio in, unit vectors and the logits of tags out."""

    @property
    def card(self) -> Card:
        """Which encoder this is, in which version; how wide its vectors are; its tags."""

    @property
    def device(self) -> str:
        """A sentence that says on what it runs, and why where that is not what was asked for."""

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        """What is heard in the windows of some tracks.

        Args:
            tracks: each float32, shape (n_windows, n_samples), range [-1, 1], at the sample rate of
                the card's window config; tracks may differ in both dimensions.

        Returns:
            For each track its vectors, shape (n_windows, card.dimension), and the logits of its
            tags, shape (n_windows, len(card.tags)).
        """

    @property
    def grid(self) -> Grid:
        """Where the stretches of `curve` lie."""

    def curve(self, samples: FloatArray) -> WindowsHeard:
        """What is heard in every stretch of a sound, in the way of windows.

        Args:
            samples: float32, shape (n_samples,), as those of a window, and at least as many as the
                shortest window has.

        Returns:
            One row for each of the `grid.n_stretches(n_samples)` stretches.
        """


def open_encoder(encoder: str, device: str = "auto", folder: Path | None = None) -> Encoder:
    """One of the encoders that come with the program, or lie in a folder like those.

    Args:
        encoder: "network" or "handcrafted".
        device: "auto", "cuda", "mps" or "cpu"; the hand-crafted features need none.
        folder: where its card and numbers lie; None: among the program's own.

    Raises:
        CheckpointError: its weights or statistics are not what their card says.
        DeviceError: there is no device of that name.
        ModelError: there is no encoder of that name.
    """
    if encoder == "network":
        return NetworkEncoder(folder, device)
    if encoder == "handcrafted":
        from audio_model.handcrafted import HandcraftedEncoder  # loads librosa

        return HandcraftedEncoder(folder)
    raise ModelError(f"There is no encoder {encoder!r}: choose network or handcrafted.")


class NetworkEncoder:
    """The temporal convnet with the weights that its card names.

    Windows of equal length are heard together, whatever track they come from. What else is in a
    batch changes what is heard by rounding only. On CUDA the network runs in mixed precision.
    """

    def __init__(self, folder: Path | None = None, device: str = "auto") -> None:
        """Load the packaged network, or the one in `folder`, onto a device."""
        network_card = read_network_card(folder)
        choice = choose_device(device)
        self.card = network_card.card
        self.device = choice.sentence
        self._device = choice.device
        self._mel = network_card.mel
        self._network = load_network(folder, choice.device)
        self._max_batch_windows = _MAX_BATCH_WINDOWS

    def embed(self, tracks: Sequence[FloatArray]) -> list[WindowsHeard]:
        """What is heard in the windows of some tracks; see `Encoder.embed`."""
        vectors = [np.empty((len(t), self.card.dimension), np.float32) for t in tracks]
        tag_logits = [np.empty((len(t), len(self.card.tags)), np.float32) for t in tracks]
        for places in _places_by_length(tracks):
            heard = self._embed_equal(np.stack([tracks[track][row] for track, row in places]))
            for index, (track, row) in enumerate(places):
                vectors[track][row] = heard.vectors[index]
                tag_logits[track][row] = heard.tag_logits[index]
        return list(map(WindowsHeard, vectors, tag_logits))

    @property
    def grid(self) -> Grid:
        """That of the network's time axis."""
        return network_grid(self._network.config, self._mel, self.card.window)

    @torch.inference_mode()
    def curve(self, samples: FloatArray) -> WindowsHeard:
        """What is heard in every stretch of a sound; see `Encoder.curve`.

        The convolutions see beyond a stretch, where those of a window see nothing. So the vector of
        a stretch differs a little from that of a window at its place; a sound that is as long as a
        window has the window's vector.
        """
        waveform = torch.from_numpy(samples[None]).to(self._device)  # (1, n_samples)
        levels = log_mel(waveform, self._mel)  # (1, n_mels, frames)
        n_places = self.grid.n_stretches(samples.size)
        n_frames = self._frames(min(samples.size, self.grid.stretch_samples))
        step_frames = self.grid.step_samples // self._mel.hop_samples
        framed = levels[0].unfold(1, n_frames, step_frames)[:, :n_places]
        with torch.autocast(self._device, dtype=torch.float16, enabled=self._device == "cuda"):
            activations = self._network.activations(levels)[0]  # (channels, steps)
            stepped = activations.unfold(1, math.ceil(n_frames / step_frames), 1)[:, :n_places]
            heard = self._network.placed(
                self._network.pool(stepped.transpose(0, 1)),  # (places, channels, steps)
                self._network.statistics(framed.transpose(0, 1)),  # (places, n_mels, n_frames)
            )
        return _as_arrays(heard)

    def _frames(self, n_samples: int) -> int:
        """Frames of the spectrogram of so many samples."""
        return 1 + (n_samples - self._mel.window_samples) // self._mel.hop_samples

    def _embed_equal(self, windows: FloatArray) -> WindowsHeard:
        """What is heard in windows of one length, in batches that fit the device's memory."""
        done: list[WindowsHeard] = []
        start = 0
        while start < len(windows):
            batch = windows[start : start + self._max_batch_windows]
            try:
                done.append(self._hear(batch))
            except torch.cuda.OutOfMemoryError:
                if self._max_batch_windows == 1:
                    raise
                torch.cuda.empty_cache()
                self._max_batch_windows //= 2
                continue
            start += len(batch)
        return WindowsHeard(
            np.concatenate([heard.vectors for heard in done]),
            np.concatenate([heard.tag_logits for heard in done]),
        )

    @torch.inference_mode()
    def _hear(self, windows: FloatArray) -> WindowsHeard:
        """One batch, shape (batch, n_samples), through front end and network."""
        waveforms = torch.from_numpy(windows).to(self._device)  # (batch, n_samples)
        levels = log_mel(waveforms, self._mel)  # (batch, n_mels, n_frames)
        with torch.autocast(self._device, dtype=torch.float16, enabled=self._device == "cuda"):
            heard = self._network(levels)
        return _as_arrays(heard)


def _as_arrays(heard: Heard) -> WindowsHeard:
    """What the network heard, with vectors of unit length."""
    vectors = functional.normalize(heard.embedding.float(), dim=1)
    return WindowsHeard(vectors.cpu().numpy(), heard.tag_logits.float().cpu().numpy())


def _places_by_length(tracks: Sequence[FloatArray]) -> Iterator[list[tuple[int, int]]]:
    """(track, row) of every window, in groups of equal numbers of samples."""
    order = sorted(range(len(tracks)), key=lambda track: tracks[track].shape[1])
    for _, group in groupby(order, key=lambda track: tracks[track].shape[1]):
        places = [(track, row) for track in group for row in range(len(tracks[track]))]
        if places:
            yield places
