"""Responses of Flask: gzip compression, and JSON with an ETag.

Browsers offer only gzip on plain http.
"""

import gzip
from typing import TypeVar

from flask import Flask, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.room.live import LiveResponse
from webapp.server.http import GZIP_ETAG, is_known

MIN_SIZE = 500  # bytes; smaller responses, such as predictions, are not compressed
LEVEL = 6  # of 9
R = TypeVar("R", bound=BaseResponse)
KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml")


def register(app: Flask) -> None:
    """Compress the responses of all routes of `app`, except files and streams."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the response, compressed if the client accepts gzip and it is worthwhile."""
    is_kind = (response.mimetype or "").startswith(KINDS) and "Content-Encoding" not in response.headers
    if not is_kind or response.is_streamed or response.direct_passthrough:
        return response
    if response.status_code != 200 or not _is_compressible(response):
        return response
    _set_packed(response, gzip.compress(response.get_data(), LEVEL, mtime=0))
    return response


def _is_compressible(response: Response) -> bool:
    """Return whether to compress a response, and note that this depends on the request."""
    if (response.content_length or 0) < MIN_SIZE:
        return False
    response.vary.add("Accept-Encoding")
    return bool(request.accept_encodings["gzip"])


def _set_packed(response: Response, packed: bytes) -> None:
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag + GZIP_ETAG, bool(is_weak))


def has_etag(tag: str) -> bool:
    """Return whether the client has the response with this ETag."""
    return is_known(request.if_none_match, tag)


def json_with_etag(live: LiveResponse) -> Response:
    """Return JSON, or 304 if the client has it."""
    response = Response(live.json, 304 if live.json is None else 200, mimetype="application/json")
    response.set_etag(live.tag)
    if live.shared is not None and _is_compressible(response):
        _set_packed(response, live.shared.packed)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    return response


def no_store(response: R) -> R:
    """Forbid caches to store a response, and return it."""
    response.headers["Cache-Control"] = "no-store"
    return response
