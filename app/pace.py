"""How fast an analysis is going."""

from collections import deque
from collections.abc import Callable

_RATE_OVER_S = 60.0


class Pace:
    """Files a second over the last minute."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        """Begin to count now; the clock gives seconds and never goes back."""
        self._clock_s = clock_s
        self._started_at_s = clock_s()
        self._done_at_s: deque[float] = deque()

    def one_done(self) -> None:
        """Count a file that is finished."""
        self._done_at_s.append(self._clock_s())

    def rate_per_s(self) -> float:
        """Files a second; 0 until one is finished."""
        now_s = self._clock_s()
        while self._done_at_s and self._done_at_s[0] < now_s - _RATE_OVER_S:
            self._done_at_s.popleft()
        over_s = min(_RATE_OVER_S, now_s - self._started_at_s)
        return len(self._done_at_s) / over_s if over_s > 0 else 0.0
