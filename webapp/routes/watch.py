"""How the server is doing, for Prometheus and for the presenter's status line; and who may see that."""

import hmac

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.errors import InkwiseError, NotPresenter
from webapp.gate.hosts import NAME_AND_PORT
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.described import failures
from webapp.routes.room.who import is_presenter, room
from webapp.routes.schemas import reference
from webapp.settings import LOOPBACK
from webapp.watch.meters import CONTENT_TYPE

blueprint = Blueprint("watch", __name__)

BEARER = "Bearer "
# What proxies add. Behind one that nobody told us of, everybody seems to be on this computer.
PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
CLOSED = {403: fails("Neither the presenter, nor this computer itself, nor the right token")}


@blueprint.get("/metrics")
@describe(
    "Figures for Prometheus",
    answers={
        200: {
            "description": "In Prometheus' text format",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
    | CLOSED
    | failures(503),
)
def show_metrics() -> Response:
    """Answer with all figures."""
    require_watcher()
    return _unkept(Response(current_app.extensions["watch"].meters.export(), content_type=CONTENT_TYPE))


@blueprint.get("/api/status")
@describe(
    "How the server is doing",
    answers={200: gives_json("Over the last 10 seconds; refusals over a minute", reference("Status"))}
    | CLOSED
    | failures(503),
)
def show_status() -> Response:
    """Answer with a few figures for people."""
    require_watcher()
    return _unkept(jsonify(current_app.extensions["watch"].status() | {"phones": _phones()}))


def require_watcher() -> None:
    """Raise NotPresenter unless whoever asks may see how the server is doing."""
    if not (is_this_computer() or has_token() or is_presenter()):
        ways = "this computer itself, the presenter's cookie or the metrics token"
        raise NotPresenter(f"expected {ways}, received none of them")


def is_this_computer() -> bool:
    """Return whether the request comes from this computer, as far as that can be known at all."""
    if current_app.config["PROXIES"] or any(name in request.headers for name in PROXY_HEADERS):
        return False
    # A name of another site that was made to mean 127.0.0.1 is not this computer's (see hosts.py).
    match = NAME_AND_PORT.fullmatch(request.headers.get("Host", ""))
    is_own_name = match is not None and match[1].strip("[]").lower() in LOOPBACK
    return is_own_name and request.remote_addr in LOOPBACK


def has_token() -> bool:
    """Return whether the request carries the scraper's token, as `Authorization: Bearer TOKEN`."""
    token, given = current_app.config["METRICS_TOKEN"], request.headers.get("Authorization", "")
    expected = (BEARER + token).encode()
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected)


def _phones() -> int | None:
    try:
        return room().count_present()
    except InkwiseError:  # without a room there is still a server
        return None


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
