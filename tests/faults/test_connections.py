"""Clients that are slow, silent or many do not hold up the others."""

import asyncio
import contextlib
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.load.browser import Browser
from benchmarks.load.closed_loop import drive
from benchmarks.load.http import make_request
from tests.faults.client import open_sockets, time_one
from tests.server_process import PATIENCE, ServerProcess

HEADERS = b"POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/octet-stream\r\nContent-Length: 784\r\n\r\n"
)
FIRST = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
EXPECTING = BODY.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
LARGE, PIPELINED = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 16
# Another client's address that is on this machine: Linux has all of 127.0.0.0/8.
ELSEWHERE = "127.0.0.{}" if sys.platform == "linux" else "127.0.0.1"
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


def test_new_page_loads_beside_thousands_of_idle_connections(server, extent, figure):
    count = extent(400, 3000)
    with open_sockets(server, count, spread=True) as sockets:
        for each in sockets:
            each.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for each in sockets:
            assert each.recv(65536).startswith(b"HTTP/1.1 200")
        took = load_page(server)
    figure("3,000 idle keep-alive connections", f"a new browser has /join with all files after {took:.2f} s")
    assert took <= extent.seconds(1.0)


def load_page(server) -> float:
    """Return the seconds that a new browser takes for the join page with all its files."""

    async def load() -> float:
        browser, begun = Browser(server.port), time.perf_counter()
        await browser.load("/join")
        browser.close()
        return time.perf_counter() - begun

    # In a thread of its own: the browser tests before leave Playwright's event loop in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(load())).result()


def test_connections_over_the_limit_do_not_keep_new_clients_out(tmp_path):
    with (
        ServerProcess("--port", 0, "--connections", 100, "--room-folder", tmp_path) as server,
        open_sockets(server, 150, spread=True) as idle,
        open_sockets(server, 150, spread=True) as in_head,
    ):
        for each in in_head:
            with contextlib.suppress(OSError):  # closed for the next one
                each.sendall(HEADERS)
        assert server.request("GET", "/healthz") == (200, {"alive": True})
        assert load_page(server) > 0
        assert sum(is_closed(each) for each in idle) >= 150


def test_one_address_does_not_keep_others_out(tmp_path):
    source = ELSEWHERE.format(9)
    with (
        ServerProcess("--port", 0, "--connections", 100, "--room-folder", tmp_path) as server,
        contextlib.ExitStack() as stack,
    ):
        address = (server.host, server.port)
        for _ in range(200):
            each = stack.enter_context(socket.create_connection(address, PATIENCE, (source, 0)))
            with contextlib.suppress(OSError):
                each.sendall(BODY)  # and the body never comes
        other = stack.enter_context(socket.create_connection(address, PATIENCE, (ELSEWHERE.format(10), 0)))
        other.sendall(FIRST)
        assert other.recv(65536).startswith(b"HTTP/1.1 ")
        assert server.request("GET", "/healthz")[0] == 200


def test_dripped_head_is_ended(tmp_path, extent):
    """By default after 15 s, however steadily it comes."""
    with (
        ServerProcess("--port", 0, "--head-timeout", extent(1, 15), "--room-folder", tmp_path) as server,
        open_sockets(server, 5) as sockets,
    ):
        begun, enough = time.monotonic(), threading.Event()
        for each in sockets:
            each.sendall(HEADERS)
        while not enough.wait(BETWEEN_DROPS) and not all(map(has_news, sockets)):
            assert time.monotonic() - begun < PATIENCE
            for each in sockets:
                with contextlib.suppress(OSError):
                    each.send(b"x")
        for each in sockets:
            head, body = each.recv(65536).split(b"\r\n\r\n", 1)
            assert head.startswith(b"HTTP/1.1 408 ")
            assert json.loads(body)["error"]["code"] == "request_timeout"


def test_server_answers_beside_clients_that_read_slowly(server, bitmaps, extent, figure):
    with open_sockets(server, extent(50, 200), receive_buffer=4096) as sockets:
        for each in sockets:
            each.sendall(LARGE * PIPELINED)  # 1 MB of answers
        enough = threading.Event()
        thread = threading.Thread(target=sip, args=(sockets, enough))
        thread.start()
        times = [time_one(server, bitmap) for bitmap in bitmaps[: extent(50, 1000)]]
        if extent.is_soak:
            ServerProcess.wait_until(lambda: all(map(is_dropped, sockets)))
        enough.set()
        thread.join()
    figure(
        "200 clients that read 1 MB a byte a second",
        f"others wait {max(times) * 1000:.1f} ms at most",
    )
    assert max(times) <= extent.seconds(0.5)


def sip(sockets: list, enough: threading.Event) -> None:
    while not enough.wait(1):
        for each in sockets:
            with contextlib.suppress(OSError):
                each.recv(1)


def has_news(each: socket.socket) -> bool:
    """Return whether something has come, or the end."""
    each.setblocking(False)
    try:
        return each.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        each.settimeout(PATIENCE)


def is_closed(each: socket.socket) -> bool:
    """Return whether the server has ended a connection on which nothing was sent."""
    return has_news(each)


def is_dropped(each: socket.socket) -> bool:
    """Return whether the server has reset a connection."""
    return each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0 or is_broken(each)


def is_broken(each: socket.socket) -> bool:
    try:
        each.send(b"x")
    except OSError:
        return True
    return False


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
