"""POST /api/predict with a bitmap of 784 bytes: sent by pages with every movement of the pen.

Flask's route (webapp/routes/api.py) gives the same response and handles all other forms of the request; both
use `Predictor.submit`.
"""

import asyncio
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.ink.parsing import bitmap_from_bytes
from webapp.nets.predictor import Predictor
from webapp.server.admission import RequestQueue
from webapp.server.http import CompactJSONResponse
from webapp.server.middleware.rate_limit import is_bitmap

PATH = "/api/predict"
QUERY = re.compile(rb"(?:model=([A-Za-z0-9_-]+))?")  # Flask reads all other queries


class PredictEndpoint:
    """Handles requests with a bitmap as bytes.

    Args:
        predictor: runs the networks in its pool of threads.
        queue: limits running and waiting predictions.
        others: handles all other requests, such as those with strokes.
    """

    def __init__(self, predictor: Predictor, queue: RequestQueue, others: ASGIApp):
        self._predictor = predictor
        self._queue = queue
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = QUERY.fullmatch(scope["query_string"])
        if query is None or not is_bitmap(scope):
            return await self._others(scope, receive, send)
        body = await _read(receive)
        if body is None:
            return None
        model = query[1].decode("ascii") if query[1] else None
        self._predictor.find(model)  # report an unusable model first, as Flask's route does
        async with self._queue.slot(scope):
            prediction = await asyncio.wrap_future(self._predictor.submit(model, bitmap_from_bytes(body)))
        return await CompactJSONResponse(prediction)(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    """Return the body of 784 bytes, or None if the client disconnected."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
