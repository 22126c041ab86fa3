"""Middleware against cross-site request forgery: reject requests from pages of other sites.

Browsers send the Origin header with every request except GET and HEAD, also on plain http, where
Sec-Fetch-Site does not exist. Programs send no Origin and have no cookies of visitors. There are no
exceptions: a prediction changes nothing, but a page of another site could cause load from many browsers.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import WrongOrigin
from webapp.server.http import find_header, has_header, send_error

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}  # by RFC 9110
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class CsrfProtection:
    """Compare the Origin header with the Host header."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            origin = find_header(scope, b"origin")
            host = find_header(scope, b"host").lower()
            if has_header(scope, b"origin") and (not host or host not in _hosts_of(origin)):
                error = WrongOrigin(
                    f"expected a request from a page of {host[:60]!r}, received one from {origin[:60]!r}"
                )
                return await send_error(error, scope, send)
        return await self._app(scope, receive, send)


def _hosts_of(origin: str) -> tuple[str, ...]:
    """Return the Host headers that match an Origin; none for `null` and malformed values."""
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return ()
    if parts.scheme not in DEFAULT_PORTS or origin.lower() != f"{parts.scheme}://{parts.netloc}":
        return ()
    return (parts.netloc, parts.netloc + DEFAULT_PORTS[parts.scheme])
