"""Inputs, outputs, parameters and layers of the four architectures."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # builds Keras models
NAMES = ["linear", "shallow", "deep", "conv"]


def build(name: str, normalize: bool = False):
    from webapp.nets.architectures import ARCHITECTURES

    return ARCHITECTURES[name](normalize)


@pytest.mark.parametrize("name", NAMES)
def test_network_has_two_outputs(name):
    answers = build(name)(np.full((3, 28, 28), 255, np.float32), training=False)
    digit, is_digit = np.asarray(answers["digit"]), np.asarray(answers["is_digit"])
    assert digit.shape == (3, 10)
    assert digit.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert is_digit.shape == (3, 1)
    assert is_digit.min() >= 0
    assert is_digit.max() <= 1


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("linear", 784 * 11 + 11),
        ("shallow", 784 * 128 + 128 + 128 * 11 + 11),
        ("deep", 784 * 128 + 128 + 128 * 128 + 128 + 128 * 11 + 11),
    ],
)
def test_network_has_the_expected_parameters(name, parameters):
    assert build(name).count_params() == parameters


def test_architectures_are_sorted_by_parameters():
    from webapp.nets.architectures import ARCHITECTURES

    counts = [build(name).count_params() for name in ARCHITECTURES]
    assert list(ARCHITECTURES) == NAMES
    assert counts == sorted(counts)
    assert counts[-1] < 500_000


@pytest.mark.parametrize("name", NAMES)
def test_network_has_the_hidden_layers_of_its_card(name):
    from webapp.training.card import DESCRIPTIONS

    hidden = [
        layer for layer in build(name).layers if layer.weights and layer.name not in ("digit", "is_digit")
    ]
    assert len(hidden) == DESCRIPTIONS[name][1]
    assert all(layer.activation.__name__ == "relu" for layer in hidden)


@pytest.mark.parametrize("name", NAMES[1:])
def test_normalized_network_contains_the_plain_layers(name):
    plain, normalized = build(name), build(name, normalize=True)
    names = {layer.name for layer in normalized.layers}
    with_weights = {layer.name for layer in plain.layers if layer.weights}
    assert with_weights <= names
    assert {f"{layer}_norm" for layer in with_weights - {"digit", "is_digit"}} <= names
