"""Write lock with a bounded wait queue and a circuit breaker. Knows no database.

Without it, a locked or unreachable database would block every thread of the server for seconds, and so the
pages as well.
"""

import threading
import time
from collections.abc import Callable

from webapp.errors import InkwiseError

MAX_WAIT = 1.0  # seconds that a thread waits for the lock
STUCK = 0.5  # share of `max_wait`; once the lock has been held for so long, new threads do not wait
# As many as the server has threads, since the lock is held for milliseconds. A thread that has just got the
# lock still counts until Python runs it, so a smaller number would reject writers of a healthy database.
MAX_WAITING = 16


class WriteLock:
    """A context manager that one thread at a time can enter; a bounded number of others waits.

    After a block has called `fail`, the circuit is open: threads that wait or arrive are rejected for `pause`
    seconds. Then one is let in, and the others are rejected until a block has ended without `fail`.

    Args:
        make_error: returns the error to raise, from the reason given to `fail`, or from None where the queue
            is full or the wait too long.
        pause: seconds.
        max_wait: seconds that a thread waits for the lock.
        clock: returns seconds; time.monotonic except in tests.
    """

    def __init__(
        self,
        make_error: Callable[[str | None], InkwiseError],
        pause: float,
        max_wait: float = MAX_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._make_error = make_error
        self._pause = pause
        self._max_wait = max_wait
        self._clock = clock
        self._lock = threading.Lock()
        self._wait_slots = threading.Semaphore(MAX_WAITING)
        self._held_since: float | None = None
        self._failing: str | None = None  # reason of the block that holds the lock
        self._failure: str | None = None  # reason of the block before it
        self._open_until = float("-inf")  # of the circuit breaker

    def __enter__(self) -> None:
        if not self._acquire():
            raise self._make_error(self._failure)
        if self._failure is not None and self._clock() < self._open_until:
            self._lock.release()
            raise self._make_error(self._failure)
        self._held_since = self._clock()

    def __exit__(self, *exception: object) -> None:
        if self._failing is not None:
            self._open_until = self._clock() + self._pause
        self._held_since, self._failure, self._failing = None, self._failing, None
        self._lock.release()

    def fail(self, reason: str) -> None:
        """Open the circuit, from within the block: other writes would fail for the same reason."""
        self._failing = reason

    def _acquire(self) -> bool:
        if self._lock.acquire(blocking=False):
            return True
        if self._failure is not None or self._is_stuck() or not self._wait_slots.acquire(blocking=False):
            return False
        try:
            return self._lock.acquire(timeout=self._max_wait)
        finally:
            self._wait_slots.release()

    def _is_stuck(self) -> bool:
        since = self._held_since
        return since is not None and self._clock() - since > STUCK * self._max_wait
