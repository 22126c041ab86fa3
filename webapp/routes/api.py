"""What the pages ask for: answers to drawings, and the models there are."""

from flask import Blueprint, Response, current_app, jsonify, request

from webapp.nets.cards import RESERVED as ALL
from webapp.routes.describe import describe, fails, gives_json
from webapp.routes.request_parsing import BYTES, JSON, read_bitmap
from webapp.routes.schemas import reference

blueprint = Blueprint("api", __name__, url_prefix="/api")

MODEL_PARAMETER = {
    "name": "model",
    "in": "query",
    "description": f"name of a model, or {ALL!r}; the default model where it is left out",
    "schema": {"type": "string"},
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
    parameters=[MODEL_PARAMETER],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={
        200: gives_json(
            "What the model says, or what all say",
            {"oneOf": [reference("Prediction"), reference("Predictions")]},
        ),
        400: fails("The body cannot be read, or there is no ink in it"),
        404: fails("No model of that name"),
        413: fails("More than a digit can need"),
        415: fails("Another Content-Type"),
        503: fails("Busy or warming up: come back after Retry-After seconds"),
    },
)
def predict() -> Response:
    """Answer with the probabilities of the ten digits for a bitmap or for ink."""
    predictor, model = current_app.extensions["predictor"], request.args.get("model")
    predictor.find(model)  # a model that cannot answer is reported before the body is read
    return jsonify(predictor.predict(model, read_bitmap(request)))


@blueprint.get("/models")
@describe(
    "List the models",
    answers={200: gives_json("The models' cards, smallest first", reference("Models"))},
)
def list_models() -> Response:
    """Answer with every model's card and whether it is loaded."""
    store = current_app.extensions["store"]
    return jsonify({"default": store.default, "models": store.cards()})
