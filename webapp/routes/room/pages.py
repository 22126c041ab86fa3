"""The room's pages for participants, projector and presenter; the presenter's link; QR codes."""

import numpy as np
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.errors import NotFound
from webapp.host.preflight import OPEN_COMMAND
from webapp.host.qr import to_svg
from webapp.ink.links import ink_fragment
from webapp.routes.describe import describe, fails, gives_page
from webapp.routes.responses import no_store
from webapp.routes.room.current import (
    auth,
    has_presenter_cookie,
    is_presenter,
    public_url,
    room,
    room_wifi,
    set_cookie,
    visible_code,
)
from webapp.routes.room.schemas import ID_PARAMETER, failures
from webapp.server.http import PRESENTER, WALL

blueprint = Blueprint("room_pages", __name__)

SVG = "image/svg+xml"
SEE_OTHER, FORBIDDEN = 303, 403
MAX_TOKEN = 200  # characters of a token that are compared
CODE_PARAMETER = {
    "name": "code",
    "in": "query",
    "description": "the join code, from the QR code",
    "schema": {"type": "string"},
}
TOKEN_PARAMETER = {
    "name": "token",
    "in": "query",
    "description": "the token in the link that the server printed",
    "schema": {"type": "string"},
}


WALL_TOKEN_PARAMETER = TOKEN_PARAMETER | {"description": "the token in the wall's link"}


def _gives_qr_code(description: str) -> dict:
    return {"description": description, "content": {SVG: {"schema": {"type": "string"}}}}


@blueprint.get("/join")
@describe("The page for phones", parameters=[CODE_PARAMETER], answers={200: gives_page("The page")})
def show_join() -> str:
    """Render the page of a participant: pad, round, own drawings."""
    return render_template("room/join.html", default_model=current_app.extensions["store"].default)


@blueprint.get("/wall")
@describe(
    "The wall, for the projector; with a token, exchange it for the cookie that shows the join code",
    parameters=[WALL_TOKEN_PARAMETER],
    answers={
        200: gives_page("The page"),
        SEE_OTHER: {"description": "The token is correct: sets the cookie and redirects to /wall"},
        FORBIDDEN: fails("A wrong token"),
        429: fails("Too many wrong tokens"),
        503: fails("The room cannot be opened: try again after Retry-After seconds"),
    },
)
def show_wall() -> BaseResponse | str:
    """Render the wall, or exchange the link's token for the cookie."""
    if "token" in request.args:
        cookie = auth().wall_cookie_for(request.args["token"][:MAX_TOKEN], request.remote_addr or "")
        return _redirect_with_cookie("room_pages.show_wall", WALL, cookie)
    return render_template("room/wall.html", offers_hiding=has_presenter_cookie())


@blueprint.get("/scoreboard")
@describe("How well the models read this room", answers={200: gives_page("The page")})
def show_scoreboard() -> str:
    """Render the scoreboard."""
    store = current_app.extensions["store"]
    return render_template("room/scoreboard.html", models=store.cards(), default_model=store.default)


@blueprint.get("/preflight")
@describe(
    "The checks before the show",
    answers={200: gives_page("The page"), FORBIDDEN: gives_page("Where to find the presenter's link")}
    | failures(503),
)
def show_preflight() -> str | tuple[str, int]:
    """Render the page of the checks, for the presenter."""
    if not is_presenter():
        return render_template("room/presenter_closed.html"), FORBIDDEN
    return render_template("room/preflight.html")


@blueprint.get("/presenter")
@describe(
    "The presenter's page; with a token, exchange it for the cookie",
    parameters=[TOKEN_PARAMETER],
    answers={
        200: gives_page("The page"),
        SEE_OTHER: {"description": "The token is correct: sets the cookie and redirects to /presenter"},
        FORBIDDEN: gives_page("A wrong token, or no cookie: where to find the link"),
        429: fails("Too many wrong tokens"),
        503: fails("The room cannot be opened: try again after Retry-After seconds"),
    },
)
def show_presenter() -> BaseResponse | tuple[str, int]:
    """Render the presenter's page, or exchange the link's token for the cookie."""
    if "token" in request.args:
        return _exchange(request.args["token"][:MAX_TOKEN])
    if not is_presenter():
        return render_template("room/presenter_closed.html"), FORBIDDEN
    wall_link = public_url().for_phones()[0] + auth().wall_path()
    page = render_template("room/presenter.html", wall_link=wall_link, open_command=OPEN_COMMAND)
    return no_store(Response(page))


@blueprint.get("/qr.svg")
@describe(
    "The QR code to join",
    answers={
        200: _gives_qr_code("Dark on white with its quiet zone, scalable"),
        503: fails("The room cannot be opened: try again after Retry-After seconds"),
    },
)
def show_qr() -> BaseResponse:
    """Return the QR code of the join page, with the join code if one is needed and the client may know it."""
    response = Response(to_svg(public_url().to_join(visible_code())), mimetype=SVG)
    response.headers["Cache-Control"] = "private, no-cache"  # others get another code
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/wifi.svg")
@describe(
    "The QR code to join the room's Wi-Fi",
    answers={
        200: _gives_qr_code("The QR code, with the password"),
        404: fails("The room has no Wi-Fi"),
        503: fails("The room cannot be opened: try again after Retry-After seconds"),
    },
)
def show_wifi_qr() -> Response:
    """Return the QR code by which a phone joins the room's Wi-Fi."""
    wifi = room_wifi().read()
    if wifi is None:
        raise NotFound("expected a room whose Wi-Fi is named, received one without: name it on /presenter")
    return no_store(Response(to_svg(wifi.to_qr_text()), mimetype=SVG))


@blueprint.get("/room/drawings/<drawing_id>/inside")
@describe(
    "Inspect a drawing of the room",
    parameters=[ID_PARAMETER],
    answers={SEE_OTHER: {"description": "The page /inside with this ink"}} | failures(400, 404, 503),
)
def inspect_drawing(drawing_id: str) -> BaseResponse:
    """Redirect to the page /inside with a drawing's ink: a short URL for a QR code."""
    strokes = [np.array(stroke, float) for stroke in room().drawing(drawing_id)["strokes"]]
    return redirect(f"{url_for('inspect.show_inside')}#{ink_fragment(strokes)}", SEE_OTHER)


@blueprint.get("/room/drawings/<drawing_id>/inside.svg")
@describe(
    "The QR code to inspect a drawing",
    parameters=[ID_PARAMETER],
    answers={200: _gives_qr_code("The QR code")} | failures(400, 404, 503),
)
def show_inside_qr(drawing_id: str) -> Response:
    """Return the QR code of `inspect_drawing`."""
    path = url_for("room_pages.inspect_drawing", drawing_id=room().drawing(drawing_id)["id"])
    address = public_url().for_phones()[0] + path.removeprefix(request.script_root)
    return Response(to_svg(address), mimetype=SVG)


@blueprint.before_app_request
def note_visit() -> None:
    """Record that another device reached the server, for the preflight checks."""
    public_url().note_visit(request.remote_addr or "")


def _exchange(token: str) -> BaseResponse:
    cookie = auth().cookie_for(token, request.remote_addr or "")
    return _redirect_with_cookie("room_pages.show_presenter", PRESENTER, cookie)


def _redirect_with_cookie(page: str, name: str, cookie: str) -> BaseResponse:
    response = no_store(redirect(url_for(page), SEE_OTHER))  # without the token
    set_cookie(response, name, cookie)
    return response
