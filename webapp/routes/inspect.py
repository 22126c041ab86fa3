"""What the page Inside asks for: every layer, one neuron in full, why an answer is what it is, the code."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from webapp.errors import BadRequest
from webapp.nets.inspection.ablation import Ablation, parse_ablation
from webapp.nets.inspection.collapsed import collapsed_figures
from webapp.nets.inspection.inspected_network import InspectedNetwork
from webapp.nets.inspection.quantization import pack_exact
from webapp.nets.network import DIGITS
from webapp.routes.api import BITMAP_BODY, MODEL_PARAMETER
from webapp.routes.describe import describe, fails, gives_json, gives_page
from webapp.routes.request_parsing import read_bitmap
from webapp.routes.schemas import reference

blueprint = Blueprint("inspect", __name__)


def _query(name: str, description: str, kind: str = "integer") -> dict:
    return {"name": name, "in": "query", "description": description, "schema": {"type": kind}}


ONE_MODEL = MODEL_PARAMETER | {"description": "name of a model; the default model where it is left out"}
SWITCHES = [
    _query("off", "hidden neurons to switch off: layer.number,layer.number", "string"),
    _query("linear", "hidden layers to leave without their activation function: layer,layer", "string"),
]
PLACE = [
    _query("layer", "name of a layer; then one unit of it is given in full", "string"),
    _query("unit", "number of the neuron or feature map, from 0; 0 where it is left out"),
    _query("row", "of a place on a feature map; the strongest place where it is left out"),
    _query("column", "of a place on a feature map"),
]
FAILURES = {
    400: fails("The body or a parameter cannot be read, or there is no ink"),
    404: fails("No model or no layer of that name"),
    413: fails("More than a digit can need"),
    415: fails("Another Content-Type"),
    503: fails("Busy or warming up: come back after Retry-After seconds"),
}


@blueprint.get("/inside")
@describe("The page to look inside", answers={200: gives_page("The page")})
def show_inside() -> str:
    """Show the pad, and the network behind it."""
    store = current_app.extensions["store"]
    cards = store.cards()
    return render_template(
        "inside.html", models=cards, default_model=store.default, collapsed=collapsed_figures(cards)
    )


@blueprint.post("/api/inspect")
@describe(
    "Look inside a network",
    parameters=[ONE_MODEL, *PLACE, *SWITCHES],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("What every layer did, or one unit in full", reference("Inspection"))}
    | FAILURES,
)
def inspect() -> Response:
    """Answer with what every layer did; where a layer is named, with one unit of it in full instead."""
    name, network = _network()
    ablation, bitmap = _ablation(network), read_bitmap(request)
    layer = request.args.get("layer")
    if layer is None:
        found = network.inspect(bitmap, ablation)
    else:
        unit, place = _number("unit") or 0, (_number("row"), _number("column"))
        found = network.inspect_unit(bitmap, ablation, layer, unit, place)
    return jsonify({"model": name} | found)


@blueprint.post("/api/explain")
@describe(
    "Say which pixels speak for an answer",
    parameters=[
        ONE_MODEL,
        _query("digit", "whose logit is explained; the winner's where it is left out"),
        _query("against", "another digit, over whose logit the lead is explained"),
        *SWITCHES,
    ],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("What each pixel gives", reference("Explanation"))} | FAILURES,
)
def explain() -> Response:
    """Answer with integrated gradients from blank paper to the ink."""
    name, network = _network()
    digit, against = _number("digit", DIGITS - 1), _number("against", DIGITS - 1)
    ablation, bitmap = _ablation(network), read_bitmap(request)
    digit, found = network.explain(bitmap, ablation, digit, against)
    return jsonify(
        {
            "model": name,
            "digit": digit,
            "against": against,
            "blank": found.blank,
            "full": found.full,
            "gained": found.gained,
            "total": found.total,
            "pixels": pack_exact(found.pixels),
        }
    )


@blueprint.post("/api/halves")
@describe(
    "Say of every network whether it is linear for this ink",
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("The winner's logit, whole and from two halves", reference("Halves"))}
    | {status: FAILURES[status] for status in (400, 413, 415, 503)},
)
def compare_halves() -> Response:
    """Answer with each network's logit of the whole ink beside what its halves add up to."""
    store, bitmap = current_app.extensions["store"], read_bitmap(request)
    networks = {name: _network(name)[1] for name in store.warm_names()}
    found = [{"model": name} | network.check_superposition(bitmap) for name, network in networks.items()]
    return jsonify({"halves": found})


@blueprint.get("/api/code")
@describe(
    "The Keras lines that build a network",
    parameters=[ONE_MODEL],
    answers={200: gives_json("The lines, and the versions that trained the network", reference("Code"))}
    | {status: FAILURES[status] for status in (404, 503)},
)
def show_code() -> Response:
    """Answer with Python that builds the same layers, and with the versions that trained them."""
    name, network = _network()
    trained_with = current_app.extensions["store"].card(name)["versions"]
    versions = {package: trained_with.get(package, "") for package in ("tensorflow", "keras")}
    return jsonify({"model": name, "code": network.code, "versions": versions})


def _network(name: str | None = None) -> tuple[str, InspectedNetwork]:
    store = current_app.extensions["store"]
    name = name or request.args.get("model", store.default)
    return name, current_app.extensions["inspected"].of(name, store.network(name))


def _ablation(network: InspectedNetwork) -> Ablation:
    return parse_ablation(request.args.get("off", ""), request.args.get("linear", ""), network.graph)


def _number(name: str, most: int = 99_999) -> int | None:
    """Return a whole number of the query, None where it is left out. Raises BadRequest."""
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) > most:
        raise BadRequest(f"expected {name} as a whole number from 0 to {most:,}, received {text[:40]!r}")
    return int(text)
