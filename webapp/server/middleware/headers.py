"""Middleware: add security headers to all responses, and send large bodies in parts."""

import base64
import hashlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.server.static_files import without_comments
from webapp.settings import ROOT

# Pages with a pad contain it, so that it runs before the first paint.
INLINE_SCRIPT = without_comments((ROOT / "static" / "js" / "draw" / "early_input.js").read_text("utf-8"))
_HASH = base64.b64encode(hashlib.sha256(INLINE_SCRIPT.encode()).digest()).decode()

SECURITY_HEADERS = {
    # Everything is loaded from this server, and the only inline script is INLINE_SCRIPT. `data:` is for small
    # pictures in style sheets. Pages cannot be framed, and forms cannot be sent elsewhere.
    "Content-Security-Policy": (
        f"default-src 'self'; script-src 'self' 'sha256-{_HASH}'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # frame-ancestors for browsers that do not know it
    "Referrer-Policy": "no-referrer",
    # Caches must revalidate.
    "Cache-Control": "no-cache",
}
# Static files need fewer headers; all of them would be 10 kB more for a phone.
STATIC_HEADERS = {name: SECURITY_HEADERS[name] for name in ("X-Content-Type-Options", "Cache-Control")}
STATIC = "/static/"
PART = 65_536  # bytes passed to the server at once; between parts it waits for slow readers


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ENCODED, _ENCODED_STATIC = _encoded(SECURITY_HEADERS), _encoded(STATIC_HEADERS)


class ResponseHeaders:
    """Add the headers that the application did not set."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = _ENCODED_STATIC if scope["path"].startswith(STATIC) else _ENCODED
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in added if pair[0] not in present),
                ]
            elif len(message.get("body", b"")) > PART:
                message = await _send_parts(message, send)
            await send(message)

        return await self._app(scope, receive, send_with_headers)


async def _send_parts(message: Message, send: Send) -> Message:
    """Send all parts of a body but the last one, and return the message with that."""
    body = memoryview(message["body"])
    last = (len(body) - 1) // PART * PART
    for start in range(0, last, PART):
        part = bytes(body[start : start + PART])
        await send({"type": "http.response.body", "body": part, "more_body": True})
    return {**message, "body": bytes(body[last:])}
