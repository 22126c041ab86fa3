"""Errors as the contract's JSON, or as a page for people; and what middleware reads of a request.

{"error": {"code": "bad_bitmap", "message": "expected 784 bytes, received 12"}}
"""

import json
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope, Send

from webapp.errors import InkwiseError

# Paths that programs ask: their errors are always JSON.
PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
PAGE = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Inkwise: {status}</title>\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<h1>{status}</h1>\n<p>{message}</p>\n</html>\n'
)


class CompactJSONResponse(JSONResponse):
    """JSON without spaces, numbers as Python writes them."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def error_response(error: InkwiseError, scope: Scope) -> Response:
    """Return the response to a request that fails with `error`."""
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if is_for_people(scope["path"], find_header(scope, b"accept")):
        page = PAGE.format(status=error.status, message=escape(error.message))
        return HTMLResponse(page, error.status, headers)
    return CompactJSONResponse(error.to_json(), error.status, headers)


async def send_error(error: InkwiseError, scope: Scope, send: Send) -> None:
    """Answer a request with `error`, without reading its body."""
    metrics = scope.get("state", {}).get("metrics")
    if metrics is not None:
        metrics.note_rejection(error.code, error.status)
    await error_response(error, scope)(scope, _no_receive, send)


async def answer_error(request: Request, error: InkwiseError) -> Response:
    """Answer for an endpoint that has raised `error`; a Starlette exception handler."""
    metrics = request.scope.get("state", {}).get("metrics")
    if metrics is not None:
        metrics.note_rejection(error.code, error.status)
    return error_response(error, request.scope)


async def answer_bug(request: Request, error: Exception) -> Response:
    """Answer with 500 and no detail; the server's log has the detail. A Starlette exception handler."""
    return error_response(
        InkwiseError("something went wrong in the server; its log says what"), request.scope
    )


def is_for_people(path: str, accept: str) -> bool:
    """Return whether a person reads the response: a page's path, and a client that takes HTML."""
    return not path.startswith(PROGRAM_PATHS) and "text/html" in accept


def find_header(scope: Scope, name: bytes, default: str | None = "") -> str | None:
    """Return a request header; where it came several times, all values with commas between.

    Args:
        name: in lower case.
    """
    values = [value for key, value in scope["headers"] if key == name]
    return b",".join(values).decode("latin-1") if values else default


async def _no_receive() -> dict:
    return {"type": "http.disconnect"}
