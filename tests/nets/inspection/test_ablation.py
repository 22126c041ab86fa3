"""Ablated units and linearized layers equal Keras with modified weights."""

import numpy as np
import pytest

from tests.nets.inspection.models import inspected, model, some_ink
from webapp.errors import BadRequest, UnknownLayer
from webapp.nets.inspection.ablation import NO_ABLATION, Ablation
from webapp.routes.inspect import parse_ablation

pytestmark = pytest.mark.slow


def parse(name: str, off: str = "", linear: str = "") -> Ablation:
    return parse_ablation(off, linear, inspected(name).graph)


@pytest.mark.parametrize(("name", "layer"), [("deep", "hidden_1"), ("conv", "conv_2"), ("conv", "hidden")])
def test_ablated_unit_equals_keras_without_its_weights(name, layer):
    import keras

    off = ",".join(f"{layer}.{unit}" for unit in range(8))
    found = inspected(name).inspect(some_ink(), parse(name, off=off))
    maimed = keras.models.clone_model(model(name))
    maimed.set_weights(model(name).get_weights())
    kernel, bias = maimed.get_layer(layer).get_weights()
    kernel[..., :8], bias[:8] = 0, 0  # relu(0) is 0: off
    maimed.get_layer(layer).set_weights([kernel, bias])
    expected = np.asarray(maimed(some_ink()[None].astype(np.float32))["digit"])[0]
    assert found["probabilities"] == pytest.approx(expected, abs=1e-5)
    whole = inspected(name).inspect(some_ink(), NO_ABLATION)
    assert np.abs(np.subtract(found["logits"], whole["logits"])).max() > 1e-4


def test_ablated_unit_is_described_as_it_computes():
    def describe(**ablation: str) -> dict:
        ablated = parse("deep", **ablation)
        return inspected("deep").inspect_unit(some_ink(), ablated, "hidden_1", 3)["unit"]

    whole, off, linear = describe(), describe(off="hidden_1.3"), describe(linear="hidden_1")
    assert (whole["is_off"], whole["activation"]) == (False, "relu")
    assert (off["is_off"], off["activation"], off["output"], off["z"]) == (True, "relu", 0, whole["z"])
    assert (linear["is_off"], linear["activation"], linear["output"]) == (False, None, linear["z"])


@pytest.mark.parametrize("name", ["shallow", "deep"])
def test_network_without_activation_functions_is_linear(name):
    hidden = ",".join(step.name for step in inspected(name).graph.hidden)
    one, other = (some_ink(seed).astype(np.uint8) // 2 for seed in (1, 2))
    bitmaps = np.stack([one + other, one, other, 0 * one])

    def bend(ablation: Ablation) -> float:
        both, first, second, blank = inspected(name).logits(bitmaps, ablation)
        return float(np.abs(both - first - second + blank).max())

    assert bend(parse(name, linear=hidden)) < 1e-4
    assert bend(NO_ABLATION) > 0.01


@pytest.mark.parametrize(
    ("off", "linear", "error", "message"),
    [
        ("hidden_1", "", BadRequest, "expected neurons to switch off as layer.number, received 'hidden_1'"),
        ("hidden_1.-3", "", BadRequest, "as layer.number, received 'hidden_1.-3'"),
        ("hidden_1.128", "", BadRequest, "expected a unit from 0 to 127 of hidden_1, received 128"),
        ("nowhere.1", "", UnknownLayer, "expected one of the layers bitmap"),
        ("digit.1", "", BadRequest, r"expected a hidden layer \(hidden_1, hidden_2\), received 'digit'"),
        ("", "flatten", BadRequest, r"expected a hidden layer \(hidden_1, hidden_2\), received 'flatten'"),
        ("hidden_1.1," * 2001, "", BadRequest, "expected at most 2,000 names, received 2,001"),
    ],
)
def test_invalid_ablation_is_rejected(off, linear, error, message):
    with pytest.raises(error, match=message):
        parse("deep", off, linear)


def test_ablation_without_hidden_layer_is_rejected():
    with pytest.raises(BadRequest, match="this network has no hidden layer"):
        parse("linear", linear="digit")
