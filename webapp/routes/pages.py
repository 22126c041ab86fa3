"""What people see."""

from flask import Blueprint, current_app, render_template

from webapp.routes.describe import describe, fails, gives_page

blueprint = Blueprint("pages", __name__)

NAME_PARAMETER = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}


@blueprint.get("/")
@describe("The page to draw on", answers={200: gives_page("The page")})
def show_draw() -> str:
    """Show the pad."""
    store = current_app.extensions["store"]
    return render_template("draw.html", models=store.cards(), default_model=store.default)


@blueprint.get("/models")
@describe("The ladder of models", answers={200: gives_page("The page")})
def show_models() -> str:
    """Show every model in one table."""
    store = current_app.extensions["store"]
    return render_template("models.html", models=store.cards(), default_model=store.default)


@blueprint.get("/models/<name>")
@describe(
    "A model's own page, made from its card",
    parameters=[NAME_PARAMETER],
    answers={200: gives_page("The page"), 404: fails("No model of that name")},
)
def show_model(name: str) -> str:
    """Show who a model is, how it was trained and what it scores."""
    store = current_app.extensions["store"]
    return render_template("model.html", card=store.card(name), models=store.cards())
