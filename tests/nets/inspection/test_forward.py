"""Every layer's output is Keras's own: vectors to 1e-4, pictures to half a step of their scale."""

import json

import numpy as np
import pytest

from tests.nets.inspection.dequantization import picture
from tests.nets.inspection.models import NAMES, inspected, keras_layer, model, some_ink
from webapp.nets.inspection.ablation import NO_ABLATION

pytestmark = pytest.mark.slow

TOLERANCE = 1e-4
MAX_IMPORT = 60_000


@pytest.mark.parametrize("name", NAMES)
def test_inspection_predictions_equal_keras(name):
    found = inspected(name).inspect(some_ink(), NO_ABLATION)
    expected = model(name)(some_ink()[None].astype(np.float32), training=False)
    assert found["probabilities"] == pytest.approx(np.asarray(expected["digit"])[0], abs=TOLERANCE)
    assert found["is_digit"] == pytest.approx(float(expected["is_digit"][0, 0]), abs=TOLERANCE)
    exponentials = np.exp(found["logits"])
    assert exponentials / exponentials.sum() == pytest.approx(found["probabilities"], abs=TOLERANCE)


@pytest.mark.parametrize("name", NAMES)
def test_inspection_layers_equal_keras(name):
    layers = inspected(name).inspect(some_ink(1), NO_ABLATION)["layers"]
    assert [layer["name"] for layer in layers] == [layer.name for layer in model(name).layers]
    compared = 0
    for layer in layers:
        expected = keras_layer(name, layer["name"], some_ink(1))
        assert tuple(layer["shape"]) == expected.shape
        if "numbers" in layer:
            assert layer["numbers"] == pytest.approx(expected, abs=TOLERANCE)
        elif "bytes" in layer:
            assert np.abs(picture(layer) - expected).max() <= layer["scale"] / 2 + TOLERANCE
        compared += "numbers" in layer or "bytes" in layer
    assert compared == {"linear": 2, "shallow": 3, "deep": 4, "conv": 7}[name]


def test_inspection_reports_the_source_of_pooling():
    layers = {layer["name"]: layer for layer in inspected("conv").inspect(some_ink(), NO_ABLATION)["layers"]}
    maps = picture(layers["conv_1"]).reshape(14, 2, 14, 2, 16).max(axis=(1, 3))
    expected = keras_layer("conv", "pool_1", some_ink())
    assert (layers["pool_1"]["source"], layers["pool_1"]["pool"]) == ("conv_1", [2, 2])
    assert np.abs(maps - expected).max() <= layers["conv_1"]["scale"] / 2 + TOLERANCE


def test_inspection_of_conv_is_small():
    noise = np.random.default_rng(0).integers(1, 256, (28, 28)).astype(np.uint8)
    assert len(json.dumps(inspected("conv").inspect(noise, NO_ABLATION))) <= MAX_IMPORT
