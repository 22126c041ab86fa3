"""The displayed code builds the displayed network when a new Python process runs it."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.nets.inspection.models import NAMES, inspected, model
from webapp.nets.inspection.graph import read_graph
from webapp.nets.inspection.keras_code import keras_lines
from webapp.training.tensorflow_setup import import_tensorflow

pytestmark = pytest.mark.slow

REPORT = """
import json
kinds = [[type(layer).__name__, layer.name, list(layer.output.shape[1:]), layer.count_params(),
          getattr(getattr(layer, "activation", None), "__name__", None)] for layer in model.layers]
print(json.dumps([model.name, kinds, sorted(model.output)]))
"""


@pytest.fixture(scope="module")
def built() -> dict:
    """What the lines of all networks build, by name, from one run of Python."""
    script = "\n".join(inspected(name).code + REPORT for name in NAMES)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    reports = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('["')]
    return {name: (layers, outputs) for name, layers, outputs in reports}


@pytest.mark.parametrize("name", NAMES)
def test_code_builds_the_same_layers(built, name):
    layers, outputs = built[name]
    assert layers == [
        [
            type(layer).__name__,
            layer.name,
            list(layer.output.shape[1:]),
            layer.count_params(),
            getattr(getattr(layer, "activation", None), "__name__", None),
        ]
        for layer in model(name).layers
    ]
    assert outputs == ["digit", "is_digit"]


def test_code_omits_default_arguments():
    code = inspected("deep").code
    assert 'hidden_1 = layers.Dense(128, activation="relu", name="hidden_1")(flatten)' in code
    assert 'grey = layers.Rescaling(1 / 255, name="grey")(bitmap)' in code


def test_code_shows_arguments_that_are_not_the_default(tmp_path):
    import_tensorflow()
    import keras

    from webapp.lab.training.network import step

    layers = keras.layers
    x = inputs = layers.Input((28, 28, 1), name="bitmap")
    for layer in (
        layers.Rescaling(1 / 127.5, offset=-1, name="grey"),
        layers.Conv2D(4, 3, padding="same", use_bias=False, name="maps"),
        layers.MaxPooling2D(3, strides=2, padding="same", name="pool"),
        layers.Flatten(name="flat"),
        layers.Dense(8, activation=step, name="hidden"),
        layers.Dense(10, activation="softmax", name="digit"),
    ):
        x = layer(x)
    keras.Model(inputs, {"digit": x}, name="odd").save(tmp_path / "odd.keras")
    code = keras_lines(read_graph(tmp_path / "odd.keras"))
    assert "layers.Rescaling(0.00784313725490196, offset=-1, name=" in code
    assert 'padding="same", activation="linear", use_bias=False, name="maps")' in code
    assert 'layers.MaxPooling2D(3, strides=2, padding="same", name="pool")' in code
    assert 'layers.Dense(8, activation=step, name="hidden")' in code
    built: dict = {}
    exec(code, built)  # noqa: S102, the code of this test's own network
    assert built["model"].get_layer("hidden").activation(np.array([-1.0, 2.0])).numpy().tolist() == [0, 1]
    assert built["model"].count_params() == keras.saving.load_model(tmp_path / "odd.keras").count_params()
