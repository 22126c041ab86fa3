"""Routes of the lab: train a network in front of the audience.

For the presenter, and for everybody at this computer itself, where the lab works without a room.
"""

import io

from flask import Blueprint, Response, current_app, jsonify, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from webapp.errors import DatabaseUnavailable, NotFound, NotPresenter
from webapp.lab.lab import Lab
from webapp.lab.pinned import MOST
from webapp.routes.describe import describe, fails, gives_json, gives_page
from webapp.routes.lab_access import check_access as _check_access
from webapp.routes.lab_access import check_process
from webapp.routes.request_parsing import BYTES, read_object
from webapp.routes.responses import no_store
from webapp.routes.room.current import has_presenter_cookie, require_presenter, room
from webapp.routes.schemas import reference

blueprint = Blueprint("lab", __name__)
blueprint.before_request(check_process)

RUN_PARAMETER = {"name": "run_id", "in": "path", "required": True, "schema": {"type": "integer"}}
FORBIDDEN = {403: fails("Neither the presenter nor this computer itself")}
UNKNOWN = {404: fails("No such run")}
CONFLICT = {409: fails("The state of the run does not allow it, or the name is taken")}
MALFORMED = {400: fails("The body is malformed; `field` names the field of a spec"), 415: fails("Not JSON")}
UNAVAILABLE = {503: fails("The trainer cannot run: the message says why")}
OFFERED = 60  # drawings of the room that can be pinned
DOWNLOADS = ("network.keras", "network.tflite", "train.py")
GIVES_STATE = {200: gives_json("The state of the lab", reference("LabState"))}


def _body(**fields: dict) -> dict:
    schema = {"type": "object", "properties": fields}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


SPEC_BODY = _body(spec=reference("LabSpec"))
RUN_BODY = _body(
    spec=reference("LabSpec"),
    title={"type": "string"},
    pause_after={"enum": ["step", "epoch", None], "description": "train this much, then pause"},
)


def lab() -> Lab:
    """Return the lab of this application."""
    return current_app.extensions["lab"]


@blueprint.get("/lab")
@describe(
    "The page to train networks",
    answers={200: gives_page("The page"), 403: gives_page("Where to find the presenter's link")},
)
def show_lab() -> str | tuple[str, int]:
    """Render the page of the lab."""
    try:
        _check_access()
    except NotPresenter as error:
        return render_template("room/presenter_closed.html"), error.status
    return render_template("lab.html", has_room=has_presenter_cookie())


@blueprint.get("/api/lab")
@describe("The state of the lab", answers=GIVES_STATE | FORBIDDEN)
def show_state() -> Response:
    """Return choices, presets, stories and runs."""
    _check_access()
    return no_store(jsonify(lab().state()))


@blueprint.post("/api/lab/check")
@describe(
    "Check a spec: layers, parameters, warnings, Keras code",
    body=SPEC_BODY,
    answers={200: gives_json("What it builds", reference("LabCheck"))} | MALFORMED | FORBIDDEN,
)
def check_spec() -> Response:
    """Return what a spec would build."""
    _check_access()
    return jsonify(lab().check(read_object(request).get("spec")))


@blueprint.post("/api/lab/open")
@describe("Start the trainer", answers=GIVES_STATE | FORBIDDEN | UNAVAILABLE)
def open_lab() -> Response:
    """Start the trainer, and pin drawings of the room unless some are pinned."""
    _check_access()
    if not lab().has_pinned:
        lab().pin(_default_pinned())
    lab().trainer.open()
    return jsonify(lab().state())


@blueprint.get("/api/lab/pinned")
@describe(
    "The pinned drawings, and the newest labeled drawings of the room",
    answers={200: gives_json("Both", reference("LabPinned"))} | FORBIDDEN,
)
def show_pinned() -> Response:
    """Return what is pinned, and what the room offers; nothing of it where its database cannot be read."""
    _check_access()
    try:
        offered = room().labeled_drawings(OFFERED)
    except DatabaseUnavailable:
        offered = []
    return no_store(jsonify({"pinned": lab().state()["pinned"], "room": offered}))


@blueprint.post("/api/lab/mnist")
@describe(
    "Download all of MNIST, 11 MB, in place of the sample",
    answers={202: gives_json("The state of the lab, with the progress in `fetch`", reference("LabState"))}
    | FORBIDDEN
    | {409: fails("It is being fetched, or is here already")},
)
def fetch_mnist() -> tuple[Response, int]:
    """Start to download MNIST."""
    _check_access()
    lab().fetch_mnist()
    return jsonify(lab().state()), 202


@blueprint.put("/api/lab/pinned")
@describe(
    "Choose up to five drawings that each point of the curve predicts again",
    body=_body(drawings={"type": "array", "items": {"type": "object"}}),
    takes_ink=True,
    answers=GIVES_STATE | MALFORMED | FORBIDDEN,
)
def pin_drawings() -> Response:
    """Replace the pinned drawings."""
    _check_access()
    lab().pin(read_object(request).get("drawings"))
    return jsonify(lab().state())


@blueprint.post("/api/lab/runs")
@describe(
    "Train a network",
    body=RUN_BODY,
    answers={201: gives_json("The run", reference("LabRun"))}
    | MALFORMED
    | FORBIDDEN
    | CONFLICT
    | UNAVAILABLE,
)
def start_run() -> tuple[Response, int]:
    """Start a run."""
    _check_access()
    return jsonify(lab().train(read_object(request))), 201


@blueprint.post("/api/lab/control")
@describe(
    "Pause, resume, train one step or epoch, stop and keep what was learned",
    body=_body(action={"enum": ["pause", "resume", "step", "epoch", "stop"]}),
    answers=GIVES_STATE | MALFORMED | FORBIDDEN | CONFLICT | UNAVAILABLE,
)
def control_run() -> Response:
    """Send a control to the present run."""
    _check_access()
    lab().control(read_object(request).get("action"))
    return jsonify(lab().state())


@blueprint.patch("/api/lab/room")
@describe(
    "Show the newest run on wall and phones, ask the room for guesses",
    body=_body(shown={"type": "boolean"}, asking={"type": "boolean"}),
    answers=GIVES_STATE | MALFORMED | CONFLICT | {403: fails("Not the presenter")},
)
def change_broadcast() -> Response:
    """Switch what the room sees of the lab."""
    require_presenter()
    lab().broadcast.switch(read_object(request))
    return jsonify(lab().state())


@blueprint.post("/api/lab/room-scores")
@describe(
    "Read the room's labeled drawings again with the network of each run",
    answers=GIVES_STATE | FORBIDDEN | {503: fails("The room cannot be read")},
)
def score_room() -> Response:
    """Bring the scores of all runs up to date."""
    _check_access()
    lab().score_room()
    return jsonify(lab().state())


@blueprint.get("/api/lab/runs/<int:run_id>")
@describe(
    "One run with its whole curve",
    parameters=[RUN_PARAMETER],
    answers={200: gives_json("The run", reference("LabDetail"))} | FORBIDDEN | UNKNOWN,
)
def show_run(run_id: int) -> Response:
    """Return a run with its curve and pictures."""
    _check_access()
    return no_store(jsonify(lab().detail(run_id)))


@blueprint.delete("/api/lab/runs/<int:run_id>")
@describe(
    "Throw a run away",
    parameters=[RUN_PARAMETER],
    answers={204: {"description": "Done"}} | FORBIDDEN | UNKNOWN | CONFLICT,
)
def discard_run(run_id: int) -> tuple[str, int]:
    """Throw a run away; a kept copy stays."""
    _check_access()
    lab().discard(run_id)
    return "", 204


@blueprint.post("/api/lab/runs/<int:run_id>/keep")
@describe(
    "Keep a run's network under a name, after a restart too",
    parameters=[RUN_PARAMETER],
    body=_body(name={"type": "string"}),
    answers={201: gives_json("The name", {"type": "object"})}
    | MALFORMED
    | FORBIDDEN
    | UNKNOWN
    | CONFLICT
    | {503: fails("The disk is full")},
)
def keep_run(run_id: int) -> tuple[Response, int]:
    """Copy a run's network to the kept models."""
    _check_access()
    return jsonify({"name": lab().keep(run_id, read_object(request).get("name"))}), 201


@blueprint.get("/api/lab/runs/<int:run_id>/<file>")
@describe(
    "Download a run's network or program",
    parameters=[
        RUN_PARAMETER,
        {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}},
    ],
    answers={200: {"description": "The file"}} | FORBIDDEN | UNKNOWN | CONFLICT,
)
def download(run_id: int, file: str) -> BaseResponse:
    """Return network.keras, network.tflite or train.py."""
    _check_access()
    if file not in DOWNLOADS:
        raise NotFound(f"expected one of {', '.join(DOWNLOADS)}, received {file[:40]!r}")
    if file == "train.py":
        content, kind = lab().program(run_id).encode(), "text/x-python"
    else:
        content, kind = lab().file(run_id, "." + file.partition(".")[2]).read_bytes(), BYTES
    name = f"inkwise-run-{run_id}-{file}"
    return no_store(send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name))


def _default_pinned() -> list[dict]:
    """Return drawings of different digits: of the room, and samples where it has too few."""
    try:
        found = room().drawings_of_digits(MOST)
    except DatabaseUnavailable:
        found = []
    by_label = {each["label"]: each for each in found}
    for sample in current_app.extensions["collections"].samples():
        by_label.setdefault(sample["label"], {"strokes": sample["strokes"], "label": sample["label"]})
    return list(by_label.values())[:MOST]
