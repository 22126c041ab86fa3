"""The route for one learning step on one drawing. It changes a copy of the network, and stores nothing."""

from flask import Blueprint, Response, jsonify, request

from webapp.errors import BadRequest
from webapp.nets.inspection.chain_rule import WeightChoice
from webapp.nets.network import DIGITS
from webapp.routes.api import BITMAP_BODY, NORMALIZE_PARAMETER
from webapp.routes.describe import describe, gives_json, query_parameter
from webapp.routes.inspect import (
    ABLATION,
    FAILURES,
    ONE_MODEL,
    query_index,
    requested_ablation,
    requested_network,
)
from webapp.routes.request_parsing import query_int, query_number, read_bitmap
from webapp.routes.schemas import reference

blueprint = Blueprint("learn", __name__)

DEFAULT_RATE = 0.01
MAX_RATE = 1.0
MAX_STEPS = 50  # cost as much as one attribution
WEIGHT = [
    query_parameter("layer", "name of a layer; the gradient of one of its weights is traced back", "string"),
    query_parameter("unit", "number of the neuron or feature map with the weight, by default 0"),
    query_parameter("input", "number of the weight, by default that with the largest gradient"),
    query_parameter("row", "position on a feature map, by default the one that adds most to the gradient"),
    query_parameter("column", "position on a feature map"),
]


@blueprint.post("/api/learn")
@describe(
    "Take learning steps on one drawing, in a copy of the network",
    parameters=[
        ONE_MODEL,
        NORMALIZE_PARAMETER,
        query_parameter("label", "the digit that was drawn, 0 to 9") | {"required": True},
        query_parameter(
            "rate", f"learning rate, above 0 and at most {MAX_RATE:g}, by default {DEFAULT_RATE:g}", "number"
        ),
        query_parameter("steps", f"steps of gradient descent, 1 to {MAX_STEPS}, by default 1"),
        *WEIGHT,
        *ABLATION,
    ],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("Loss, errors, gradient and the new prediction", reference("LearningStep"))}
    | FAILURES,
)
def learn() -> Response:
    """Return loss, errors and gradients, and the predictions before and after the steps."""
    name, network = requested_network()
    label = query_int(request, "label", DIGITS - 1)
    if label is None:
        message = f"expected label as a whole number from 0 to {DIGITS - 1}, received none"
        raise BadRequest(message, "Say first which digit was drawn.")
    rate = query_number(request, "rate", MAX_RATE, DEFAULT_RATE)
    steps = query_int(request, "steps", MAX_STEPS, least=1) or 1
    ablation = requested_ablation(network)
    bitmap, notes = read_bitmap(request)
    found = network.learn(bitmap, ablation, label, rate, steps, _choice())
    return jsonify({"model": name, "label": label, "rate": rate, "steps": steps} | found | notes)


def _choice() -> WeightChoice | None:
    layer = request.args.get("layer")
    if layer is None:
        return None
    place = query_index("row"), query_index("column")
    return WeightChoice(layer, query_index("unit") or 0, query_index("input"), place)
