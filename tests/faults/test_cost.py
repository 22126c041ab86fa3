"""No head, body or ink costs the server more than a few milliseconds of CPU, however long or deep it is."""

import contextlib
import json
import random
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.attacks import HOST, JSON, post
from tests.faults.client import MODELS, ControlledServer
from tests.faults.conftest import IS_SOAK
from tests.waiting import TIMEOUT
from webapp.ink.parsing import MAX_STROKES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
MOST = 0.02 if IS_SOAK else 0.1  # seconds of CPU; a busy machine needs more
SLOWEST, ROUNDS = 500, 5  # costs measured again: garbage collection or another guest of the host adds to some
LARGEST_HEAD, LARGEST_BODY = 31_000, 190_000  # bytes
SHORT, LONG = 300, 20_000  # requests
HEADERS = (
    *(
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Connection",
        "Content-Type",
        "Cookie",
    ),
    *("Forwarded", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer"),
    *("TE", "Upgrade", "User-Agent", "X", "X-Forwarded-For", "X-Forwarded-Prefix"),
)
PIECES = (
    *(" ", "\t", "a", "=", ";", ",", '"', "\\", "a=b;", "a=b; ", '"a",', 'W/"a",', "a/b,", "a;q=0.1,", "*,"),
    *("gzip,", "bytes=0-1,", "0-1,", "\\145", "%41", "(", "[", "'", "\xff", "1", "x:", "http://"),
)
QUERY_PIECES = ("a=b&", "&", "=", "%41", "model=conv&", "a", "+", ";", "[", "%")
PATHS = (
    "/",
    "/join",
    "/wall",
    "/api/room/state",
    "/api/room/wall",
    "/api/models",
    "/static/css/base.css",
    "/healthz",
)
JSON_PIECES = (
    "[",
    "{",
    "[],",
    "{},",
    "0,",
    '"",',
    '{"a":',
    "[[],",
    "1e9,",
    "-1.5e-3,",
    "null,",
    '"\\u0041",',
    " ",
    "9",
)
BODY_PATHS = (("POST", "/api/predict"), ("POST", "/api/room/participants"), ("PATCH", "/api/room/me"))


def make_head(chance: random.Random) -> bytes:
    """Return a request with one very long or very often repeated part of its head."""
    path, size = chance.choice(PATHS), chance.choice((1_000, LARGEST_HEAD))
    kind = chance.randrange(4)
    if kind == 0:
        piece = chance.choice(QUERY_PIECES)
        return f"GET {path}?{piece * (size // len(piece))} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    if kind == 1:
        piece = chance.choice(("/", "a/", "a", "%2e", ".", "-", "%c3%a9"))
        return f"GET {path}/{piece * (size // len(piece))} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    name, piece = chance.choice(HEADERS), chance.choice(PIECES)
    if kind == 2:
        line = f"{name}: {piece * (size // len(piece))}\r\n"
    else:
        line = f"{name}: {piece * 100}\r\n"[:300].rstrip("\r\n") + "\r\n"
        line *= min(size // len(line), 95)
    return (
        f"GET {path} HTTP/1.1\r\n".encode()
        + (b"" if name == "Host" else HOST)
        + line.encode("latin-1")
        + b"\r\n"
    )


def make_body(chance: random.Random) -> bytes:
    """Return a request with a very long, deep or fragmented body."""
    method, path = chance.choice(BODY_PATHS)
    piece, size = chance.choice(JSON_PIECES), chance.choice((2_000, LARGEST_BODY))
    begin = chance.choice(("", "[", '{"strokes":[', '{"bitmap":[', '{"name":"', '{"strokes":[['))
    body = (begin + piece * (size // len(piece))).encode()
    if chance.random() < 0.2:
        part = chance.choice((1, 7, 100, 5_000))
        chunks = b"".join(
            b"%x\r\n%s\r\n" % (len(body[at : at + part]), body[at : at + part])
            for at in range(0, min(len(body), 20_000), part)
        )
        head = b"%s %s HTTP/1.1\r\n" % (method.encode(), path.encode())
        return head + HOST + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    return post(path, body, JSON).replace(b"POST", method.encode(), 1)


def make_ink(chance: random.Random) -> bytes:
    """Return a prediction of ink that is accepted, with many points, strokes or long lines."""
    count, length = chance.choice((100, 499, 501, 2_000, 9_900)), chance.choice((1, 2, 3, 20, 10_000))
    span, kind = chance.choice((1, 1000, 10**9)), chance.randrange(4)
    points = {
        0: lambda at: [chance.randrange(span), chance.randrange(span)],
        1: lambda at: [span * (at % 2), span * (at % 2)],
        2: lambda at: [span * (at % 2), span * at // count],
        3: lambda at: [at % 100, at],
    }[kind]
    every = [points(at) for at in range(count)]
    length = max(length, -(-count // MAX_STROKES))
    strokes = [every[at : at + length] for at in range(0, count, length)]
    return post("/api/predict", json.dumps({"strokes": strokes}, separators=(",", ":")).encode(), JSON)


@pytest.fixture(scope="module")
def costed() -> Iterator[ControlledServer]:
    """A server for this file only; its clients are on loopback, which rate limits spare."""
    with ControlledServer(MODELS) as server:
        server.wait_until_ready()
        yield server
        server.stop()
        assert "Traceback" not in server.errors, server.errors


def cpu_time(process_id: int) -> float:
    """Return the seconds of CPU that all threads of a process have used, to the microsecond."""
    total = 0
    for task in Path(f"/proc/{process_id}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def cost_of(server: ControlledServer, request: bytes) -> float:
    """Return the seconds of CPU that a request costs, on a connection of its own."""
    before = cpu_time(server.process.pid)
    with (
        contextlib.suppress(OSError),
        socket.create_connection((server.host, server.port), TIMEOUT) as client,
    ):
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65_536):
            pass
    return cpu_time(server.process.pid) - before


@pytest.mark.parametrize("make", [make_head, make_body, make_ink])
def test_no_request_costs_much(make, costed, extent, figure):
    chance = random.Random(7)
    requests = [make(chance) for _ in range(extent(SHORT, LONG) // 3)]
    costs = [cost_of(costed, request) for request in requests]
    slowest = sorted(range(len(costs)), key=costs.__getitem__)[-SLOWEST:]
    for _ in range(ROUNDS):
        for at in slowest:
            costs[at] = min(costs[at], cost_of(costed, requests[at]))
    worst = max(zip(costs, requests, strict=True))
    figure(f"{len(costs):,} requests of {make.__name__}: CPU at most", f"{worst[0] * 1000:.1f} ms")
    assert worst[0] <= MOST, (worst[0], worst[1][:80], len(worst[1]))
