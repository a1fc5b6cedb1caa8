import numpy as np

from ui.playing.timeline import Sound, Timeline


def pcm(n_samples: int) -> np.ndarray:
    return np.zeros((n_samples, 2), dtype=np.int16)


def write_all(timeline: Timeline) -> None:
    while (samples := timeline.first_waiting()) is not None:
        timeline.note_written(len(samples))


def test_nothing_is_heard_before_anything_is_written():
    timeline = Timeline()
    assert timeline.first_waiting() is None
    assert timeline.heard(0) is None
    assert timeline.last is None


def test_the_sample_that_is_heard_belongs_to_the_sound_that_was_written_there():
    timeline, first, second = Timeline(), Sound(1, b"a"), Sound(2, b"b")
    timeline.add(first, 500, pcm(100))
    timeline.add(first, 600, pcm(50))
    timeline.add(second, 0, pcm(100))
    write_all(timeline)
    assert timeline.n_written == 250
    for played, sound, sample in [(0, first, 500), (149, first, 649), (150, second, 0)]:
        moment = timeline.heard(played)
        assert moment is not None
        assert (moment.sound, moment.sample) == (sound, sample)


def test_a_chunk_may_be_written_bit_by_bit():
    timeline = Timeline()
    timeline.add(Sound(1, b"a"), 0, pcm(100))
    timeline.note_written(30)
    timeline.note_written(0)
    assert timeline.n_waiting == 70
    waiting = timeline.first_waiting()
    assert waiting is not None
    assert len(waiting) == 70


def test_a_sound_that_only_waits_can_be_dropped():
    timeline, first, second = Timeline(), Sound(1, b"a"), Sound(2, b"b")
    timeline.add(first, 0, pcm(100))
    timeline.add(second, 0, pcm(100))
    timeline.note_written(100)
    assert timeline.drop(second)
    assert timeline.n_waiting == 0
    assert timeline.last is first


def test_a_sound_that_is_with_the_device_cannot_be_dropped_unnoticed():
    timeline, first, second = Timeline(), Sound(1, b"a"), Sound(2, b"b")
    timeline.add(first, 0, pcm(100))
    timeline.add(second, 0, pcm(100))
    timeline.note_written(100)
    timeline.note_written(1)
    assert not timeline.drop(second)
    assert timeline.n_waiting == 0


def test_the_same_file_twice_is_two_sounds():
    timeline, first, again = Timeline(), Sound(1, b"a"), Sound(1, b"a")
    timeline.add(first, 0, pcm(100))
    timeline.add(again, 0, pcm(100))
    write_all(timeline)
    moment = timeline.heard(100)
    assert moment is not None
    assert moment.sound is again
