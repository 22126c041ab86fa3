"""How the server is doing, for Prometheus and for the presenter's status line; and who may see that."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.errors import InkwiseError
from webapp.monitoring.metrics import CONTENT_TYPE
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.current import is_presenter, room
from webapp.routes.room.descriptions import failures
from webapp.routes.schemas import reference
from webapp.server.resources import check_may_watch

blueprint = Blueprint("monitoring", __name__)

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
    return _unkept(Response(current_app.extensions["monitor"].metrics.export(), content_type=CONTENT_TYPE))


@blueprint.get("/api/status")
@describe(
    "How the server is doing",
    answers={200: gives_json("Over the last 10 seconds; rejections over a minute", reference("Status"))}
    | CLOSED
    | failures(503),
)
def show_status() -> Response:
    """Answer with a few figures for people."""
    require_watcher()
    return _unkept(jsonify(current_app.extensions["monitor"].status() | {"phones": _phones()}))


def require_watcher() -> None:
    """Raise NotPresenter unless the client may see how the server is doing."""
    check_may_watch(current_app.config, request.remote_addr or "", request.headers, is_presenter)


def _phones() -> int | None:
    try:
        return room().count_present()
    except InkwiseError:  # without a room there is still a server
        return None


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
