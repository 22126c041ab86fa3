"""Routes for the presenter: rounds, pause, spotlight, hide, clear, moderation, Wi-Fi."""

from flask import Blueprint, Response, jsonify, request

from webapp.errors import BadRequest
from webapp.room.serializers import to_bytes
from webapp.room.service import FLAGS
from webapp.room.wifi import Wifi
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import read_object
from webapp.routes.responses import json_with_etag, no_store
from webapp.routes.room.current import find_participant, join_info, require_presenter, room, room_wifi
from webapp.routes.room.schemas import (
    DIGIT_OR_NONE,
    FLAG,
    ID_PARAMETER,
    KIND,
    NUMBER,
    TEXT,
    UUID_OR_NONE,
    failures,
    takes_json,
)
from webapp.routes.schemas import object_of, reference

blueprint = Blueprint("presenter", __name__, url_prefix="/api/room")

ROUND_BODY = {"type": "object", "properties": {"kind": KIND, "digit": DIGIT_OR_NONE}, "required": ["kind"]}
STATE_BODY = {
    "type": "object",
    "properties": dict.fromkeys(FLAGS, FLAG) | {"spotlight": UUID_OR_NONE},
    "minProperties": 1,
}
CHANGES = {*FLAGS, "spotlight"}
PARTICIPANT_PARAMETER = {
    "name": "participant_id",
    "in": "path",
    "required": True,
    "schema": TEXT | {"pattern": "^[0-9a-f]{16}$"},
}


@blueprint.post("/rounds")
@describe(
    "Start a round, which ends the one before",
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
    "Pause the wall, close joining, ask for approval of drawings; put a drawing into the spotlight",
    body=takes_json(STATE_BODY),
    answers={200: gives_json("The state", reference("State"))} | failures(400, 403, 404, 415, 503),
)
def change_room() -> Response:
    """Change the state, and return it."""
    require_presenter()
    body = read_object(request)
    if not body.keys() & CHANGES:
        raise BadRequest(f"expected one of {', '.join(sorted(CHANGES))}, received none of them")
    room().change_state(body)
    return _state()


@blueprint.patch("/drawings/<drawing_id>")
@describe(
    "Hide a drawing, or show it again",
    parameters=[ID_PARAMETER],
    body=takes_json(object_of(hidden=FLAG)),
    answers={200: gives_json("The drawing", reference("WholeDrawing"))} | failures(400, 403, 404, 415, 503),
)
def hide_drawing(drawing_id: str) -> Response:
    """Hide a drawing from all but its participant, or show it again."""
    require_presenter()
    return jsonify(room().hide(drawing_id, read_object(request).get("hidden")))


@blueprint.get("/moderation")
@describe(
    "Drawings that wait for approval, and blocked participants",
    answers={200: gives_json("Up to 48 of each", reference("Moderation"))} | failures(403, 503),
)
def show_moderation() -> Response:
    """Return what the presenter has to decide, and whom they have blocked."""
    require_presenter()
    response = Response(to_bytes(room().moderation.overview()), mimetype="application/json")
    return no_store(response)


@blueprint.post("/approve")
@describe(
    "Approve all drawings that wait",
    answers={200: gives_json("Their number", object_of(approved=NUMBER))} | failures(403, 503),
)
def approve_all() -> Response:
    """Show all drawings that wait; PATCH of a drawing approves or hides one."""
    require_presenter()
    return jsonify({"approved": room().moderation.approve_all()})


@blueprint.patch("/participants/<participant_id>")
@describe(
    "Hide everything of a participant and take no more, or undo both",
    parameters=[PARTICIPANT_PARAMETER],
    body=takes_json(object_of(blocked=FLAG)),
    answers={200: gives_json("The participant", reference("Blocked"))}
    | failures(400, 403, 415, 503)
    | {404: fails("No such participant")},
)
def block_participant(participant_id: str) -> Response:
    """Block a participant, or undo it."""
    require_presenter()
    return jsonify(room().moderation.block(participant_id, read_object(request).get("blocked")))


@blueprint.post("/clear")
@describe(
    "Remove all drawings from the wall; they stay in the database",
    answers={200: gives_json("The state", reference("State"))} | failures(403, 503),
)
def clear() -> Response:
    """Clear the wall."""
    require_presenter()
    room().clear()
    return _state()


@blueprint.put("/wifi")
@describe(
    "Name the Wi-Fi that the wall shows; two empty texts remove it",
    body=takes_json(object_of(name=TEXT, password=TEXT)),
    answers={200: gives_json("The Wi-Fi", reference("Wifi"))} | failures(400, 403, 415, 503),
)
def set_wifi() -> Response:
    """Store the name and the password of the Wi-Fi that phones should join."""
    require_presenter()
    body = read_object(request)
    wifi = Wifi.parse(body.get("name"), body.get("password"))
    room_wifi().save(wifi)
    return no_store(jsonify(wifi.to_json()))


def _state() -> Response:
    return json_with_etag(room().live.state(find_participant(), join_info()))
