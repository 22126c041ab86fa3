"""Answers with a tag, so that what is known already is not sent again."""

from flask import Response, request

from webapp.room.live import Answer
from webapp.routes.compression import ETAG_MARK


def is_known(tag: str) -> bool:
    """Return whether whoever asks has the answer of this tag already."""
    known = request.if_none_match
    return known.contains_weak(tag) or known.contains_weak(tag + ETAG_MARK)


def answer(live: Answer) -> Response:
    """Answer with JSON, or with 304 where it is known."""
    response = Response(live.json, 304 if live.json is None else 200, mimetype="application/json")
    response.set_etag(live.tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    return response
