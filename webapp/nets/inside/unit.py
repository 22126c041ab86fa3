"""One neuron, one place of a feature map or one output in full: every number of its sum.

dense   weights · inputs + bias = z, activation(z) = output
conv    the same for one place: the patch, the kernel, the sum over all channels
pool    the patch, and the largest of it
"""

import numpy as np

from webapp.errors import BadRequest
from webapp.nets.inside.forward import Values
from webapp.nets.inside.packing import pack_exact
from webapp.nets.inside.windows import receptive_field, window_of
from webapp.nets.inside.wiring import Step, Wiring, check_unit

RESHAPING = ("Flatten", "Reshape", "Dropout")  # layers that only pass values on
NO_WINDOW = None, None  # row and column: the strongest place


def describe_unit(
    wiring: Wiring, sums: Values, outputs: Values, name: str, unit: int, place: tuple = NO_WINDOW
) -> dict:
    """Return all numbers of unit `unit` of the layer `name`.

    Args:
        sums, outputs: by layer, without the batch.
        place: row and column of a feature map; None for where it is strongest.

    Raises:
        UnknownLayer, BadRequest: no such layer, unit or place, or a layer without neurons.
    """
    step = wiring[name]
    kinds = {"Dense": _dense, "Conv2D": _conv, "MaxPooling2D": _pool}
    if step.kind not in kinds:
        usable = ", ".join(each.name for each in wiring.steps if each.kind in kinds)
        raise BadRequest(f"expected a layer whose units compute something ({usable}), received {name!r}")
    check_unit(step, unit)
    common = {"layer": name, "unit": unit, "units": step.units, "activation": step.activation}
    return common | kinds[step.kind](wiring, step, sums, outputs, unit, place)


def _dense(wiring: Wiring, step: Step, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    fed_by = _origin(wiring, step)
    kernel = np.asarray(step.layer.kernel)[:, unit]  # (inputs,)
    return {
        "kind": "dense",
        "input_layer": fed_by.name,
        "input_shape": list(fed_by.shape if len(fed_by.shape) == 3 else (*fed_by.shape, 1)),
        "inputs": pack_exact(outputs[step.source]),
        "weights": pack_exact(kernel),
        "bias": _bias(step, unit),
        "z": float(sums[step.name][unit]),
        "output": float(outputs[step.name][unit]),
        "sums": [float(value) for value in sums[step.name]] if step.is_output else None,
        "outputs": [float(value) for value in outputs[step.name]] if step.is_output else None,
    }


def _conv(wiring: Wiring, step: Step, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    row, column = _check_place(step, place, outputs[step.name][..., unit], sums[step.name][..., unit])
    inputs = outputs[step.source]
    kernel = np.asarray(step.layer.kernel)[..., unit]  # (rows, columns, channels)
    return {
        "kind": "conv",
        "input_layer": _origin(wiring, step).name,
        "patch_shape": list(kernel.shape),
        "patch": pack_exact(window_of(step, inputs, row, column)),
        "weights": pack_exact(kernel),
        "bias": _bias(step, unit),
        "z": float(sums[step.name][row, column, unit]),
        "output": float(outputs[step.name][row, column, unit]),
        "field": receptive_field(wiring, step, row, column),
    } | _map(step, outputs, unit, row, column)


def _pool(wiring: Wiring, step: Step, sums: Values, outputs: Values, unit: int, place: tuple) -> dict:
    feature_map = outputs[step.name][..., unit]
    row, column = _check_place(step, place, feature_map, feature_map)
    patch = window_of(step, outputs[step.source][..., unit : unit + 1], row, column)
    return {
        "kind": "pool",
        "input_layer": step.source,
        "patch_shape": list(patch.shape),
        "patch": pack_exact(patch),
        "output": float(feature_map[row, column]),
        "field": receptive_field(wiring, step, row, column),
    } | _map(step, outputs, unit, row, column)


def _map(step: Step, outputs: Values, unit: int, row: int, column: int) -> dict:
    return {
        "row": row,
        "column": column,
        "map_shape": list(step.shape[:2]),
        "map": pack_exact(outputs[step.name][..., unit]),
    }


def _origin(wiring: Wiring, step: Step) -> Step:
    """Return the layer whose values feed `step`, past those that only pass them on."""
    before = wiring[step.source]
    return _origin(wiring, before) if before.kind in RESHAPING else before


def _bias(step: Step, unit: int) -> float:
    return float(np.asarray(step.layer.bias)[unit]) if step.layer.bias is not None else 0.0


def _check_place(step: Step, place: tuple, output: np.ndarray, z: np.ndarray) -> tuple[int, int]:
    """Return row and column; where none is given, those of the strongest place."""
    strongest = np.unravel_index((output if output.any() else z).argmax(), output.shape)
    found = [int(best) if given is None else given for given, best in zip(place, strongest, strict=True)]
    for name, value, size in zip(("row", "column"), found, output.shape, strict=True):
        if not 0 <= value < size:
            raise BadRequest(f"expected a {name} from 0 to {size - 1} of {step.name}, received {value}")
    return found[0], found[1]
