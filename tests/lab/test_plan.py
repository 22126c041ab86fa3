"""Layers, parameters and warnings of a spec."""

from dataclasses import replace

import pytest

from webapp.errors import BadSpec
from webapp.lab.plan import plan, warnings_for
from webapp.lab.presets import PRESETS
from webapp.lab.spec import CONV, HiddenLayer, LabSpec

PARAMETERS = {"linear": 7_850, "shallow": 101_770, "deep": 118_282, "conv": 26_826}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_parameters_are_counted(preset):
    assert sum(layer.parameters for layer in plan(preset.spec)) == PARAMETERS[preset.name]


def test_names_and_shapes_follow_the_layers():
    layers = plan(next(preset.spec for preset in PRESETS if preset.name == "conv"))
    assert [(layer.name, layer.shape) for layer in layers] == [
        ("conv_1", (14, 14, 8)),
        ("conv_2", (7, 7, 16)),
        ("hidden_1", (32,)),
        ("digit", (10,)),
    ]


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ((HiddenLayer(units=2048), HiddenLayer(units=2048)), "layers.1.units"),
        ((HiddenLayer(CONV, 2, pool=True),) * 5, "layers.4.pool"),
        ((HiddenLayer(CONV, 2048, size=9, pool=False),), "layers.0.units"),
    ],
)
def test_impossible_network_is_an_error_of_its_layer(layers, field):
    with pytest.raises(BadSpec) as caught:
        plan(LabSpec(layers=layers))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("spec", "field", "word"),
    [
        (LabSpec(layers=(HiddenLayer(activation="step"),)), "layers.0.activation", "slope"),
        (LabSpec(layers=(HiddenLayer(), HiddenLayer(activation="none"))), "layers.1.activation", "linear"),
        (LabSpec(layers=(HiddenLayer(CONV, activation="none"),)), "layers.0.activation", "max pooling"),
        (
            LabSpec(layers=(HiddenLayer(CONV, activation="none", pool=False),)),
            "layers.0.activation",
            "one linear",
        ),
        (LabSpec(layers=(HiddenLayer(units=2),)), "layers.0.units", "bottleneck"),
        (LabSpec(layers=(HiddenLayer(dropout=0.9),)), "layers.0.dropout", "dropped"),
        (LabSpec(layers=(HiddenLayer(activation="sigmoid"),) * 3), "layers", "Sigmoid"),
        (LabSpec(learning_rate=0.5), "learning_rate", "high"),
        (LabSpec(learning_rate=1e-6), "learning_rate", "low"),
        (LabSpec(optimizer="sgd", learning_rate=1e-3), "learning_rate", "low"),
        (LabSpec(samples=100), "samples", "by heart"),
        (LabSpec(wrong_labels=1.0), "wrong_labels", "wrong"),
        (LabSpec(samples=10, batch_size=32), "batch_size", "single step"),
        (LabSpec(l2=0.5), "l2", "near 0"),
    ],
)
def test_what_will_not_work_is_a_warning_beside_its_field(spec, field, word):
    found = {caution.field: caution.text for caution in warnings_for(spec)}
    assert word in found[field]


def test_usual_networks_have_no_warning():
    assert [warnings_for(preset.spec) for preset in PRESETS] == [[]] * len(PRESETS)
    assert warnings_for(replace(LabSpec(), optimizer="sgd", learning_rate=0.1)) == []
