"""What phones do: join, take a name, send drawings, delete them, vote."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.room.conditional_json import answer, is_known
from webapp.routes.room.current import PARTICIPANT, auth, find_participant, participant, room, set_cookie
from webapp.routes.room.descriptions import ID_PARAMETER, SINCE_PARAMETER, UNCHANGED, failures, takes_json
from webapp.routes.room.request_parsing import query_number, read_object
from webapp.routes.room.schemas import DIGIT_OR_NONE, FLAG, ROUND_ID, STROKES, TEXT
from webapp.routes.schemas import object_of, reference

blueprint = Blueprint("phones", __name__, url_prefix="/api/room")

NAME = {"type": "string", "minLength": 1, "maxLength": 40}


@blueprint.post("/participants")
@describe(
    "Join",
    body=takes_json({"type": "object", "properties": {"code": TEXT}}, required=False),
    answers={
        200: gives_json("You have joined before", reference("Participant")),
        201: gives_json("You have joined; the cookie says who you are", reference("Participant")),
    }
    | failures(400, 415, 503)
    | {403: fails("Another code than the room's"), 429: fails("Too many wrong codes")},
)
def join() -> Response:
    """Let a phone in, and give it a cookie to be known by."""
    body = read_object(request, optional=True)
    known = find_participant()
    if known:
        return jsonify(known.to_json())
    auth().check_code(body.get("code"), request.remote_addr or "")
    joined, secret = room().join()
    response = jsonify(joined.to_json())
    response.status_code = 201
    set_cookie(response, PARTICIPANT, secret)
    return response


@blueprint.get("/me")
@describe(
    "Who I am, and what I drew",
    parameters=[SINCE_PARAMETER],
    answers={200: gives_json("Your drawings, the newest first", reference("Me"))}
    | UNCHANGED
    | failures(400, 401, 503),
)
def show_me() -> Response:
    """Answer with a participant's own drawings and how each model read them."""
    since = query_number(request, "since")
    return answer(room().live.own(participant(), _models(), since, is_known))


@blueprint.patch("/me")
@describe(
    "Take another name",
    body=takes_json(object_of(name=NAME)),
    answers={200: gives_json("You, with that name", reference("Participant"))} | failures(400, 401, 415, 503),
)
def rename_me() -> Response:
    """Give a participant another name."""
    me = participant()
    return jsonify(room().rename(me, read_object(request).get("name")).to_json())


@blueprint.delete("/me/drawings")
@describe(
    "Delete all my drawings",
    answers={200: gives_json("How many there were", reference("Deleted"))} | failures(401, 503),
)
def delete_drawings() -> Response:
    """Delete all drawings of a participant for good."""
    return jsonify({"deleted": room().delete_all(participant())})


@blueprint.delete("/me/drawings/<drawing_id>")
@describe(
    "Delete one of my drawings",
    parameters=[ID_PARAMETER],
    answers={204: {"description": "It is gone"}} | failures(400, 401, 404, 503),
)
def delete_drawing(drawing_id: str) -> Response:
    """Delete a drawing for good."""
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
        200: gives_json("It had been stored before", reference("WholeDrawing")),
        201: gives_json("It is stored", reference("WholeDrawing")),
    }
    | failures(400, 401, 410, 413, 415, 503)
    | {409: fails("The id is another's drawing, or the round none of this room's")},
)
def send_drawing(drawing_id: str) -> Response:
    """Store a drawing, and answer only then."""
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
    answers={200: gives_json("The votes so far", reference("Votes"))}
    | failures(400, 401, 404, 415, 503)
    | {409: fails("There is nothing to vote on, or it is your own")},
)
def vote(drawing_id: str) -> Response:
    """Note a vote, in place of an earlier one."""
    me = participant()
    return jsonify(room().vote(me, drawing_id, read_object(request).get("counts")))


def _models() -> list[str]:
    return current_app.extensions["store"].names()
