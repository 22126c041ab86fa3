"""The pages for drawing and about the models."""

from urllib.parse import quote, urlencode

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from webapp.ink.links import without_punctuation
from webapp.routes.describe import describe, fails, gives_page
from webapp.server.http import wants_page

blueprint = Blueprint("pages", __name__)

NAME_PARAMETER = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}


@blueprint.get("/")
@describe("The page to draw on", answers={200: gives_page("The page")})
def show_draw() -> str:
    """Render the page with the pad."""
    store = current_app.extensions["store"]
    return render_template("draw.html", models=store.cards(with_runs=True), default_model=store.default)


@blueprint.get("/models")
@describe("The page that compares the models", answers={200: gives_page("The page")})
def show_models() -> str:
    """Render the table of all models."""
    store = current_app.extensions["store"]
    return render_template("models.html", models=store.cards(with_runs=True), default_model=store.default)


@blueprint.get("/models/<name>")
@describe(
    "The page of one model",
    parameters=[NAME_PARAMETER],
    answers={200: gives_page("The page"), 404: fails("No model of that name")},
)
def show_model(name: str) -> str:
    """Render a model's card."""
    store = current_app.extensions["store"]
    return render_template("model.html", card=store.card(name), models=store.cards(with_runs=True))


@blueprint.before_app_request
def repair_link() -> Response | None:
    """Redirect to a page's address without the punctuation that mail and chat programs append."""
    if request.method != "GET" or not wants_page(request.path, request.headers.get("Accept", "")):
        return None
    path = "/" + without_punctuation(request.path).lstrip("/")
    query = [(name, without_punctuation(value)) for name, value in request.args.items(multi=True)]
    if path == request.path and query == list(request.args.items(multi=True)):
        return None
    return redirect(request.script_root + quote(path) + (f"?{urlencode(query)}" if query else ""))
