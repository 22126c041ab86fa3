"""Middleware: limit the parts of a head that take long to parse.

The parsers of lists, cookies and queries take up to a microsecond for each byte. Protocol limits the whole
head.
"""

from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import BadRequest
from webapp.server.http import send_error

# Bytes of all headers of one name together. Browsers send lists of 200; cookies may be of other servers.
LIST_BYTES, COOKIE_BYTES = 2_000, 8_000
LISTS = (
    *(b"accept", b"accept-charset", b"accept-encoding", b"accept-language", b"cache-control"),
    *(b"content-type", b"forwarded", b"if-match", b"if-none-match", b"range", b"x-forwarded-for"),
)
MOST = dict.fromkeys(LISTS, LIST_BYTES) | {b"cookie": COOKIE_BYTES}
TARGET_BYTES = 8_000  # of path and query


class HeadLimits:
    """Respond with 431 to long headers and with 414 to long targets."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (error := find_excess(scope)) is not None:
            return await send_error(error, scope, send)
        return await self._app(scope, receive, send)


def find_excess(scope: Scope) -> BadRequest | None:
    """Return the error for a head with a part that is too long, or None."""
    target = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if target > TARGET_BYTES:
        return _error(414, "uri_too_long", f"expected an address of at most {TARGET_BYTES:,} bytes")
    sizes: Counter[bytes] = Counter()
    for name, value in scope["headers"]:
        if name in MOST:
            sizes[name] += len(value) + 1
            if sizes[name] > MOST[name]:
                expected = f"expected at most {MOST[name]:,} bytes of {name.decode()}"
                return _error(431, "request_header_fields_too_large", expected)
    return None


def _error(status: int, code: str, expected: str) -> BadRequest:
    error = BadRequest(f"{expected}, received more")
    error.status, error.code = status, code
    return error
