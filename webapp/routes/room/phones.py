"""Routes for phones: join, rename, send and delete drawings, vote."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import query_int, read_object
from webapp.routes.responses import has_etag, json_with_etag
from webapp.routes.room.current import auth, find_participant, participant, room, set_cookie
from webapp.routes.room.schemas import (
    DIGIT_OR_NONE,
    FLAG,
    ID_PARAMETER,
    MAX_REVISION,
    ROUND_ID,
    SINCE_PARAMETER,
    STROKES,
    TEXT,
    UNCHANGED,
    UUID_OR_NONE,
    failures,
    takes_json,
)
from webapp.routes.schemas import object_of, reference
from webapp.server.http import PARTICIPANT

blueprint = Blueprint("phones", __name__, url_prefix="/api/room")

NAME = {"type": "string", "minLength": 1, "maxLength": 40}
KEY = UUID_OR_NONE | {"description": "random; requests with the same key are one participant"}


@blueprint.post("/participants")
@describe(
    "Join",
    body=takes_json({"type": "object", "properties": {"code": TEXT, "key": KEY}}, required=False),
    answers={
        200: gives_json("Joined before", reference("Participant")),
        201: gives_json("Joined; the cookie identifies the participant", reference("Participant")),
    }
    | failures(400, 415, 503)
    | {403: fails("Another code than the room's, or joining is closed"), 429: fails("Too many wrong codes")},
)
def join() -> Response:
    """Add a participant, and set their cookie."""
    body = read_object(request, optional=True)
    known = find_participant()
    if known:
        return jsonify(known.to_json())
    auth().check_code(body.get("code"), request.remote_addr or "")
    joined, secret = room().join(body.get("key"))
    response = jsonify(joined.to_json())
    response.status_code = 201
    set_cookie(response, PARTICIPANT, secret)
    return response


@blueprint.get("/me")
@describe(
    "The participant and their drawings",
    parameters=[SINCE_PARAMETER],
    answers={200: gives_json("The drawings, the newest first", reference("Me"))}
    | UNCHANGED
    | failures(400, 401, 503),
)
def show_me() -> Response:
    """Return a participant's own drawings with the answers of each model."""
    since = query_int(request, "since", MAX_REVISION)
    return json_with_etag(room().live.own(participant(), _models(), since, has_etag))


@blueprint.patch("/me")
@describe(
    "Rename the participant",
    body=takes_json(object_of(name=NAME)),
    answers={200: gives_json("The participant", reference("Participant"))} | failures(400, 401, 415, 503),
)
def rename_me() -> Response:
    """Rename a participant."""
    me = participant()
    return jsonify(room().rename(me, read_object(request).get("name")).to_json())


@blueprint.delete("/me/drawings")
@describe(
    "Delete all drawings of the participant",
    answers={200: gives_json("Their number", reference("Deleted"))} | failures(401, 503),
)
def delete_drawings() -> Response:
    """Delete all drawings of a participant permanently."""
    return jsonify({"deleted": room().delete_all(participant())})


@blueprint.delete("/me/drawings/<drawing_id>")
@describe(
    "Delete one drawing of the participant",
    parameters=[ID_PARAMETER],
    answers={204: {"description": "Deleted"}} | failures(400, 401, 404, 503),
)
def delete_drawing(drawing_id: str) -> Response:
    """Delete a drawing permanently."""
    room().delete(participant(), drawing_id)
    return Response(status=204)


@blueprint.put("/drawings/<drawing_id>")
@describe(
    "Send a drawing; the same id again changes nothing",
    parameters=[ID_PARAMETER],
    takes_ink=True,
    body=takes_json(
        {
            "type": "object",
            "properties": {
                "strokes": STROKES,
                "label": DIGIT_OR_NONE,
                "round": ROUND_ID | {"type": ["string", "null"]},
            },
            "required": ["strokes"],
        }
    ),
    answers={
        200: gives_json("Stored before", reference("WholeDrawing")),
        201: gives_json("Stored", reference("WholeDrawing")),
    }
    | failures(400, 401, 410, 413, 415, 503)
    | {403: fails("The presenter has blocked the participant")}
    | {409: fails("Another participant's drawing has this id, or not a round of this room")},
)
def send_drawing(drawing_id: str) -> Response:
    """Store a drawing; it is committed when the response is sent."""
    me, body = participant(), read_object(request)
    drawing, is_new = room().save(me, drawing_id, body.get("strokes"), body.get("label"), body.get("round"))
    response = jsonify(drawing)
    response.status_code = 201 if is_new else 200
    return response


@blueprint.put("/drawings/<drawing_id>/vote")
@describe(
    "Vote on whether a drawing fooled the network",
    parameters=[ID_PARAMETER],
    body=takes_json(object_of(counts=FLAG)),
    answers={200: gives_json("The votes", reference("Votes"))}
    | failures(400, 401, 404, 415, 503)
    | {403: fails("The presenter has blocked the participant")}
    | {409: fails("Not open for votes, or the participant's own")},
)
def vote(drawing_id: str) -> Response:
    """Store a vote, replacing an earlier one."""
    me = participant()
    return jsonify(room().vote(me, drawing_id, read_object(request).get("counts")))


def _models() -> list[str]:
    return current_app.extensions["store"].names()
