"""Compress what Flask answers by gzip: every browser takes it, also on plain http, where most offer nothing
newer."""

import gzip

from flask import Flask, Response, request

LEAST = 500  # bytes; an answer to a drawing is smaller, and is sent as it is
LEVEL = 6  # of 9
KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml")
ETAG_MARK = ":gzip"  # behind the tag of a compressed body: it is another body than the plain one


def register(app: Flask) -> None:
    """Compress the responses of all routes of `app`, except files and streams."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Return the response with a compressed body where the client takes one and it is worth it."""
    is_kind = response.mimetype.startswith(KINDS) and "Content-Encoding" not in response.headers
    if not is_kind or response.is_streamed or response.direct_passthrough:
        return response
    if response.status_code != 200 or (response.content_length or 0) < LEAST:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, is_weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag + ETAG_MARK, is_weak)
    return response
