"""More ask than can be answered: who came first is answered, and who finds too many waiting is told so.

waitress puts whatever has arrived into one line without an end, and its threads take from the front. A
refusal that had to stand in that line would come as late as the answer; so who finds the line full goes
past it, with a mark by which the application refuses at once what takes long (gate/crowd.py).
"""

import math
import time

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

PREDICTION = "/api/predict"  # the path that a hand asks while it draws
# Keys of WSGI's `environ`:
CROWDED = "inkwise.crowded"  # whether too many were waiting on arrival
ARRIVED = "inkwise.arrived"  # when the request had arrived whole, of time.monotonic()


class Line(ThreadedTaskDispatcher):
    """waitress's line of requests that wait for a thread.

    Args:
        most: requests that may wait.
        patience: seconds that the one in front may have waited; with more the line is as good as full.
    """

    def __init__(self, threads: int, most: int, patience: float = math.inf):
        super().__init__()
        self._most = most
        self._patience = patience
        self.set_thread_count(threads)

    def __len__(self) -> int:
        return len(self.queue)

    def is_full(self, now: float) -> bool:
        """Return whether who comes now, of time.monotonic(), would wait too long."""
        with self.lock:
            count = len(self.queue)
            return count >= self._most or (count > 0 and now - self.queue[0].arrived_at > self._patience)

    def put(self, channel: HTTPChannel, comes_first: bool) -> None:
        """Take a channel whose first request has arrived whole."""
        with self.lock:
            (self.queue.appendleft if comes_first else self.queue.append)(channel)
            self.queue_cv.notify()


class Lines:
    """Lines with threads of their own: one for predictions, one for all else, one for those to be refused.

    So a hand that draws waits for other hands alone, never for a slow disk or an export. Who finds the line
    of predictions full is refused by one thread more, or those that read might do nothing else; of all else
    it goes to the front, as pages and sending are answered even then.

    Args:
        threads: work on all else.
        readers: threads for predictions, as many as bitmaps are read at once: more of them would wait for
            each other, and pass Python's lock and the cores around, which costs about a sixth of the answers.
        most: requests that may wait in each line.
        patience: seconds that the prediction in front may have waited; then no other is let in.
    """

    def __init__(self, threads: int, readers: int, most: int, patience: float = math.inf):
        self.predictions = Line(readers, most, patience)
        self.refusals = Line(1, most)  # of predictions
        self.others = Line(threads, most)

    def add_task(self, channel: HTTPChannel) -> None:
        """Take a request that has arrived whole on `channel`."""
        is_prediction = channel.requests[0].path == PREDICTION
        line = self.predictions if is_prediction else self.others
        channel.arrived_at = now = time.monotonic()
        channel.is_crowded = line.is_full(now)
        if is_prediction and channel.is_crowded:
            line = self.refusals
        line.put(channel, comes_first=channel.is_crowded and not is_prediction)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> None:
        """End all threads, within `timeout` seconds for each line."""
        for line in (self.predictions, self.refusals, self.others):
            line.shutdown(cancel_pending, timeout)


class Task(WSGITask):
    """Tells the application when its request came and if it found a crowd; sends head and body at once."""

    def get_environment(self) -> dict:
        environ = super().get_environment()
        environ[CROWDED] = getattr(self.channel, "is_crowded", False)
        environ[ARRIVED] = getattr(self.channel, "arrived_at", None)
        return environ

    def set_close_on_finish(self) -> None:
        """End the connection after this answer, but for one that has no length because it has no body.

        waitress takes such a one for endless, and every phone that hears that nothing is new would have to
        connect anew.
        """
        is_wanted = self.request.headers.get("CONNECTION", "").lower() == "close" or self.version != "1.1"
        if is_wanted or self.has_body or self.wrote_header:
            super().set_close_on_finish()

    def write(self, data: bytes) -> None:
        if self.complete and not self.wrote_header:
            self.channel.hold(self.build_response_header())
            self.wrote_header = True
        super().write(data)
        self.channel.let_go()
