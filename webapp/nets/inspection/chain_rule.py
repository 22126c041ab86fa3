"""The chain rule with its numbers: how the gradient of one weight follows from the errors at the outputs.

gradient of a weight   = its input x times the error of its neuron; in a convolution, for each position
error of a neuron      = slope of its activation function times the sum, over the neurons that use its
                         output, of their error times the weight between the two
error of an output     = probability - target

"Error" is short for the gradient of the loss at a neuron's weighted sum.
"""

from dataclasses import dataclass, replace

import numpy as np

from webapp.errors import BadRequest
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.nets.inspection.forward import (
    WITHOUT_NEURONS,
    activation_slope,
    is_largest,
    patches,
    weighted_sum,
)
from webapp.nets.inspection.graph import Graph, Layer, check_unit
from webapp.nets.inspection.learning import Backpropagation, inputs_of_sums
from webapp.nets.inspection.quantization import pack_exact
from webapp.nets.inspection.unit import STRONGEST, check_place

TERMS = 3  # of a sum that are listed; the others are added up


@dataclass(frozen=True)
class WeightChoice:
    """A weight of a layer.

    Attributes:
        layer, unit: the neuron or feature map that has the weight.
        input: number of the weight among those of its unit, in the order of the kernel; None for the one
            with the largest gradient.
        place: row and column on a feature map; None for the position that adds most to the gradient.
    """

    layer: str
    unit: int
    input: int | None = None
    place: tuple[int | None, int | None] = STRONGEST


def trace(
    graph: Graph, found: Backpropagation, choice: WeightChoice, ablation: Ablation = NO_ABLATION
) -> dict:
    """Return the gradient of a weight and the numbers that it follows from, from its neuron to an output.

    Raises:
        UnknownLayer, BadRequest: no such layer, unit, input or position, or a layer that is not taught.
    """
    layer = _taught_layer(graph, found, choice.layer)
    unit = check_unit(layer, choice.unit)
    gradients = found.kernels[layer.name][..., unit].ravel()  # (inputs,)
    seen = inputs_of_sums(layer, found.outputs[layer.source])  # (positions, inputs)
    errors = found.at_sums[layer.name].reshape(-1, layer.units)[:, unit]  # (positions,)
    chosen = _choose_input(layer, choice.input, gradients, seen)
    terms = seen[:, chosen].astype(np.float64) * errors  # (positions,)
    at = _choose_position(layer, choice.place, terms, errors)
    return {
        "layer": layer.name,
        "unit": unit,
        "input": chosen,
        "weight": float(layer.kernel[..., unit].ravel()[chosen]),
        "x": float(seen[at, chosen]),
        "error": float(errors[at]),
        "positions": len(terms),
        "others": float(np.delete(terms, at).sum()),
        "gradient": float(gradients[chosen]),
        "gradients": pack_exact(gradients),
        "chain": _chain(graph, found, layer, (*_place_of(layer, at), unit), ablation),
    }


def _taught_layer(graph: Graph, found: Backpropagation, name: str) -> Layer:
    if graph[name].name not in found.kernels:
        taught = ", ".join(each.name for each in graph.layers if each.name in found.kernels)
        raise BadRequest(
            f"expected a layer with weights that lead to the output digit ({taught}), received {name!r}"
        )
    return graph[name]


def _choose_input(layer: Layer, wanted: int | None, gradients: np.ndarray, seen: np.ndarray) -> int:
    if wanted is None:
        return int(np.abs(gradients if gradients.any() else seen.max(axis=0)).argmax())
    if not 0 <= wanted < gradients.size:
        raise BadRequest(
            f"expected an input from 0 to {gradients.size - 1:,} of {layer.name}, received {wanted}",
            "This neuron has no such weight. Choose one in the picture of its inputs.",
        )
    return wanted


def _choose_position(layer: Layer, place: tuple, terms: np.ndarray, errors: np.ndarray) -> int:
    """Return the index of a position; by default of the largest term, or else of the largest error."""
    if layer.kind == "Dense":
        return 0
    strongest = np.abs(terms if terms.any() else errors).reshape(layer.shape[:2])
    row, column = check_place(layer, place, strongest, strongest)
    return row * layer.shape[1] + column


def _place_of(layer: Layer, position: int) -> tuple[int, ...]:
    return () if layer.kind == "Dense" else divmod(position, layer.shape[1])


def _chain(
    graph: Graph, found: Backpropagation, layer: Layer, at: tuple[int, ...], ablation: Ablation
) -> list[dict]:
    """Return the error of a neuron and where it comes from, then the same for its strongest user, and so on.

    Args:
        at: index of the neuron in the layer's output, without the batch.

    Returns:
        A link for each neuron; the last one is an output, or a neuron whose output changes nothing.
    """
    if layer is graph.digit:
        return [_output_link(found, layer, at)]
    user, weights = _weights_to_users(graph, found, layer, at)
    errors = found.at_sums[user.name][0]
    products = weights.astype(np.float64) * errors
    strongest = np.argsort(-np.abs(products), axis=None)[:TERMS]
    indices = [np.unravel_index(index, products.shape) for index in strongest if products.flat[index]]
    slope = activation_slope(layer, found.sums[layer.name], ablation)[(0, *at)]
    link = _named(layer, at) | {
        "activation": None if layer.name in ablation.linear else layer.activation,
        "is_off": (layer.name, at[-1]) in ablation.off,
        "z": float(found.sums[layer.name][(0, *at)]),
        "slope": float(slope),
        "sum": float(products.sum()),
        "error": float(found.at_sums[layer.name][(0, *at)]),
        "terms": [
            _named(user, index) | {"error": float(errors[index]), "weight": float(weights[index])}
            for index in indices
        ],
        "count": int(np.count_nonzero(weights)),  # neurons that use the output
    }
    return [link, *(_chain(graph, found, user, indices[0], ablation) if indices else [])]


def _output_link(found: Backpropagation, layer: Layer, at: tuple[int, ...]) -> dict:
    probability = float(found.outputs[layer.name][(0, *at)])
    return _named(layer, at) | {"probability": probability, "error": float(found.errors[at])}


def _named(layer: Layer, at: tuple[int, ...]) -> dict:
    *place, unit = (int(index) for index in at)
    row, column = place or (None, None)
    return {"layer": layer.name, "unit": unit, "row": row, "column": column}


def _weights_to_users(
    graph: Graph, found: Backpropagation, layer: Layer, at: tuple[int, ...]
) -> tuple[Layer, np.ndarray]:
    """Return the next layer with neurons, and the weight of one output in each of its weighted sums.

    The output is set to 1 and all others to 0: then every weighted sum without its bias is this weight.
    Pooling passes the 1 on where it keeps this output.
    """
    values = np.zeros((1, *layer.shape), np.float32)
    values[(0, *at)] = 1
    while not (layer := _next_on_path(graph, layer)).has_neurons:
        if layer.kind == "MaxPooling2D":
            kept = is_largest(layer, found.outputs[layer.source])
            values = (patches(layer, values) * kept).sum(axis=(3, 4))
        elif layer.kind == "Rescaling":
            values = values * np.float32(layer.config["scale"])
        else:
            values = WITHOUT_NEURONS[layer.kind](layer, values)
    return layer, weighted_sum(replace(layer, bias=None), values)[0]


def _next_on_path(graph: Graph, layer: Layer) -> Layer:
    """Return the layer after `layer` on the way to the output `digit`."""
    following = graph.digit
    while following.source != layer.name:
        following = graph[following.source]
    return following
