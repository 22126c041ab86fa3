"""Bodies are read before Flask gets a thread; only the presenter may send large ones."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fake_clock import FakeClock
from tests.fakes import some_bitmap
from tests.server.asgi_request import request
from tests.waiting import TIMEOUT
from webapp.errors import Busy, TooLarge
from webapp.server import flask_bridge
from webapp.server.body_budget import BodyBudget
from webapp.server.flask_bridge import (
    ADDRESS_SHARE,
    HEAVY_THREADS,
    UPLOAD,
    UPLOADS,
    FlaskBridge,
    body_file,
    read_body,
    replay,
)

THREADS = 16
JSON_LINES = {"Content-Type": "application/x-ndjson"}


def presenter(client, app):
    """Log `client` in as the presenter."""
    client.get(app.extensions["auth"].presenter_path())
    return client


@pytest.mark.parametrize("size", [200_001, 5_000_000])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_bridge_rejects_an_oversized_body(asgi_client, size, is_chunked):
    body = iter([b"1" * size]) if is_chunked else b"1" * size
    response = asgi_client.post("/api/predict", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"] == {
        "code": "too_large",
        "message": "expected at most 200,000 bytes, received more",
        "explanation": TooLarge.explanation,
    }


def test_bridge_accepts_chunked_upload_of_the_presenter(app, client_of):
    client = presenter(client_of(app=app), app)
    response = client.post("/api/room/import", content=iter([b"\n" * 700_000] * 3), headers=JSON_LINES)
    assert (response.status_code, response.json()["imported"]) == (200, 0)


def test_bridge_rejects_upload_without_presenter_cookie_unread(client_of):
    def body():
        raise AssertionError("the body was read")
        yield b""

    response = client_of().post("/api/room/import", content=body(), headers=JSON_LINES)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "not_presenter")


def test_bridge_joins_a_chunked_body(asgi_client):
    body = json.dumps({"bitmap": some_bitmap().ravel().tolist()}).encode()
    parts = iter([body[:100], body[100:]])
    response = asgi_client.post("/api/predict", content=parts, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_bridge_reports_an_exception_as_500_without_detail(app, client_of, monkeypatch):
    def fail(environ, start_response):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(app, "wsgi_app", fail)
    response = client_of(app=app).get("/api/models")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in response.text


async def receive_nothing():
    raise AssertionError("the body was read")


def make_bridge(app, threads: int = THREADS, queue_size: int = 0, timeout: float = 60) -> FlaskBridge:
    """Return a bridge; without a queue a request that finds no free thread is rejected."""
    return FlaskBridge(app, threads, queue_size, timeout, 1000, is_presenter=lambda cookie: True)


async def test_bridge_rejects_by_content_length_unread(app):
    scope = {"headers": [(b"content-length", b"1001")]}
    with body_file() as file, pytest.raises(TooLarge):
        await read_body(scope, receive_nothing, file, most=1000)


async def test_bridge_stops_reading_beyond_the_limit():
    read = []

    async def receive():
        read.append(400)
        return {"type": "http.request", "body": b"x" * 400, "more_body": len(read) < 100}

    with body_file() as file, pytest.raises(TooLarge):
        await read_body({"headers": []}, receive, file, most=1000)
    assert sum(read) == 1200


async def test_bridge_reads_few_uploads_at_once(app):
    bridge, reading, may_end = make_bridge(app), [], asyncio.Event()
    scope = {"type": "http", "path": UPLOAD, "query_string": b"", "headers": []}

    async def receive():
        reading.append(None)
        await may_end.wait()
        return {"type": "http.disconnect"}

    running = [asyncio.ensure_future(bridge(scope, receive, None)) for _ in range(UPLOADS)]
    while len(reading) < UPLOADS:
        await asyncio.sleep(0)
    with pytest.raises(Busy):
        await bridge(scope, receive_nothing, None)
    may_end.set()
    await asyncio.gather(*running)
    assert UPLOADS <= 4


HEAVY_PATHS = [
    "inspect", "explain", "superposition", "lab/room-scores", "room/export/idx.zip", "room/preflight",
]  # fmt: skip


@pytest.mark.parametrize("path", HEAVY_PATHS)
async def test_bridge_runs_few_heavy_requests_at_once(app, monkeypatch, path):
    running, may_end = [], threading.Event()

    def answer(environ, start_response):
        running.append(None)
        if len(running) <= HEAVY_THREADS:
            may_end.wait(TIMEOUT)
        start_response("200 OK", [])
        return [b""]

    monkeypatch.setattr(app, "wsgi_app", answer)
    bridge = make_bridge(app)
    heavy = [asyncio.ensure_future(request(bridge, "GET", f"/api/{path}")) for _ in range(HEAVY_THREADS)]
    while len(running) < HEAVY_THREADS:
        await asyncio.sleep(0)
    try:
        with pytest.raises(Busy):
            await request(bridge, "GET", f"/api/{path}")
        assert await request(bridge, "GET", "/api/models") == 200
    finally:
        may_end.set()
        statuses = await asyncio.gather(*heavy)
    assert statuses == [200] * HEAVY_THREADS
    assert HEAVY_THREADS <= 4


LIGHT, HEAVY = "/api/models", "/api/inspect"


@asynccontextmanager
async def running_requests(bridge, app, monkeypatch, path: str, count: int) -> AsyncIterator[None]:
    """Run requests of 10.0.0.7 in Flask during the block; further requests end at once."""
    running, may_end = [], threading.Event()

    def answer(environ, start_response):
        running.append(None)
        if len(running) <= count:
            may_end.wait(TIMEOUT)
        start_response("200 OK", [])
        return [b""]

    monkeypatch.setattr(app, "wsgi_app", answer)
    tasks = [asyncio.ensure_future(request(bridge, "GET", path, address="10.0.0.7")) for _ in range(count)]
    while len(running) < count:
        await asyncio.sleep(0)
    try:
        yield
    finally:
        may_end.set()
        statuses = await asyncio.gather(*tasks)
    assert statuses == [200] * count


async def test_bridge_leaves_threads_for_other_addresses(app, monkeypatch):
    bridge = make_bridge(app)
    async with running_requests(bridge, app, monkeypatch, LIGHT, THREADS // ADDRESS_SHARE):
        with pytest.raises(Busy):
            await request(bridge, "GET", LIGHT, address="10.0.0.7")
        assert await request(bridge, "GET", LIGHT, address="10.0.0.8") == 200


@pytest.mark.parametrize(("path", "other"), [(HEAVY, LIGHT), (LIGHT, HEAVY)])
async def test_bridge_counts_heavy_requests_of_an_address_apart(app, monkeypatch, path, other):
    bridge = make_bridge(app, threads=HEAVY_THREADS * ADDRESS_SHARE)
    async with running_requests(bridge, app, monkeypatch, path, HEAVY_THREADS):
        assert await request(bridge, "GET", other, address="10.0.0.7") == 200


async def test_bridge_limits_both_waits_of_a_request_together(app, monkeypatch):
    """The last request first waits for a slot of its address, then for a thread."""
    clock = FakeClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock)
    bridge = make_bridge(app, threads=1, queue_size=4, timeout=10)
    async with running_requests(bridge, app, monkeypatch, LIGHT, 1):
        first = asyncio.ensure_future(request(bridge, "GET", LIGHT, address="10.0.0.8"))
        await asyncio.sleep(0)
        clock.now += 6
        last, since = asyncio.ensure_future(request(bridge, "GET", LIGHT, address="10.0.0.8")), clock.now
        while not last.done():
            await asyncio.sleep(0)
            clock.now += 0.5
        for waiting in (first, last):
            with pytest.raises(Busy, match="no response within 10 seconds"):
                await waiting
        assert 10 <= clock.now - since < 13


async def test_bridge_bounds_the_bytes_of_bodies_of_an_address(app, monkeypatch):
    monkeypatch.setattr(flask_bridge, "BodyBudget", lambda: BodyBudget(400))
    bridge = make_bridge(app)
    assert await request(bridge, "POST", "/api/none", b"x" * 100, address="10.0.0.7") == 404
    with pytest.raises(Busy):
        await request(bridge, "POST", "/api/none", b"x" * 101, address="10.0.0.7")


def test_bridge_keeps_large_bodies_out_of_memory():
    with body_file() as file:
        file.write(b"x" * 100_000)
        assert not file._rolled  # in memory
        file.write(b"x" * 2_000_000)
        assert file._rolled


async def test_bridge_gives_flask_the_length_that_it_read():
    scope = {"path": "/", "headers": [(b"content-length", b"7"), (b"transfer-encoding", b"chunked")]}
    with body_file() as file:
        file.write(b"four")
        file.seek(0)
        given, receive = replay(scope, file, 4)
        assert given["headers"] == [(b"content-length", b"4")]
        assert await receive() == {"type": "http.request", "body": b"four", "more_body": False}


def test_bridge_rejects_uploads_of_others_while_uploads_run(app, client_of, monkeypatch):
    """An upload of another client does not wait behind the presenter's."""
    monkeypatch.setattr(flask_bridge, "UPLOADS", 0)
    response = client_of(app=app).post("/api/room/import", content=b"", headers=JSON_LINES)
    assert response.status_code == 403
