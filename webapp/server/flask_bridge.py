"""Everything that Flask answers: first the whole body in the event loop, then Flask in a thread of a bounded
pool.

Inspections, exports and imports take hundreds of times longer than other requests, so they have a pool of
their own.
"""

import re
from collections.abc import Callable

from a2wsgi import WSGIMiddleware
from flask import Flask
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from webapp.errors import NotFound, NotPresenter
from webapp.server.admission import RequestQueue
from webapp.server.cookies import PRESENTER, read_cookie
from webapp.server.request_body import body_file, read_body, replay

HEAVY = re.compile(r"/api/(inspect|explain|halves|room/import|room/export/.*|room/preflight.*)")
HEAVY_THREADS = 2
UPLOAD = "/api/room/import"  # takes bodies up to `largest_upload`, of the presenter only
UPLOADS = 2  # at the same time


class FlaskBridge:
    """An ASGI application around the Flask application.

    Args:
        flask_app: answers; its MAX_BODY limits bodies.
        threads: requests that Flask works on at the same time, besides the heavy ones.
        queue_size: requests that may wait for a thread, of each kind.
        timeout: seconds that they may wait.
        largest_upload: bytes of an import.
        is_presenter: tells whether a cookie is the presenter's; it may ask the database.
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
        self._pools = {
            is_heavy: (RequestQueue(count, queue_size, timeout), WSGIMiddleware(flask_app, workers=count))
            for is_heavy, count in ((False, threads), (True, HEAVY_THREADS))
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Raises:
            NotFound: a path that no route has, and that would be another one after normalization.
            Busy: too many requests wait.
            TooLarge: more bytes than the route can need.
            NotPresenter: an upload by another client.
        """
        check_path(scope)
        if scope["path"] == UPLOAD:
            async with self._uploads.slot(scope):
                await self._check_presenter(scope)
                await self._answer(scope, receive, send, self._largest_upload)
        else:
            await self._answer(scope, receive, send, self._largest_body)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        queue, flask = self._pools[HEAVY.fullmatch(scope["path"]) is not None]
        with body_file() as file:
            try:
                size = await read_body(scope, receive, file, most)
            except ClientDisconnect:
                return
            async with queue.slot(scope):
                await flask(*replay(scope, file, size), send)

    async def _check_presenter(self, scope: Scope) -> None:
        if not await run_in_threadpool(self._is_presenter, read_cookie(scope, PRESENTER)):
            raise NotPresenter("expected the presenter, received a request without the presenter's cookie")


def check_path(scope: Scope) -> None:
    """Raise NotFound for a path that would pass the limits of one route and be answered by another.

    Flask merges repeated slashes; rate limits and queues compare paths as they are.
    """
    if "//" in scope["path"] or not scope["query_string"].isascii():
        raise NotFound(f"expected an address that exists, received {scope['path'][:60]}")
