"""Middleware: add security headers to every response, and send large bodies in parts."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    # Everything comes from this server, and no script or style stands in the page itself. `data:` lets a
    # style sheet hold a small picture; a page may not be framed, nor send a form elsewhere.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # frame-ancestors for browsers that do not know it
    "Referrer-Policy": "no-referrer",
    # A copy may be kept, but the server is asked each time whether it is still the newest.
    "Cache-Control": "no-cache",
}
# Scripts, styles and pictures obey the page that loads them; the rest would be 10 kB more for a phone.
STATIC_HEADERS = {name: SECURITY_HEADERS[name] for name in ("X-Content-Type-Options", "Cache-Control")}
STATIC = "/static/"
PART = 65_536  # bytes that are handed to the server at once; it waits for slow readers between two parts


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ENCODED, _ENCODED_STATIC = _encoded(SECURITY_HEADERS), _encoded(STATIC_HEADERS)


class ResponseHeaders:
    """Add each header that the application has not set itself."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        added = _ENCODED_STATIC if scope["path"].startswith(STATIC) else _ENCODED

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
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
    """Send all parts of a body but the last one, and return that one."""
    body = memoryview(message["body"])
    last = (len(body) - 1) // PART * PART
    for start in range(0, last, PART):
        part = bytes(body[start : start + PART])
        await send({"type": "http.response.body", "body": part, "more_body": True})
    return message | {"body": bytes(body[last:])}
