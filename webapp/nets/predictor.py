"""Reads bitmaps in the threads that ask, a few at a time.

A thread of its own that answers all others would cost every question two hand-overs between threads, and
those take as long as the network itself. So whoever asks takes a desk, reads there, and leaves it to the
next one; there are as many desks as bitmaps can usefully be read at once. Who waits for a desk waits in a
queue that is bounded: where it is full, `Busy` is said at once rather than late.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from webapp.nets.desks import ANYONE, Asker, Desks
from webapp.nets.network import Answer

Found = TypeVar("Found")
Reader = Callable[[np.ndarray], list[Answer]]  # uint8 (n, 28, 28) -> n answers, on any thread


class Predictor:
    """Lets `desks` threads read at once, and the others wait.

    Args:
        queue_size: questions that may wait.
        desks: threads that may read at once. Reading needs no interpreter lock, so it takes a core each.
        deadline: seconds an asker may have waited, here and before.

    Attributes:
        waiting_before: tells how many requests wait for a thread in which they may ask.
    """

    def __init__(self, queue_size: int = 256, desks: int = 2, deadline: float = 5.0):
        self.waiting_before: Callable[[], int] = lambda: 0
        self._desks = Desks(desks, queue_size, deadline)
        self._looking = Desks(max(desks - 1, 1), queue_size, deadline)

    @property
    def waiting(self) -> int:
        """How many bitmaps wait to be read, or their requests for a thread."""
        return self._desks.waiting + self._looking.waiting + self.waiting_before()

    def ask(self, networks: Sequence[Reader], bitmap: np.ndarray, asker: Asker = ANYONE) -> list[Answer]:
        """Return what each of `networks` says of `bitmap`, uint8 (28, 28).

        Raises:
            Busy: the queue is full, the deadline has passed, or the asker has gone.
        """
        with self._desks.taken(asker):
            return [network(bitmap[None])[0] for network in networks]

    def look(self, work: Callable[[], Found], asker: Asker = ANYONE) -> Found:
        """Return what `work` finds inside a network, which takes far longer than an answer.

        However many look inside, one desk is left to those who only ask, where there is more than one.

        Raises:
            Busy: as for `ask`.
        """
        with self._looking.taken(asker), self._desks.taken(asker):
            return work()
