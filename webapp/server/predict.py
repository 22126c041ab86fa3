"""POST /api/predict for a bitmap of 784 bytes: what a page asks with every movement of the pen.

Flask's route (webapp/routes/api.py) gives the same response and takes every other form of the request; both
call `Predictor.submit`.
"""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.ink.pixels import PIXELS, bitmap_from_bytes
from webapp.nets.predictor import Predictor
from webapp.server.admission import RequestQueue
from webapp.server.responses import CompactJSONResponse, find_header

PATH = "/api/predict"
MODEL = b"model="
MOST_READ = PIXELS + 1  # bytes: one too many is enough to know that it is no bitmap


class PredictEndpoint:
    """Answers requests with a bitmap as bytes, and passes all others on.

    Args:
        predictor: runs the networks in its pool of threads.
        queue: limits the predictions that run and wait.
        others: answers every other request, such as one with strokes.
    """

    def __init__(self, predictor: Predictor, queue: RequestQueue, others: ASGIApp):
        self._predictor = predictor
        self._queue = queue
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"]
        is_usual = (
            (not query or (query.startswith(MODEL) and query[len(MODEL) :].isalnum()))
            and find_header(scope, b"content-type") == "application/octet-stream"
            and find_header(scope, b"content-length") == str(PIXELS)
        )
        if not is_usual:
            return await self._others(scope, receive, send)
        body = await _read(receive)
        if body is None:
            return None
        model = query[len(MODEL) :].decode("ascii") or None
        self._predictor.find(model)  # a model that cannot answer is reported first, as by Flask's route
        async with self._queue.slot(scope):
            answer = await asyncio.wrap_future(self._predictor.submit(model, bitmap_from_bytes(body)))
        return await CompactJSONResponse(answer)(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    """Return the body of 784 bytes; None where the client has disconnected."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
