"""When a track counts as played."""

# Half of a track is enough, and so is this.
_LONG_ENOUGH_S = 240.0


def counts_as_play(heard_s: float, duration_s: float) -> bool:
    """Whether so much of a track was heard that it was played.

    Args:
        heard_s: how long it sounded, without what was skipped.
        duration_s: length of the track.
    """
    return heard_s >= min(duration_s / 2, _LONG_ENOUGH_S)
