"""Rate limit for wrong codes and tokens: some tries at once, then one every few seconds. In memory only."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_GUESSERS = 1000  # remembered at the same time; the one that was quiet longest is forgotten first


class LoginThrottle:
    """Counts wrong tries per client.

    Args:
        tries: wrong ones that are allowed at once.
        interval: seconds until one more is allowed.
        clock: gives seconds; a test's own, or time.monotonic.
    """

    def __init__(self, tries: int, interval: float, clock: Callable[[], float] = time.monotonic):
        self._tries = tries
        self._interval = interval
        self._clock = clock
        self._lock = threading.Lock()
        self._owed_until: OrderedDict[str, float] = OrderedDict()  # from when on all tries are free again

    def wait(self, guesser: str) -> float:
        """Return the seconds until the next try of `guesser` is allowed; 0 where it is allowed now."""
        with self._lock:
            return self._wait(guesser)

    def count(self, guesser: str) -> None:
        """Count one wrong try."""
        with self._lock:
            start = max(self._clock(), self._owed_until.pop(guesser, 0.0))
            self._owed_until[guesser] = start + self._interval
            if len(self._owed_until) > MOST_GUESSERS:
                self._owed_until.popitem(last=False)

    def _wait(self, guesser: str) -> float:
        owed = self._owed_until.get(guesser, 0.0) - self._clock()
        return max(0.0, owed - (self._tries - 1) * self._interval)
