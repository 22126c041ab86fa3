"""The shipped architectures with fixed random weights."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from webapp.nets.inspection.graph import read_graph
from webapp.nets.inspection.inspected_network import InspectedNetwork
from webapp.training.tensorflow_setup import import_tensorflow

NAMES = ("linear", "shallow", "deep", "conv")


@cache
def model(name: str):
    """Return the Keras model `name` with random weights and biases."""
    import_tensorflow()
    import keras

    from webapp.nets.architectures import ARCHITECTURES

    keras.utils.set_random_seed(7)
    built = ARCHITECTURES[name]()
    random = np.random.default_rng(8)
    for layer in built.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, random.normal(0, 0.1, bias.shape)])
    return built


@cache
def inspected(name: str) -> InspectedNetwork:
    """Return that model as inspection reads it from its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.keras"
        model(name).save(path)
        return InspectedNetwork(read_graph(path))


def some_ink(seed: int = 0) -> np.ndarray:
    """Return a bitmap uint8 (28, 28) with paper around something dark."""
    bitmap = np.zeros((28, 28), np.uint8)
    bitmap[6:22, 8:20] = np.random.default_rng(seed).integers(0, 256, (16, 12))
    return bitmap


def keras_layer(name: str, layer: str, bitmap: np.ndarray) -> np.ndarray:
    """Return what Keras itself gives at `layer`, without the batch."""
    import keras

    part = keras.Model(model(name).input, model(name).get_layer(layer).output)
    return np.asarray(part(bitmap[None].astype(np.float32), training=False))[0]
