"""The first hour of a listener, from no library to a playlist that outlives a kill."""

from tests.app.conftest import write_tone
from tests.desktop.first_hour import FirstHour

N_SONGS, N_NEW = 12, 150


def write_album(folder, n_songs):
    for number in range(n_songs):
        write_tone(
            folder / f"{number:03}.flac",
            180 + 13 * number,
            title=f"{folder.name} {number:03}",
            artist=f"{folder.name} band {number}",
            album=f"{folder.name} album {number}",
        )


def test_the_first_hour_ends_with_the_playlist_that_was_made_in_it(screen, tmp_path):
    music = tmp_path / "music"
    write_album(music / "Old", N_SONGS)
    hour = FirstHour(
        screen,
        music,
        tmp_path / "data",
        before_kill=lambda: write_album(music / "New", N_NEW),
    )
    hour.play()
    assert any(what.startswith("Killed amid an analysis; ") for what, _ in hour.steps)
