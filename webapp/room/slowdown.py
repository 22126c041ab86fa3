"""Slow whoever guesses: some tries at once, then one every few seconds. Bounded, in memory only."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_GUESSERS = 1000  # remembered at the same time; the one that was quiet longest is forgotten first


class Slowdown:
    """Counts wrong tries, each guesser for itself.

    Args:
        tries: wrong ones that are free.
        interval: seconds until one more is.
        clock: gives seconds; a test's own, or time.monotonic.
    """

    def __init__(self, tries: int, interval: float, clock: Callable[[], float] = time.monotonic):
        self._tries = tries
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._owed_until: OrderedDict[str, float] = OrderedDict()  # from when on all tries are free again

    def wait(self, guesser: str) -> float:
        """Return for how many seconds no further try of `guesser` is listened to; 0 where one is free."""
        with self._lock:
            return self._wait(guesser)

    def count(self, guesser: str) -> None:
        """Remember one wrong try."""
        with self._lock:
            start = max(self._clock(), self._owed_until.pop(guesser, 0.0))
            self._owed_until[guesser] = start + self._interval
            if len(self._owed_until) > MOST_GUESSERS:
                self._owed_until.popitem(last=False)

    def _wait(self, guesser: str) -> float:
        owed = self._owed_until.get(guesser, 0.0) - self._clock()
        return max(0.0, owed - (self._tries - 1) * self._interval)
