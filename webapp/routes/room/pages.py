"""The room's pages: what participants, the projector and the presenter see."""

import numpy as np
from flask import Blueprint, Response, current_app, redirect, render_template, url_for

from webapp.host.qr import to_svg
from webapp.ink.inkcode import ink_fragment
from webapp.routes.describe import describe, gives_page
from webapp.routes.room.current import auth, is_presenter, may_be_presenter, room
from webapp.routes.room.descriptions import ID_PARAMETER, failures

blueprint = Blueprint("room_pages", __name__)

SVG = "image/svg+xml"
QR_CODE = {"description": "The QR code", "content": {SVG: {"schema": {"type": "string"}}}}
SEE_OTHER = 303
FORBIDDEN = 403
CODE = {
    "name": "code",
    "in": "query",
    "description": "the room's word, as the QR code brings it",
    "schema": {"type": "string"},
}


@blueprint.get("/join")
@describe("The page to join with", parameters=[CODE], answers={200: gives_page("The page")})
def show_join() -> str:
    """Show a participant the pad, the round and their own drawings."""
    return render_template("room/join.html", default_model=current_app.extensions["store"].default)


@blueprint.get("/wall")
@describe("The wall, for the projector", answers={200: gives_page("The page")})
def show_wall() -> str:
    """Show the newest drawings, and where to join."""
    return render_template("room/wall.html", offers_hiding=may_be_presenter())


@blueprint.get("/scoreboard")
@describe("How well the models read this room", answers={200: gives_page("The page")})
def show_scoreboard() -> str:
    """Show accuracy, confusion and the drawings that fooled the network."""
    store = current_app.extensions["store"]
    return render_template("room/scoreboard.html", models=store.cards(), default_model=store.default)


@blueprint.get("/preflight")
@describe(
    "The check before people come",
    answers={200: gives_page("The page"), FORBIDDEN: gives_page("Where the presenter's link is found")}
    | failures(503),
)
def show_preflight() -> str | tuple[str, int]:
    """Show the checks of this machine."""
    if not is_presenter():
        return render_template("room/presenter_closed.html"), FORBIDDEN
    return render_template("room/preflight.html")


@blueprint.get("/room/drawings/<drawing_id>/inside")
@describe(
    "Look inside a network with a drawing of the room",
    parameters=[ID_PARAMETER],
    answers={SEE_OTHER: {"description": "The inside view with that ink"}} | failures(400, 404, 503),
)
def look_inside(drawing_id: str) -> Response:
    """Lead to the inside view with the ink of a drawing: a short address, for a QR code."""
    strokes = [np.array(stroke, float) for stroke in room().drawing(drawing_id)["strokes"]]
    return redirect(f"{url_for('inspect.show_inside')}#{ink_fragment(strokes)}", SEE_OTHER)


@blueprint.get("/room/drawings/<drawing_id>/inside.svg")
@describe(
    "The QR code of a drawing's inside view",
    parameters=[ID_PARAMETER],
    answers={200: QR_CODE} | failures(400, 404, 503),
)
def show_inside_code(drawing_id: str) -> Response:
    """Draw what leads a phone to the inside view."""
    path = url_for("room_pages.look_inside", drawing_id=room().drawing(drawing_id)["id"])
    return Response(to_svg(f"{auth().addresses()[0]}{path}"), mimetype=SVG)
