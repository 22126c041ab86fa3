"""What the presenter does: rounds, pause, spotlight, hiding, clearing."""

from flask import Blueprint, Response, jsonify, request

from webapp.errors import BadRequest
from webapp.routes.describe import describe, gives_json
from webapp.routes.room.conditional_json import answer
from webapp.routes.room.current import auth, find_participant, require_presenter, room
from webapp.routes.room.descriptions import ID_PARAMETER, failures, takes_json
from webapp.routes.room.request_parsing import read_object
from webapp.routes.room.schemas import DIGIT_OR_NONE, FLAG, KIND, UUID_OR_NONE
from webapp.routes.schemas import object_of, reference

blueprint = Blueprint("presenter", __name__, url_prefix="/api/room")

ROUND_BODY = {"type": "object", "properties": {"kind": KIND, "digit": DIGIT_OR_NONE}, "required": ["kind"]}
STATE_BODY = {"type": "object", "properties": {"paused": FLAG, "spotlight": UUID_OR_NONE}, "minProperties": 1}


@blueprint.post("/rounds")
@describe(
    "Start a round, and end the one before",
    body=takes_json(ROUND_BODY),
    answers={201: gives_json("The round", reference("Round"))} | failures(400, 403, 415, 503),
)
def start_round() -> Response:
    """Start a round."""
    require_presenter()
    body = read_object(request)
    response = jsonify(room().start_round(body.get("kind"), body.get("digit")).to_json())
    response.status_code = 201
    return response


@blueprint.patch("")
@describe(
    "Pause the wall or let it go on; put a drawing into the spotlight",
    body=takes_json(STATE_BODY),
    answers={200: gives_json("The state", reference("State"))} | failures(400, 403, 404, 415, 503),
)
def change_room() -> Response:
    """Change what the body names, and answer with the state."""
    require_presenter()
    body = read_object(request)
    if not body.keys() & {"paused", "spotlight"}:
        raise BadRequest("expected paused or spotlight, received neither")
    room().present(body)
    return _state()


@blueprint.patch("/drawings/<drawing_id>")
@describe(
    "Hide a drawing, or show it again",
    parameters=[ID_PARAMETER],
    body=takes_json(object_of(hidden=FLAG)),
    answers={200: gives_json("The drawing", reference("WholeDrawing"))} | failures(400, 403, 404, 415, 503),
)
def hide_drawing(drawing_id: str) -> Response:
    """Hide a drawing from everybody but its participant."""
    require_presenter()
    return jsonify(room().hide(drawing_id, read_object(request).get("hidden")))


@blueprint.post("/clear")
@describe(
    "Take all drawings off the wall; they are kept",
    answers={200: gives_json("The state", reference("State"))} | failures(403, 503),
)
def clear() -> Response:
    """Clear the wall."""
    require_presenter()
    room().clear()
    return _state()


def _state() -> Response:
    return answer(room().live.state(find_participant(), auth().to_json()))
