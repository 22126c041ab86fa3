"""Middleware: answer unexpected exceptions with status 500, and log them.

Starlette's own handler of unexpected exceptions is outside all middleware, so its responses would have no
security headers and be in no metric.
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.errors import InkwiseError
from webapp.server.http import send_error

logger = logging.getLogger(__name__)


class InternalErrors:
    """Respond with 500 without details; an exception after the start of the response passes through."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        has_started = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            if has_started:
                raise
            logger.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            failure = InkwiseError("something went wrong in the server; its log says what")
            await send_error(failure, scope, send)
