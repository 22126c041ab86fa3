"""Clients that are slow, silent or many do not hold up the others."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.closed_loop import drive
from benchmarks.load.http import make_request
from tests.faults.client import open_sockets, time_one
from tests.server_process import PATIENCE

HEADERS = b"POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 784\r\n\r\n"
)
FIRST = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
EXPECTING = BODY.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
BETWEEN_DROPS = 0.05  # seconds
OVERLOADING = 300  # connections that ask without pause


@pytest.fixture
def dripping(server) -> Iterator[None]:
    """While this lasts, 200 clients drip headers and 200 drip bodies."""
    enough = threading.Event()
    with open_sockets(server, 400) as sockets:
        for number, each in enumerate(sockets):
            each.sendall(HEADERS if number < 200 else BODY)
        thread = threading.Thread(target=drip, args=(sockets, enough))
        thread.start()
        yield
        enough.set()
        thread.join()


def drip(sockets: list, enough: threading.Event) -> None:
    while not enough.wait(BETWEEN_DROPS):
        for each in sockets[::8]:  # a share at a time, so that none sends its whole body during the test
            with contextlib.suppress(OSError):  # the server may have had enough of it
                each.send(b"x")


@pytest.mark.usefixtures("dripping")
def test_server_answers_beside_clients_that_drip(server, bitmaps, extent, figure):
    times = [time_one(server, bitmap) for bitmap in bitmaps[: extent(50, 1000)]]
    figure(
        "200 clients that drip headers and 200 that drip bodies",
        f"others wait {max(times) * 1000:.1f} ms at most",
    )
    assert max(times) <= extent.seconds(0.5)


def test_server_answers_beside_idle_connections(server, bitmaps, extent, figure):
    with open_sockets(server, 600) as sockets:
        for each in sockets:
            each.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for each in sockets:
            assert each.recv(65536).startswith(b"HTTP/1.1 200")
        times = [time_one(server, bitmap) for bitmap in bitmaps[: extent(30, 1000)]]
    figure("600 idle keep-alive connections", f"a new request takes {max(times) * 1000:.1f} ms at most")
    assert max(times) <= extent.seconds(0.1)


def test_server_outlives_clients_that_break_off(server, bitmaps, extent, figure):
    """They reset the connection while one request is answered and another waits to be told to go on."""
    count = extent(400, 20_000)
    with ThreadPoolExecutor(4) as pool:
        broken = sum(pool.map(lambda number: break_off(server, number), range(count)))
    figure("clients that reset a connection while they are answered", f"{broken:,}; the server lives")
    assert broken == count
    time_one(server, bitmaps[0])


def break_off(server, number: int) -> bool:
    """Begin two requests and reset the connection, up to some milliseconds later."""
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(FIRST + EXPECTING)
        threading.Event().wait(number % 16 / 4000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return True


def test_server_is_normal_again_after_too_many_questions(server, bitmaps, extent, figure):
    requests = [make_request(server.port, "POST", "/api/predict", bitmap) for bitmap in bitmaps]
    outcome = drive(server.port, requests, OVERLOADING, extent(2, 30))
    begun = time.perf_counter()
    for bitmap in bitmaps[:10]:
        time_one(server, bitmap)  # fails where one is refused
    took = time.perf_counter() - begun
    told = ", ".join(f"{count:,} times {kind}" for kind, count in sorted(outcome.kinds.items()))
    figure(f"{OVERLOADING} connections that ask without pause", f"{told}; ten answers {took:.1f} s later")
    assert set(outcome.kinds) <= {200, 503}
    assert took <= extent.seconds(5)
