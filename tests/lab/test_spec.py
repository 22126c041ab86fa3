"""Specs: defaults, limits, and errors that name the field."""

import pytest

from webapp.errors import BadSpec
from webapp.lab.presets import PRESETS, STORIES
from webapp.lab.spec import CONV, HiddenLayer, LabSpec, read_spec

MOST = 9_000


def test_empty_spec_is_the_tutorials_network():
    assert read_spec({}, MOST) == LabSpec()
    assert [layer.units for layer in LabSpec().layers] == [128, 128]
    assert LabSpec().title == "2x128 relu"


PREPARED = [preset.spec for preset in PRESETS] + [spec for story in STORIES for _, spec in story.runs]


@pytest.mark.parametrize("spec", PREPARED)
def test_spec_is_read_from_its_own_json(spec):
    assert read_spec(spec.to_json(), MOST) == spec


def test_presets_fit_the_digits_at_hand():
    assert {preset.to_json(500)["spec"]["samples"] for preset in PRESETS} == {500}


def test_whole_number_may_be_written_with_a_point():
    assert read_spec({"epochs": 3.0}, MOST).epochs == 3


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("text", ""),
        (None, ""),
        ({"layer": []}, "layer"),
        ({"layers": {}}, "layers"),
        ({"layers": [{}] * 7}, "layers"),
        ({"layers": ["dense"]}, "layers.0"),
        ({"layers": [{}, {"units": 0}]}, "layers.1.units"),
        ({"layers": [{"units": 1_000_000}]}, "layers.0.units"),
        ({"layers": [{"units": True}]}, "layers.0.units"),
        ({"layers": [{"units": 1.5}]}, "layers.0.units"),
        ({"layers": [{"kind": "pool"}]}, "layers.0.kind"),
        ({"layers": [{"size": 3}]}, "layers.0.size"),
        ({"layers": [{"activation": "Relu"}]}, "layers.0.activation"),
        ({"layers": [{"dropout": 1}]}, "layers.0.dropout"),
        ({"layers": [{"kind": "conv", "pool": 1}]}, "layers.0.pool"),
        ({"layers": [{}, {"kind": "conv"}]}, "layers.1.kind"),
        ({"optimizer": ["adam"]}, "optimizer"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"learning_rate": 10**400}, "learning_rate"),
        ({"learning_rate": "0.1"}, "learning_rate"),
        ({"samples": 9}, "samples"),
        ({"samples": MOST + 1}, "samples"),
        ({"wrong_labels": 1.1}, "wrong_labels"),
        ({"augment": None}, "augment"),
        ({"seed": -1}, "seed"),
    ],
)
def test_error_names_the_field(value, field):
    with pytest.raises(BadSpec) as caught:
        read_spec(value, MOST)
    assert caught.value.field == caught.value.to_json()["error"]["field"] == field
    assert "expected" in caught.value.message
    assert "received" in caught.value.message


def test_convolutions_come_before_dense_layers():
    spec = read_spec({"layers": [{"kind": "conv", "units": 8, "size": 5}, {"units": 32}]}, MOST)
    assert spec.layers == (HiddenLayer(CONV, 8, size=5), HiddenLayer(units=32))
