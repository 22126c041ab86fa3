"""Server-sent events of the lab: what has changed in the present run, at most five times a second.

    GET /api/lab/events
    event: lab
    data: {"status": "training", "run": {...}, "points": [...], "weights": {...}, ...}

The first event has the whole curve. The lab's trainer stays warm while a stream is open.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from webapp.errors import Busy
from webapp.lab.lab import Lab
from webapp.server.events import PING, PING_INTERVAL

MIN_INTERVAL = 0.2  # seconds between events
MOST_STREAMS = 50

CheckAccess = Callable[[Request], None]  # raises NotPresenter; may query the database


class LabEvents:
    """The endpoint of the event streams.

    Args:
        check_access: decides who may follow.
    """

    def __init__(self, lab: Lab, check_access: CheckAccess):
        self._lab = lab
        self._check_access = check_access
        self._streams: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_ended = False
        lab.listeners.append(self._notify)

    async def answer(self, request: Request) -> Response:
        """Return an open stream. Raises Busy, NotPresenter."""
        await run_in_threadpool(self._check_access, request)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx must not buffer
        if request.method == "HEAD":
            return Response(headers=headers, media_type="text/event-stream")
        if len(self._streams) >= MOST_STREAMS:
            raise Busy(f"expected at most {MOST_STREAMS} open streams of the lab, received one more")
        self._loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        if (connection := request.scope["state"].get("connection")) is not None:
            connection.on_half_closed = lambda: self._end(changed)  # browsers close their sending side first
            if connection.is_half_closed:
                self._end(changed)
        return StreamingResponse(self._follow(changed), headers=headers, media_type="text/event-stream")

    def close(self) -> None:
        """End all streams."""
        self._is_ended = True
        for stream in list(self._streams):
            self._end(stream)

    async def _follow(self, changed: asyncio.Event) -> AsyncIterator[bytes]:
        self._streams.add(changed)
        self._lab.trainer.add_page()
        since = -1
        try:
            while changed in self._streams and not self._is_ended:
                changed.clear()
                since, news = await run_in_threadpool(self._lab.news, since)
                yield encode(news)
                await asyncio.sleep(MIN_INTERVAL)
                while changed in self._streams and not changed.is_set():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(PING_INTERVAL):
                            await changed.wait()
                    if not changed.is_set():
                        yield PING
        finally:
            self._streams.discard(changed)
            self._lab.trainer.remove_page()

    def _end(self, stream: asyncio.Event) -> None:
        self._streams.discard(stream)
        stream.set()

    def _notify(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for stream in self._streams:
            stream.set()


def encode(news: dict) -> bytes:
    """Return the event with these news."""
    return f"event: lab\ndata: {json.dumps(news, separators=(',', ':'), allow_nan=False)}\n\n".encode()
