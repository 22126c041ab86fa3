"""Prediction speed over the last ten seconds, and rejections (429, 503) over the last minute."""

import threading
import time
from collections import deque
from collections.abc import Callable

PREDICTION_WINDOW = 10.0  # seconds
REJECTION_WINDOW = 60.0  # seconds
MAX_ENTRIES = 20_000  # of each kind: 2,000 a second for ten seconds
P95 = 0.95


class SlidingWindow:
    """The times of the newest predictions and rejections of this process. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._started_at = clock()
        self._lock = threading.Lock()  # a deque must not change while it is iterated
        self._predictions: deque[tuple[float, float]] = deque(maxlen=MAX_ENTRIES)  # (time, duration)
        self._rejections: deque[float] = deque(maxlen=MAX_ENTRIES)

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started_at

    def note_prediction(self, seconds: float) -> None:
        """Record a prediction that took `seconds`."""
        with self._lock:
            self._predictions.append((self._clock(), seconds))

    def note_rejection(self) -> None:
        """Record a response of 429 or 503."""
        with self._lock:
            self._rejections.append(self._clock())

    def speed(self) -> tuple[float, float | None]:
        """Return predictions a second, and their 95th percentile in seconds, or None without predictions."""
        now = self._clock()
        with self._lock:
            found = [(at, seconds) for at, seconds in self._predictions if now - at <= PREDICTION_WINDOW]
            is_full = len(found) == MAX_ENTRIES
        if not found:
            return 0.0, None
        # Shorter than the window just after the start, or when the deque is full.
        span = now - found[0][0] if is_full else min(PREDICTION_WINDOW, self.uptime)
        times = sorted(seconds for _, seconds in found)
        return len(found) / max(span, 1.0), times[int(P95 * (len(times) - 1))]

    def rejections(self) -> int:
        """Return the number of requests rejected in the last minute."""
        now = self._clock()
        with self._lock:
            return sum(now - at <= REJECTION_WINDOW for at in self._rejections)
