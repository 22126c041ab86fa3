"""Desks at which threads read, and the bounded queue of those who wait for one."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from webapp.errors import Busy

GONE_AFTER = 0.5  # seconds of waiting after which it is asked whether somebody still waits


def never_gone() -> bool:
    """Whoever asks without a connection, or by a server that does not tell, is still there."""
    return False


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for an answer.

    Attributes:
        gave_up: tells whether they have gone; then nothing is computed for them.
        since: when they began to wait, of time.monotonic(); None where that is only now.
    """

    gave_up: Callable[[], bool] = never_gone
    since: float | None = None


ANYONE = Asker()


class Desks:
    """Some desks. Any thread may take one, work, and so leave it to the next.

    Args:
        count: threads that may work at once.
        queue_size: threads that may wait.
        deadline: seconds an asker may have waited, here and before.
    """

    def __init__(self, count: int, queue_size: int, deadline: float):
        self._queue_size = queue_size
        self._deadline = deadline
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(count):
            self._free.put(number)
        self._waiting = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait for a desk."""
        return self._waiting

    @contextmanager
    def taken(self, asker: Asker) -> Iterator[None]:
        """Have a desk. Raises Busy where there is none in time, or the asker has gone meanwhile."""
        since = asker.since
        try:
            number = self._free.get_nowait()
        except queue.Empty:
            since = time.monotonic() if since is None else since
            number = self._await(since)
        try:
            if since is not None:
                self._check(time.monotonic() - since, asker)
            yield
        finally:
            self._free.put(number)

    def _await(self, since: float) -> int:
        with self._counting:
            if self._waiting >= self._queue_size:
                raise Busy(f"{self._queue_size} bitmaps wait already; try again in a second")
            self._waiting += 1
        try:
            return self._free.get(timeout=max(since + self._deadline - time.monotonic(), 0))
        except queue.Empty:
            raise self._too_late() from None
        finally:
            with self._counting:
                self._waiting -= 1

    def _check(self, waited: float, asker: Asker) -> None:
        """Raise Busy for who has waited too long, in seconds, or has gone meanwhile."""
        if waited > self._deadline:
            raise self._too_late()
        # Only of those that waited long: it costs a system call, and a client that has closed its side for
        # sending looks gone but may still listen. Where there is no crowd it gets its answer.
        if waited > GONE_AFTER and asker.gave_up():
            raise Busy("whoever asked has gone")

    def _too_late(self) -> Busy:
        return Busy(f"no answer within {self._deadline:g} seconds; try again in a second")
