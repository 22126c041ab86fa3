"""One thread that answers whatever waits as one batch.

Nobody promises that Keras may be called from many threads, and one batch of 32 costs little more than
one bitmap. So the threads of the web server put bitmaps into a queue and wait; one thread reads them.
The queue is bounded: where it is full, `Busy` is said at once rather than late.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from webapp.errors import Busy
from webapp.nets.network import Answer

Reader = Callable[[np.ndarray], list[Answer]]  # uint8 (n, 28, 28) -> n answers


GONE_AFTER = 0.5  # seconds of waiting after which it is asked whether somebody still waits


def _never() -> bool:
    return False


class _Question:
    """A bitmap for a network, and a lock that is free once the answer is there.

    A lock and two slots: `concurrent.futures.Future` does the same in ten times the time, which is a
    good part of what a small network takes.
    """

    __slots__ = ("_answer", "_asked_at", "_failure", "_gave_up", "_pending", "bitmap", "is_closed", "network")

    def __init__(self, network: Reader, bitmap: np.ndarray, gave_up: Callable[[], bool]):
        self.network = network
        self.bitmap = bitmap  # uint8 (28, 28)
        self.is_closed = False  # nobody waits for it any more
        self._gave_up = gave_up
        self._asked_at = time.monotonic()
        self._answer: Answer | None = None
        self._failure: Exception | None = None
        self._pending = threading.Lock()
        self._pending.acquire()

    def is_wanted(self) -> bool:
        """Return whether somebody still waits; where nobody does, the question is closed."""
        # Only of those that waited long: it costs a system call, and a client that has closed its side for
        # sending looks gone but may still listen. Where there is no crowd it gets its answer.
        if time.monotonic() - self._asked_at > GONE_AFTER and self._gave_up():
            self.settle(failure=TimeoutError())
            self.is_closed = True
        return not self.is_closed

    def settle(self, answer: Answer | None = None, failure: Exception | None = None) -> None:
        """Give the answer, or the reason why there is none, to whoever waits. Call it once."""
        self._answer, self._failure = answer, failure
        self._pending.release()

    def wait(self, timeout: float) -> Answer:
        """Return the answer, or raise why there is none. Raises TimeoutError after `timeout` seconds."""
        if not self._pending.acquire(timeout=max(timeout, 0)):
            raise TimeoutError
        if self._failure:
            raise self._failure
        return self._answer


class Predictor:
    """Answers questions of many threads on one thread of its own.

    Args:
        queue_size: questions that may wait.
        batch_size: bitmaps a network reads at once.
        deadline: seconds a caller waits for all answers to one bitmap. No other place knows a deadline.

    Attributes:
        on_batch: called with the number of bitmaps of each batch that has been read.
        waiting_before: tells how many requests wait for a thread in which they may ask.
    """

    def __init__(self, queue_size: int = 256, batch_size: int = 32, deadline: float = 5.0):
        self.on_batch: Callable[[int], None] = lambda size: None
        self.waiting_before: Callable[[], int] = lambda: 0
        self._queue_size = queue_size
        self._queue: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._batch_size = batch_size
        self._deadline = deadline
        self._thread = threading.Thread(target=self._run, name="predictor", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many bitmaps wait for a network, or their requests for a thread."""
        return self._queue.qsize() + self.waiting_before()

    def ask(
        self, networks: Sequence[Reader], bitmap: np.ndarray, gave_up: Callable[[], bool] = _never
    ) -> list[Answer]:
        """Return what each of `networks` says of `bitmap`, uint8 (28, 28).

        Args:
            gave_up: tells whether whoever asked has gone; then nothing is computed for them.

        Raises:
            Busy: the queue is full, or the deadline has passed.
        """
        if self._queue.qsize() >= self._queue_size:
            raise Busy(f"{self._queue_size} bitmaps wait already; try again in a second")
        give_up_at = time.monotonic() + self._deadline
        questions = [_Question(network, bitmap, gave_up) for network in networks]
        try:
            for question in questions:
                self._queue.put(question)
            return [question.wait(give_up_at - time.monotonic()) for question in questions]
        except TimeoutError:
            raise Busy(f"no answer within {self._deadline:g} seconds; try again in a second") from None
        finally:
            for question in questions:
                question.is_closed = True

    def close(self) -> None:
        """Answer what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._take_batch()) is not None:
            by_network: dict[int, list[_Question]] = {}
            for question in batch:
                by_network.setdefault(id(question.network), []).append(question)
            for questions in by_network.values():
                self._answer([question for question in questions if question.is_wanted()])

    def _take_batch(self) -> list[_Question] | None:
        """Wait for a question, then return all that wait, up to one batch; None at the end."""
        batch = []
        question = self._queue.get()
        while question is not None:
            batch.append(question)
            if len(batch) == self._batch_size or self._queue.empty():
                return batch
            question = self._queue.get_nowait()  # this thread alone takes, so there is one
        if batch:
            self._queue.put(None)
            return batch
        return None

    def _answer(self, questions: list[_Question]) -> None:
        """Ask one network all `questions`, which are for it, at once."""
        if not questions:
            return
        try:
            answers = questions[0].network(np.stack([each.bitmap for each in questions]))  # (n, 28, 28)
            pairs = list(zip(questions, answers, strict=True))
        except Exception as error:  # whoever asked must hear of it, and the thread must go on
            for question in questions:
                question.settle(failure=error)
            return
        for question, answer in pairs:
            question.settle(answer)
        self.on_batch(len(questions))
