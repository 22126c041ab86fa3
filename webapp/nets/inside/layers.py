"""What every layer did, in short: vectors as numbers, feature maps as pictures in 256 steps."""

import numpy as np

from webapp.nets.inside.forward import Values
from webapp.nets.inside.packing import pack_picture
from webapp.nets.inside.wiring import Step, Wiring

DECIMALS = 6  # of numbers; what is shown of them is coarser


def describe_layers(wiring: Wiring, sums: Values, outputs: Values) -> list[dict]:
    """Return each layer's name, kind, shape and what it gave; arrays come without the batch."""
    return [
        {
            "name": step.name,
            "kind": step.kind,
            "shape": list(step.shape),
            "source": step.source,
            "activation": step.activation,
            "is_hidden": step.is_hidden,
            "is_output": step.is_output,
        }
        | _what_it_gave(step, sums, outputs)
        for step in wiring.steps
    ]


def numbers(values: np.ndarray) -> list[float]:
    """Return a vector as numbers with six decimals."""
    return np.round(values.astype(np.float64), DECIMALS).tolist()


def _what_it_gave(step: Step, sums: Values, outputs: Values) -> dict:
    if step.is_output:
        return {"sums": numbers(sums[step.name]), "numbers": numbers(outputs[step.name])}
    if step.kind == "Dense":
        return {"numbers": numbers(outputs[step.name])}
    if _is_plain_pooling(step):
        # The largest of the steps is the step of the largest: the page pools the picture before it.
        return {"pool": list(step.layer.pool_size)}
    return pack_picture(outputs[step.name]) if len(step.shape) == 3 and step.units > 1 else {}


def _is_plain_pooling(step: Step) -> bool:
    layer = step.layer
    return step.kind == "MaxPooling2D" and layer.padding == "valid" and layer.strides == layer.pool_size
