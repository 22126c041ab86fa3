"""Speed of the predictions of the last seconds, and rejections (429, 503) of the last minute."""

import threading
import time
from collections import deque
from collections.abc import Callable

ANSWERS_FOR = 10.0  # seconds over which the speed is averaged
REJECTIONS_FOR = 60.0  # seconds
REMEMBERED = 20_000  # of each at most: 2,000 a second for ten seconds
P95 = 0.95


class SlidingWindow:
    """Remembers the moments of the newest predictions and rejections of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._started_at = clock()
        self._lock = threading.Lock()  # a deque must not grow while it is read
        self._answers: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)  # (moment, seconds it took)
        self._rejections: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started_at

    def note_answer(self, seconds: float) -> None:
        """Note a prediction that was answered after `seconds`."""
        with self._lock:
            self._answers.append((self._clock(), seconds))

    def note_rejection(self) -> None:
        """Note a request that was answered with 429 or 503."""
        with self._lock:
            self._rejections.append(self._clock())

    def speed(self) -> tuple[float, float | None]:
        """Return predictions a second, and the seconds within which 95 % were answered; None without any."""
        now = self._clock()
        with self._lock:
            found = [(at, seconds) for at, seconds in self._answers if now - at <= ANSWERS_FOR]
            is_full = len(found) == REMEMBERED
        if not found:
            return 0.0, None
        # Of a young server, or of more answers than are remembered, a shorter time is known.
        span = now - found[0][0] if is_full else min(ANSWERS_FOR, self.uptime)
        times = sorted(seconds for _, seconds in found)
        return len(found) / max(span, 1.0), times[int(P95 * (len(times) - 1))]

    def rejections(self) -> int:
        """Return how many requests were rejected in the last minute."""
        now = self._clock()
        with self._lock:
            return sum(now - at <= REJECTIONS_FOR for at in self._rejections)
