"""Middleware: reject requests that a page of another site makes in a visitor's name (cross-site request
forgery).

A browser names the site of the page in Origin with every request that is neither GET nor HEAD, also on plain
http, where Sec-Fetch-Site does not exist. Programs send no Origin, and hold no visitor's cookie. The rule has
no exceptions: a prediction changes nothing, but another site's page could have a room full of browsers ask.
"""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.errors import WrongOrigin
from webapp.server.responses import find_header, send_error

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}  # of RFC 9110: they change nothing
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class CsrfProtection:
    """Compare the Origin header with the Host header."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            origin = find_header(scope, b"origin", None)
            host = find_header(scope, b"host").lower()
            if origin is not None and (not host or host not in _hosts_of(origin)):
                error = WrongOrigin(
                    f"expected a page of {host[:60]!r} to ask, received one of {origin[:60]!r}"
                )
                return await send_error(error, scope, send)
        return await self._app(scope, receive, send)


def _hosts_of(origin: str) -> tuple[str, ...]:
    """Return how the Host header may name what `origin` names; nothing for `null` and malformed text."""
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return ()
    if parts.scheme not in DEFAULT_PORTS or origin.lower() != f"{parts.scheme}://{parts.netloc}":
        return ()
    return (parts.netloc, parts.netloc + DEFAULT_PORTS[parts.scheme])
