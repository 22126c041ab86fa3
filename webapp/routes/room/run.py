"""Routes for phones and wall that follow the lab's newest run, and guess its accuracy before it."""

import zlib

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.lab.broadcast import Broadcast
from webapp.room.live import LiveResponse
from webapp.room.participants import check_accepted
from webapp.room.serializers import to_bytes
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import read_object
from webapp.routes.responses import has_etag, json_with_etag
from webapp.routes.room.current import participant
from webapp.routes.room.schemas import UNCHANGED, failures, takes_json
from webapp.routes.schemas import reference

blueprint = Blueprint("run", __name__, url_prefix="/api/room")


@blueprint.get("/run")
@describe(
    "The lab's newest run, while the presenter shows it; event streams push it",
    answers={200: gives_json("The run with its curve, thinned", reference("RoomRun"))} | UNCHANGED,
)
def show_run() -> Response:
    """Return what the room sees of the lab, for pages without an event stream."""
    content = to_bytes(_broadcast().news().whole)
    tag = f"{zlib.crc32(content):x}"
    return json_with_etag(LiveResponse(tag, None if has_etag(tag) else content))


@blueprint.put("/guess")
@describe(
    "Guess the accuracy of the next run on digits that it has never seen",
    body=takes_json(reference("Guess")),
    answers={200: gives_json("The guess, rounded", reference("Guess"))}
    | failures(400, 401, 415, 503)
    | {403: fails("The presenter has blocked the participant")}
    | {409: fails("The presenter asks for no guess, or the run has started")},
)
def send_guess() -> Response:
    """Store a participant's guess in place of an earlier one."""
    me = participant()
    check_accepted(me)
    return jsonify({"accuracy": _broadcast().guess(me.id, read_object(request).get("accuracy"))})


def _broadcast() -> Broadcast:
    return current_app.extensions["lab"].broadcast
