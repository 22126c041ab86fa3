"""One neuron, one place of a feature map or one output in full: every number of its sum.

dense   weights · inputs + bias = z, activation(z) = output
conv    the same for one place: the patch, the kernel, the sum over all channels
pool    the patch, and the largest of it
"""

import numpy as np

from webapp.errors import BadRequest
from webapp.nets.inspection.forward import Values
from webapp.nets.inspection.graph import RESHAPING, Graph, Layer, check_unit
from webapp.nets.inspection.quantization import pack_exact
from webapp.nets.inspection.receptive_field import patch_of, receptive_field

STRONGEST = None, None  # row and column: the strongest place


def describe_unit(
    graph: Graph, sums: Values, outputs: Values, name: str, unit: int, place: tuple = STRONGEST
) -> dict:
    """Return all numbers of unit `unit` of the layer `name`.

    Args:
        sums, outputs: by layer, without the batch.
        place: row and column of a feature map; None for where it is strongest.

    Raises:
        UnknownLayer, BadRequest: no such layer, unit or place, or a layer without neurons.
    """
    layer = graph[name]
    kinds = {"Dense": _dense, "Conv2D": _conv, "MaxPooling2D": _pool}
    if layer.kind not in kinds:
        usable = ", ".join(each.name for each in graph.layers if each.kind in kinds)
        raise BadRequest(f"expected a layer whose units compute something ({usable}), received {name!r}")
    check_unit(layer, unit)
    common = {"layer": name, "unit": unit, "units": layer.units, "activation": layer.activation}
    return common | kinds[layer.kind](graph, layer, sums, outputs, unit, place)


def _dense(graph: Graph, layer: Layer, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    fed_by = _origin(graph, layer)
    kernel = layer.kernel[:, unit]  # (inputs,)
    return {
        "kind": "dense",
        "input_layer": fed_by.name,
        "input_shape": list(fed_by.shape if len(fed_by.shape) == 3 else (*fed_by.shape, 1)),
        "inputs": pack_exact(outputs[layer.source]),
        "weights": pack_exact(kernel),
        "bias": _bias(layer, unit),
        "z": float(sums[layer.name][unit]),
        "output": float(outputs[layer.name][unit]),
        "sums": [float(value) for value in sums[layer.name]] if layer.is_output else None,
        "outputs": [float(value) for value in outputs[layer.name]] if layer.is_output else None,
    }


def _conv(graph: Graph, layer: Layer, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    row, column = _check_place(layer, place, outputs[layer.name][..., unit], sums[layer.name][..., unit])
    inputs = outputs[layer.source]
    kernel = layer.kernel[..., unit]  # (rows, columns, channels)
    return {
        "kind": "conv",
        "input_layer": _origin(graph, layer).name,
        "patch_shape": list(kernel.shape),
        "patch": pack_exact(patch_of(layer, inputs, row, column)),
        "weights": pack_exact(kernel),
        "bias": _bias(layer, unit),
        "z": float(sums[layer.name][row, column, unit]),
        "output": float(outputs[layer.name][row, column, unit]),
        "field": receptive_field(graph, layer, row, column),
    } | _map(layer, outputs, unit, row, column)


def _pool(graph: Graph, layer: Layer, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    feature_map = outputs[layer.name][..., unit]
    row, column = _check_place(layer, place, feature_map, feature_map)
    patch = patch_of(layer, outputs[layer.source][..., unit : unit + 1], row, column)
    return {
        "kind": "pool",
        "input_layer": layer.source,
        "patch_shape": list(patch.shape),
        "patch": pack_exact(patch),
        "output": float(feature_map[row, column]),
        "field": receptive_field(graph, layer, row, column),
    } | _map(layer, outputs, unit, row, column)


def _map(layer: Layer, outputs: Values, unit: int, row: int, column: int) -> dict:
    return {
        "row": row,
        "column": column,
        "map_shape": list(layer.shape[:2]),
        "map": pack_exact(outputs[layer.name][..., unit]),
    }


def _origin(graph: Graph, layer: Layer) -> Layer:
    """Return the layer whose values feed `layer`, past those that only pass them on."""
    before = graph[layer.source]
    return _origin(graph, before) if before.kind in RESHAPING else before


def _bias(layer: Layer, unit: int) -> float:
    return float(layer.bias[unit]) if layer.bias is not None else 0.0


def _check_place(layer: Layer, place: tuple, output: np.ndarray, z: np.ndarray) -> tuple[int, int]:
    """Return row and column; where none is given, those of the strongest place."""
    strongest = np.unravel_index((output if output.any() else z).argmax(), output.shape)
    found = [int(best) if given is None else given for given, best in zip(place, strongest, strict=True)]
    for name, value, size in zip(("row", "column"), found, output.shape, strict=True):
        if not 0 <= value < size:
            raise BadRequest(f"expected a {name} from 0 to {size - 1} of {layer.name}, received {value}")
    return found[0], found[1]
