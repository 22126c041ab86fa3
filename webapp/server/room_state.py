"""The room's state, answered without Flask: 300 phones fetch it in the moment in which a round starts."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.http import parse_etags

from webapp.room.live import Answer, Known
from webapp.server.admission import RequestQueue
from webapp.server.cookies import PARTICIPANT, read_cookie
from webapp.server.responses import find_header

PATH = "/api/room/state"
THREADS = 4  # that read the database for it at the same time
ETAG_MARK = ":gzip"  # behind the tag of a compressed body, see webapp/routes/compression.py
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}


class RoomStateEndpoint:
    """Answers requests without parameters, and passes all others on.

    Args:
        state: returns the state for the secret of a cookie; it reads the database.
        queue_size: requests that may wait for a thread.
        timeout: seconds that they may wait.
        others: answers requests with parameters.
    """

    def __init__(
        self, state: Callable[[str, Known], Answer], queue_size: int, timeout: float, others: ASGIApp
    ):
        self._state = state
        self._queue = RequestQueue(THREADS, queue_size, timeout)
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["query_string"]:
            return await self._others(scope, receive, send)
        secret = read_cookie(scope, PARTICIPANT)
        async with self._queue.slot(scope):
            answer = await run_in_threadpool(self._state, secret, _known(scope))
        headers = HEADERS | {"ETag": f'"{answer.tag}"'}
        status = 304 if answer.json is None else 200
        return await Response(answer.json, status, headers, "application/json")(scope, receive, send)


def _known(scope: Scope) -> Known:
    tags = parse_etags(find_header(scope, b"if-none-match"))
    return lambda tag: tags.contains_weak(tag) or tags.contains_weak(tag + ETAG_MARK)
