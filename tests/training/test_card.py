"""A network and its card are written together, and the card's hash is the file's."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from webapp.nets.cards import FIELDS, check_file, read_card, write_card

pytestmark = pytest.mark.slow  # saves a Keras model


@pytest.fixture(scope="module")
def model():
    """The smallest network of the four, not trained."""
    from webapp.nets.architectures import linear

    return linear()


def card_of(model) -> dict:
    from webapp.training.card import describe_model, versions

    return describe_model(model) | {
        "data": [], "training": {}, "versions": versions(), "scores": {}, "date": "2026-11-22",
    }  # fmt: skip


def test_save_model_writes_a_valid_card(model, tmp_path):
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


@pytest.mark.parametrize("step", ["to_tflite", "_hash", "card_text"])
def test_save_model_interrupted_keeps_the_old_files(model, tmp_path, monkeypatch, step):
    from webapp.nets.architectures import linear
    from webapp.training import card as module

    module.save_model(tmp_path, model, card_of(model))
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}

    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, step, stop)
    with pytest.raises(KeyboardInterrupt):
        module.save_model(tmp_path, linear(), card_of(model) | {"title": "new"})  # with other weights
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert after == before


def test_replaced_card_interrupted_keeps_the_old_card(model, tmp_path, monkeypatch):
    from webapp.training import card as module

    module.save_model(tmp_path, model, card_of(model))
    before = read_card(tmp_path, "linear")

    def write_half(path, text, encoding):
        path.write_bytes(text.encode()[: len(text) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", write_half)
        with pytest.raises(KeyboardInterrupt):
            write_card(tmp_path, before | {"title": "new"})
    assert read_card(tmp_path, "linear") == before
    write_card(tmp_path, before | {"title": "new"})
    assert read_card(tmp_path, "linear") == before | {"title": "new"}
    assert len(list(tmp_path.iterdir())) == 3


def test_describe_layers_lists_shapes_and_parameters(model):
    from webapp.training.card import describe_layers

    layers = {layer["name"]: layer for layer in describe_layers(model)}
    assert layers["flatten"]["output_shape"] == [784]
    assert layers["digit"] == {
        "name": "digit", "type": "Dense", "output_shape": [10], "parameters": 7850, "activation": "softmax",
    }  # fmt: skip
    assert sum(layer["parameters"] for layer in layers.values()) == model.count_params()


def test_saved_model_predicts_the_same(model, tmp_path):
    import keras
    import numpy as np

    from webapp.training.card import save_model

    save_model(tmp_path, model, card_of(model))
    loaded = keras.models.load_model(tmp_path / "linear.keras", compile=False)
    bitmaps = np.random.default_rng(1).integers(0, 256, (5, 28, 28)).astype(np.float32)
    assert np.asarray(loaded(bitmaps)["digit"]) == pytest.approx(np.asarray(model(bitmaps)["digit"]))


def test_saved_model_omits_optimizer_state(model, tmp_path):
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
