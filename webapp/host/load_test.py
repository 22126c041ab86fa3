"""Simulated phones against a running server for a few seconds: how many can this machine take?

    python -m webapp.host.load_test http://127.0.0.1:8000 CONNECTIONS

More and more connections ask as fast as they are answered. The most that was answered while the 95th
percentile stayed quick, divided by what one phone asks for, is the number of phones. Phones and server
share the machine here, so a room has some more than is said.
"""

import json
import socket
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import numpy as np

QUICK = 100.0  # milliseconds at the 95th percentile; what feels like the pen itself
STEPS = (4, 8, 16, 32, 64)  # connections at the same time
STEP_TIME = 0.7  # seconds
PATIENCE = 10.0  # seconds until a request counts as failed
# What a phone asks for, on average over a session: while a digit is drawn several times a second, and
# nothing between two digits; and every three seconds whether there is news.
PREDICTIONS_PER_PHONE = 1.0  # a second
PREDICTIONS_PER_LOOK = 3  # for each look for news
CONNECTIONS_PER_PHONE = 2
ASSUMPTION = (
    "A phone asks for 1 prediction a second on average and looks for news every 3 seconds; "
    f"answers count as quick while 95 of 100 come within {QUICK:.0f} ms."
)


@dataclass(frozen=True)
class LoadTest:
    """What was measured.

    Attributes:
        limited_by: "predictions", or "connections" where the server would take no more phones anyway.
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
    times: list[float]  # seconds an answer took
    errors: int
    seconds: float

    @property
    def p95_ms(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] * 1000 if len(self.times) > 1 else float("inf")

    @property
    def predictions_per_second(self) -> float:
        looks = 1 / PREDICTIONS_PER_LOOK
        return len(self.times) / (1 + looks) / self.seconds

    @property
    def is_quick(self) -> bool:
        return not self.errors and self.p95_ms <= QUICK


def measure(address: str, connections: int) -> LoadTest:
    """Send the burst to `address`, a server that takes so many connections."""
    started = time.monotonic()
    steps = [_step(address, count) for count in STEPS if count <= max(connections, STEPS[0])]
    quick = [step for step in steps if step.is_quick]
    best = max(quick or steps[:1], key=lambda step: step.predictions_per_second)
    by_predictions = int(best.predictions_per_second / PREDICTIONS_PER_PHONE) if quick else 0
    by_connections = connections // CONNECTIONS_PER_PHONE
    return LoadTest(
        phones=min(by_predictions, by_connections),
        limited_by="predictions" if by_predictions <= by_connections else "connections",
        predictions_per_second=round(best.predictions_per_second, 1),
        p95_ms=round(min(best.p95_ms, PATIENCE * 1000), 1),
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
        thread.join(STEP_TIME + PATIENCE)
    times = [each for phone in phones for each in phone.times]
    return _Step(times, sum(phone.errors for phone in phones), time.monotonic() - started)


class _Phone:
    """One connection that asks again as soon as it is answered."""

    def __init__(self, address: str, seed: int, until: float):
        parts = urlsplit(address)
        self.times: list[float] = []
        self.errors = 0
        self._to = (parts.hostname, parts.port or 80)
        self._until = until
        host = parts.netloc.encode()
        bitmap = np.random.default_rng(seed).integers(0, 256, 784).astype(np.uint8).tobytes()
        prediction = (
            b"POST /api/predict HTTP/1.1\r\nHost: " + host + b"\r\nContent-Length: 784\r\n"
            b"Content-Type: application/octet-stream\r\n\r\n" + bitmap
        )
        look = b"GET /api/room/state HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
        self._requests = [prediction] * PREDICTIONS_PER_LOOK + [look]

    def run(self) -> None:
        try:
            with socket.create_connection(self._to, PATIENCE) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ask(connection)
        except OSError:
            self.errors += 1

    def _ask(self, connection: socket.socket) -> None:
        turn = 0
        while (asked := time.monotonic()) < self._until:
            connection.sendall(self._requests[turn % len(self._requests)])
            if _status(connection) == 200:
                self.times.append(time.monotonic() - asked)
            else:
                self.errors += 1
            turn += 1


def _status(connection: socket.socket) -> int:
    """Read one answer whole, and return its status. Raises OSError where it ends early."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _receive(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
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
