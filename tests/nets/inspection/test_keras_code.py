"""The displayed code builds the displayed network when a new Python process runs it."""

import json
import subprocess
import sys

import pytest

from tests.nets.inspection.models import NAMES, inspected, model

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
