"""Read the layers and weights of a .keras file, without Keras.

The file is a zip archive: config.json holds the layers and their connections, model.weights.h5 the weights as
layers/KIND_NUMBER/vars/0 (kernel) and /1 (bias), numbered by kind in the order of the layers. No code in the
file is executed.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from webapp.errors import BadRequest, ModelError, UnknownLayer

NEURONS = ("Dense", "Conv2D")  # kinds of layers with weighted sum, bias and activation function
RESHAPING = ("Flatten", "Reshape", "Dropout")  # kinds of layers that do not change values
LARGEST_FILE = 200_000_000  # bytes of one uncompressed file in the archive
MOST_LAYERS = 500


NO_WEIGHTS = np.empty(0, np.float32)


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a model.

    Attributes:
        name: as in the model.
        kind: its Keras class, such as "Dense".
        config: as Keras writes it.
        source: name of the layer before; "" for the input.
        shape: of the output, without the batch.
        is_output: whether it is one of the model's outputs.
        kernel: weights (inputs, units), or (rows, columns, channels, units); empty without neurons.
        bias: (units,), or None.
    """

    name: str
    kind: str
    config: dict
    source: str
    shape: tuple[int, ...]
    is_output: bool
    kernel: np.ndarray = field(default_factory=lambda: NO_WEIGHTS)
    bias: np.ndarray | None = None

    @property
    def activation(self) -> str | None:
        """The name of its activation function, or None. One of ours is described by an object."""
        found = self.config.get("activation")
        return activation_name(found) if isinstance(found, dict) else found

    @property
    def has_neurons(self) -> bool:
        return self.kind in NEURONS

    @property
    def is_hidden(self) -> bool:
        """Whether it has neurons and is not an output; such layers can be ablated."""
        return self.has_neurons and not self.is_output

    @property
    def units(self) -> int:
        """The number of neurons, or of feature maps."""
        return self.shape[-1]

    @property
    def size(self) -> int:
        """The number of output values."""
        return prod(self.shape)


def activation_name(described: dict) -> str:
    """Return the name of a registered activation function, which Keras describes by an object."""
    return str(described["config"]).rpartition(">")[2]


class Graph:
    """The layers of a model in order, each after its source.

    Args:
        name: of the model.
        outputs: layer names by output name, "digit" and perhaps "is_digit".
    """

    def __init__(self, name: str, layers: list[Layer], outputs: dict[str, str]):
        self.name = name
        self.layers = layers
        self.outputs = outputs
        self._by_name = {layer.name: layer for layer in layers}

    def __getitem__(self, name: str) -> Layer:
        """Return the layer `name`. Raises UnknownLayer."""
        if name not in self._by_name:
            names = ", ".join(self._by_name)
            raise UnknownLayer(f"expected one of the layers {names}, received {name[:60]!r}")
        return self._by_name[name]

    @property
    def hidden(self) -> list[Layer]:
        return [layer for layer in self.layers if layer.is_hidden]

    @property
    def digit(self) -> Layer:
        """The output layer `digit`."""
        return self[self.outputs["digit"]]

    @property
    def is_digit(self) -> Layer | None:
        """The output layer `is_digit`, or None."""
        return self[self.outputs["is_digit"]] if "is_digit" in self.outputs else None


def read_graph(path: Path) -> Graph:
    """Return the graph of a .keras file. Raises ModelError if it is damaged or has unsupported layers."""
    import h5py  # slow to import, and needed for inspection only

    try:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(_read(archive, "config.json"))
            with h5py.File(io.BytesIO(_read(archive, "model.weights.h5")), "r") as weights:
                return _build(config["config"], weights)
    except ModelError:
        raise
    except Exception as error:  # zip, JSON and HDF5 raise many kinds of errors for a damaged file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"expected a Keras model in {path.name}, received: {reason[:200]}") from error


def check_unit(layer: Layer, unit: int) -> int:
    """Return `unit`. Raises BadRequest if the layer has no such unit."""
    if not 0 <= unit < layer.units:
        raise BadRequest(f"expected a unit from 0 to {layer.units - 1} of {layer.name}, received {unit}")
    return unit


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST_FILE:
        raise ModelError(f"expected {name} of at most {LARGEST_FILE:,} bytes in the model file")
    return archive.read(name)


def _build(config: dict, weights: Any) -> Graph:
    entries = config["layers"]
    if len(entries) > MOST_LAYERS:
        raise ModelError(f"expected at most {MOST_LAYERS} layers, received {len(entries)}")
    outputs = _outputs(config["output_layers"])
    layers: list[Layer] = []
    shapes: dict[str, tuple[int, ...]] = {}
    numbers: dict[str, int] = {}
    for entry in entries:
        kind, settings = entry["class_name"], entry["config"]
        kernel, bias = _weights(weights, kind, numbers)
        source = _source(entry)
        shape = _shape(kind, settings, shapes.get(source, ()), kernel)
        shapes[settings["name"]] = shape
        is_output = settings["name"] in outputs.values()
        layers.append(Layer(settings["name"], kind, settings, source, shape, is_output, kernel, bias))
    return Graph(config["name"], layers, outputs)


def _outputs(described: dict | list) -> dict[str, str]:
    """Return layer names by output name; a single unnamed output is "digit"."""
    if isinstance(described, dict):
        return {name: layer for name, (layer, *_) in described.items()}
    return {"digit": described[0][0] if isinstance(described[0], list) else described[0]}


def _weights(file: Any, kind: str, numbers: dict[str, int]) -> tuple[np.ndarray, np.ndarray | None]:
    snake = re.sub("(?<=[a-z])(?=[A-Z])", "_", kind).lower()  # MaxPooling2D -> max_pooling2d
    number = numbers.get(snake, 0)
    numbers[snake] = number + 1
    folder = f"layers/{snake}{f'_{number}' if number else ''}/vars"
    if kind not in NEURONS:
        return NO_WEIGHTS, None
    found = file[folder]
    kernel = np.asarray(found["0"], np.float32)
    return kernel, np.asarray(found["1"], np.float32) if "1" in found else None


def _source(entry: dict) -> str:
    nodes = entry["inbound_nodes"]
    if not nodes:
        return ""
    arguments = nodes[0]["args"]
    if len(nodes) != 1 or len(arguments) != 1 or not isinstance(arguments[0], dict):
        name = entry["config"]["name"]
        raise ModelError(f"expected each layer to be fed by one other, received several for {name}")
    return arguments[0]["config"]["keras_history"][0]


def _shape(kind: str, config: dict, fed: tuple[int, ...], kernel: np.ndarray) -> tuple[int, ...]:
    """Return the shape of a layer's output, without the batch."""
    if kind == "InputLayer":
        return tuple(config["batch_shape"][1:])
    if kind in ("Rescaling", "Dropout"):
        return fed
    if kind == "Flatten":
        return (prod(fed),)
    if kind == "Reshape":
        return tuple(np.empty(fed, np.uint8).reshape(config["target_shape"]).shape)
    if kind == "Dense":
        return (*fed[:-1], kernel.shape[-1])
    if kind in ("Conv2D", "MaxPooling2D"):
        size, strides = window(kind, config)
        places = [
            -(-(length if config["padding"] == "same" else length - part + 1) // step)
            for length, part, step in zip(fed[:2], size, strides, strict=True)
        ]
        return (*places, kernel.shape[-1] if kind == "Conv2D" else fed[2])
    raise ModelError(f"expected layers that can be shown, received one of the kind {kind}")


def window(kind: str, config: dict) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return patch size and strides of a convolution or pooling layer."""
    size = config["kernel_size"] if kind == "Conv2D" else config["pool_size"]
    if config.get("data_format") not in (None, "channels_last") or config.get("groups", 1) != 1:
        raise ModelError("expected layers with channels last and one group")
    if set(config.get("dilation_rate", [1])) != {1}:
        raise ModelError("expected convolutions without dilation")
    return tuple(size), tuple(config["strides"])
