import numpy as np
import pytest

from app.versions import (
    Song,
    VersionRule,
    bare_title,
    may_be_versions,
    song_of,
    song_of_track,
    windows_alike,
)
from library.records import FloatArray, Tags, Track, TrackId

RULE = VersionRule()


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Heroes", "Heroes (Live)"),
        ("Heroes", "Heroes [live at the Marquee, 1977]"),
        ("Heroes", "Heroes - Live in Berlin"),
        ("Heroes", "“Heroes” (2017 Remaster)"),
        ("Heroes", "Heroes - Remastered 2009"),
        ("Heroes", "heroes (Digitally Remastered)"),
        ("Heroes", "Heroes (Single Version) [2014 Remaster]"),
        ("Heroes", "Heroes - Mono - Remastered 2009"),
        ("Heroes", "Heroes (Radio Edit)"),
        ("Heroes", "Heroes feat. Nico"),
        ("Heroes", "Heroes (ft. Nico & Lou)"),
        ("Heroes", "Héroes"),
        ("Heroes", "Heroes (Bonus Track)"),
        ("Heroes", "Heroes (Acoustic Version)"),
        ("Don't Stop", "Dont Stop!"),
        ("雪", "雪 (Live)"),
    ],
)
def test_titles_of_one_song_become_equal(title, other):
    assert bare_title(title) == bare_title(other)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Heroes", "Heroes (Remix)"),
        ("Heroes", "Heroes, Pt. 2"),
        ("Heroes (Part 1)", "Heroes (Part 2)"),
        ("Heroes", "Heroes (Instrumental)"),
        ("Heroes", "Heroes - Reprise"),
        ("Forever", "Forever (Live and Let Die)"),
        ("Symphony 5", "Symphony 6"),
        ("Sonata - Allegro", "Sonata - Adagio"),
        ("Live", "Live Forever"),
        ("Alive", "A"),
        ("1999", "99"),
        ("Left", "Leftover"),
        ("!!!", "???"),
        ("雪", "雨"),
    ],
)
def test_titles_of_two_songs_stay_apart(title, other):
    assert bare_title(title) != bare_title(other)


def test_a_title_that_is_only_a_version_is_kept():
    assert bare_title("(Live)") == bare_title("live") == "live"


def test_a_title_without_a_single_letter_is_kept():
    assert bare_title(" ??? ") == "???"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (b"/m/07 - One Shoe.mp3", "oneshoe"),
        (b"/m/07._-_One_Shoe.mp3", "oneshoe"),
        (b"/m/99 Luftballons.mp3", "99luftballons"),
        (b"/m/1999.mp3", "1999"),
        (b"/m/12-34.mp3", "1234"),
    ],
)
def test_a_file_without_a_title_is_known_by_its_name_without_track_number(name, title):
    assert song_of(Tags(), name, 60.0) == Song(title, 60.0)


def test_a_number_at_the_start_of_a_tagged_title_belongs_to_it():
    track = Track(TrackId(1), b"/m/x.mp3", Tags(title="7 - Prince"), 60.0, False, 0.0, 0)

    assert song_of_track(track) == Song("7prince", 60.0)


@pytest.mark.parametrize(
    ("duration_s", "alike"),
    [(100.0, True), (97.1, True), (96.9, False), (103.0, True), (103.2, False)],
)
def test_durations_may_differ_by_three_per_cent_of_the_longer(duration_s, alike):
    assert may_be_versions(Song("a", 100.0), Song("a", duration_s), RULE) is alike


def test_songs_with_different_titles_are_not_versions():
    assert not may_be_versions(Song("a", 100.0), Song("b", 100.0), RULE)


def test_nothing_is_a_version_of_a_song_without_a_name():
    assert not may_be_versions(Song("", 100.0), Song("", 100.0), RULE)


def windows_at(*degrees: float) -> FloatArray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_windows_are_alike_up_to_the_agreement_of_the_rule():
    rule = VersionRule(window_agreement=0.5)

    assert windows_alike(windows_at(0, 0), windows_at(59), rule)
    assert not windows_alike(windows_at(0, 0), windows_at(61), rule)
