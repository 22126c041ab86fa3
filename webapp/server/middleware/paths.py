"""Middleware: 404 for ambiguous paths, which two parts of the server could read differently.

Rate limits and queues compare paths as text, while Flask merges repeated slashes and proxies resolve dots. So
only paths with one reading pass.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import NotFound
from webapp.server.http import send_error

AMBIGUOUS = re.compile(
    r"//|\\"  # repeated slashes, and backslashes
    r"|(?:^|/)\.{1,2}(?:/|$)"  # segments that name the same or the upper level
    r"|[\x00-\x1f\x7f]"
)
ENCODED_SLASH = re.compile(rb"%(?:2f|5c)", re.IGNORECASE)  # a slash or backslash that separates nothing


class UnambiguousPaths:
    """Reject ambiguous paths, and queries that are not ASCII."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_ambiguous(scope):
            error = NotFound(f"expected an address that exists, received {scope['path'][:60]}")
            return await send_error(error, scope, send)
        return await self._app(scope, receive, send)


def is_ambiguous(scope: Scope) -> bool:
    """Return whether a request's path has several readings, or its query is not ASCII."""
    return (
        AMBIGUOUS.search(scope["path"]) is not None
        or ENCODED_SLASH.search(scope.get("raw_path") or b"") is not None
        or not scope["query_string"].isascii()
    )
