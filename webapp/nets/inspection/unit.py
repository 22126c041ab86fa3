"""One neuron in full: every number of its weighted sum, and its receptive field.

dense   weights · inputs + bias = z, activation(z) = output
conv    the same for one position of a feature map: the patch, the kernel, the sum over all channels
pool    the patch and its largest value
"""

import numpy as np

from webapp.errors import BadRequest
from webapp.ink.bitmap import SIZE
from webapp.nets.inspection.forward import Values, padding
from webapp.nets.inspection.graph import RESHAPING, Graph, Layer, check_unit, window
from webapp.nets.inspection.quantization import pack_exact

STRONGEST = None, None  # row and column: the position with the largest output


def describe_unit(
    graph: Graph, sums: Values, outputs: Values, name: str, unit: int, place: tuple = STRONGEST
) -> dict:
    """Return all numbers of unit `unit` of the layer `name`.

    Args:
        sums, outputs: by layer, without the batch.
        place: row and column of a feature map; None for the position with the largest output.

    Raises:
        UnknownLayer, BadRequest: no such layer, unit or position, or a layer without units.
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
    row, column = check_place(layer, place, outputs[layer.name][..., unit], sums[layer.name][..., unit])
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
    row, column = check_place(layer, place, feature_map, feature_map)
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
    """Return the layer that computes the inputs of `layer`, skipping layers that only reshape."""
    before = graph[layer.source]
    return _origin(graph, before) if before.kind in RESHAPING else before


def _bias(layer: Layer, unit: int) -> float:
    return float(layer.bias[unit]) if layer.bias is not None else 0.0


def check_place(layer: Layer, place: tuple, output: np.ndarray, z: np.ndarray) -> tuple[int, int]:
    """Return row and column, by default those of the largest output."""
    strongest = np.unravel_index((output if output.any() else z).argmax(), output.shape)
    found = [int(best) if given is None else given for given, best in zip(place, strongest, strict=True)]
    for name, value, size in zip(("row", "column"), found, output.shape, strict=True):
        if not 0 <= value < size:
            raise BadRequest(f"expected a {name} from 0 to {size - 1} of {layer.name}, received {value}")
    return found[0], found[1]


def patch_of(layer: Layer, inputs: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return the patch of `inputs` (rows, columns, channels) for one output position, padded with 0."""
    (height, width), (down, right) = window(layer.kind, layer.config)
    padded = np.pad(inputs, [*padding(layer, (1, *inputs.shape)), (0, 0)])
    top, left = row * down, column * right
    return padded[top : top + height, left : left + width]


def receptive_field(graph: Graph, layer: Layer, row: int, column: int) -> list[int]:
    """Return first and last row, first and last column of the bitmap that one output position depends on."""
    rows, columns = (row, row), (column, column)
    while layer.source:
        before = graph[layer.source]
        if layer.kind in ("Conv2D", "MaxPooling2D"):
            (height, width), (down, right) = window(layer.kind, layer.config)
            (top, _), (left, _) = padding(layer, (1, *before.shape))
            rows, columns = _reach(rows, height, down, top), _reach(columns, width, right, left)
        layer = before
    return [min(max(value, 0), SIZE - 1) for value in (*rows, *columns)]


def _reach(places: tuple[int, int], size: int, stride: int, before: int) -> tuple[int, int]:
    """Return the first and last input position for the first and last output position."""
    first, last = places
    return first * stride - before, last * stride - before + size - 1
