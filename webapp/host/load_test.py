"""Load test: measure for a few seconds how many phones this computer can serve.

    python -m webapp.host.load_test http://127.0.0.1:8000 CONNECTIONS

An increasing number of connections sends requests in a closed loop. The highest rate with an acceptable 95th
percentile, divided by the rate of one phone, is the number of phones. The simulated phones share this
computer, so the real number is higher.
"""

import itertools
import json
import socket
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import numpy as np

MAX_P95 = 100.0  # milliseconds; below that, predictions seem to follow the pen
STEPS = (4, 8, 16, 32, 64)  # connections at the same time
STEP_TIME = 0.7  # seconds
TIMEOUT = 10.0  # seconds until a request counts as failed
# The average requests of a phone: several predictions a second while a digit is drawn, none between digits,
# and a poll of the state every three seconds.
PREDICTIONS_PER_PHONE = 1.0  # a second
PREDICTIONS_PER_POLL = 3
CONNECTIONS_PER_PHONE = 2
ASSUMPTION = (
    "Assumes 1 prediction a second and a poll every 3 seconds for each phone, and 95 % of the responses "
    f"within {MAX_P95:.0f} ms."
)


@dataclass(frozen=True)
class LoadTest:
    """The result of a load test.

    Attributes:
        limited_by: "predictions", or "connections" if the limit of connections is reached first.
    """

    phones: int
    limited_by: str
    predictions_per_second: float
    p95_ms: float
    requests: int
    errors: int
    seconds: float
    assumption: str = ASSUMPTION


@dataclass(frozen=True)
class _Step:
    times: list[float]  # seconds of each response
    errors: int
    seconds: float

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] * 1000 if len(self.times) > 1 else float("inf")

    @property
    def predictions_per_second(self) -> float:
        polls = 1 / PREDICTIONS_PER_POLL
        return len(self.times) / (1 + polls) / self.seconds

    @property
    def is_fast(self) -> bool:
        return not self.errors and self.p95_ms <= MAX_P95


def measure(address: str, connections: int) -> LoadTest:
    """Run the load test against `address`, a server with this limit of connections."""
    started = time.monotonic()
    steps = [_step(address, count) for count in STEPS if count <= max(connections, STEPS[0])]
    fast = [step for step in steps if step.is_fast]
    best = max(fast or steps[:1], key=lambda step: step.predictions_per_second)
    by_predictions = int(best.predictions_per_second / PREDICTIONS_PER_PHONE) if fast else 0
    by_connections = connections // CONNECTIONS_PER_PHONE
    return LoadTest(
        phones=min(by_predictions, by_connections),
        limited_by="predictions" if by_predictions <= by_connections else "connections",
        predictions_per_second=round(best.predictions_per_second, 1),
        p95_ms=round(min(best.p95_ms, TIMEOUT * 1000), 1),
        requests=sum(len(step.times) for step in steps),
        errors=sum(step.errors for step in steps),
        seconds=round(time.monotonic() - started, 1),
    )


def _step(address: str, count: int) -> _Step:
    started = time.monotonic()
    phones = [_Phone(address, seed, started + STEP_TIME) for seed in range(count)]
    threads = [threading.Thread(target=phone.run, daemon=True) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(STEP_TIME + TIMEOUT)
    times = [each for phone in phones for each in phone.times]
    return _Step(times, sum(phone.errors for phone in phones), time.monotonic() - started)


class _Phone:
    """One connection in a closed loop."""

    def __init__(self, address: str, seed: int, until: float):
        parts = urlsplit(address)
        self.times: list[float] = []
        self.errors = 0
        self._to = (parts.hostname, parts.port or 80)
        self._until = until
        base, host = parts.path.encode(), parts.netloc.encode()
        bitmap = np.random.default_rng(seed).integers(0, 256, 784).astype(np.uint8).tobytes()
        prediction = (
            b"POST " + base + b"/api/predict HTTP/1.1\r\nHost: " + host + b"\r\nContent-Length: 784\r\n"
            b"Content-Type: application/octet-stream\r\n\r\n" + bitmap
        )
        poll = b"GET " + base + b"/api/room/state HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
        self._requests = [prediction] * PREDICTIONS_PER_POLL + [poll]

    def run(self) -> None:
        try:
            with socket.create_connection(self._to, TIMEOUT) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._send_all(connection)
        except OSError:
            self.errors += 1

    def _send_all(self, connection: socket.socket) -> None:
        requests = itertools.cycle(self._requests)
        while (sent_at := time.monotonic()) < self._until:
            connection.sendall(next(requests))
            if _read_status(connection) == 200:
                self.times.append(time.monotonic() - sent_at)
            else:
                self.errors += 1


def _read_status(connection: socket.socket) -> int:
    """Read one response and return its status. Raises OSError if it ends early."""
    response = b""
    while b"\r\n\r\n" not in response:
        response += _receive(connection)
    head, _, body = response.partition(b"\r\n\r\n")
    first, *lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += _receive(connection)
    return int(first.split()[1])


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1], int(sys.argv[2])))))
