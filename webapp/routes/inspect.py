"""Routes for inspection: all layers, one neuron, attribution, superposition check, Keras code."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from webapp.errors import BadRequest
from webapp.nets.inspection.ablation import Ablation, accuracy_without_activations
from webapp.nets.inspection.graph import Graph, Layer, check_unit
from webapp.nets.inspection.inspected_network import InspectedNetwork
from webapp.nets.inspection.quantization import pack_exact
from webapp.nets.network import DIGITS
from webapp.routes.api import BITMAP_BODY, MODEL_PARAMETER, NORMALIZE_PARAMETER
from webapp.routes.describe import describe, fails, gives_json, gives_page, query_parameter
from webapp.routes.request_parsing import query_int, read_bitmap
from webapp.routes.schemas import reference

blueprint = Blueprint("inspect", __name__)


MAX_INDEX = 99_999  # of a unit, input, row or column in a query
MAX_ABLATED = 2000  # names in one parameter; no network here has more neurons

ONE_MODEL = MODEL_PARAMETER | {"description": "name of a model; by default the default model"}
ABLATION = [
    query_parameter("off", "hidden neurons to switch off: layer.number,layer.number", "string"),
    query_parameter("linear", "hidden layers without their activation function: layer,layer", "string"),
]
UNIT = [
    query_parameter("layer", "name of a layer; the response then holds one unit of it in full", "string"),
    query_parameter("unit", "number of the neuron or feature map, by default 0"),
    query_parameter("row", "position on a feature map, by default that of the largest output"),
    query_parameter("column", "position on a feature map"),
]
FAILURES = {
    400: fails("The body or a parameter is malformed, or there is no ink"),
    404: fails("No model or no layer of that name"),
    413: fails("Too large"),
    415: fails("Another Content-Type"),
    503: fails("Overloaded or loading: try again after Retry-After seconds"),
}


@blueprint.get("/inside")
@describe("The page to inspect a network", answers={200: gives_page("The page")})
def show_inside() -> str:
    """Render the page with the pad and the network."""
    store = current_app.extensions["store"]
    cards = store.cards(with_runs=True)
    return render_template(
        "inside.html",
        models=cards,
        compared=store.cards(),
        default_model=store.default,
        without_activations=accuracy_without_activations(cards),
    )


@blueprint.post("/api/inspect")
@describe(
    "Inspect a network",
    parameters=[ONE_MODEL, NORMALIZE_PARAMETER, *UNIT, *ABLATION],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("The outputs of all layers, or one unit in full", reference("Inspection"))}
    | FAILURES,
)
def inspect() -> Response:
    """Return the outputs of all layers, or one unit in full if a layer is named."""
    name, network = requested_network()
    ablation = requested_ablation(network)
    bitmap, notes = read_bitmap(request)
    layer = request.args.get("layer")
    if layer is None:
        found = network.inspect(bitmap, ablation)
    else:
        unit, place = query_index("unit") or 0, (query_index("row"), query_index("column"))
        found = network.inspect_unit(bitmap, ablation, layer, unit, place)
    return jsonify({"model": name} | found | notes)


@blueprint.post("/api/explain")
@describe(
    "Attribute a logit to the pixels",
    parameters=[
        ONE_MODEL,
        NORMALIZE_PARAMETER,
        query_parameter("digit", "of the logit, by default the most probable one"),
        query_parameter("against", "attribute the lead over the logit of this digit, if it is another one"),
        *ABLATION,
    ],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("The attribution of each pixel", reference("Explanation"))} | FAILURES,
)
def explain() -> Response:
    """Return integrated gradients."""
    name, network = requested_network()
    digit, against = query_int(request, "digit", DIGITS - 1), query_int(request, "against", DIGITS - 1)
    ablation = requested_ablation(network)
    bitmap, notes = read_bitmap(request)
    digit, against, found = network.explain(bitmap, ablation, digit, against)
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
        | notes
    )


@blueprint.post("/api/superposition")
@describe(
    "Check whether each network is linear for this ink",
    parameters=[NORMALIZE_PARAMETER],
    body=BITMAP_BODY,
    takes_ink=True,
    answers={200: gives_json("A logit of the whole ink and of its two halves", reference("Superposition"))}
    | {status: FAILURES[status] for status in (400, 413, 415, 503)},
)
def check_superposition() -> Response:
    """Return each network's logit of the whole ink, and the sum for its halves."""
    store = current_app.extensions["store"]
    bitmap, notes = read_bitmap(request)
    networks = {name: requested_network(name)[1] for name in store.warm_names()}
    found = [{"model": name} | network.check_superposition(bitmap) for name, network in networks.items()]
    return jsonify({"models": found} | notes)


@blueprint.get("/api/code")
@describe(
    "The Keras code that builds a network",
    parameters=[ONE_MODEL],
    answers={200: gives_json("The code, and the versions that trained the network", reference("Code"))}
    | {status: FAILURES[status] for status in (404, 503)},
)
def show_code() -> Response:
    """Return Python code that builds the same layers, and the versions that trained them."""
    name, network = requested_network()
    trained_with = current_app.extensions["store"].card(name)["versions"]
    versions = {package: trained_with.get(package, "") for package in ("tensorflow", "keras")}
    return jsonify({"model": name, "code": network.code, "versions": versions})


def requested_network(name: str | None = None) -> tuple[str, InspectedNetwork]:
    """Return the model `name`, by default that of the query or the default model, and its inspected form."""
    store = current_app.extensions["store"]
    name = name or request.args.get("model", store.default)
    return name, current_app.extensions["inspected"].of(name, store.network(name))


def requested_ablation(network: InspectedNetwork) -> Ablation:
    """Return the ablation of the query. Raises BadRequest or UnknownLayer."""
    return parse_ablation(request.args.get("off", ""), request.args.get("linear", ""), network.graph)


def query_index(name: str) -> int | None:
    """Return the number of a unit, an input, a row or a column in the query, or None. Raises BadRequest."""
    return query_int(request, name, MAX_INDEX)


def parse_ablation(off: str, linear: str, graph: Graph) -> Ablation:
    """Parse the query parameters `off` (layer.number,...) and `linear` (layer,...).

    Raises:
        BadRequest: malformed, or a unit that the layer does not have.
        UnknownLayer: no such layer.
    """
    return Ablation(
        frozenset(_parse_unit(text, graph) for text in _split(off)),
        frozenset(_hidden_layer(text, graph).name for text in _split(linear)),
    )


def _split(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > MAX_ABLATED:
        raise BadRequest(f"expected at most {MAX_ABLATED:,} names, received {len(parts):,}")
    return parts


def _parse_unit(text: str, graph: Graph) -> tuple[str, int]:
    name, dot, unit = text.rpartition(".")
    if not dot or not (unit.isascii() and unit.isdigit()) or len(unit) > 6:
        raise BadRequest(f"expected neurons to switch off as layer.number, received {text[:60]!r}")
    layer = _hidden_layer(name, graph)
    return layer.name, check_unit(layer, int(unit))


def _hidden_layer(name: str, graph: Graph) -> Layer:
    layer = graph[name]
    if not layer.is_hidden:
        names = ", ".join(each.name for each in graph.hidden) or "none: this network has no hidden layer"
        raise BadRequest(f"expected a hidden layer ({names}), received {name!r}")
    return layer
