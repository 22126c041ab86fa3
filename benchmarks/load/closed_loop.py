"""Closed-loop load generator: each connection sends the next request after the response to the previous one.

One thread with a selector: load generator and server share two cores, so its own CPU time lowers the
measured throughput.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from benchmarks.load.http import closes_connection, find_end, status_of

RECEIVE_SIZE = 65_536  # bytes
DRAIN_TIMEOUT = 60.0  # seconds after the end for pending responses


@dataclass
class LoadResult:
    """Result of one measurement.

    Attributes:
        seconds: duration of the measurement.
        latencies: seconds until each successful response.
        error_latencies: seconds until each response with another status.
        statuses: number of responses by HTTP status or name of an error.
        completed: successful responses before the end of the measurement.
    """

    seconds: float
    latencies: list[float] = field(default_factory=list)
    error_latencies: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    completed: int = 0

    @property
    def throughput(self) -> float:
        """Successful responses per second."""
        return self.completed / self.seconds

    def percentile(self, percent: float) -> float:
        """Return a percentile in ms of the latencies of successful responses; NaN without any."""
        return float(np.percentile(self.latencies, percent)) * 1000 if self.latencies else float("nan")


class _Connection:
    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector):
        self.address, self.selector = address, selector
        self.socket: socket.socket | None = None

    def send(self, request: bytes) -> None:
        self.request, self.response, self.sent_at = request, b"", time.perf_counter()
        if self.socket is None:
            self._connect()
        else:
            self.socket.send(request)  # the send buffer of an idle connection holds a whole request

    def _connect(self) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(self.address)
        self.selector.register(self.socket, selectors.EVENT_WRITE, self)

    def handle(self, events: int) -> int | None:
        """Send or receive what the socket is ready for. Return the status of a complete response, or None.

        Raises:
            OSError: the connection was refused, reset or closed before the response was complete.
            ValueError: the server sent invalid HTTP.
        """
        if events & selectors.EVENT_WRITE:
            self.socket.send(self.request)
            self.selector.modify(self.socket, selectors.EVENT_READ, self)
            return None
        received = self.socket.recv(RECEIVE_SIZE)
        if not received:
            raise ConnectionAbortedError("the server closed the connection")
        self.response += received
        if find_end(self.response) is None:
            return None
        if closes_connection(self.response):
            self.close()
        return status_of(self.response)

    def close(self) -> None:
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


def run_closed_loop(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> LoadResult:
    """Send requests to `port` on this machine for `seconds`, then wait for pending responses.

    Args:
        requests: sent in this order, cyclically, by the next free connection.
    """
    result, numbers = LoadResult(seconds), count()
    with selectors.DefaultSelector() as selector:
        pending = {_Connection(("127.0.0.1", port), selector) for _ in range(connections)}
        started = time.perf_counter()
        for connection in pending:
            connection.send(requests[next(numbers) % len(requests)])
        while pending and time.perf_counter() < started + seconds + DRAIN_TIMEOUT:
            for key, events in selector.select(1.0):
                connection = key.data
                if not _handle(connection, events, result, started + seconds):
                    continue
                if time.perf_counter() < started + seconds:
                    connection.send(requests[next(numbers) % len(requests)])
                else:
                    pending.discard(connection)
                    connection.close()
        result.statuses["no response"] += len(pending)
        for connection in pending:
            connection.close()
    result.statuses += Counter()  # removes zeros
    return result


def _handle(connection: _Connection, events: int, result: LoadResult, end: float) -> bool:
    """Record a response or an error. Return whether the connection is free."""
    try:
        status = connection.handle(events)
    except (OSError, ValueError) as error:
        result.statuses[type(error).__name__] += 1
        connection.close()
        return True
    if status is None:
        return False
    now = time.perf_counter()
    result.statuses[status] += 1
    (result.latencies if status < 300 else result.error_latencies).append(now - connection.sent_at)
    result.completed += status < 300 and now <= end
    return True
