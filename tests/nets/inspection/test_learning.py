"""Loss and gradients equal numeric differences and Keras; steps lower the loss in a copy of the graph."""

from dataclasses import replace

import numpy as np
import pytest

from tests.nets.inspection.models import NAMES, inspected, model, some_ink
from tests.nets.inspection.small_graph import small_graph
from webapp.errors import BadRequest, ModelError
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.nets.inspection.graph import Graph
from webapp.nets.inspection.learning import backpropagate, cross_entropy, step, steps

TOLERANCE = 1e-4  # of the largest gradient of an array
NUDGE = 1e-5
LABEL = 7
TAUGHT = ["conv_1", "conv_2", "hidden", "digit"]


def with_layer(graph: Graph, name: str, **changes) -> Graph:
    """Return the graph with another kernel or bias in one layer."""
    layers = [replace(layer, **changes) if layer.name == name else layer for layer in graph.layers]
    return Graph(graph.name, layers, graph.outputs)


def numeric_gradient(graph: Graph, name: str, part: str, ablation: Ablation = NO_ABLATION) -> np.ndarray:
    """Return the change of the loss by each weight ("kernel") or bias ("bias") of a layer."""
    values = getattr(graph[name], part)
    gradient = np.zeros_like(values)
    for index in np.ndindex(values.shape):
        nudge = np.zeros_like(values)
        nudge[index] = NUDGE
        up, down = (
            backpropagate(
                with_layer(graph, name, **{part: values + sign * nudge}), some_ink(), LABEL, ablation
            ).loss
            for sign in (1, -1)
        )
        gradient[index] = (up - down) / (2 * NUDGE)
    return gradient


def assert_equal(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    assert np.abs(expected).max() > 0
    assert np.abs(found - expected).max() <= TOLERANCE * np.abs(expected).max()


@pytest.mark.parametrize("name", [*TAUGHT[:2], TAUGHT[3]])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_gradients_of_weights_equal_numeric_differences(name, activation):
    graph = small_graph(activation)
    found = backpropagate(graph, some_ink(), LABEL)
    assert_equal(found.kernels[name], numeric_gradient(graph, name, "kernel"))


@pytest.mark.parametrize("name", TAUGHT)
def test_gradients_of_biases_equal_numeric_differences(name):
    found = backpropagate(small_graph(), some_ink(), LABEL)
    assert_equal(found.biases[name], numeric_gradient(small_graph(), name, "bias"))


def test_gradients_with_ablation_equal_numeric_differences():
    graph, ablation = small_graph(), Ablation(frozenset({("conv_2", 1)}), frozenset({"hidden"}))
    found = backpropagate(graph, some_ink(), LABEL, ablation)
    assert_equal(found.biases["conv_2"], numeric_gradient(graph, "conv_2", "bias", ablation))
    assert found.biases["conv_2"][1] == 0


def test_errors_are_probability_minus_target():
    found = backpropagate(small_graph(), some_ink(), LABEL)
    expected = found.outputs["digit"][0] - np.eye(10)[LABEL]
    assert found.errors == pytest.approx(expected, abs=1e-9)
    assert found.errors.sum() == pytest.approx(0, abs=1e-12)
    assert found.loss == pytest.approx(-np.log(found.outputs["digit"][0, LABEL]))


def test_cross_entropy_is_exact_for_a_sure_network():
    loss, errors = cross_entropy(np.float32([0, 0, 0, 0, 0, 0, 0, 30, 0, 0]), LABEL)
    assert loss == pytest.approx(9 * np.exp(-30), rel=1e-2)
    assert errors[LABEL] == pytest.approx(-9 * np.exp(-30), rel=1e-2)
    assert cross_entropy(np.float32([0] * 9 + [2000]), LABEL)[0] == 2000


def test_output_is_digit_is_not_taught():
    graph = small_graph()
    changed = step(graph, backpropagate(graph, some_ink(), LABEL), 0.1)
    assert sorted(backpropagate(graph, some_ink(), LABEL).kernels) == sorted(TAUGHT)
    assert changed["is_digit"] is graph["is_digit"]


def test_step_subtracts_rate_times_gradient_in_a_copy():
    graph = small_graph()
    before = graph["hidden"].kernel.copy()
    found = backpropagate(graph, some_ink(), LABEL)
    changed = step(graph, found, 0.25)
    assert changed["hidden"].kernel == pytest.approx(before - 0.25 * found.kernels["hidden"])
    assert changed["hidden"].bias == pytest.approx(graph["hidden"].bias - 0.25 * found.biases["hidden"])
    assert (graph["hidden"].kernel == before).all()


def test_each_step_lowers_the_loss():
    losses = [found.loss for _, found in steps(small_graph(), some_ink(), LABEL, 0.01, 5)]
    assert len(losses) == 6
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


def test_steps_without_bound_are_rejected():
    graph = with_layer(small_graph(), "digit", kernel=np.full((6, 10), np.inf))
    with pytest.raises(BadRequest, match="at which all numbers stay finite, received 0.5"):
        list(steps(graph, some_ink(), LABEL, 0.5, 2))


def test_output_without_softmax_is_rejected():
    graph = with_layer(small_graph(), "digit", config={"activation": "linear"})
    with pytest.raises(ModelError, match="expected softmax in the output digit, received linear"):
        backpropagate(graph, some_ink(), LABEL)


@pytest.mark.slow
@pytest.mark.parametrize("label", [LABEL, 0])
@pytest.mark.parametrize("name", NAMES)
def test_gradients_equal_gradient_tape_of_keras(name, label):
    loss, gradients = keras_gradients(name, some_ink(), label)
    found = backpropagate(inspected(name).graph, some_ink(), label)
    assert found.loss == pytest.approx(loss, rel=TOLERANCE)
    assert found.kernels.keys() == gradients.keys()
    for layer, (kernel, bias) in gradients.items():
        assert_equal(found.kernels[layer], kernel)
        assert_equal(found.biases[layer], bias)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_changed_network_equals_keras_after_sgd(name):
    import keras

    copy = keras.models.clone_model(model(name))
    copy.set_weights(model(name).get_weights())
    _, gradients = keras_gradients(name, some_ink(), LABEL)
    for layer, parts in gradients.items():
        before = copy.get_layer(layer).get_weights()
        copy.get_layer(layer).set_weights(
            [value - 0.05 * part for value, part in zip(before, parts, strict=True)]
        )
    expected = np.asarray(copy(some_ink()[None].astype(np.float32), training=False)["digit"])[0]
    found = inspected(name).learn(some_ink(), NO_ABLATION, LABEL, 0.05, 1)
    assert found["after"]["probabilities"] == pytest.approx(expected, abs=TOLERANCE)
    assert found["after"]["probabilities"][LABEL] > found["before"]["probabilities"][LABEL]


def keras_gradients(name: str, bitmap: np.ndarray, label: int) -> tuple[float, dict]:
    """Return Keras's loss, and the gradient of each taught layer's kernel and bias."""
    import keras
    import tensorflow as tf

    layers = [layer for layer in model(name).layers if layer.weights and layer.name != "is_digit"]
    with tf.GradientTape() as tape:
        outputs = model(name)(bitmap[None].astype(np.float32), training=False)
        loss = keras.losses.SparseCategoricalCrossentropy()(np.array([label]), outputs["digit"])
    found = tape.gradient(loss, [[layer.kernel, layer.bias] for layer in layers])
    parts = [[np.asarray(part) for part in parts] for parts in found]
    return float(loss), dict(zip([layer.name for layer in layers], parts, strict=True))
