"""Write the Keras code that builds a network."""

import keyword
import re
from collections.abc import Callable

from webapp.nets.inspection.graph import Graph, Layer, activation_name

# The simplest activation function, which Keras does not have.
STEP = '''
@keras.saving.register_keras_serializable("inkwise")
def step(x):
    """Return 1 where a weighted sum is positive, else 0."""
    return keras.ops.cast(x > 0, "float32")

'''


class Function(str):
    """The name of a function."""


def keras_lines(graph: Graph) -> str:
    """Return Python that builds the same layers as `graph`, untrained, as the variable `model`."""
    lines = ["import keras", "from keras import layers", ""]
    if any(layer.activation == "step" for layer in graph.layers):
        lines.append(STEP)
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


def _activation(config: dict) -> object:
    """Return the name of an activation function; without quotes for `step`, which Keras does not have."""
    found = config["activation"]
    return Function(activation_name(found)) if isinstance(found, dict) else found


def _has_bias(config: dict) -> object:
    return None if config["use_bias"] else False


def _pooling_strides(config: dict) -> object:
    return None if config["strides"] == config["pool_size"] else _square("strides")(config)


_NAME = {"name": _field("name")}
# The arguments of each kind of layer; an empty name is a positional argument.
ARGUMENTS = {
    "InputLayer": {"": _shape, **_NAME},
    "Rescaling": {"": _field("scale"), "offset": _unless(0, _field("offset")), **_NAME},
    "Flatten": _NAME,
    "Reshape": {"": lambda config: tuple(config["target_shape"]), **_NAME},
    "Dense": {"": _field("units"), "activation": _activation, "use_bias": _has_bias, **_NAME},
    "Conv2D": {
        "": _field("filters"),
        "kernel_size": _square("kernel_size"),
        "strides": _unless(1, _square("strides")),
        "padding": _field("padding"),
        "activation": _activation,
        "use_bias": _has_bias,
        **_NAME,
    },
    "MaxPooling2D": {
        "": _square("pool_size"),
        "strides": _pooling_strides,
        "padding": _unless("valid", _field("padding")),
        **_NAME,
    },
}


def _argument(name: str, value: object) -> str:
    if value is None:
        return ""
    is_text = isinstance(value, str) and not isinstance(value, Function)
    text = "1 / 255" if value == 1 / 255 else f'"{value}"' if is_text else str(value)
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
