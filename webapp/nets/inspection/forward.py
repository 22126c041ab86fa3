"""The network in plain NumPy: the forward pass layer by layer, and the gradient back to the pixels.

A neuron is the weighted sum z of its inputs plus a bias, put through an activation function. A dense layer
multiplies all inputs with a matrix; a convolution does the same with every patch of its input. Arrays have
the batch first: (n, 28, 28) for bitmaps, (n, rows, columns, channels) for feature maps, (n, units) for
vectors.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from webapp.errors import ModelError
from webapp.nets.inspection.ablation import NOTHING, Ablation
from webapp.nets.inspection.graph import Graph, Layer, window

Values = dict[str, np.ndarray]  # by layer


def forward(graph: Graph, bitmaps: np.ndarray, ablation: Ablation = NOTHING) -> tuple[Values, Values]:
    """Return the weighted sums z and the outputs of every layer.

    Args:
        bitmaps: (n, 28, 28) with values from 0 to 255.
        ablation: the neurons and activation functions to leave out.
    """
    sums: Values = {}
    outputs: Values = {}
    for layer in graph.layers:
        if layer.source is None:
            outputs[layer.name] = bitmaps.astype(np.float32)
        elif layer.has_neurons:
            sums[layer.name] = z = weighted_sum(layer, outputs[layer.source])
            is_linear = layer.name in ablation.linear
            outputs[layer.name] = (z if is_linear else activate(layer, z)) * ablation.kept_units(layer)
        else:
            outputs[layer.name] = PASSING[layer.kind](layer, outputs[layer.source])
    return sums, outputs


def gradient(
    graph: Graph, bitmaps: np.ndarray, direction: np.ndarray, ablation: Ablation = NOTHING
) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits times `direction` (10,), float32 (n,), and their slope at each pixel, (n, 28, 28).

    Backpropagation: from the digit's logits, each layer turns the slope at its output into the slope at its
        input.
    """
    sums, outputs = forward(graph, bitmaps, ablation)
    layer = graph.digit
    slope = np.broadcast_to(direction.astype(np.float32), sums[layer.name].shape)  # at the logits
    while layer.source is not None:
        if layer.has_neurons and layer.is_hidden:
            slope = slope * ablation.kept_units(layer)
            if layer.name not in ablation.linear:
                slope = slope * derivative(layer, sums[layer.name])
        slope = BACKWARD[layer.kind](layer, slope, outputs[layer.source])
        layer = graph[layer.source]
    return sums[graph.digit.name] @ direction.astype(np.float32), slope


def weighted_sum(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Return z, what a layer of neurons gives before its activation function."""
    if layer.kind == "Conv2D":
        kernel = layer.kernel.reshape(-1, layer.units)  # (patch rows * patch columns * channels, units)
        z = patches(layer, inputs).reshape(-1, len(kernel)) @ kernel  # (n * rows * columns, units)
        z = z.reshape(len(inputs), *layer.shape)
    else:
        z = inputs @ layer.kernel
    return z if layer.bias is None else z + layer.bias


def patches(layer: Layer, inputs: np.ndarray, beyond: float = 0.0) -> np.ndarray:
    """Return every patch that a layer looks at: (n, rows, columns, patch rows, patch columns, channels)."""
    (height, width), (down, right) = window(layer.kind, layer.config)
    padded = np.pad(inputs, [(0, 0), *padding(layer, inputs.shape), (0, 0)], constant_values=beyond)
    views = sliding_window_view(padded, (height, width), axis=(1, 2))[:, ::down, ::right]
    return views.transpose(0, 1, 2, 4, 5, 3)


def padding(layer: Layer, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return how many rows and columns are added around feature maps of a shape (n, rows, columns,
    channels)."""
    if layer.config["padding"] != "same":
        return [(0, 0), (0, 0)]
    size, strides = window(layer.kind, layer.config)
    missing = [
        max((-(-length // step) - 1) * step + part - length, 0)
        for length, part, step in zip(shape[1:3], size, strides, strict=True)
    ]
    return [(count // 2, count - count // 2) for count in missing]


def pool(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Return the largest value of every patch, for each channel."""
    return patches(layer, inputs, beyond=-np.inf).max(axis=(3, 4))


# Activation functions: what they do to z, and their slope at z.
def _softmax(z: np.ndarray) -> np.ndarray:
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _elu(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "elu": (_elu, lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0)))),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.2 * z), lambda z: np.where(z > 0, 1, 0.2).astype(z.dtype)),
    "softplus": (lambda z: np.logaddexp(z, 0), _sigmoid),
}


def activate(layer: Layer, z: np.ndarray) -> np.ndarray:
    """Return the activation function of `layer` at z. Raises ModelError for an unknown one."""
    name = layer.activation or "linear"
    if name == "softmax":
        return _softmax(z)
    return _activation(name)[0](z)


def derivative(layer: Layer, z: np.ndarray) -> np.ndarray:
    """Return the slope of the activation function of `layer` at z. Raises ModelError for an unknown one."""
    return _activation(layer.activation or "linear")[1](z)


def _activation(name: str) -> tuple[Callable, Callable]:
    if name not in ACTIVATIONS:
        raise ModelError(f"expected an activation function of {', '.join(ACTIVATIONS)}, received {name}")
    return ACTIVATIONS[name]


# Layers without neurons: what they do, and for all kinds the slope at the input from the slope at the output.
PASSING: dict[str, Callable[[Layer, np.ndarray], np.ndarray]] = {
    "Rescaling": lambda layer, x: x * np.float32(layer.config["scale"]) + np.float32(layer.config["offset"]),
    "Flatten": lambda layer, x: x.reshape(len(x), -1),
    "Reshape": lambda layer, x: x.reshape(len(x), *layer.shape),
    "Dropout": lambda layer, x: x,
    "MaxPooling2D": pool,
}


def _conv_backward(layer: Layer, slope: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    (height, width), _ = window(layer.kind, layer.config)
    of_patches = slope.reshape(-1, layer.units) @ layer.kernel.reshape(-1, layer.units).T
    return _add_patches(layer, of_patches.reshape(*slope.shape[:3], height, width, -1), inputs)


def _pool_backward(layer: Layer, slope: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    found = patches(layer, inputs, beyond=-np.inf)  # (n, rows, columns, patch rows, patch columns, channels)
    flat = found.reshape(*found.shape[:3], -1, found.shape[-1])
    is_largest = np.arange(flat.shape[3])[:, None] == flat.argmax(axis=3)[:, :, :, None]
    return _add_patches(layer, (slope[:, :, :, None] * is_largest).reshape(found.shape), inputs)


def _add_patches(layer: Layer, of_patches: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Add up the slopes of all patches at the pixels that they share."""
    (height, width), (down, right) = window(layer.kind, layer.config)
    (top, bottom), (left, rest) = padding(layer, inputs.shape)
    count, rows, columns = of_patches.shape[:3]
    n, input_rows, input_columns, channels = inputs.shape
    total = np.zeros((n, input_rows + top + bottom, input_columns + left + rest, channels), np.float32)
    for row in range(height):
        for column in range(width):
            total[:, row : row + rows * down : down, column : column + columns * right : right] += of_patches[
                :, :, :, row, column
            ]
    return total[:, top : top + input_rows, left : left + input_columns]


BACKWARD: dict[str, Callable[[Layer, np.ndarray, np.ndarray], np.ndarray]] = {
    "Dense": lambda layer, slope, inputs: slope @ layer.kernel.T,
    "Conv2D": _conv_backward,
    "MaxPooling2D": _pool_backward,
    "Rescaling": lambda layer, slope, inputs: slope * np.float32(layer.config["scale"]),
    "Flatten": lambda layer, slope, inputs: slope.reshape(inputs.shape),
    "Reshape": lambda layer, slope, inputs: slope.reshape(inputs.shape),
    "Dropout": lambda layer, slope, inputs: slope,
}
