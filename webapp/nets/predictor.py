"""Reads bitmaps in the threads that ask, a few at a time.

A thread of its own that answers all others would cost every question two hand-overs between threads, and
those take as long as the network itself. So whoever asks takes a desk, reads there, and leaves it to the
next one; there are as many desks as bitmaps can usefully be read at once. Who waits for a desk waits in a
queue that is bounded: where it is full, `Busy` is said at once rather than late.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from webapp.errors import Busy
from webapp.nets.network import Answer

Reader = Callable[[np.ndarray], list[Answer]]  # uint8 (n, 28, 28) -> n answers, on any thread

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


class Predictor:
    """Lets `desks` threads read at once, and the others wait.

    Args:
        queue_size: questions that may wait.
        desks: threads that may read at once. Reading needs no interpreter lock, so it takes a core each.
        deadline: seconds an asker may have waited, here and before. No other place knows a deadline.

    Attributes:
        waiting_before: tells how many requests wait for a thread in which they may ask.
    """

    def __init__(self, queue_size: int = 256, desks: int = 2, deadline: float = 5.0):
        self.waiting_before: Callable[[], int] = lambda: 0
        self._queue_size = queue_size
        self._deadline = deadline
        self._desks: queue.SimpleQueue[int] = queue.SimpleQueue()  # the free ones
        for number in range(desks):
            self._desks.put(number)
        self._waiting = 0
        self._counting = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many bitmaps wait to be read, or their requests for a thread."""
        return self._waiting + self.waiting_before()

    def ask(
        self, networks: Sequence[Reader], bitmap: np.ndarray, asker: Asker = ANYONE
    ) -> list[Answer]:
        """Return what each of `networks` says of `bitmap`, uint8 (28, 28).

        Raises:
            Busy: the queue is full, the deadline has passed, or the asker has gone.
        """
        with self._desk(asker):
            return [network(bitmap[None])[0] for network in networks]

    @contextmanager
    def _desk(self, asker: Asker) -> Iterator[None]:
        """Have a desk. Raises Busy where there is none in time."""
        since = asker.since
        try:
            number = self._desks.get_nowait()
        except queue.Empty:
            since = time.monotonic() if since is None else since
            number = self._await_desk(since)
        try:
            if since is not None:
                self._check(time.monotonic() - since, asker)
            yield
        finally:
            self._desks.put(number)

    def _check(self, waited: float, asker: Asker) -> None:
        """Raise Busy for who has waited too long, in seconds, or has gone meanwhile."""
        if waited > self._deadline:
            raise self._too_late()
        # Only of those that waited long: it costs a system call, and a client that has closed its side for
        # sending looks gone but may still listen. Where there is no crowd it gets its answer.
        if waited > GONE_AFTER and asker.gave_up():
            raise Busy("whoever asked has gone")

    def _await_desk(self, since: float) -> int:
        with self._counting:
            if self._waiting >= self._queue_size:
                raise Busy(f"{self._queue_size} bitmaps wait already; try again in a second")
            self._waiting += 1
        try:
            return self._desks.get(timeout=max(since + self._deadline - time.monotonic(), 0))
        except queue.Empty:
            raise self._too_late() from None
        finally:
            with self._counting:
                self._waiting -= 1

    def _too_late(self) -> Busy:
        return Busy(f"no answer within {self._deadline:g} seconds; try again in a second")
