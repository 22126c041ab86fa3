"""Health, readiness, Prometheus metrics, and the status for the presenter; who may see them."""

from flask import Blueprint, Response, current_app, jsonify, make_response, request

from webapp.errors import InkwiseError
from webapp.monitoring.metrics import CONTENT_TYPE
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.responses import no_store
from webapp.routes.room.current import is_presenter, room
from webapp.routes.room.schemas import failures
from webapp.routes.schemas import object_of, reference
from webapp.server.resources import check_monitoring_access, readiness

blueprint = Blueprint("monitoring", __name__)

FORBIDDEN = {403: fails("Not the presenter, not this computer, no valid token")}


@blueprint.get("/healthz")
@describe(
    "Liveness",
    answers={200: gives_json("The process runs", object_of(alive={"type": "boolean"}))},
)
def show_health() -> Response:
    """Return 200 while the process runs."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
@describe(
    "Readiness: whether the models are loaded",
    answers={
        200: gives_json("Ready", reference("Readiness")),
        503: gives_json("Not yet: try again after Retry-After seconds", reference("Readiness")),
    },
)
def show_readiness() -> Response:
    """Return 200 once the default model is warm and no other one is being loaded, else 503."""
    status, headers, value = readiness(current_app.extensions["store"], bool(room().database.notices))
    return make_response(jsonify(value), status, headers)


@blueprint.get("/metrics")
@describe(
    "Prometheus metrics",
    answers={
        200: {
            "description": "In Prometheus' text format",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
    | FORBIDDEN
    | failures(503),
)
def show_metrics() -> Response:
    """Return all metrics."""
    require_access()
    return no_store(Response(current_app.extensions["monitor"].metrics.export(), content_type=CONTENT_TYPE))


@blueprint.get("/api/status")
@describe(
    "Status of the server",
    answers={200: gives_json("Over the last 10 seconds; rejections over a minute", reference("Status"))}
    | FORBIDDEN
    | failures(503),
)
def show_status() -> Response:
    """Return a few figures for the presenter's page."""
    require_access()
    about_room = {"phones": _count_phones(), "notices": notices()}
    return no_store(jsonify(current_app.extensions["monitor"].status() | about_room))


def notices() -> list[str]:
    """Return sentences on what endangers the room's data; none where all is well."""
    kept = current_app.extensions["retention"].notice
    return [*room().database.notices, *([kept] if kept else [])]


def require_access() -> None:
    """Raise NotPresenter unless the client may see the status."""
    check_monitoring_access(current_app.config, request.remote_addr or "", request.headers, is_presenter)


def _count_phones() -> int | None:
    try:
        return room().count_present()
    except InkwiseError:  # the database is not available
        return None
