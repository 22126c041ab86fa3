"""Routes to teach a network the room's handwriting; access as to the lab."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from webapp.errors import NotPresenter
from webapp.lab.lab import Lab
from webapp.lab.teacher import MOST_DRAWINGS
from webapp.lab.teaching_data import LabelCount, describe_coverage
from webapp.routes.describe import describe, fails, gives_json, gives_page
from webapp.routes.lab_access import check_access, check_process
from webapp.routes.request_parsing import read_object
from webapp.routes.responses import no_store
from webapp.routes.room.current import room
from webapp.routes.schemas import reference

blueprint = Blueprint("teach", __name__)
blueprint.before_request(check_process)

FORBIDDEN = {403: fails("Neither the presenter nor this computer itself")}
CONFLICT = {409: fails("The drawings do not suffice, it trains already, or there is nothing taught")}
MALFORMED = {400: fails("The body is malformed"), 415: fails("Not JSON")}
NO_ROOM = {503: fails("The room cannot be read, or the trainer cannot run: the message says why")}
GIVES_STATE = {200: gives_json("Coverage, and the newest teaching", reference("TeachState"))}


def _body(**fields: dict) -> dict:
    schema = {"type": "object", "properties": fields}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def lab() -> Lab:
    """Return the lab of this application."""
    return current_app.extensions["lab"]


@blueprint.get("/teach")
@describe(
    "The page to teach a network the room's handwriting",
    answers={200: gives_page("The page"), 403: gives_page("Where to find the presenter's link")},
)
def show_teach() -> str | tuple[str, int]:
    """Render the page."""
    try:
        check_access()
    except NotPresenter as error:
        return render_template("room/presenter_closed.html"), error.status
    return render_template("teach.html")


@blueprint.get("/api/teach")
@describe(
    "What the room's labeled drawings cover, and the newest teaching",
    answers=GIVES_STATE | FORBIDDEN | NO_ROOM,
)
def show_state() -> Response:
    """Return coverage, bases and the newest teaching."""
    check_access()
    return _state()


@blueprint.post("/api/teach")
@describe(
    "Fine-tune a network on the labeled drawings of 70 % of the people",
    body=_body(base={"type": "string"}, wrong_labels={"type": "number", "minimum": 0, "maximum": 1}),
    answers={201: gives_json("The state", reference("TeachState"))}
    | MALFORMED
    | FORBIDDEN
    | {404: fails("No such network")}
    | CONFLICT
    | NO_ROOM,
)
def teach() -> tuple[Response, int]:
    """Start a teaching."""
    check_access()
    lab().teacher.start(read_object(request), room().handwriting(MOST_DRAWINGS), room().scored_models())
    return _state(), 201


@blueprint.post("/api/teach/stop")
@describe("Stop and keep what was learned so far", answers=GIVES_STATE | FORBIDDEN | CONFLICT | NO_ROOM)
def stop() -> Response:
    """Stop the teaching."""
    check_access()
    lab().teacher.stop()
    return _state()


@blueprint.post("/api/teach/use")
@describe(
    "Use the taught network for all pages and phones", answers=GIVES_STATE | FORBIDDEN | CONFLICT | NO_ROOM
)
def use() -> Response:
    """Make the taught network the default."""
    check_access()
    lab().teacher.use()
    return _state()


@blueprint.post("/api/teach/back")
@describe("Go back to the network used before", answers=GIVES_STATE | FORBIDDEN | CONFLICT | NO_ROOM)
def go_back() -> Response:
    """Make the network that was used before the default."""
    check_access()
    lab().teacher.back()
    return _state()


@blueprint.post("/api/teach/keep")
@describe(
    "Keep the taught network under a name, after a restart too",
    body=_body(name={"type": "string"}),
    answers={201: gives_json("The name", {"type": "object"})}
    | MALFORMED
    | FORBIDDEN
    | CONFLICT
    | {503: fails("The disk is full")},
)
def keep() -> tuple[Response, int]:
    """Copy the taught network to the kept models."""
    check_access()
    return jsonify({"name": lab().teacher.keep(read_object(request).get("name"))}), 201


def _state() -> Response:
    teacher, unavailable = lab().teacher, lab().trainer.unavailable
    coverage = describe_coverage([LabelCount(*row) for row in room().label_counts()]).to_json()
    found = teacher.state(room().thumbnails(teacher.shown_ids))
    able = {"can_train": unavailable is None, "reason": unavailable}
    return no_store(jsonify(coverage | able | found))
