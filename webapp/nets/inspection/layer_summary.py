"""What every layer did, in short: vectors as numbers, feature maps as pictures in 256 steps."""

import numpy as np

from webapp.nets.inspection.forward import Values
from webapp.nets.inspection.graph import Graph, Layer, window
from webapp.nets.inspection.quantization import pack_picture

DECIMALS = 6  # of numbers; what is shown of them is coarser


def describe_layers(graph: Graph, sums: Values, outputs: Values) -> list[dict]:
    """Return each layer's name, kind, shape and what it gave; arrays come without the batch."""
    return [
        {
            "name": layer.name,
            "kind": layer.kind,
            "shape": list(layer.shape),
            "source": layer.source,
            "activation": layer.activation,
            "is_hidden": layer.is_hidden,
            "is_output": layer.is_output,
        }
        | _what_it_gave(layer, sums, outputs)
        for layer in graph.layers
    ]


def numbers(values: np.ndarray) -> list[float]:
    """Return a vector as numbers with six decimals."""
    return np.round(values.astype(np.float64), DECIMALS).tolist()


def _what_it_gave(layer: Layer, sums: Values, outputs: Values) -> dict:
    if layer.is_output:
        return {"sums": numbers(sums[layer.name]), "numbers": numbers(outputs[layer.name])}
    if layer.kind == "Dense":
        return {"numbers": numbers(outputs[layer.name])}
    if _is_plain_pooling(layer):
        # The largest of the steps is the step of the largest: the page pools the picture before it.
        return {"pool": list(layer.config["pool_size"])}
    return pack_picture(outputs[layer.name]) if len(layer.shape) == 3 and layer.units > 1 else {}


def _is_plain_pooling(layer: Layer) -> bool:
    if layer.kind != "MaxPooling2D" or layer.config["padding"] != "valid":
        return False
    size, strides = window(layer.kind, layer.config)
    return size == strides
