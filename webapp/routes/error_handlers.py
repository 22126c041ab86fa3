"""Error handlers: every error as JSON, or as a page for people.

{"error": {"code": "empty_ink", "message": "expected ..., received ...", "explanation": "Draw first."}}
"""

import logging

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from webapp.errors import BadRequest, InkwiseError, NotFound, TooLarge, out_of_files
from webapp.routes.describe import SMALL_BODY
from webapp.server.http import wants_page

PERMANENT_REDIRECT = 308

logger = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Register the handlers, and the limit of request bodies."""
    app.before_request(limit_body)
    app.register_error_handler(InkwiseError, handle_error)
    app.register_error_handler(HTTPException, handle_http_exception)
    app.register_error_handler(Exception, handle_bug)


def limit_body() -> None:
    """Set the limit of the request's body by its route; reading a larger one fails with 413."""
    view = current_app.view_functions.get(request.endpoint or "")
    described = getattr(view, "description", None)
    if described is not None and not described.takes_ink:
        request.max_content_length = SMALL_BODY


def handle_error(error: InkwiseError) -> Response:
    """Return the response for an error that Inkwise raised."""
    if error.is_logged:
        logger.error("%s %s failed: %s", request.method, request.path, error.message)
    is_page = wants_page(request.path, request.headers.get("Accept", ""))
    response = _page(error) if is_page else jsonify(error.to_json())
    response.status_code = error.status
    current_app.extensions["monitor"].note_rejection(error.code, error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def handle_http_exception(exception: HTTPException) -> BaseResponse:
    """Return the response for an error of Flask, such as a wrong method."""
    if exception.code is None or exception.code < 400:
        return exception.get_response()  # a redirect
    if exception is request.routing_exception and (url := _url_without_slash()):
        return redirect(url, PERMANENT_REDIRECT)
    response = handle_error(_translate(exception))
    for name, value in exception.get_headers():
        if name == "Allow":  # the methods that a 405 has to name
            response.headers[name] = value
    return response


def _url_without_slash() -> str | None:
    """Return the URL of a route requested with a slash at its end, such as /join/; None for others."""
    if request.method not in ("GET", "HEAD") or not request.path.endswith("/"):
        return None
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(request.path[:-1], "GET") if adapter else ("", {})
    except HTTPException:
        return None
    query = request.query_string.decode("latin-1")
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def handle_bug(error: Exception) -> Response:
    """Return 500 without details, and log them; 503 if the process may open no more files."""
    if (busy := out_of_files(error)) is not None:
        return handle_error(busy)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return handle_error(InkwiseError("something went wrong in the server; its log says what"))


def _translate(exception: HTTPException) -> InkwiseError:
    path = request.path[:60]
    if exception.code == 404:
        return NotFound(f"expected an address that exists, received {path}")
    if isinstance(exception, MethodNotAllowed):
        allowed = ", ".join(sorted(exception.valid_methods or ()))
        method = request.method[:20]
        return _error(405, "method_not_allowed", f"expected {allowed} for {path}, received {method}")
    if exception.code == 413:
        return TooLarge(f"expected at most {request.max_content_length:,} bytes, received more")
    if exception.code == 400:
        return BadRequest(_one_line(exception))
    return _error(exception.code or 500, exception.name.lower().replace(" ", "_"), _one_line(exception))


def _error(status: int, code: str, message: str) -> InkwiseError:
    error = BadRequest(message)
    error.status, error.code = status, code
    return error


def _one_line(exception: HTTPException) -> str:
    return " ".join((exception.description or exception.name).split())


def _page(error: InkwiseError) -> Response:
    try:
        page = render_template("error.html", status=error.status, explanation=error.explanation)
    except TemplateError:  # the error page itself failed
        return jsonify(error.to_json())
    return Response(page, mimetype="text/html")
