"""The room's state, answered without Flask: 300 phones fetch it in the moment in which a round starts.

Requests that arrive while the database is being read are answered together, from one snapshot.
"""

import asyncio
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.http import parse_etags

from webapp.errors import Busy
from webapp.room.live import Answer, Known
from webapp.server.cookies import PARTICIPANT, read_cookie
from webapp.server.responses import find_header

PATH = "/api/room/state"
ETAG_MARK = ":gzip"  # behind the tag of a compressed body, see webapp/routes/compression.py
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


class RoomStateEndpoint:
    """Answers requests without parameters, and passes all others on.

    Args:
        states: returns the state for each of several requests, given the secret of its cookie, "" for none,
            and what it knows. It reads the database.
        queue_size: requests that may wait for the next read.
        others: answers requests with parameters.
    """

    def __init__(
        self,
        states: Callable[[Sequence[tuple[str, Known]]], list[Answer]],
        queue_size: int,
        others: ASGIApp,
    ):
        self._states = states
        self._queue_size = queue_size
        self._others = others
        self._waiting: list[tuple[tuple[str, Known], asyncio.Future[Answer]]] = []
        self._reading: asyncio.Task | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises Busy, DatabaseUnavailable."""
        if scope["query_string"]:
            return await self._others(scope, receive, send)
        if len(self._waiting) >= self._queue_size:
            raise Busy("too many requests are waiting; try again in a second")
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(((read_cookie(scope, PARTICIPANT), _known(scope)), future))
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        answer = await future
        headers = HEADERS | {"ETag": f'"{answer.tag}"'}
        status = 304 if answer.json is None else 200
        return await Response(answer.json, status, headers, "application/json")(scope, receive, send)

    async def _read(self) -> None:
        """Answer all waiting requests, and then those that have arrived meanwhile."""
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
    return lambda tag: tags.contains_weak(tag) or tags.contains_weak(tag + ETAG_MARK)
