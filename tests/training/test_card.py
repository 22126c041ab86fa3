"""A network and its card are written together, and the card's hash is the file's."""

import hashlib
import json

import numpy as np
import pytest

from webapp.nets.cards import FIELDS, check_file, read_card

pytestmark = pytest.mark.slow  # saves a Keras model


@pytest.fixture(scope="module")
def model():
    """The smallest network of the ladder, not trained."""
    from webapp.nets.architectures import linear

    return linear()


def card_of(model) -> dict:
    from webapp.training.card import describe_model, versions

    return describe_model(model) | {
        "data": [], "training": {}, "versions": versions(), "scores": {}, "date": "2026-11-22",
    }  # fmt: skip


def test_save_model_writes_a_card_that_the_server_takes(model, tmp_path):
    from webapp.training.card import save_model

    save_model(tmp_path, model, card_of(model))
    card = read_card(tmp_path, "linear")
    check_file(tmp_path / "linear.keras", card["sha256"])
    check_file(tmp_path / "linear.tflite", card["tflite_sha256"])
    assert set(card) == set(FIELDS)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "linear.json",
        "linear.keras",
        "linear.tflite",
    ]


def test_save_model_that_is_stopped_leaves_the_old_pair(model, tmp_path, monkeypatch):
    from webapp.training import card as module

    module.save_model(tmp_path, model, card_of(model))
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}

    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dumps", stop)
    with pytest.raises(KeyboardInterrupt):
        module.save_model(tmp_path, model, card_of(model) | {"title": "new"})
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert after == before


def test_describe_layers_tells_shapes_and_parameters(model):
    from webapp.training.card import describe_layers

    layers = {layer["name"]: layer for layer in describe_layers(model)}
    assert layers["flatten"]["output_shape"] == [784]
    assert layers["digit"] == {
        "name": "digit", "type": "Dense", "output_shape": [10], "parameters": 7850, "activation": "softmax",
    }  # fmt: skip
    assert sum(layer["parameters"] for layer in layers.values()) == model.count_params()


def test_saved_model_answers_as_before(model, tmp_path):
    import keras
    import numpy as np

    from webapp.training.card import save_model

    save_model(tmp_path, model, card_of(model))
    loaded = keras.models.load_model(tmp_path / "linear.keras", compile=False)
    bitmaps = np.random.default_rng(1).integers(0, 256, (5, 28, 28)).astype(np.float32)
    assert np.asarray(loaded(bitmaps)["digit"]) == pytest.approx(np.asarray(model(bitmaps)["digit"]))


def test_saved_model_holds_nothing_that_only_training_needs(model, tmp_path):
    import keras

    from webapp.nets.architectures import linear
    from webapp.training.card import save_model

    trained, path = linear(), tmp_path / "linear.keras"
    save_model(tmp_path, trained, card_of(trained))
    bare = path.stat().st_size
    trained.compile("adam", loss={"digit": "mse", "is_digit": "mse"})
    targets = {"digit": np.eye(10)[:1], "is_digit": np.ones((1, 1))}
    trained.fit(np.ones((1, 28, 28), np.float32), targets, verbose=0)
    save_model(tmp_path, trained, card_of(trained))
    assert path.stat().st_size < 1.1 * bare
    saved = keras.models.load_model(path)
    assert all(map(np.array_equal, saved.get_weights(), trained.get_weights()))
