"""Routes for everyone: state, wall, scoreboard, one drawing."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.errors import NotFound, UnknownModel
from webapp.room import wall as walls
from webapp.routes.api import MODEL_PARAMETER
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import query_int
from webapp.routes.responses import has_etag, json_with_etag
from webapp.routes.room.current import join_info, participant_secret, room, room_wifi
from webapp.routes.room.schemas import (
    ID_PARAMETER,
    MAX_REVISION,
    ROUND_ID,
    SINCE_PARAMETER,
    TEXT,
    UNCHANGED,
    failures,
)
from webapp.routes.schemas import reference

blueprint = Blueprint("wall", __name__, url_prefix="/api/room")

LIMIT_PARAMETER = {
    "name": "limit",
    "in": "query",
    "description": f"maximum number of drawings, by default {walls.DEFAULT_LIMIT}",
    "schema": {"type": "integer", "minimum": 1, "maximum": walls.MAX_LIMIT},
}
EVENTS = "text/event-stream"
ONLY_PARAMETER = {
    "name": "only",
    "in": "query",
    "description": "`state` leaves out events for drawings and for the number of participants",
    "schema": {"type": "string", "enum": ["state"]},
}
ONLY_WALL_PARAMETER = {
    "name": "only",
    "in": "query",
    "description": "`wall` counts only the drawings on the wall",
    "schema": {"type": "string", "enum": ["wall"]},
}
ROUND_PARAMETER = {
    "name": "round",
    "in": "query",
    "description": "one round; by default all but fool rounds",
    "schema": ROUND_ID,
}


@blueprint.get("/state")
@describe(
    "The present round, counts, and drawings to vote on",
    parameters=[SINCE_PARAMETER],
    answers={200: gives_json("The state", reference("State"))} | UNCHANGED | failures(400, 503),
)
def show_state() -> Response:
    """Return the state of the room."""
    query_int(request, "since", MAX_REVISION)
    return json_with_etag(room().states([(participant_secret(), has_etag, join_info())])[0])


@blueprint.get("/events")
@describe(
    "Server-sent events: the room has changed",
    parameters=[ONLY_PARAMETER],
    answers={
        200: {
            "description": "Events `room`, `own` for a participant, `run` of the lab and, every 15 s, `ping`",
            "content": {EVENTS: {"schema": TEXT}},
        }
    }
    | failures(400, 404, 503),
)
def show_events() -> Response:
    """Raise NotFound: only the ASGI server sends events, see webapp/server/events.py."""
    raise NotFound("expected the ASGI server for events, received the request in Flask: poll /api/room/state")


@blueprint.get("/wall")
@describe(
    "The state, and the changes on the wall",
    parameters=[SINCE_PARAMETER, LIMIT_PARAMETER],
    answers={200: gives_json("The wall", reference("Wall"))} | UNCHANGED | failures(400, 503),
)
def show_wall() -> Response:
    """Return the changes since a revision, or the newest drawings."""
    since = query_int(request, "since", MAX_REVISION)
    limit = query_int(request, "limit", walls.MAX_LIMIT, least=1) or walls.DEFAULT_LIMIT
    wifi = room_wifi().read()
    about = join_info() | {"wifi": wifi and wifi.to_json()}
    return json_with_etag(room().live.wall(since, limit, about, has_etag))


@blueprint.get("/scoreboard")
@describe(
    "How well the models read this room",
    parameters=[SINCE_PARAMETER, ROUND_PARAMETER, ONLY_WALL_PARAMETER, MODEL_PARAMETER],
    answers={200: gives_json("The scoreboard", reference("Scoreboard"))}
    | UNCHANGED
    | failures(400, 503)
    | {404: fails("No model of that name"), 409: fails("Not a round of this room")},
)
def show_scoreboard() -> Response:
    """Return accuracy, confusion matrix, and the drawings that fooled the network."""
    query_int(request, "since", MAX_REVISION)
    store = current_app.extensions["store"]
    model = request.args.get("model", store.default)
    if model not in store.names():
        raise UnknownModel(f"expected one of the models {', '.join(store.names())}, received {model[:60]!r}")
    only_wall = request.args.get("only") == "wall"
    scores = room().live.scoreboard(store.names(), model, request.args.get("round"), has_etag, only_wall)
    return json_with_etag(scores)


@blueprint.get("/drawings/<drawing_id>")
@describe(
    "One drawing with the answers of all models",
    parameters=[ID_PARAMETER],
    answers={200: gives_json("The drawing", reference("WholeDrawing"))} | failures(400, 404, 503),
)
def show_drawing(drawing_id: str) -> Response:
    """Return a drawing with its bitmap and all answers."""
    return jsonify(room().drawing(drawing_id))
