"""Write the Keras code that builds a network."""

import keyword
import re
from collections.abc import Callable

from webapp.nets.inspection.graph import Graph, Layer


def keras_lines(graph: Graph) -> str:
    """Return Python that builds the same layers as `graph`, untrained, as the variable `model`."""
    lines = ["import keras", "from keras import layers", ""]
    lines += [f"{_variable(layer.name)} = {_call(layer)}" for layer in graph.layers]
    return "\n".join([*lines, f'model = keras.Model({_ends(graph)}, name="{graph.name}")', ""])


def _call(layer: Layer) -> str:
    config = layer.config
    shown = ARGUMENTS.get(layer.kind)
    arguments = (
        ", ".join(filter(None, (_argument(name, read(config)) for name, read in shown.items())))
        if shown
        else f"**{_plain(config)!r}"
    )
    if not layer.source:
        return f"layers.Input({arguments})"
    return f"layers.{layer.kind}({arguments})({_variable(layer.source)})"


def _ends(graph: Graph) -> str:
    first = _variable(graph.layers[0].name)
    outputs = ", ".join(f'"{key}": {_variable(name)}' for key, name in graph.outputs.items())
    return f"{first}, {{{outputs}}}"


def _field(name: str) -> Callable[[dict], object]:
    return lambda config: config[name]


def _square(name: str) -> Callable[[dict], object]:
    """Return 3 for (3, 3)."""

    def read(config: dict) -> object:
        sides = config[name]
        return sides[0] if len(set(sides)) == 1 else tuple(sides)

    return read


def _unless(usual: object, read: Callable[[dict], object]) -> Callable[[dict], object]:
    """Return None, so that the argument is left out, for Keras's default value."""
    return lambda config: None if read(config) == usual else read(config)


def _shape(config: dict) -> tuple:
    return tuple(config["batch_shape"][1:])


_NAME = {"name": _field("name")}
# The arguments of each kind of layer; an empty name is a positional argument.
ARGUMENTS = {
    "InputLayer": {"": _shape, **_NAME},
    "Rescaling": {"": _field("scale"), **_NAME},
    "Flatten": _NAME,
    "Reshape": {"": lambda config: tuple(config["target_shape"]), **_NAME},
    "Dense": {"": _field("units"), "activation": _field("activation"), **_NAME},
    "Conv2D": {
        "": _field("filters"),
        "kernel_size": _square("kernel_size"),
        "strides": _unless(1, _square("strides")),
        "padding": _field("padding"),
        "activation": _field("activation"),
        **_NAME,
    },
    "MaxPooling2D": {"": _square("pool_size"), **_NAME},
}


def _argument(name: str, value: object) -> str:
    if value is None:
        return ""
    text = "1 / 255" if value == 1 / 255 else f'"{value}"' if isinstance(value, str) else repr(value)
    return f"{name}={text}" if name else text


def _plain(config: dict) -> dict:
    return {name: value for name, value in config.items() if name not in ("dtype", "trainable")}


def _variable(name: str) -> str:
    variable = re.sub(r"\W", "_", name)
    return (
        f"{variable}_"
        if keyword.iskeyword(variable) or variable in ("model", "layers", "keras")
        else variable
    )
