"""Middleware: trust X-Forwarded-For, -Proto and -Host from the configured number of proxies.

Each proxy appends what it has seen; so with N proxies the N-th value from the right was written by the first
of them, and everything to its left by the client, who can write anything.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.server.responses import find_header

SCHEMES = ("http", "https")


class ForwardedHeaders:
    """Put the client's address, the scheme and the host that the proxies report into the scope.

    Args:
        proxies: how many stand in front of this server; at least 1.
    """

    def __init__(self, app: ASGIApp, proxies: int):
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            address = self._value(scope, b"x-forwarded-for")
            scheme = self._value(scope, b"x-forwarded-proto")
            host = self._value(scope, b"x-forwarded-host")
            if address:
                scope["client"] = (address, 0)
            if scheme in SCHEMES:
                scope["scheme"] = scheme
            if host:
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [*others, (b"host", host.encode("latin-1"))]
        await self._app(scope, receive, send)

    def _value(self, scope: Scope, name: bytes) -> str | None:
        """Return what the first of the proxies wrote, or None where fewer values came than there are
        proxies."""
        values = [value.strip() for value in find_header(scope, name).split(",")]
        return values[-self._proxies] if len(values) >= self._proxies else None
