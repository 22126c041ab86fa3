"""Every error as the contract's JSON, or as a plain page where a person looks.

{"error": {"code": "bad_bitmap", "message": "expected 784 bytes, received 12"}}
"""

import logging

from flask import Flask, Response, current_app, jsonify, render_template, request
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException

from webapp.errors import BadRequest, InkwiseError, TooLarge
from webapp.routes.describe import SMALL_BODY

PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")

logger = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Handle every error of `app` here."""
    app.before_request(limit_body)
    app.register_error_handler(InkwiseError, answer_failure)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_bug)


def limit_body() -> None:
    """Let a body be no larger than what the route is for; reading a larger one fails with 413."""
    view = current_app.view_functions.get(request.endpoint)
    described = getattr(view, "description", None)
    if described is not None and not described.takes_ink:
        request.max_content_length = SMALL_BODY


def answer_failure(error: InkwiseError) -> Response:
    """Answer with an error that Inkwise raised on purpose."""
    response = _page(error) if _is_for_people() else jsonify(error.to_json())
    response.status_code = error.status
    current_app.extensions["monitor"].note_rejection(error.code, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def answer_http_exception(exception: HTTPException) -> Response:
    """Answer with an error of Flask's own: no such address, wrong method, too large, and the like."""
    if exception.code is None or exception.code < 400:
        return exception.get_response()  # a redirect is no error
    response = answer_failure(_translate(exception))
    for name, value in exception.get_headers():
        if name == "Allow":  # the methods that a 405 has to name
            response.headers[name] = value
    return response


def answer_bug(error: Exception) -> Response:
    """Answer with 500 and no detail; the detail goes to the log."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer_failure(InkwiseError("something went wrong in the server; its log says what"))


def _translate(exception: HTTPException) -> InkwiseError:
    path = request.path[:60]
    if exception.code == 404:
        return _error(404, "not_found", f"expected an address that exists, received {path}")
    if exception.code == 405:
        allowed = ", ".join(sorted(exception.valid_methods or ()))
        method = request.method[:20]
        return _error(405, "method_not_allowed", f"expected {allowed} for {path}, received {method}")
    if exception.code == 413:
        return TooLarge(f"expected at most {request.max_content_length:,} bytes, received more")
    if exception.code == 400:
        return BadRequest(_one_line(exception))
    return _error(exception.code, exception.name.lower().replace(" ", "_"), _one_line(exception))


def _error(status: int, code: str, message: str) -> InkwiseError:
    error = InkwiseError(message)
    error.status, error.code = status, code
    return error


def _one_line(exception: HTTPException) -> str:
    return " ".join((exception.description or exception.name).split())


def _is_for_people() -> bool:
    return not request.path.startswith(PROGRAM_PATHS) and request.accept_mimetypes.accept_html


def _page(error: InkwiseError) -> Response:
    try:
        page = render_template("error.html", status=error.status, code=error.code, message=error.message)
    except TemplateError:  # a page about an error must not become a second error
        return jsonify(error.to_json())
    return Response(page, mimetype="text/html")
