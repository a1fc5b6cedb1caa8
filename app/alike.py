"""Where two tracks are alike: the pairs of their windows that agree most.

The best pair is taken first, then the best of the windows that are left, so that each window stands
in one pair at most: a chorus that comes three times is named once with each of its likenesses, not
three times with the same one. Windows of one track do not overlap where the track is long enough.
"""

from dataclasses import dataclass

import numpy as np

from library.records import Embedding


@dataclass(frozen=True, slots=True)
class AlikePassages:
    """A passage of one track and the passage of another that it agrees with.

    similarity: the cosine of their vectors, in [-1, 1].
    """

    first_start_s: float
    first_end_s: float
    second_start_s: float
    second_end_s: float
    similarity: float


def alike_passages(first: Embedding, second: Embedding, count: int) -> list[AlikePassages]:
    """The pairs of windows that agree most, the best first, equals in the order of time.

    Args:
        first: of one track.
        second: of the other, by the same encoder.
        count: how many pairs at most; there are no more than the shorter track has windows.
    """
    cosines = first.windows @ second.windows.T  # (n_first, n_second)
    order = np.argsort(-cosines, axis=None, kind="stable")
    left_first, left_second = set(range(len(first.windows))), set(range(len(second.windows)))
    found: list[AlikePassages] = []
    for place in order:
        row, column = divmod(int(place), cosines.shape[1])
        if len(found) == count:
            break
        if row in left_first and column in left_second:
            left_first.remove(row)
            left_second.remove(column)
            found.append(_passages(first, row, second, column, float(cosines[row, column])))
    return found


def _passages(
    first: Embedding, row: int, second: Embedding, column: int, cosine: float
) -> AlikePassages:
    first_start_s = float(first.window_starts_s[row])
    second_start_s = float(second.window_starts_s[column])
    return AlikePassages(
        first_start_s,
        first_start_s + first.window_s,
        second_start_s,
        second_start_s + second.window_s,
        min(1.0, max(-1.0, cosine)),
    )
