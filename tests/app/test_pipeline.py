import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.encoder_choice import EncoderChoice
from app.errors import WorkerFailure
from app.pipeline import Analysed, Pipeline, Refused, Result, default_n_decoders, embedder_limits
from audio_model.audio import read_windows
from audio_model.config import TagCalibration
from audio_model.pooling import track_tags
from tests.app.conftest import write_tone
from tests.fakes import (
    CALIBRATION,
    DIMENSION,
    WINDOW,
    broken_choice,
    crashing_choice,
    deadly_choice,
    fake_choice,
    lost_choice,
    mute_choice,
    open_fake,
    tagless_choice,
)


def run(
    paths: list[Path], encoder: EncoderChoice, *, n_decoders: int = 2, heard: bool = True
) -> dict[bytes, Result]:
    waiting = [os.fsencode(path) for path in paths]
    results: dict[bytes, Result] = {}
    with Pipeline(
        encoder, n_decoders=n_decoders, needs_embedding=lambda _recording: heard
    ) as pipeline:
        while waiting or pipeline.busy:
            while waiting and pipeline.has_room:
                pipeline.give(waiting.pop())
            for result in pipeline.results(1.0):
                assert result.path not in results
                results[result.path] = result
    return results


def test_every_file_has_one_result_and_only_the_broken_one_is_refused(music: Path):
    broken = music / "broken.flac"
    broken.write_bytes(b"fLaC and no more")
    paths = [*sorted(music.glob("*/*.flac")), broken]
    results = run(paths, fake_choice())
    assert set(results) == {os.fsencode(path) for path in paths}
    refused = [result for result in results.values() if isinstance(result, Refused)]
    assert [result.path for result in refused] == [os.fsencode(broken)]
    assert refused[0].reason


def test_a_result_carries_tags_recording_and_unit_vectors(music: Path):
    path = music / "Low" / "1.flac"
    (result,) = run([path], fake_choice()).values()
    assert isinstance(result, Analysed)
    assert result.description.tags.title == "Tone 1"
    assert result.description.recording.codec == "flac"
    assert result.description.recording.duration_s == pytest.approx(1.5, abs=1e-3)
    assert result.embedding is not None
    assert result.embedding.windows.shape == (1, DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(result.embedding.vector), 1.0, atol=1e-6)


def test_scores_are_calibrated_from_the_mean_logits_of_the_windows(tmp_path: Path):
    path = write_tone(tmp_path / "a.flac", 300, duration_s=3.2)
    (result,) = run([path], fake_choice()).values()
    assert isinstance(result, Analysed)
    assert result.embedding is not None
    windows = read_windows(os.fsencode(path), WINDOW).samples
    (heard,) = open_fake().embed([windows])
    assert len(windows) == 3
    expected = track_tags(heard.tag_logits, CALIBRATION)
    np.testing.assert_allclose(result.embedding.tag_scores, expected, atol=1e-6)
    assert np.abs(expected - track_tags(heard.tag_logits, TagCalibration.neutral(3))).max() > 0.1


def test_an_encoder_without_tags_scores_none(music: Path):
    (result,) = run([music / "Low" / "1.flac"], tagless_choice()).values()
    assert isinstance(result, Analysed)
    assert result.embedding is not None
    assert result.embedding.tag_scores.shape == (0,)


def test_a_known_recording_is_described_and_not_heard(music: Path):
    results = run(sorted(music.glob("*/*.flac")), broken_choice(), heard=False)
    assert all(isinstance(r, Analysed) and r.embedding is None for r in results.values())


def test_a_track_that_kills_the_embedder_costs_only_itself(tmp_path: Path):
    quiet = [write_tone(tmp_path / f"quiet{i}.flac", 300 + i, level=0.2) for i in range(6)]
    loud = write_tone(tmp_path / "loud.flac", 400, level=0.9)
    results = run([*quiet, loud], deadly_choice())
    failed = [result for result in results.values() if isinstance(result, Refused)]
    assert [result.path for result in failed] == [os.fsencode(loud)]
    assert "embedder stopped" in failed[0].reason
    assert len(results) == 7


def test_an_encoder_that_cannot_be_opened_ends_the_run_with_a_sentence(music: Path):
    with pytest.raises(WorkerFailure, match="the weights are gone"):
        run(sorted(music.glob("*/*.flac")), broken_choice())


def test_an_encoder_that_ends_its_process_when_it_is_opened_ends_the_run(music: Path):
    with pytest.raises(WorkerFailure, match="embedder stopped: killed by SIGKILL"):
        run(sorted(music.glob("*/*.flac")), crashing_choice())


def test_an_encoder_that_fails_for_every_track_ends_the_run_and_not_the_library(tmp_path: Path):
    paths = [write_tone(tmp_path / f"{i}.flac", 300 + i, duration_s=0.6) for i in range(12)]
    with pytest.raises(WorkerFailure, match="the device is lost"):
        run(paths, lost_choice())


@pytest.mark.parametrize("level", [0.9, 0.7], ids=["no vector", "no tags"])
def test_a_track_that_is_not_heard_is_refused(tmp_path: Path, level: float):
    quiet = [write_tone(tmp_path / f"quiet{i}.flac", 300 + i, level=0.2) for i in range(3)]
    loud = write_tone(tmp_path / "loud.flac", 400, level=level)
    results = run([*quiet, loud], mute_choice())
    failed = [result for result in results.values() if isinstance(result, Refused)]
    assert [(r.path, r.reason) for r in failed] == [
        (os.fsencode(loud), "the encoder found no vector for it")
    ]
    assert failed[0].description is not None
    assert len(results) == 4


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores"
)
def test_no_more_is_started_than_there_are_cores_to_use():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert default_n_decoders() == 1
        assert embedder_limits().n_threads == 1
    finally:
        os.sched_setaffinity(0, before)


def worker_processes() -> list[psutil.Process]:
    """The spawned processes, without multiprocessing's own tracker of semaphores."""
    return [c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())]


@pytest.fixture
def idle_pipeline(music: Path) -> Iterator[Pipeline]:
    with Pipeline(fake_choice(), n_decoders=1, needs_embedding=lambda _: True) as pipeline:
        yield pipeline


def test_killing_every_idle_process_costs_no_file(idle_pipeline: Pipeline, music: Path):
    first, second = sorted(music.glob("Low/*.flac"))
    for path in (first, second):
        idle_pipeline.give(os.fsencode(path))
        results: list[Result] = []
        while idle_pipeline.busy:
            results.extend(idle_pipeline.results(1.0))
        assert [type(result) for result in results] == [Analysed]
        for worker in worker_processes():
            worker.kill()


def test_leaving_the_pipeline_ends_all_its_processes(music: Path):
    with Pipeline(fake_choice(), n_decoders=2, needs_embedding=lambda _: True) as pipeline:
        pipeline.give(os.fsencode(music / "Low" / "1.flac"))
        pipeline.results(0.1)
        workers = worker_processes()
        assert workers
    assert not any(worker.is_running() for worker in workers)


def test_a_live_decoder_has_loaded_neither_torch_nor_qt_nor_sql(music: Path):
    from app.decoding import describe, hear
    from app.pipeline import decoder_limits
    from app.workers import Worker
    from tests.app import tasks
    from tests.app.test_workers import answer
    from tests.fakes import WINDOW

    decoder = Worker("decoder", decoder_limits())
    path = os.fsencode(music / "Low" / "1.flac")
    try:
        decoder.give(describe, path, timeout_s=20)
        answer(decoder)
        decoder.give(hear, path, WINDOW, timeout_s=20)
        answer(decoder)
        decoder.give(tasks.loaded_modules, timeout_s=20)
        loaded = set(answer(decoder))
    finally:
        decoder.close()
    assert {"av", "mutagen", "numpy"} <= loaded
    forbidden = {
        "torch",
        "torchaudio",
        "librosa",
        "numba",
        "PySide6",
        "hnswlib",
        "sqlite3",
        "sqlite_utils",
        "typer",
        "rich",
    }
    assert not forbidden & loaded


def printed_by(code: str) -> list[str]:
    """The words that a fresh Python prints."""
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return fresh.stdout.split()


def test_the_program_loads_nothing_that_opens_files():
    code = (
        "import sys, app.analyse, app.curves, app.playback, app.waveform, app.services; "
        "print(*sorted({'av', 'mutagen', 'PIL'} & set(sys.modules)))"
    )
    assert printed_by(code) == []


def test_the_entry_script_that_a_worker_runs_again_loads_nothing():
    code = (
        "import sys; before = set(sys.modules); import app.__main__; "
        "print(*sorted(set(sys.modules) - before))"
    )
    assert printed_by(code) == ["app", "app.__main__"]
