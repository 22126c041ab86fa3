"""The ladder's own architectures with weights that no one has trained, the same in every run."""

from functools import cache

import numpy as np

from webapp.nets.runtime import import_tensorflow

NAMES = ("linear", "shallow", "deep", "conv")


@cache
def model(name: str):
    """Return the Keras model `name` with random weights and biases."""
    import_tensorflow()
    import keras

    from webapp.nets.architectures import LADDER

    keras.utils.set_random_seed(7)
    built = LADDER[name]()
    random = np.random.default_rng(8)
    for layer in built.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, random.normal(0, 0.1, bias.shape)])
    return built


@cache
def inside(name: str):
    """Return the inside of that model."""
    from webapp.nets.inside.inside import Inside

    return Inside(model(name))


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
