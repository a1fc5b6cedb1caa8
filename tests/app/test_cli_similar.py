import shutil
from pathlib import Path

import pytest

from app.cli.similar import Years, parse_length, parse_years
from tests.app.cli_runner import CommandLine
from tests.app.conftest import write_tone


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with six scanned tones, three high and three low, and the data of its library."""
    folder = tmp_path_factory.mktemp("scanned")
    for number, frequency_hz in enumerate((200, 210, 220, 1500, 1600, 1700), 1):
        high = frequency_hz > 1000
        write_tone(
            folder / "music" / f"{number}.flac",
            frequency_hz,
            duration_s=1.0 + number / 4,
            title=f"Tone {number}",
            artist=f"Artist {number % 4}",
            album="Tones",
            genre="Whistle" if high else "Hum",
            date=str(1970 + number),
        )
    write_tone(folder / "outside.flac", 205, title="Outside")
    return folder


@pytest.fixture
def segue(scanned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """A command line with a copy of that library, which its music is scanned into once."""
    first = CommandLine(scanned / "data", capsys)
    if not first.data.exists():
        assert first("scan", scanned / "music").code == 0
    shutil.copytree(first.data, tmp_path / "data")
    return CommandLine(tmp_path / "data", capsys)


def titles(outcome) -> list[str]:
    return [match["title"] for match in outcome.json["matches"]]


@pytest.mark.parametrize("form", ["path", "number", "words"])
def test_a_seed_is_a_path_a_number_or_words(segue: CommandLine, scanned: Path, form: str):
    number = segue("search", "Tone 1", "--json").json[0]["id"]
    seed = {"path": scanned / "music" / "1.flac", "number": number, "words": "tone 1"}[form]

    outcome = segue("similar", seed, "--count", "2", "--no-filters", "--json")

    assert outcome.code == 0
    assert outcome.json["seeds"] == [{"label": "Tone 1", "id": number, "duration_s": 1.25}]
    assert sorted(titles(outcome)) == ["Tone 2", "Tone 3"]
    assert [match["shared_tags"] for match in outcome.json["matches"]] == [["low"], ["low"]]


def test_a_file_from_outside_is_a_seed_and_is_not_kept(segue: CommandLine, scanned: Path):
    outcome = segue("similar", scanned / "outside.flac", "--count", "3", "--no-filters", "--json")

    assert outcome.json["seeds"][0]["id"] is None
    assert sorted(titles(outcome)) == ["Tone 1", "Tone 2", "Tone 3"]
    assert segue("search", "outside").err == "Nothing in the library answers to outside.\n"


def test_a_copy_of_a_track_is_that_track_and_not_among_its_matches(
    segue: CommandLine, scanned: Path, tmp_path: Path
):
    copy = shutil.copy(scanned / "music" / "1.flac", tmp_path / "copy.flac")

    outcome = segue("similar", copy, "--no-filters", "--json")

    assert outcome.json["seeds"][0]["id"] is not None
    assert "Tone 1" not in titles(outcome)
    assert len(titles(outcome)) == 5


def test_an_unwanted_seed_is_listed_and_its_kind_comes_last(segue: CommandLine):
    outcome = segue("similar", "tone 1", "--unlike", "tone 4", "--no-filters", "--json")

    assert [seed["label"] for seed in outcome.json["unlike"]] == ["Tone 4"]
    assert sorted(titles(outcome)[:2]) == ["Tone 2", "Tone 3"]
    assert sorted(titles(outcome)[2:]) == ["Tone 5", "Tone 6"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--genre", "whistle"), {4, 5, 6}),
        (("--not-genre", "WHISTLE"), {2, 3}),
        (("--genre", "hum", "--genre", "polka"), {2, 3}),
        (("--year", "1973-1975"), {3, 4, 5}),
        (("--year", "1975-"), {5, 6}),
        (("--year", "1972"), {2}),
        (("--min-length", "0:02"), {4, 5, 6}),
        (("--max-length", "1.75"), {2, 3}),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters_choose_what_is_listed(
    segue: CommandLine, options: tuple[str, ...], expected: set[int]
):
    outcome = segue("similar", "tone 1", "--json", "--no-filters", *options)

    assert {int(title.removeprefix("Tone ")) for title in titles(outcome)} == expected


def test_an_artist_has_no_more_songs_than_asked_for(segue: CommandLine):
    outcome = segue("similar", "tone 1", "--json", "--per-artist", "1", "--per-album", "0")

    artists = [match["artist"] for match in outcome.json["matches"]]
    assert sorted(artists) == ["Artist 0", "Artist 1", "Artist 2", "Artist 3"]


def test_an_album_has_no_more_songs_than_asked_for(segue: CommandLine):
    usual = segue("similar", "tone 1", "--json", "--per-artist", "0")
    lifted = segue("similar", "tone 1", "--json", "--per-artist", "0", "--per-album", "0")

    assert (len(titles(usual)), len(titles(lifted))) == (1, 5)


def test_tracks_are_left_out_by_their_numbers(segue: CommandLine):
    numbers = {track["title"]: track["id"] for track in segue("search", "tone", "--json").json}

    outcome = segue(
        "similar",
        "tone 1",
        "--json",
        "--no-filters",
        "--not-this",
        numbers["Tone 2"],
        "--not-this",
        numbers["Tone 5"],
    )

    assert sorted(titles(outcome)) == ["Tone 3", "Tone 4", "Tone 6"]


def test_a_list_that_cannot_be_filled_says_so(segue: CommandLine):
    outcome = segue("similar", "tone 1", "--genre", "hum")
    assert outcome.err == "Only 1 of 20: no other track of the library passes the filters.\n"

    nothing = segue("similar", "tone 1", "--genre", "polka")
    assert (nothing.code, nothing.err) == (
        0,
        "No other track of the library passes the filters.\n",
    )


def test_the_reasons_are_told_on_request(segue: CommandLine):
    outcome = segue("similar", "tone 1", "--unlike", "tone 6", "--count", "1", "--why")

    like, unlike, _, row = outcome.out.splitlines()
    assert (like, unlike) == ("Like Tone 1", "Unlike Tone 6")
    assert " is like 0:00 of Tone 1 (" in row
    assert row.endswith("); shared: low")
    assert "why" not in segue("similar", "tone 1", "--count", "1").out


def test_a_list_is_kept_as_a_playlist_and_written_as_a_file(
    segue: CommandLine, scanned: Path, tmp_path: Path
):
    file = scanned / "music" / "list.m3u8"

    outcome = segue(
        "similar",
        "tone 1",
        "--count",
        "3",
        "--no-filters",
        "--json",
        "--save",
        "Hums",
        "--export",
        file,
    )

    assert outcome.err == f"Kept as the playlist Hums.\nWrote 3 tracks to {file}.\n"
    shown = segue("playlist", "show", "hums", "--json").json
    assert [track["title"] for track in shown["tracks"]] == titles(outcome)
    names = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert names == [Path(match["path"]).name for match in outcome.json["matches"]]


def test_words_that_mean_several_tracks_list_them(segue: CommandLine):
    outcome = segue("similar", "tone")

    *listed, last = outcome.err.splitlines()
    assert outcome.code == 1
    assert len(listed) == 6
    assert last == "tone may mean any of these: name one by its number."


@pytest.mark.parametrize("text", ["zzz", "!!!"])
def test_words_that_mean_nothing_are_told(segue: CommandLine, text: str):
    outcome = segue("similar", text)

    assert (outcome.code, outcome.err) == (
        1,
        f"Nothing in the library is called {text}, and there is no such file.\n",
    )


def test_a_file_that_cannot_be_heard_is_rejected(segue: CommandLine, tmp_path: Path):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music")

    outcome = segue("similar", broken)

    assert outcome.code == 3
    assert outcome.err.startswith(f"Could not use {broken}: ")


@pytest.mark.parametrize(
    ("text", "seconds"), [("200", 200), ("3:20", 200), ("1:02:03", 3723), ("0.5", 0.5)]
)
def test_lengths_are_seconds_or_clock_times(text: str, seconds: float):
    assert parse_length(text) == seconds


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1975", Years(1975, 1975)),
        ("1970-1979", Years(1970, 1979)),
        ("1970-", Years(1970, None)),
        ("-1979", Years(None, 1979)),
    ],
)
def test_years_are_a_year_or_a_range(text: str, years: Years):
    assert parse_years(text) == years


@pytest.mark.parametrize(
    "options",
    [
        ("--min-length", "long"),
        ("--max-length", "-3"),
        ("--max-length", "inf"),
        ("--min-length", "nan"),
        ("--year", "seventies"),
        ("--year", "-"),
        ("--count", "0"),
        ("--encoder", "magic"),
    ],
    ids=" ".join,
)
def test_a_misspelt_option_is_a_usage_error(segue: CommandLine, options: tuple[str, ...]):
    outcome = segue("similar", "tone 1", *options)

    assert outcome.code == 2
    assert options[0] in outcome.err
