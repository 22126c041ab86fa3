"""Forward pass and gradient of a network in NumPy.

A neuron is the weighted sum z of its inputs plus a bias, put through an activation function. A dense layer
multiplies all inputs by a matrix; a convolution does the same with every patch of its input. The batch is the
first axis: (n, 28, 28) for bitmaps, (n, rows, columns, channels) for feature maps, (n, units) for vectors.
"""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from webapp.errors import ModelError
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.nets.inspection.graph import Graph, Layer, window

Values = dict[str, np.ndarray]  # by layer


def forward(graph: Graph, bitmaps: np.ndarray, ablation: Ablation = NO_ABLATION) -> tuple[Values, Values]:
    """Return the weighted sums z and the outputs of every layer.

    Args:
        bitmaps: (n, 28, 28) with values from 0 to 255.
    """
    sums: Values = {}
    outputs: Values = {}
    for layer in graph.layers:
        if not layer.source:
            outputs[layer.name] = bitmaps.astype(np.float32)
        elif layer.has_neurons:
            sums[layer.name] = z = weighted_sum(layer, outputs[layer.source])
            is_linear = layer.name in ablation.linear
            outputs[layer.name] = (z if is_linear else activate(layer, z)) * ablation.kept_units(layer)
        else:
            outputs[layer.name] = WITHOUT_NEURONS[layer.kind](layer, outputs[layer.source])
    return sums, outputs


def gradient(
    graph: Graph, bitmaps: np.ndarray, direction: np.ndarray, ablation: Ablation = NO_ABLATION
) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits times `direction` (10,), float32 (n,), and the gradient by pixel, (n, 28, 28).

    Backpropagation: each layer turns the gradient at its output into the gradient at its input.
    """
    sums, outputs = forward(graph, bitmaps, ablation)
    logits, direction = sums[graph.digit.name], direction.astype(np.float32)
    walk = backward(graph, sums, outputs, np.broadcast_to(direction, logits.shape), ablation)
    ((_, by_pixel),) = deque(walk, maxlen=1)  # the last layer is the input
    return logits @ direction, by_pixel


def backward(
    graph: Graph, sums: Values, outputs: Values, slope: np.ndarray, ablation: Ablation = NO_ABLATION
) -> Iterator[tuple[Layer, np.ndarray]]:
    """Yield the layers from the output `digit` back to the input, each with a gradient.

    Of layers with neurons it is the gradient at their weighted sums z, of others at their outputs.

    Args:
        sums, outputs: what `forward` returns.
        slope: the gradient at the logits, float32 (n, 10).
    """
    layer = graph.digit
    while True:
        if layer.is_hidden:
            slope = slope * activation_slope(layer, sums[layer.name], ablation)
        yield layer, slope
        if not layer.source:
            return
        slope = BACKWARD[layer.kind](layer, slope, outputs[layer.source])
        layer = graph[layer.source]


def activation_slope(layer: Layer, z: np.ndarray, ablation: Ablation = NO_ABLATION) -> np.ndarray:
    """Return the slope of each unit's output at its weighted sum z; 0 for units that are switched off."""
    is_linear = layer.name in ablation.linear
    return (np.ones_like(z) if is_linear else derivative(layer, z)) * ablation.kept_units(layer)


def weighted_sum(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Return the weighted sums z of a layer, before its activation function."""
    if layer.kind == "Conv2D":
        kernel = layer.kernel.reshape(-1, layer.units)  # (patch rows * patch columns * channels, units)
        z = patches(layer, inputs).reshape(-1, len(kernel)) @ kernel  # (n * rows * columns, units)
        z = z.reshape(len(inputs), *layer.shape)
    else:
        z = inputs @ layer.kernel
    return z if layer.bias is None else z + layer.bias


def patches(layer: Layer, inputs: np.ndarray, pad_value: float = 0.0) -> np.ndarray:
    """Return all patches of the inputs: (n, rows, columns, patch rows, patch columns, channels)."""
    (height, width), (down, right) = window(layer.kind, layer.config)
    padded = np.pad(inputs, [(0, 0), *padding(layer, inputs.shape), (0, 0)], constant_values=pad_value)
    views = sliding_window_view(padded, (height, width), axis=(1, 2))[:, ::down, ::right]
    return views.transpose(0, 1, 2, 4, 5, 3)


def padding(layer: Layer, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the rows and columns added before and after inputs of a shape (n, rows, columns, channels)."""
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
    return patches(layer, inputs, pad_value=-np.inf).max(axis=(3, 4))


def _softmax(z: np.ndarray) -> np.ndarray:
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _elu(z: np.ndarray) -> np.ndarray:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


# Activation functions and their derivatives.
ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "elu": (_elu, lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0)))),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.2 * z), lambda z: np.where(z > 0, 1, 0.2).astype(z.dtype)),
    "step": (lambda z: (z > 0).astype(z.dtype), np.zeros_like),
    "softplus": (lambda z: np.logaddexp(z, 0), _sigmoid),
}


def activate(layer: Layer, z: np.ndarray) -> np.ndarray:
    """Return the activation of `layer` at z. Raises ModelError for an unknown function."""
    name = layer.activation or "linear"
    if name == "softmax":
        return _softmax(z)
    return _activation(name)[0](z)


def derivative(layer: Layer, z: np.ndarray) -> np.ndarray:
    """Return the derivative of the activation of `layer` at z. Raises ModelError for an unknown one."""
    return _activation(layer.activation or "linear")[1](z)


def _activation(name: str) -> tuple[Callable, Callable]:
    if name not in ACTIVATIONS:
        raise ModelError(f"expected an activation function of {', '.join(ACTIVATIONS)}, received {name}")
    return ACTIVATIONS[name]


# The forward pass of layers without neurons.
WITHOUT_NEURONS: dict[str, Callable[[Layer, np.ndarray], np.ndarray]] = {
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
    return _add_patches(layer, slope[:, :, :, None, None] * is_largest(layer, inputs), inputs)


def is_largest(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Return whether a value is the one that pooling keeps of its patch, bool with the shape of `patches`."""
    found = patches(layer, inputs, pad_value=-np.inf)
    flat = found.reshape(*found.shape[:3], -1, found.shape[-1])
    return (np.arange(flat.shape[3])[:, None] == flat.argmax(axis=3)[:, :, :, None]).reshape(found.shape)


def _add_patches(layer: Layer, of_patches: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Add up the gradients of all patches at the pixels that they share."""
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


# The gradient at a layer's input from the gradient at its output.
BACKWARD: dict[str, Callable[[Layer, np.ndarray, np.ndarray], np.ndarray]] = {
    "Dense": lambda layer, slope, inputs: slope @ layer.kernel.T,
    "Conv2D": _conv_backward,
    "MaxPooling2D": _pool_backward,
    "Rescaling": lambda layer, slope, inputs: slope * np.float32(layer.config["scale"]),
    "Flatten": lambda layer, slope, inputs: slope.reshape(inputs.shape),
    "Reshape": lambda layer, slope, inputs: slope.reshape(inputs.shape),
    "Dropout": lambda layer, slope, inputs: slope,
}
