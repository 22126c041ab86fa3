"""A small network with random weights in float64, for numeric differences; built without Keras."""

import numpy as np

from webapp.nets.inspection.graph import Graph, Layer

WINDOW = {"padding": "same", "data_format": "channels_last"}


def small_graph(activation: str = "tanh") -> Graph:
    """Return two convolutions with pooling between them, a hidden layer, and both outputs."""
    random = np.random.default_rng(5)

    def neurons(name: str, kind: str, source: str, shape: tuple, kernel: tuple, **config) -> Layer:
        is_output = config["activation"] in ("softmax", "sigmoid")
        weights, bias = random.normal(0, 0.5, kernel), random.normal(0, 0.1, kernel[-1])
        return Layer(name, kind, config, source, shape, is_output, weights, bias)

    halves = {"pool_size": [2, 2], "strides": [2, 2], **WINDOW}
    conv = {"kernel_size": [3, 3], **WINDOW, "activation": activation}
    layers = [
        Layer("bitmap", "InputLayer", {}, "", (28, 28), False),
        Layer("grey", "Rescaling", {"scale": 1 / 255, "offset": 0.0}, "bitmap", (28, 28), False),
        Layer("channel", "Reshape", {}, "grey", (28, 28, 1), False),
        neurons("conv_1", "Conv2D", "channel", (14, 14, 2), (3, 3, 1, 2), **conv, strides=[2, 2]),
        Layer("pool", "MaxPooling2D", halves, "conv_1", (7, 7, 2), False),
        neurons("conv_2", "Conv2D", "pool", (7, 7, 3), (3, 3, 2, 3), **conv, strides=[1, 1]),
        Layer("flatten", "Flatten", {}, "conv_2", (147,), False),
        neurons("hidden", "Dense", "flatten", (6,), (147, 6), activation=activation),
        neurons("digit", "Dense", "hidden", (10,), (6, 10), activation="softmax"),
        neurons("is_digit", "Dense", "hidden", (1,), (6, 1), activation="sigmoid"),
    ]
    return Graph("small", layers, {"digit": "digit", "is_digit": "is_digit"})
