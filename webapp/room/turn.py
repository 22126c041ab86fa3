"""One at a time, few who wait, and nobody for what has just failed. Knows no database.

A database that is locked, or away, would otherwise take all threads of the server, one after the other for
a second each, and pages, which need no database, would wait as well.
"""

import threading
import time
from collections.abc import Callable

from webapp.errors import InkwiseError

PATIENCE = 1.0  # seconds somebody waits for their turn
STUCK = 0.5  # of that time; a turn that has lasted as long counts as stuck, and who comes then does not wait
# At the same time; as many as a server has threads, since turns are short. Who has just been let in is still
# among them until Python lets that thread run, so one less would send people away from a room that is well.
MOST_WAITING = 16


class Turn:
    """Lets one thread at a time into a `with` block. Others wait a little, while all is well.

    Once a block has called `fail`, whoever comes or waits is refused at once for `pause` seconds. Then one
    is let in, and the others are refused until a block has ended without `fail`.

    Args:
        refuse: makes the error from the reason of the failure; from None where there are just too many.
        pause: seconds.
        patience: seconds that somebody waits for their turn, while all is well.
        clock: gives seconds; a test's own, or time.monotonic.
    """

    def __init__(
        self,
        refuse: Callable[[str | None], InkwiseError],
        pause: float,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._refuse = refuse
        self._pause = pause
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()  # held by whose turn it is
        self._chairs = threading.Semaphore(MOST_WAITING)
        self._since: float | None = None  # when that turn began
        self._failing: str | None = None  # why that turn is in vain
        self._failure: str | None = None  # why the last one was
        self._refused_until = float("-inf")

    def __enter__(self) -> None:
        if not self._acquire():
            raise self._refuse(self._failure)
        if self._failure is not None and self._clock() < self._refused_until:
            self._lock.release()
            raise self._refuse(self._failure)
        self._since = self._clock()

    def __exit__(self, *exception: object) -> None:
        if self._failing is not None:
            self._refused_until = self._clock() + self._pause
        self._since, self._failure, self._failing = None, self._failing, None
        self._lock.release()

    def fail(self, reason: str) -> None:
        """Note, within the block, that it is in vain, and would be for everybody else."""
        self._failing = reason

    def _acquire(self) -> bool:
        if self._lock.acquire(blocking=False):
            return True
        if self._failure is not None or self._is_stuck() or not self._chairs.acquire(blocking=False):
            return False
        try:
            return self._lock.acquire(timeout=self._patience)
        finally:
            self._chairs.release()

    def _is_stuck(self) -> bool:
        since = self._since
        return since is not None and self._clock() - since > STUCK * self._patience
