"""Middleware: measure and log every request by its route's template, without its path and client."""

import logging
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.monitoring.logs import log_event
from webapp.monitoring.monitor import Monitor
from webapp.server.predict import PATH as PREDICT

logger = logging.getLogger(__name__)


class RequestMetrics:
    """Record the duration and status of each request.

    Args:
        metrics: the monitor; each request's state holds it as "metrics".
        route_of: returns the template of a method and path, such as /models/<name>.
    """

    def __init__(self, app: ASGIApp, metrics: Monitor, route_of: Callable[[str, str], str]):
        self._app = app
        self._metrics = metrics
        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = time.perf_counter()
        scope.setdefault("state", {})["metrics"] = self._metrics

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message, time.perf_counter() - started)
            await send(message)

        return await self._app(scope, receive, send_and_note)

    def _note(self, scope: Scope, start: Message, seconds: float) -> None:
        status, method = start["status"], scope["method"]
        route = self._route_of(method, scope["path"])
        self._metrics.note_request(route, method, status, seconds)
        if status < 400 and route == PREDICT:
            self._metrics.note_prediction(seconds)
        if logger.isEnabledFor(logging.INFO):
            size = next((int(value) for name, value in start["headers"] if name == b"content-length"), None)
            milliseconds = round(1000 * seconds, 2)
            log_event(
                logger, "request", method=method[:20], route=route, status=status, ms=milliseconds, bytes=size
            )
