"""Routes for predictions and the list of models."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.nets.cards import ALL
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import BYTES, JSON, read_bitmap
from webapp.routes.schemas import reference

blueprint = Blueprint("api", __name__, url_prefix="/api")

MODEL_PARAMETER = {
    "name": "model",
    "in": "query",
    "description": f"name of a model, or {ALL!r}; by default the default model",
    "schema": {"type": "string"},
}
NORMALIZE_PARAMETER = {
    "name": "normalize",
    "in": "query",
    "description": "whether to put a bitmap into MNIST's frame: scaled, centered, light ink on dark; by "
    "default yes for JSON, no for bytes. If that changed it, the response has `normalized`.",
    "schema": {"enum": ["yes", "no"]},
}
BITMAP_BODY = {
    "required": True,
    "content": {
        BYTES: {"schema": {"type": "string", "format": "binary", "minLength": 784, "maxLength": 784}},
        JSON: {"schema": {"oneOf": [reference("Bitmap"), reference("Ink")]}},
    },
}


@blueprint.post("/predict")
@describe(
    "Read a digit",
    parameters=[MODEL_PARAMETER, NORMALIZE_PARAMETER],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={
        200: gives_json(
            "The prediction of the model, or of all models",
            {"oneOf": [reference("Prediction"), reference("Predictions")]},
        ),
        400: fails("The body is malformed, or has no ink"),
        404: fails("No model of that name"),
        413: fails("Too large"),
        415: fails("Another Content-Type"),
        503: fails("Overloaded or loading: try again after Retry-After seconds"),
    },
)
def predict() -> Response:
    """Return the probabilities of the ten digits for a bitmap or for ink."""
    predictor, model = current_app.extensions["predictor"], request.args.get("model")
    predictor.find(model)  # report an unusable model before reading the body
    bitmap, notes = read_bitmap(request)
    return jsonify(predictor.predict(model, bitmap) | notes)


@blueprint.get("/models")
@describe(
    "List the models",
    answers={200: gives_json("The models' cards, smallest first", reference("Models"))},
)
def list_models() -> Response:
    """Return the cards of all models with their status."""
    store = current_app.extensions["store"]
    return jsonify({"default": store.default, "models": store.cards(with_runs=True)})
