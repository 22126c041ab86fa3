"""inkwise add-model: models of the owner's, and files that are none. Slow: it loads TensorFlow."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import TIMEOUT
from webapp import __main__ as main_module
from webapp.errors import ModelError, StorageUnavailable
from webapp.nets.cards import read_card
from webapp.nets.inspection.graph import read_graph
from webapp.nets.network import load_network
from webapp.settings import ROOT
from webapp.training.datasets import SAMPLE, load_mnist

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Callable[[tuple[int, ...], float], Path]:
    """Return a function that trains a tutorial's network for inputs of a shape and a scale, and saves it."""
    from webapp.training.tensorflow_setup import import_tensorflow

    import_tensorflow()
    import keras

    train, _ = load_mnist(SAMPLE)

    def make(shape: tuple[int, ...], scale: float) -> Path:
        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [
                keras.layers.Input(shape),
                keras.layers.Flatten(),
                keras.layers.Dense(32, activation="relu"),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        inputs = (train.bitmaps * np.float32(scale)).reshape(-1, *shape)
        model.fit(inputs, train.labels, epochs=1, verbose=0)
        path = tmp_path_factory.mktemp("owner") / "My_Digits.keras"
        model.save(path)
        return path

    return make


def add(path: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "webapp", "add-model", str(path), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def test_command_adds_a_model_and_refuses_a_taken_name(trained, tmp_path, monkeypatch, capsys):
    from webapp.training import add_model

    path, folder = trained((28, 28), 1 / 255), tmp_path / "models"
    result = add(path, "--room-folder", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Added my_digits: it reads ")
    before = (folder / "my_digits.json").read_bytes()
    monkeypatch.setattr(sys, "argv", ["add-model", str(path), "--folder", str(folder)])
    assert add_model.main() == 2
    assert "expected a new name" in capsys.readouterr().err
    assert (folder / "my_digits.json").read_bytes() == before


@pytest.mark.parametrize(("shape", "scale"), [((28, 28), 1.0), ((784,), 1 / 255), ((28, 28, 1), 1 / 255)])
def test_tutorials_model_is_read_by_the_server(trained, tmp_path, shape, scale):
    from webapp.training import add_model

    accuracy = add_model.add(trained(shape, scale), "mine", tmp_path)
    card = read_card(tmp_path, "mine")
    network = load_network(tmp_path / "mine.keras", card)
    _, test = load_mnist(SAMPLE)
    is_right = [one.digit == label for one, label in zip(network(test.bitmaps), test.labels, strict=True)]
    assert np.mean(is_right) == pytest.approx(accuracy, abs=0.002)
    assert accuracy > 0.3  # after one epoch, for one model without scaled values
    assert card["hidden_layers"] == 1
    assert read_graph(tmp_path / "mine.keras").digit.units == 10


@pytest.mark.parametrize("scale", [1.0, 1 / 255])
def test_scale_is_found_where_the_accuracy_does_not_depend_on_it(scale):
    from webapp.training import add_model

    keras, (train, test) = add_model.keras, load_mnist(SAMPLE)
    keras.utils.set_random_seed(1)
    dense = keras.layers.Dense(10, "softmax", use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((784,)), dense])
    model.compile("sgd" if scale < 1 else keras.optimizers.SGD(1e-6), "sparse_categorical_crossentropy")
    model.fit((train.bitmaps * np.float32(scale)).reshape(-1, 784), train.labels, verbose=0)
    (_, one), (_, other) = (add_model.score(model, test, (784,), factor) for factor in (1.0, 1 / 255))
    assert one == other
    adapted, _ = add_model.adapt(model, "mine", test)
    scales = [layer.scale for layer in adapted.layers if isinstance(layer, keras.layers.Rescaling)]
    assert scales == ([1 / 255] if scale < 1 else [])


@pytest.fixture
def hostile(tmp_path) -> Callable[[str], Path]:
    """Return a function that makes an unusable file of a kind."""
    from webapp.training.tensorflow_setup import import_tensorflow

    import_tensorflow()
    import keras

    def make(kind: str) -> Path:
        path = tmp_path / "model.keras"
        layers, inputs, flat = keras.layers, keras.Input((28, 28)), keras.Input((784,))
        x = layers.Flatten()(inputs)
        models = {
            "lambda": lambda: keras.Model(inputs, layers.Lambda(lambda x: x)(layers.Dense(10, "softmax")(x))),
            "logits": lambda: keras.Model(inputs, layers.Dense(10)(x)),
            "five outputs": lambda: keras.Model(inputs, layers.Dense(5, "softmax")(x)),
            "color": lambda: keras.Sequential(
                [keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(10, "softmax")]
            ),
            "operation": lambda: keras.Model(flat, layers.Dense(10, "softmax")(flat / 7.0)),
            "by its place": lambda: keras.Model(
                inputs, [layers.Dense(10, "softmax")(x), layers.Dense(1, "sigmoid")(x)]
            ),
        }
        if kind == "text":
            path.write_text("no archive")
        elif kind != "missing":
            models[kind]().save(path)
        return path

    return make


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "expected a Keras model in model.keras"),
        ("missing", "expected a Keras model in model.keras"),
        ("lambda", "expected a Keras model in model.keras"),
        ("logits", "end the model with the activation softmax"),
        ("five outputs", "expected an output of 10 numbers"),
        ("color", "received one that takes (32, 32, 3)"),
        ("operation", "no operations between them"),
        ("by its place", "digit and is_digit by name, received 2"),
    ],
)
def test_unusable_file_is_refused(hostile, tmp_path, kind, message):
    from webapp.training import add_model

    with pytest.raises(ModelError) as caught:
        add_model.add(hostile(kind), "mine", tmp_path / "models")
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert not list(tmp_path.glob("models/*"))


@pytest.mark.parametrize("name", ["All", "../conv", "all", ""])
def test_unusable_name_is_refused(hostile, tmp_path, name):
    from webapp.training import add_model

    with pytest.raises(ModelError, match="expected a name"):
        add_model.add(hostile("text"), name, tmp_path / "models")


def test_model_that_says_whether_it_is_a_digit_is_added(tmp_path):
    from webapp.training import add_model

    accuracy = add_model.add(ROOT / "models" / "conv.keras", "mine", tmp_path)
    card = read_card(tmp_path, "mine")
    assert accuracy > 0.98
    assert load_network(tmp_path / "mine.keras", card)(load_mnist(SAMPLE)[1].bitmaps[:1])[0].is_digit > 0.9
    assert card["hidden_layers"] == 5


def test_folder_that_cannot_be_written_is_said(trained, tmp_path):
    from webapp.training import add_model

    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="expected to write to"):
        add_model.add(trained((28, 28), 1.0), "mine", tmp_path / "file" / "models")


def test_installation_without_tensorflow_says_so(monkeypatch, capsys):
    monkeypatch.setattr(main_module, "can_train", lambda: False)
    assert main_module.add_model(["mine.keras"]) == 2
    assert "needs TensorFlow" in capsys.readouterr().err
