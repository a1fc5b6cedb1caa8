"""The shipped demo collection: enough pieces of each manner, tagged, sound in every sense."""

import importlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import av
import mutagen
import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require_module

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "assets" / "demo"
EXTENSIONS = {".opus", ".ogg", ".mp3", ".m4a"}
SAMPLE_RATE_HZ = 48_000
PIECE_PATHS = sorted(path for path in DEMO.rglob("*") if path.suffix in EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Labels:
    title: str
    project: str
    album: str
    manner: str
    year: str
    track_number: int


def labels_of(path: Path) -> Labels:
    tags = mutagen.File(path, easy=True)
    fields = ("title", "artist", "album", "genre", "date", "tracknumber")
    title, artist, album, genre, date, number = (tags[field][0] for field in fields)
    return Labels(title, artist, album, genre, date, int(number.split("/")[0]))


def samples_of(path: Path) -> npt.NDArray[np.float32]:
    """All of the file, shape (n_samples, 2)."""
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        frames = [
            resampled.to_ndarray().reshape(-1, 2)
            for frame in container.decode(audio=0)
            for resampled in resampler.resample(frame)
        ]
    return np.concatenate(frames)


def levels_db(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Level of each tenth of a second."""
    hop = SAMPLE_RATE_HZ // 10
    blocks = samples[: len(samples) // hop * hop].reshape(-1, 2 * hop).astype(np.float64)
    return np.asarray(10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12), dtype=np.float64)


@pytest.fixture(scope="module")
def all_labels() -> dict[Path, Labels]:
    return {path: labels_of(path) for path in PIECE_PATHS}


@pytest.fixture
def catalogue() -> ModuleType:
    require_module("mido")
    return importlib.import_module("demo_composer.catalogue")


def test_there_are_eight_manners_of_eight_pieces_by_two_projects_each(all_labels) -> None:
    projects: dict[str, Counter[str]] = defaultdict(Counter)
    for labels in all_labels.values():
        projects[labels.manner][labels.project] += 1
    assert len(projects) >= 8
    for manner, pieces in projects.items():
        assert pieces.total() >= 8, manner
        assert len(pieces) >= 2, manner
        assert min(pieces.values()) >= 4, manner


def test_titles_are_unique_and_years_are_years(all_labels) -> None:
    titles = Counter(labels.title for labels in all_labels.values())
    assert set(titles.values()) == {1}
    assert all(1950 <= int(labels.year) <= 2030 for labels in all_labels.values())


def test_paths_say_what_the_tags_say_and_fit_every_file_system(all_labels) -> None:
    for path, labels in all_labels.items():
        name = f"{labels.track_number:02d} {labels.title}"
        assert path.relative_to(DEMO).with_suffix("") == Path(labels.project, labels.album, name)
        assert not set(path.relative_to(DEMO).as_posix()) & set('<>:"\\|?*')


def test_the_collection_is_small_and_holds_several_formats() -> None:
    sizes = [path.stat().st_size for path in PIECE_PATHS]
    assert max(sizes) < 1_000_000
    assert sum(sizes) <= 12_500_000
    assert {path.suffix for path in PIECE_PATHS} == EXTENSIONS


@pytest.mark.parametrize("path", PIECE_PATHS, ids=lambda path: path.stem)
def test_a_piece_decodes_whole_with_common_loudness_and_no_silence(path: Path) -> None:
    samples = samples_of(path)
    levels = levels_db(samples)
    assert 28 <= len(samples) / SAMPLE_RATE_HZ <= 37
    assert np.max(np.abs(samples)) <= 1.0
    overall_db = 10 * np.log10(np.mean(samples.astype(np.float64) ** 2))
    assert -26 <= overall_db <= -12
    # Ten tenths of a second in a row below -60 dB would be a gap that one hears.
    quiet = "".join("q" if level < -60 else "." for level in levels)
    assert "q" * 10 not in quiet
    assert levels[-1] < overall_db - 20, "the end fades"


def test_the_files_are_the_pieces_of_the_script(all_labels, catalogue: ModuleType) -> None:
    written = {
        (piece.title, piece.project, piece.album, piece.manner, piece.extension)
        for piece in catalogue.PIECES
    }
    shipped = {
        (labels.title, labels.project, labels.album, labels.manner, path.suffix[1:])
        for path, labels in all_labels.items()
    }
    assert shipped == written


def test_a_piece_is_played_the_same_each_time(catalogue: ModuleType) -> None:
    seeded = importlib.import_module("demo_composer.piece").seeded
    piece = next(piece for piece in catalogue.PIECES if piece.manner == "Chiptune")
    np.testing.assert_array_equal(piece.play(seeded(piece)), piece.play(seeded(piece)))
