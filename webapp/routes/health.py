"""Whether the server lives, and whether it can answer: for scripts, containers and the page itself."""

from flask import Blueprint, Response, current_app, jsonify, make_response

from webapp.routes.describe import describe, gives_json
from webapp.routes.schemas import object_of, reference
from webapp.server.resources import readiness_answer

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@describe(
    "Say whether the server lives",
    answers={200: gives_json("It does", object_of(alive={"type": "boolean"}))},
)
def show_health() -> Response:
    """Answer 200 while the process lives."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
@describe(
    "Say whether the models are warm",
    answers={
        200: gives_json("They are", reference("Readiness")),
        503: gives_json("Not yet: come back after Retry-After seconds", reference("Readiness")),
    },
)
def show_readiness() -> Response:
    """Answer 200 once the default model answers and no other is still being loaded, else 503."""
    status, headers, value = readiness_answer(current_app.extensions["store"])
    return make_response(jsonify(value), status, headers)
