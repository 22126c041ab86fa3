"""Attacks of one device: python -m tests.faults.attacks NAME HOST PORT SECONDS.

Each runs in a process of its own, so that it does not slow the clients that are measured, and on Linux from
an address that no rate limit spares.
"""

import contextlib
import json
import random
import socket
import sys
import threading
import time
from collections.abc import Callable

ATTACKER = "127.0.0.9" if sys.platform == "linux" else "127.0.0.1"
TIMEOUT = 30.0  # seconds
MANY = 1000  # connections
UPLOADS, UPLOAD_SIZE = 40, 31_000_000
READERS = 300
HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
INK_POINTS = 9_998


def post(path: str, body: bytes, *headers: bytes) -> bytes:
    """Return a POST request."""
    return b"POST %s HTTP/1.1\r\n%s%sContent-Length: %d\r\n\r\n%s" % (
        path.encode(),
        HOST,
        b"".join(headers),
        len(body),
        body,
    )


def ink(strokes: list) -> bytes:
    """Return the JSON of ink."""
    return json.dumps({"strokes": strokes}, separators=(",", ":")).encode()


def costly_ink() -> bytes:
    """Return ink of as many points as are accepted, anywhere on the pad."""
    chance = random.Random(5)
    return ink([[[chance.randrange(1000), chance.randrange(1000)] for _ in range(INK_POINTS)]])


# One request each, repeated on one connection, or on a new one where the server closes it.
REQUESTS: dict[str, Callable[[], bytes]] = {
    "a header of 40,000 spaces": lambda: b"GET / HTTP/1.1\r\n" + HOST + b"X:" + b" " * 40_000 + b"a\r\n\r\n",
    "a header of 30,000 spaces": lambda: b"GET / HTTP/1.1\r\n" + HOST + b"X:" + b" " * 30_000 + b"a\r\n\r\n",
    "60,000 header lines": lambda: b"GET / HTTP/1.1\r\n" + HOST + b"a:\r\n" * 60_000 + b"\r\n",
    "an endless chunk extension": lambda: (
        b"POST /api/room/import HTTP/1.1\r\n"
        + HOST
        + b"Transfer-Encoding: chunked\r\n\r\n1;"
        + b"x" * 300_000
    ),
    "chunks of one byte": lambda: (
        b"POST /api/predict HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"1\r\n[\r\n" * 20_000 + b"0\r\n\r\n"
    ),
    "endless trailers": lambda: (
        b"POST /api/predict HTTP/1.1\r\n" + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n0\r\n"
        + b"a: b\r\n" * 20_000 + b"\r\n"
    ),
    "ink of 9,998 points": lambda: post("/api/predict", costly_ink(), JSON),
    "ink of 66,000 empty strokes": lambda: post("/api/predict", ink([[]] * 66_000), JSON),
    "deep JSON": lambda: post("/api/predict", b"[" * 190_000, JSON),
    "a body that is too large": lambda: post("/api/predict", b"1" * 1_000_000, JSON),
    "ink of 9,998 points to inspect": lambda: post("/api/inspect", costly_ink(), JSON),
    "an explanation": lambda: post("/api/explain", costly_ink(), JSON),
    "the whole wall": lambda: b"GET /api/room/wall?limit=200 HTTP/1.1\r\n" + HOST + b"\r\n",
    "the wall, compressed": lambda: (
        b"GET /api/room/wall?limit=200 HTTP/1.1\r\nAccept-Encoding: gzip\r\n" + HOST + b"\r\n"
    ),
    "the wall, never cached": lambda: b"GET /api/room/wall?limit=%d HTTP/1.1\r\n%s\r\n" % (
        random.randrange(100, 200), HOST
    ),
    "wrong tokens": lambda: b"GET /presenter?token=x HTTP/1.1\r\n" + HOST + b"\r\n",
}  # fmt: skip


class Attack:
    """What one process does to a server for some seconds."""

    def __init__(self, host: str, port: int, seconds: float):
        self._server = (host, port)
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._until

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        """Return a new connection."""
        connection = socket.socket()
        connection.settimeout(TIMEOUT)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.bind((ATTACKER, 0))
        connection.connect(self._server)
        return connection

    def repeat(self, make_request: Callable[[], bytes]) -> None:
        """Send a request again and again, each after the response to the last one."""
        while not self.is_over:
            with contextlib.suppress(OSError), self.connect() as connection:
                while not self.is_over:
                    connection.sendall(make_request())
                    read_response(connection)

    def in_threads(self, count: int, work: Callable[[], None]) -> None:
        """Do work in threads until the time is over."""
        threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(self._until - time.monotonic(), 0) + TIMEOUT)

    def hold(self, count: int, begin: bytes, more: bytes, pause: float) -> None:
        """Hold connections open, replacing closed ones, and send a few bytes on each after every pause."""
        held: list[socket.socket] = []
        while not self.is_over:
            with contextlib.suppress(OSError):
                while len(held) < count and not self.is_over:
                    held.append(self.connect())
                    held[-1].sendall(begin)
            time.sleep(pause)
            held = [each for each in held if is_sent(each, more)]

    def read_slowly(self, count: int, request: bytes, pause: float) -> None:
        """Request a large response on many connections and read a byte on each after every pause."""
        held: list[socket.socket] = []
        while not self.is_over:
            with contextlib.suppress(OSError):
                while len(held) < count and not self.is_over:
                    held.append(self.connect(receive_buffer=4096))
                    held[-1].sendall(request)
            time.sleep(pause)
            held = [each for each in held if is_read(each)]


def is_sent(connection: socket.socket, data: bytes) -> bool:
    """Send data and return whether the connection is still open."""
    try:
        connection.send(data)
    except OSError:
        connection.close()
        return False
    return True


def is_read(connection: socket.socket) -> bool:
    """Read a byte and return whether the connection is still open."""
    try:
        if connection.recv(1):
            return True
    except OSError:
        pass
    connection.close()
    return False


def read_response(connection: socket.socket) -> None:
    """Read one response. Raises OSError at the end of the connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    lengths = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
    left = (lengths[0] if lengths else 0) - len(body)
    while left > 0:
        left -= len(receive(connection))


def receive(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


def upload(attack: Attack) -> None:
    """Upload 31 MB again and again, without a cookie."""
    head = b"POST /api/room/import HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-ndjson\r\n"
    while not attack.is_over:
        with contextlib.suppress(OSError), attack.connect() as connection:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % UPLOAD_SIZE)
            for _ in range(0, UPLOAD_SIZE, 65_536):
                connection.sendall(b"\n" * 65_536)


def flood(attack: Attack, make_request: Callable[[], bytes]) -> None:
    """Send requests on 16 connections at full rate."""
    attack.in_threads(16, lambda: attack.repeat(make_request))


def once(name: str) -> Callable[[], bytes]:
    """Return a function that returns a request of REQUESTS, made once."""
    request = REQUESTS[name]()
    return lambda: request


WALL = b"GET /api/room/wall?limit=200 HTTP/1.1\r\n" + HOST + b"\r\n"
BITMAP = post("/api/predict", bytes(range(196)) * 4, b"Content-Type: application/octet-stream\r\n")
BODY = b"POST /api/predict HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 190000\r\n\r\n"
# Many connections of one address, or requests at full rate.
MANY_AT_ONCE: dict[str, Callable[[Attack], None]] = {
    "1,000 connections, a byte of a head every 2 s": lambda attack: attack.hold(
        MANY, b"GET / HTTP/1.1\r\nX: ", b"x", 2.0
    ),
    "1,000 connections, bodies of 150 kB that do not end": lambda attack: attack.hold(
        MANY, BODY + b"[" * 150_000, b"[" * 1_000, 1.0
    ),
    "1,000 idle connections": lambda attack: attack.hold(
        MANY, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n", b"", 1.0
    ),
    "300 slow readers of the wall": lambda attack: attack.read_slowly(READERS, WALL * 8, 1.0),
    "40 uploads of 31 MB": lambda attack: attack.in_threads(UPLOADS, lambda: upload(attack)),
    "16 connections, bitmaps at full rate": lambda attack: flood(attack, lambda: BITMAP),
    "16 connections, ink at full rate": lambda attack: flood(attack, once("ink of 9,998 points")),
    "16 connections, empty strokes at full rate": lambda attack: flood(
        attack, once("ink of 66,000 empty strokes")
    ),
    "16 connections, the wall at full rate": lambda attack: flood(attack, REQUESTS["the wall, never cached"]),
    "16 connections, the page at full rate": lambda attack: flood(
        attack, lambda: b"GET /join HTTP/1.1\r\n" + HOST + b"\r\n"
    ),
}


def main(name: str, host: str, port: str, seconds: str) -> None:
    """Run one attack."""
    attack = Attack(host, int(port), float(seconds))
    if name in REQUESTS:
        attack.repeat(REQUESTS[name] if "never" in name else once(name))
    else:
        MANY_AT_ONCE[name](attack)


if __name__ == "__main__":
    main(*sys.argv[1:])
