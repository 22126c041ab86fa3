"""The four networks are what the ladder says of them."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # builds Keras models
NAMES = ["linear", "shallow", "deep", "conv"]


def build(name: str, normalise: bool = False):
    from webapp.nets.architectures import LADDER

    return LADDER[name](normalise)


@pytest.mark.parametrize("name", NAMES)
def test_network_takes_bitmaps_and_gives_two_answers(name):
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
def test_network_has_the_parameters_that_its_layers_need(name, parameters):
    assert build(name).count_params() == parameters


def test_ladder_goes_from_the_fewest_parameters_to_the_most():
    from webapp.nets.architectures import LADDER

    counts = [build(name).count_params() for name in LADDER]
    assert list(LADDER) == NAMES
    assert counts == sorted(counts)
    assert counts[-1] < 500_000


@pytest.mark.parametrize("name", NAMES)
def test_network_has_as_many_hidden_layers_as_its_card_says(name):
    from webapp.training.card import ABOUT

    hidden = [
        layer for layer in build(name).layers if layer.weights and layer.name not in ("digit", "is_digit")
    ]
    assert len(hidden) == ABOUT[name][1]
    assert all(layer.activation.__name__ == "relu" for layer in hidden)


@pytest.mark.parametrize("name", NAMES[1:])
def test_normalised_network_has_the_plain_one_s_layers_by_name(name):
    plain, normalised = build(name), build(name, normalise=True)
    names = {layer.name for layer in normalised.layers}
    with_weights = {layer.name for layer in plain.layers if layer.weights}
    assert with_weights <= names
    assert {f"{layer}_norm" for layer in with_weights - {"digit", "is_digit"}} <= names
