"""Middleware: serve below a base path, such as /inkwise of a site that has other pages too.

The base path comes from X-Forwarded-Prefix of a trusted proxy, from the ASGI server (root_path), or from the
path of the setting `public_address`. A request's path may begin with it or not: most proxies remove it. All
other code sees paths without it; Flask gets it as SCRIPT_NAME, so `url_for` and cookies contain it.

A base path must not be the path of a page, such as /models.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

SEGMENTS = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
KEY = "inkwise.base_path"  # in the scope


class BasePath:
    """Remove the base path from each request's path, and note it in the scope.

    Args:
        default: the base path of requests that bring none; "" for none.
    """

    def __init__(self, app: ASGIApp, default: str):
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            base = scope.get("root_path") or self._default
            # Starlette would remove a root_path again, from paths such as /api/api/models.
            scope.update({KEY: base, "path": remove(base, scope["path"]), "root_path": ""})
        await self._app(scope, receive, send)


def parse(text: str) -> str | None:
    """Return a base path as "/inkwise", "" for the root; None unless it consists of plain segments."""
    path = f"/{text.strip('/')}" if text.strip("/") else ""
    return path if not path or SEGMENTS.fullmatch(path) else None


def remove(base: str, path: str) -> str:
    """Return a path without the base path, if it begins with it."""
    return path.removeprefix(base) or "/" if f"{path}/".startswith(f"{base}/") else path
