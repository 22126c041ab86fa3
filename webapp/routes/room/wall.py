"""What everybody may see: the state, the wall, the scoreboard, one drawing."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.errors import NotFound, UnknownModel
from webapp.room import wall as walls
from webapp.routes.api import MODEL_PARAMETER
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.conditional_json import answer, is_known
from webapp.routes.room.current import auth, participant_secret, room
from webapp.routes.room.descriptions import ID_PARAMETER, SINCE_PARAMETER, UNCHANGED, failures
from webapp.routes.room.request_parsing import query_number
from webapp.routes.room.schemas import ROUND_ID, TEXT
from webapp.routes.schemas import reference

blueprint = Blueprint("wall", __name__, url_prefix="/api/room")

LIMIT_PARAMETER = {
    "name": "limit",
    "in": "query",
    "description": f"drawings at most; {walls.NEWEST} where it is left out",
    "schema": {"type": "integer", "minimum": 1, "maximum": walls.MOST},
}
EVENTS = "text/event-stream"
ONLY_PARAMETER = {
    "name": "only",
    "in": "query",
    "description": "`state` leaves out events for drawings and for participants who come and go",
    "schema": {"type": "string", "enum": ["state"]},
}
ROUND_PARAMETER = {
    "name": "round",
    "in": "query",
    "description": "one round; where it is left out, all but those in which the network was to be fooled",
    "schema": ROUND_ID,
}


@blueprint.get("/state")
@describe(
    "The round that runs, and what there is to vote on",
    parameters=[SINCE_PARAMETER],
    answers={200: gives_json("The state", reference("State"))} | UNCHANGED | failures(400, 503),
)
def show_state() -> Response:
    """Answer with the state of the room."""
    query_number(request, "since")
    return answer(room().states([(participant_secret(), is_known)], auth().to_json())[0])


@blueprint.get("/events")
@describe(
    "Server-sent events: the room has changed",
    parameters=[ONLY_PARAMETER],
    answers={
        200: {"description": "Events `room` and, every 15 s, `ping`", "content": {EVENTS: {"schema": TEXT}}}
    }
    | failures(400, 404, 503),
)
def show_events() -> Response:
    """Say where the events are: the ASGI server alone sends them, see webapp/server/events.py."""
    raise NotFound("expected the ASGI server for events, received the request in Flask: poll /api/room/state")


@blueprint.get("/wall")
@describe(
    "The state, and what is new on the wall",
    parameters=[SINCE_PARAMETER, LIMIT_PARAMETER],
    answers={200: gives_json("The wall", reference("Wall"))} | UNCHANGED | failures(400, 503),
)
def show_wall() -> Response:
    """Answer with what changed since a revision, or with the newest drawings."""
    since, limit = query_number(request, "since"), query_number(request, "limit", walls.MOST, least=1)
    return answer(room().live.wall(since, limit or walls.NEWEST, auth().to_json(), is_known))


@blueprint.get("/scoreboard")
@describe(
    "How well the models read this room",
    parameters=[SINCE_PARAMETER, ROUND_PARAMETER, MODEL_PARAMETER],
    answers={200: gives_json("The scoreboard", reference("Scoreboard"))}
    | UNCHANGED
    | failures(400, 503)
    | {404: fails("No model of that name"), 409: fails("The round is none of this room's")},
)
def show_scoreboard() -> Response:
    """Answer with accuracy, confusion and the drawings that fooled the network."""
    query_number(request, "since")
    store = current_app.extensions["store"]
    model = request.args.get("model", store.default)
    if model not in store.names():
        raise UnknownModel(f"expected one of the models {', '.join(store.names())}, received {model[:60]!r}")
    return answer(room().live.scoreboard(store.names(), model, request.args.get("round"), is_known))


@blueprint.get("/drawings/<drawing_id>")
@describe(
    "One drawing with every model's answer",
    parameters=[ID_PARAMETER],
    answers={200: gives_json("The drawing", reference("WholeDrawing"))} | failures(400, 404, 503),
)
def show_drawing(drawing_id: str) -> Response:
    """Answer with a drawing, its bitmap and all answers."""
    return jsonify(room().drawing(drawing_id))
