"""Middleware: trust X-Forwarded-For, -Proto, -Host and -Prefix from the configured number of proxies.

Each proxy appends its value to those that it received, or replaces them. So with N proxies, the N-th value
from the right is from the first of them; everything to its left is from the client and not trusted. If there
are fewer values, the leftmost is from the last proxy that replaced them. Only addresses are always appended:
fewer of them show that a proxy was bypassed.
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
            address = self._address(scope)
            scheme = self._value(scope, b"x-forwarded-proto")
            host = self._value(scope, b"x-forwarded-host")
            prefix = base_path.parse(self._value(scope, b"x-forwarded-prefix"))
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

    def _address(self, scope: Scope) -> str | None:
        """Return the client's address, or None if there are fewer values than proxies."""
        values = _values(scope, b"x-forwarded-for")
        return values[-self._proxies] if len(values) >= self._proxies else None

    def _value(self, scope: Scope, name: bytes) -> str:
        """Return the value of the first proxy, or of the last one that replaced it; "" without the header."""
        values = _values(scope, name)
        return values[-min(self._proxies, len(values))]


def _values(scope: Scope, name: bytes) -> list[str]:
    """Return the values of a header, at least one."""
    return [value.strip() for value in find_header(scope, name).split(",")]
