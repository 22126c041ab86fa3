"""Values of one unit equal Keras, and its terms add up."""

import numpy as np
import pytest

from tests.nets.inspection.dequantization import exact
from tests.nets.inspection.models import inspected, keras_layer, model, some_ink
from webapp.errors import BadRequest, UnknownLayer
from webapp.nets.inspection.ablation import NO_ABLATION

pytestmark = pytest.mark.slow

TOLERANCE = 1e-4
INK = some_ink(2)


def unit_of(name: str, layer: str, unit: int, place=(None, None)) -> dict:
    return inspected(name).inspect_unit(INK, NO_ABLATION, layer, unit, place)["unit"]


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("linear", "digit"),
        ("deep", "hidden_1"),
        ("deep", "hidden_2"),
        ("conv", "hidden"),
        ("conv", "is_digit"),
    ],
)
def test_dense_unit_equals_keras(name, layer):
    unit = model(name).get_layer(layer).units - 1
    found = unit_of(name, layer, unit)
    total = float(exact(found["inputs"]).astype(float) @ exact(found["weights"])) + found["bias"]
    assert found["z"] == pytest.approx(total, abs=TOLERANCE)
    assert found["output"] == pytest.approx(keras_layer(name, layer, INK)[unit], abs=TOLERANCE)
    kernel, bias = model(name).get_layer(layer).get_weights()
    assert exact(found["weights"]) == pytest.approx(kernel[:, unit], abs=0)
    assert found["bias"] == pytest.approx(bias[unit], abs=1e-7)


@pytest.mark.parametrize("layer", ["conv_1", "conv_2", "conv_3", "conv_4"])
@pytest.mark.parametrize("place", [(0, 0), (2, 3), (4, 4)])
def test_conv_unit_equals_keras(layer, place):
    found = unit_of("conv", layer, 5, place)
    total = float(exact(found["patch"]).astype(float) @ exact(found["weights"])) + found["bias"]
    expected = keras_layer("conv", layer, INK)[*place, 5]
    assert found["z"] == pytest.approx(total, abs=TOLERANCE)
    assert found["output"] == pytest.approx(max(total, 0), abs=TOLERANCE)
    assert found["output"] == pytest.approx(expected, abs=TOLERANCE)


def test_conv_unit_defaults_to_its_strongest_position():
    found = unit_of("conv", "conv_3", 1)
    feature_map = keras_layer("conv", "conv_3", INK)[..., 1]
    assert feature_map[found["row"], found["column"]] == feature_map.max()
    assert exact(found["map"]) == pytest.approx(feature_map.ravel(), abs=TOLERANCE)


@pytest.mark.parametrize("layer", ["conv_1", "conv_2", "pool_2", "conv_3", "conv_4"])
def test_receptive_field_is_exact(layer):
    top, bottom, left, right = unit_of("conv", layer, 0, (2, 3))["field"]
    noise = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)
    changed = noise.copy()
    outside = np.ones((28, 28), bool)
    outside[top : bottom + 1, left : right + 1] = False
    changed[outside] = 255 - changed[outside]
    before, after = (keras_layer("conv", layer, bitmap)[2, 3] for bitmap in (noise, changed))
    assert after == pytest.approx(before, abs=TOLERANCE)
    changed[top], changed[:, right] = 255 - changed[top], 255 - changed[:, right]
    assert np.abs(keras_layer("conv", layer, changed)[2, 3] - before).max() > TOLERANCE


def test_pool_unit_is_the_largest_of_its_patch():
    found = unit_of("conv", "pool_1", 3, (5, 6))
    assert exact(found["patch"]).max() == found["output"]
    assert found["output"] == pytest.approx(keras_layer("conv", "pool_1", INK)[5, 6, 3], abs=TOLERANCE)


@pytest.mark.parametrize(
    ("layer", "unit", "place", "error", "message"),
    [
        ("hidden_9", 0, (None, None), UnknownLayer, "expected one of the layers bitmap, grey.*'hidden_9'"),
        (
            "flatten",
            0,
            (None, None),
            BadRequest,
            r"a layer whose units compute something \(conv_1.*'flatten'",
        ),
        ("conv_1", 16, (None, None), BadRequest, "expected a unit from 0 to 15 of conv_1, received 16"),
        ("conv_4", 0, (5, 0), BadRequest, "expected a row from 0 to 4 of conv_4, received 5"),
    ],
)
def test_unknown_unit_is_rejected(layer, unit, place, error, message):
    with pytest.raises(error, match=message):
        unit_of("conv", layer, unit, place)
