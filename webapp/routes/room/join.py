"""The ways in: the presenter's link, and the QR code that phones join by."""

from flask import Blueprint, Response, redirect, render_template, request, url_for

from webapp.host.qr import to_svg
from webapp.routes.describe import describe, fails, gives_page
from webapp.routes.room.current import PRESENTER, auth, is_presenter, set_cookie

blueprint = Blueprint("join", __name__)

LONGEST = 200  # characters of a token that is looked at
TOKEN_PARAMETER = {
    "name": "token",
    "in": "query",
    "description": "as the link holds it that the server printed",
    "schema": {"type": "string"},
}


@blueprint.get("/presenter")
@describe(
    "The presenter's page; with a token, the way to it",
    parameters=[TOKEN_PARAMETER],
    answers={
        200: gives_page("The page"),
        303: {"description": "The token is right: the cookie is set, and the page is at /presenter"},
        403: gives_page("The wrong token, or no cookie: where the link is found"),
        429: fails("Too many wrong tokens"),
        503: fails("The room cannot be opened: come back after Retry-After seconds"),
    },
)
def show_presenter() -> Response | tuple[str, int]:
    """Show the presenter's page, exchange the link's token for the cookie, or say where the link is."""
    if "token" in request.args:
        return _let_in(request.args["token"][:LONGEST])
    if not is_presenter():
        return render_template("room/presenter_closed.html"), 403
    return _unkept(Response(render_template("room/presenter.html")))


@blueprint.get("/qr.svg")
@describe(
    "The address to join as a QR code",
    answers={
        200: {
            "description": "Dark on white with its quiet zone, as large as its place allows",
            "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        },
        503: fails("The room cannot be opened: come back after Retry-After seconds"),
    },
)
def show_qr() -> Response:
    """Draw the QR code of the address that phones open, with the room's code where one is needed."""
    response = Response(to_svg(auth().join_address()), mimetype="image/svg+xml")
    response.add_etag()
    return response.make_conditional(request)


@blueprint.before_app_request
def note_visit() -> None:
    """Note that another device has come; preflight tells it. Its address is not kept."""
    auth().note_visit(request.remote_addr or "")


def _let_in(token: str) -> Response:
    cookie = auth().cookie_for(token, request.remote_addr or "")
    response = _unkept(redirect(url_for("join.show_presenter"), 303))  # the token leaves the address bar
    set_cookie(response, PRESENTER, cookie)
    return response


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
