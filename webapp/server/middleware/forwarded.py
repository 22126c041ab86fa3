"""Middleware: trust X-Forwarded-For, -Proto, -Host and -Prefix from the configured number of proxies.

Each proxy appends a value. With N proxies, the N-th value from the right is from the first of them;
everything to its left is from the client and not trusted.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.server.http import find_header
from webapp.server.middleware import base_path

SCHEMES = ("http", "https")


class ForwardedHeaders:
    """Set the client address, scheme, host and base path in the scope to those that the proxies report.

    Args:
        proxies: number of proxies in front of this server, at least 1.
    """

    def __init__(self, app: ASGIApp, proxies: int):
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            address = self._value(scope, b"x-forwarded-for")
            scheme = self._value(scope, b"x-forwarded-proto")
            host = self._value(scope, b"x-forwarded-host")
            prefix = base_path.parse(self._value(scope, b"x-forwarded-prefix") or "")
            if address:
                scope["client"] = (address, 0)
            if scheme in SCHEMES:
                scope["scheme"] = scheme
            if host:
                others = [pair for pair in scope["headers"] if pair[0] != b"host"]
                scope["headers"] = [*others, (b"host", host.encode("latin-1"))]
            if prefix:
                scope["path"] = base_path.remove(scope.get("root_path", ""), scope["path"])
                scope["root_path"] = prefix
        await self._app(scope, receive, send)

    def _value(self, scope: Scope, name: bytes) -> str | None:
        """Return the value of the first proxy, or None if there are fewer values than proxies."""
        values = [value.strip() for value in find_header(scope, name).split(",")]
        return values[-self._proxies] if len(values) >= self._proxies else None
