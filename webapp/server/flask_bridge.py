"""The bridge to Flask: read the whole body in the event loop, then run Flask in a bounded pool of threads.

The response is sent after Flask is done with it. So a slow client never holds a thread. Inspections, exports
and imports take hundreds of times longer than other requests, so they have their own pool, which also reads
ink as JSON: its parser keeps other threads waiting. In each pool an address has slots and a queue of its own.
"""

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import IO, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from flask import Flask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.errors import NotPresenter, TooLarge
from webapp.server.admission import AddressQueues, RequestQueue, waited_too_long
from webapp.server.body_budget import BodyBudget
from webapp.server.http import PRESENTER, find_header, read_cookie
from webapp.server.middleware.base_path import KEY as BASE_PATH
from webapp.server.response_buffer import ResponseBuffer

HEAVY = re.compile(
    r"/api/(predict|inspect|explain|learn|superposition|lab/room-scores|room/import|room/export/.*|room/preflight.*)"
)
HEAVY_THREADS = 2
ADDRESS_SHARE = 4  # one address may use a fourth of the threads for pages and the room
UPLOAD = "/api/room/import"  # accepts bodies up to `largest_upload`, from the presenter only
UPLOADS = 2  # at the same time
IN_MEMORY = 1_000_000  # bytes of a body kept in memory; larger ones go to a temporary file
PART = 65_536  # bytes passed to Flask at once


class Pool:
    """Threads that run Flask, and the requests that wait for one of them.

    Args:
        threads: requests that run at the same time.
        threads_of_address: how many of them may be of one address.
        queue_size: requests that may wait for a thread; of one address half as many may wait for its slots.
        timeout: seconds that a request may wait, for both together.
    """

    def __init__(
        self, flask_app: Flask, threads: int, threads_of_address: int, queue_size: int, timeout: float
    ):
        self._addresses = AddressQueues(threads_of_address, queue_size // 2, timeout)
        self._queue = RequestQueue(threads, queue_size, timeout)
        self._timeout = timeout
        self._flask = _to_asgi(flask_app, threads)

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run Flask when a thread is free. Raises Busy as RequestQueue does."""
        async with AsyncExitStack() as slots:
            await self._wait(scope, slots)
            await self._flask(scope, receive, send)

    async def _wait(self, scope: Scope, slots: AsyncExitStack) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                await slots.enter_async_context(self._addresses.slot(scope))
                await slots.enter_async_context(self._queue.slot(scope))
        except TimeoutError:
            raise waited_too_long(self._timeout) from None


class FlaskBridge:
    """An ASGI application around the Flask application.

    Args:
        flask_app: its MAX_BODY limits bodies.
        threads: requests that run in Flask at the same time, besides heavy ones.
        queue_size: requests that may wait for a thread, in each pool.
        timeout: seconds that a request may wait.
        largest_upload: bytes of an import.
        is_presenter: returns whether a cookie is the presenter's; may query the database.
    """

    def __init__(
        self,
        flask_app: Flask,
        threads: int,
        queue_size: int,
        timeout: float,
        largest_upload: int,
        is_presenter: Callable[[str], bool],
    ):
        self._largest_body = flask_app.config["MAX_BODY"]
        self._largest_upload = largest_upload
        self._is_presenter = is_presenter
        self._uploads = RequestQueue(UPLOADS, queue_size, timeout)
        self._budget = BodyBudget()
        self._light = Pool(flask_app, threads, max(threads // ADDRESS_SHARE, 1), queue_size, timeout)
        # All of them for an address: an export must not delay the inspections of a room with one address.
        self._heavy = Pool(flask_app, HEAVY_THREADS, HEAVY_THREADS, queue_size, timeout)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request.

        Raises:
            Busy: too many requests wait, or too many bodies are being received.
            TooLarge: the body exceeds the limit of the route.
            NotPresenter: an upload by another client.
        """
        if scope["path"] == UPLOAD:
            await self._check_presenter(scope)
            async with self._uploads.slot(scope):
                await self._answer(scope, receive, send, self._largest_upload, _count_nothing)
        else:
            address = scope["client"][0] if scope.get("client") else ""
            with self._budget.share(address) as share:
                await self._answer(scope, receive, send, self._largest_body, share.add)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, most: int, count: Callable[[int], None]
    ) -> None:
        pool = self._heavy if HEAVY.fullmatch(scope["path"]) else self._light
        response = ResponseBuffer(send)
        with body_file() as file:
            try:
                size = await read_body(scope, receive, file, most, count)
            except ClientDisconnect:
                return
            await pool.run(*replay(scope, file, size), response.send)
        await response.flush()

    async def _check_presenter(self, scope: Scope) -> None:
        if not await run_in_threadpool(self._is_presenter, read_cookie(scope, PRESENTER)):
            raise NotPresenter("expected the presenter, received a request without the presenter's cookie")


def _to_asgi(flask_app: Flask, workers: int) -> ASGIApp:
    return cast(ASGIApp, WSGIMiddleware(cast(WSGIApp, flask_app), workers=workers))


@contextmanager
def body_file() -> Iterator[IO[bytes]]:
    """Yield a temporary file for one body."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        yield file


def _count_nothing(size: int) -> None:
    """Count no bytes: an upload goes to a temporary file, and few run at the same time."""


async def read_body(
    scope: Scope, receive: Receive, file: IO[bytes], most: int, count: Callable[[int], None] = _count_nothing
) -> int:
    """Write a request's body into `file`, rewind it, and return the number of bytes.

    Args:
        count: called with the size of each part; its errors pass through.

    Raises:
        TooLarge: more than `most` bytes, by Content-Length or as received.
        ClientDisconnect: the client closed the connection.
    """
    length = find_header(scope, b"content-length")
    if length.isdecimal() and int(length) > most:
        raise _too_large(most)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body, more = message.get("body", b""), message.get("more_body", False)
        size += len(body)
        if size > most:
            raise _too_large(most)
        count(len(body))
        file.write(body)
    file.seek(0)
    return size


def replay(scope: Scope, file: IO[bytes], size: int) -> tuple[Scope, Receive]:
    """Return a scope for Flask, and a `receive` that reads the body from `file`.

    The scope has the body's length, and the base path as ASGI defines it: as root_path, and in the path.
    """
    dropped = (b"content-length", b"transfer-encoding")
    headers = [pair for pair in scope["headers"] if pair[0] not in dropped]
    if size or len(headers) < len(scope["headers"]):
        headers.append((b"content-length", b"%d" % size))
    left = size

    async def receive() -> Message:
        nonlocal left
        part = file.read(PART)
        left -= len(part)
        return {"type": "http.request", "body": part, "more_body": left > 0}

    base = scope.get(BASE_PATH, "")
    return {**scope, "headers": headers, "root_path": base, "path": base + scope["path"]}, receive


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"expected at most {most:,} bytes, received more")
