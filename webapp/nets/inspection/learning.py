"""One learning step on one drawing, in NumPy: loss, gradients of all weights, gradient descent.

loss       -ln p of the label: the categorical cross-entropy of the output `digit`
errors     p - target: the gradient at the ten logits, where backpropagation begins
gradient   of a weight: the gradient at the weighted sum of its neuron, times the weight's input
step       weight - rate * gradient, in a copy of the graph

The loss is that of the output `digit` alone, so the weights of the output `is_digit` do not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from webapp.errors import BadRequest, ModelError
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.nets.inspection.forward import Values, backward, forward, patches
from webapp.nets.inspection.graph import Graph, Layer


@dataclass(frozen=True, eq=False)
class Backpropagation:
    """The loss of one bitmap, and its gradient everywhere between the weights and the output `digit`.

    Attributes:
        sums, outputs: of the forward pass, by layer, (1, ...).
        loss: categorical cross-entropy.
        errors: probability minus target, float64 (10,).
        at_sums: gradient at the weighted sums, by layer, (1, units) or (1, rows, columns, units).
        kernels: gradient of the weights, by layer, each with the shape of the layer's kernel.
        biases: gradient of the biases, by layer, (units,).
    """

    sums: Values
    outputs: Values
    loss: float
    errors: np.ndarray
    at_sums: Values
    kernels: Values
    biases: Values


def backpropagate(
    graph: Graph, bitmap: np.ndarray, label: int, ablation: Ablation = NO_ABLATION
) -> Backpropagation:
    """Return the loss of a bitmap whose digit is `label`, and its gradient by every weight.

    Args:
        bitmap: uint8 (28, 28).

    Raises:
        ModelError: the output `digit` has another activation function than softmax.
    """
    if graph.digit.activation != "softmax":
        raise ModelError(f"expected softmax in the output digit, received {graph.digit.activation}")
    sums, outputs = forward(graph, bitmap[None], ablation)
    loss, errors = cross_entropy(sums[graph.digit.name][0], label)
    at_sums, kernels, biases = {}, {}, {}
    for layer, slope in backward(graph, sums, outputs, errors[None].astype(np.float32), ablation):
        if layer.has_neurons:
            at_sums[layer.name] = slope
            kernels[layer.name], biases[layer.name] = weight_gradient(layer, slope, outputs[layer.source])
    return Backpropagation(sums, outputs, loss, errors, at_sums, kernels, biases)


def cross_entropy(logits: np.ndarray, label: int) -> tuple[float, np.ndarray]:
    """Return -ln p of the label, and its gradient at the logits: probability minus target, float64 (10,)."""
    z = logits.astype(np.float64) - logits.max()
    exponentials = np.exp(z)
    total = exponentials.sum()
    return float(np.log(total) - z[label]), exponentials / total - np.eye(len(logits))[label]


def weight_gradient(layer: Layer, at_sums: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradient of a layer's kernel and biases: input times gradient at z, added up.

    A convolution uses each weight at every position of its feature map, so its terms add up over these.
    """
    slopes = at_sums.reshape(-1, layer.units)  # (positions, units)
    seen = inputs_of_sums(layer, inputs)  # (positions, inputs)
    return (seen.T @ slopes).reshape(layer.kernel.shape), slopes.sum(axis=0)


def inputs_of_sums(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Return what each weighted sum adds up: (positions, inputs); a dense layer has one position."""
    if layer.kind == "Conv2D":
        return patches(layer, inputs).reshape(-1, layer.kernel[..., 0].size)
    return inputs.reshape(-1, inputs.shape[-1])


def step(graph: Graph, found: Backpropagation, rate: float) -> Graph:
    """Return a copy of the graph after one step of gradient descent: each weight - rate * gradient."""
    layers = [_changed(layer, found, np.float32(rate)) for layer in graph.layers]
    return Graph(graph.name, layers, graph.outputs)


def _changed(layer: Layer, found: Backpropagation, rate: np.float32) -> Layer:
    if layer.name not in found.kernels:
        return layer
    bias = None if layer.bias is None else layer.bias - rate * found.biases[layer.name]
    return replace(layer, kernel=layer.kernel - rate * found.kernels[layer.name], bias=bias)


def steps(
    graph: Graph, bitmap: np.ndarray, label: int, rate: float, count: int, ablation: Ablation = NO_ABLATION
) -> Iterator[tuple[Graph, Backpropagation]]:
    """Yield the graph and its gradients before the first step and after each of `count` steps.

    Raises:
        BadRequest: the numbers grow beyond float32.
    """
    for _ in range(count + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # checked below
            found = backpropagate(graph, bitmap, label, ablation)
        largest = [float(np.abs(each).max()) for each in found.kernels.values()]
        if not np.isfinite([found.loss, *largest]).all():
            raise BadRequest(
                f"expected a learning rate at which all numbers stay finite, received {rate:g}",
                "With this learning rate the numbers grow without limit. Choose a smaller one.",
            )
        yield graph, found
        with np.errstate(over="ignore", invalid="ignore"):
            graph = step(graph, found, rate)
