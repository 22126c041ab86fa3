"""Read headers and cookies of a request, and write errors as JSON or as a page.

{"error": {"code": "empty_ink", "message": "expected ..., received ...", "explanation": "Draw first."}}
"""

import json
import re
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Message, Scope, Send
from werkzeug.datastructures import ETags
from werkzeug.sansio.http import parse_cookie

from webapp.errors import InkwiseError, out_of_files
from webapp.server.middleware.base_path import KEY as BASE_PATH

# Paths for programs: their errors are always JSON.
PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
PARTICIPANT, PRESENTER = "inkwise_participant", "inkwise_presenter"  # names of the cookies; see cookie_name
WALL = "inkwise_wall"  # name of the cookie of a computer that shows the join code
PORT = re.compile(r":(\d{1,5})$")
MAX_COOKIE = 200  # characters; a longer value is ignored
GZIP_ETAG = ":gzip"  # suffix of the ETag of a compressed body
PAGE = (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Inkwise: {status}</title>\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<h1>Something went wrong.</h1>\n'
    "<p>{message}</p>\n</html>\n"
)


def find_header(scope: Scope, name: bytes) -> str:
    """Return a request header, or ""; several values are joined by commas.

    Args:
        name: in lower case.
    """
    return b",".join(value for key, value in scope["headers"] if key == name).decode("latin-1")


def has_header(scope: Scope, name: bytes) -> bool:
    """Return whether a request has a header, which may be empty.

    Args:
        name: in lower case.
    """
    return any(key == name for key, _ in scope["headers"])


def cookie_name(kind: str, host: str, base: str) -> str:
    """Return the name of a cookie of one server: browsers send cookies of a host to all of its ports.

    Args:
        kind: PARTICIPANT or PRESENTER.
        host: the Host header. Its port is the one that the browser sees, also behind a proxy.
        base: the base path.
    """
    port = PORT.search(host)
    return kind + (f"_{port[1]}" if port else "") + base.replace("/", ".")


def read_cookie(scope: Scope, kind: str) -> str:
    """Return the value of this server's cookie of a kind, or "".

    Parsed by werkzeug, as in Flask, so that both see the same value for any spelling.
    """
    name = cookie_name(kind, find_header(scope, b"host"), scope.get(BASE_PATH, ""))
    value = parse_cookie(find_header(scope, b"cookie")).get(name, "")
    return value if len(value) <= MAX_COOKIE else ""


def is_known(etags: ETags, tag: str) -> bool:
    """Return whether If-None-Match contains the tag of a response, compressed or not."""
    return etags.contains_weak(tag) or etags.contains_weak(tag + GZIP_ETAG)


class CompactJSONResponse(JSONResponse):
    """JSON without spaces."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode("ascii")


def error_response(error: InkwiseError, scope: Scope) -> Response:
    """Return the response to a request that failed with `error`."""
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if wants_page(scope["path"], find_header(scope, b"accept")):
        page = PAGE.format(status=error.status, message=escape(error.explanation))
        return HTMLResponse(page, error.status, headers)
    return CompactJSONResponse(error.to_json(), error.status, headers)


async def send_error(error: InkwiseError, scope: Scope, send: Send) -> None:
    """Send the response to a request that failed with `error`, without reading the request's body."""
    note_rejection(error, scope)
    await error_response(error, scope)(scope, _no_receive, send)


async def handle_error(request: Request, error: Exception) -> Response:
    """Return the response after an endpoint raised an InkwiseError; a Starlette exception handler."""
    assert isinstance(error, InkwiseError)
    note_rejection(error, request.scope)
    return error_response(error, request.scope)


async def handle_os_error(request: Request, error: Exception) -> Response:
    """Return 503 if the process may open no more files; a Starlette exception handler."""
    busy = out_of_files(error)
    if busy is None:
        raise error
    return await handle_error(request, busy)


def note_rejection(error: InkwiseError, scope: Scope) -> None:
    """Count the error in the metrics."""
    metrics = scope.get("state", {}).get("metrics")
    if metrics is not None:
        metrics.note_rejection(error.code, error.status)


def wants_page(path: str, accept: str) -> bool:
    """Return whether an error is sent as a page: not for program paths, and if the client accepts HTML."""
    return not path.startswith(PROGRAM_PATHS) and "text/html" in accept


async def _no_receive() -> Message:
    return {"type": "http.disconnect"}
