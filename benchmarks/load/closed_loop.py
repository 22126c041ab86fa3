"""Ask as fast as the server answers, on a number of connections: each asks again when its answer is there.

One thread, sockets and a selector, nothing else: load and server share two cores, and what the load
takes is missing in the figure.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from benchmarks.load.http import closes, find_end, status_of

RECEIVED_AT_ONCE = 65_536  # bytes
PATIENCE = 60.0  # seconds after the end that answers under way may take


@dataclass
class Outcome:
    """What came of one measurement: statuses or names of errors with their counts, and times.

    Attributes:
        times: seconds until each right answer.
        refusals: seconds until each other one.
    """

    seconds: float
    times: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)
    in_time: int = 0  # right answers before the end

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return self.in_time / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time in ms within which `share` per cent of the answers came."""
        return float(np.percentile(self.times, share)) * 1000 if self.times else float("nan")


class _Connection:
    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector):
        self.address, self.selector = address, selector
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> None:
        self.request, self.answer, self.asked_at = request, b"", time.perf_counter()
        if self.socket is None:
            self._connect()
        else:
            self.socket.send(request)  # on an idle connection it all fits

    def _connect(self) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(self.address)
        self.selector.register(self.socket, selectors.EVENT_WRITE, self)

    def go_on(self, events: int) -> int | None:
        """Do what the socket is ready for; return the status of an answer that is whole now.

        Raises:
            OSError: the connection was refused, reset or ended early.
            ValueError: what came is no answer.
        """
        if events & selectors.EVENT_WRITE:
            self.socket.send(self.request)
            self.selector.modify(self.socket, selectors.EVENT_READ, self)
            return None
        received = self.socket.recv(RECEIVED_AT_ONCE)
        if not received:
            raise ConnectionAbortedError("the server ended the connection")
        self.answer += received
        if find_end(self.answer) is None:
            return None
        if closes(self.answer):
            self.close()
        return status_of(self.answer)

    def close(self) -> None:
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


def drive(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Outcome:
    """Ask the server at `port` on this machine for `seconds`, then wait for the answers under way.

    Args:
        requests: taken in turn, each by whichever connection is free.
    """
    outcome, numbers = Outcome(seconds), count()
    with selectors.DefaultSelector() as selector:
        waiting = {_Connection(("127.0.0.1", port), selector) for _ in range(connections)}
        started = time.perf_counter()
        for connection in waiting:
            connection.ask(requests[next(numbers) % len(requests)])
        while waiting and time.perf_counter() < started + seconds + PATIENCE:
            for key, events in selector.select(1.0):
                connection = key.data
                if not _take(connection, events, outcome, started + seconds):
                    continue
                if time.perf_counter() < started + seconds:
                    connection.ask(requests[next(numbers) % len(requests)])
                else:
                    waiting.discard(connection)
                    connection.close()
        outcome.kinds["no answer"] += len(waiting)
        for connection in waiting:
            connection.close()
    outcome.kinds += Counter()  # without zeros
    return outcome


def _take(connection: _Connection, events: int, outcome: Outcome, end: float) -> bool:
    """Note what has come, and return whether the connection may ask again."""
    try:
        status = connection.go_on(events)
    except (OSError, ValueError) as error:
        outcome.kinds[type(error).__name__] += 1
        connection.close()
        return True
    if status is None:
        return False
    now = time.perf_counter()
    outcome.kinds[status] += 1
    (outcome.times if status < 300 else outcome.refusals).append(now - connection.asked_at)
    outcome.in_time += status < 300 and now <= end
    return True
