"""More ask than can be answered: who came first is answered, and who finds too many waiting is told so.

waitress puts whatever has arrived into one line without an end, and its threads take from the front. A
refusal that had to stand in that line would come as late as the answer; so who finds the line full goes to
its front, with a mark by which the application refuses at once what takes long (gate/crowd.py).
"""

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

CROWDED = "inkwise.crowded"  # key of WSGI's `environ`: whether too many were waiting on arrival


class Line(ThreadedTaskDispatcher):
    """waitress's line of requests that wait for a thread, with room for `most`."""

    def __init__(self, threads: int, most: int):
        super().__init__()
        self._most = most
        self.set_thread_count(threads)

    def __len__(self) -> int:
        return len(self.queue)

    def add_task(self, channel: HTTPChannel) -> None:
        """Take a request that has arrived whole on `channel`."""
        with self.lock:
            channel.is_crowded = len(self.queue) >= self._most
            put = self.queue.appendleft if channel.is_crowded else self.queue.append
            put(channel)
            self.queue_cv.notify()


class Task(WSGITask):
    """Tells the application whether the request found a crowd."""

    def get_environment(self) -> dict:
        environ = super().get_environment()
        environ[CROWDED] = getattr(self.channel, "is_crowded", False)
        return environ
