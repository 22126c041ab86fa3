"""GET /api/room/state: 300 phones fetch it at the moment a round starts.

Requests that arrive during a read of the database are batched: the next read serves all of them.
"""

import asyncio
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.http import parse_etags

from webapp.errors import Busy
from webapp.room.live import Known, LiveResponse
from webapp.server.http import PARTICIPANT, find_header, is_known, read_cookie

PATH = "/api/room/state"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


StateRequest = tuple[str, Known, Scope]


class RoomStateEndpoint:
    """Handles requests without parameters.

    Args:
        states: returns the state for each of several requests, from the secret of the cookie ("" for none),
            the known ETags, and the request. It reads the database.
        queue_size: requests that may wait for the next read.
        others: handles requests with parameters.
    """

    def __init__(
        self,
        states: Callable[[Sequence[StateRequest]], list[LiveResponse]],
        queue_size: int,
        others: ASGIApp,
    ):
        self._states = states
        self._queue_size = queue_size
        self._others = others
        self._waiting: list[tuple[StateRequest, asyncio.Future[LiveResponse]]] = []
        self._reading: asyncio.Task | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request. Raises Busy, DatabaseUnavailable."""
        if scope["query_string"]:
            return await self._others(scope, receive, send)
        if len(self._waiting) >= self._queue_size:
            raise Busy("too many requests are waiting; try again in a second")
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(((read_cookie(scope, PARTICIPANT), _known(scope), scope), future))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        answer = await future
        headers = HEADERS | {"ETag": f'"{answer.tag}"'}
        status = 304 if answer.json is None else 200
        return await Response(answer.json, status, headers, "application/json")(scope, receive, send)

    async def _read(self) -> None:
        """Serve all waiting requests, and then those that arrived meanwhile."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                futures = [future for _, future in batch]
                try:
                    answers = await run_in_threadpool(self._states, [request for request, _ in batch])
                except Exception as error:
                    for future in futures:
                        if not future.done():
                            future.set_exception(error)
                    continue
                for future, answer in zip(futures, answers, strict=True):
                    if not future.done():  # cancelled where the client has disconnected
                        future.set_result(answer)
        finally:
            self._reading = None


def _known(scope: Scope) -> Known:
    tags = parse_etags(find_header(scope, b"if-none-match"))
    return lambda tag: is_known(tags, tag)
