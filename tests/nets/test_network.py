"""Networks equal the trained Keras models; malformed files are rejected."""

import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import some_bitmap, write_model
from webapp.errors import ModelError
from webapp.nets.cards import read_card
from webapp.nets.inspection import graph
from webapp.nets.inspection.forward import forward, gradient
from webapp.nets.inspection.graph import read_graph
from webapp.nets.network import LiteRTModel, Network, load_network
from webapp.settings import ROOT

NAMES = ("linear", "shallow", "deep", "conv")
MODELS = ROOT / "models"
TOLERANCE = 1e-5
INSPECTION_TOLERANCE = 1e-4


def load(name: str, folder=MODELS) -> Network:
    return load_network(folder / f"{name}.keras", read_card(folder, name))


@pytest.fixture(scope="module")
def conv() -> Network:
    return load("conv")


def probabilities(answers) -> np.ndarray:
    """Return float32 (n, 10)."""
    return np.stack([answer.probabilities for answer in answers])


def test_network_answer_holds_ten_probabilities(conv):
    answer = conv(some_bitmap()[None])[0]
    assert answer.probabilities.shape == (10,)
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert answer.digit == answer.probabilities.argmax()
    assert 0 <= answer.is_digit <= 1


def test_network_batch_equals_single_predictions(conv):
    bitmaps = np.stack([some_bitmap(seed) for seed in range(32)])
    alone = [conv(bitmap[None])[0] for bitmap in bitmaps]
    assert (probabilities(conv(bitmaps)) == probabilities(alone)).all()


def test_network_is_thread_safe(conv):
    bitmaps = np.stack([some_bitmap(seed) for seed in range(400)])
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda bitmap: conv(bitmap[None])[0], bitmaps))
    assert (probabilities(found) == probabilities(conv(bitmaps))).all()


def test_network_result_is_not_overwritten(conv):
    first = conv(some_bitmap(1)[None])[0].probabilities
    copy = first.copy()
    conv(some_bitmap(2)[None])
    assert (first == copy).all()


@pytest.mark.parametrize("name", NAMES)
def test_network_without_litert_predicts_by_numpy(name, monkeypatch, caplog):
    expected = probabilities(load(name)(some_bitmap()[None]))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)  # importing it fails from now on
    found = load(name)(some_bitmap()[None])
    assert np.abs(probabilities(found) - expected).max() <= TOLERANCE
    assert [record.getMessage() for record in caplog.records] == [
        f"LiteRT is not installed: NumPy runs {name}, more slowly"
    ]


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x1c\x00\x00\x00TFL3 and no more"])
def test_network_rejects_a_malformed_file(tmp_path, content):
    card = write_model(tmp_path, "deep", content)
    with pytest.raises(ModelError, match=r"expected a LiteRT model in deep.tflite, received: .+"):
        load_network(tmp_path / "deep.keras", card)


@pytest.mark.parametrize("suffix", [".keras", ".tflite"])
def test_network_rejects_an_altered_file_unopened(tmp_path, suffix):
    for path in MODELS.glob("linear.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    content = bytearray((tmp_path / f"linear{suffix}").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / f"linear{suffix}").write_bytes(content)
    with pytest.raises(ModelError, match="expected the SHA-256"):
        load("linear", tmp_path)


def test_network_rejects_outputs_that_are_no_probabilities(tmp_path):
    def give_nan(bitmaps):
        return {"digit": np.full((len(bitmaps), 10), np.nan, np.float32)}

    with pytest.raises(ModelError, match="expected probabilities that sum to 1, received nan"):
        Network(give_nan, tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"config.json": b"{}"}, "expected a Keras model in odd.keras, received: "),
        ({"config.json": b"{}", "model.weights.h5": b"odd"}, "expected a Keras model in odd.keras, received"),
        ({}, "expected a Keras model in odd.keras, received: "),
    ],
)
def test_graph_of_a_damaged_file_is_rejected(tmp_path, content, message):
    with zipfile.ZipFile(tmp_path / "odd.keras", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    with pytest.raises(ModelError, match=message) as caught:
        read_graph(tmp_path / "odd.keras")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("limit", "message"),
    [("LARGEST_FILE", "config.json of at most 2 bytes"), ("MOST_LAYERS", "at most 2 layers")],
)
def test_graph_of_a_large_file_is_rejected(monkeypatch, limit, message):
    monkeypatch.setattr(graph, limit, 2)
    with pytest.raises(ModelError, match=message):
        read_graph(MODELS / "linear.keras")


class FakeInterpreter:
    """LiteRT's interpreter of a model with other inputs and outputs.

    Args:
        model_content: JSON of two shapes, of the input and of the output "digit".
    """

    def __init__(self, model_content: bytes, num_threads: int):
        self.input, self.output = json.loads(model_content)

    def allocate_tensors(self) -> None:
        pass

    def get_signature_runner(self) -> "FakeInterpreter":
        return self

    def get_input_details(self) -> dict:
        return {"bitmap": {"shape": self.input, "index": 0}}

    def get_output_details(self) -> dict:
        return {"digit": {"shape": self.output, "index": 1}}


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([[1, 28, 28], [1, 11]], "expected the outputs digit"),
        ([[1, 28, 28], [10]], "expected the outputs digit"),
        ([[1, 32, 32], [1, 10]], "expected a model that takes"),
    ],
)
def test_network_with_other_shapes_is_rejected(shapes, message):
    LiteRTModel(FakeInterpreter, b"[[1, 28, 28], [1, 10]]")
    with pytest.raises(ModelError, match=message):
        LiteRTModel(FakeInterpreter, json.dumps(shapes).encode())


def test_graph_with_an_unknown_layer_is_rejected(tmp_path):
    source = zipfile.ZipFile(MODELS / "linear.keras")
    config = json.loads(source.read("config.json"))
    config["config"]["layers"][1]["class_name"] = "Lambda"
    with zipfile.ZipFile(tmp_path / "odd.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", source.read("model.weights.h5"))
    with pytest.raises(
        ModelError, match="expected layers that can be shown, received one of the kind Lambda"
    ):
        read_graph(tmp_path / "odd.keras")


LOOK_EVERYWHERE = """
import sys
import numpy as np
from webapp import create_app
from webapp.asgi import create_asgi
app = create_app({"ROOM_FOLDER": sys.argv[1]})
create_asgi(app)
app.extensions["store"].start()
app.extensions["store"].wait(60)
bitmap = bytes(range(256)) * 3 + bytes(16)
kind = "application/octet-stream"
for path in ("/api/predict?model=all", "/api/inspect", "/api/explain", "/api/superposition"):
    assert app.test_client().post(path, data=bitmap, content_type=kind).status_code == 200
print([name for name in ("tensorflow", "keras") if name in sys.modules])
"""


def test_server_imports_neither_tensorflow_nor_keras(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", LOOK_EVERYWHERE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "[]\n"), run.stderr


@pytest.fixture(scope="module")
def digits(data_folder) -> np.ndarray:
    """1,000 bitmaps that people wrote."""
    with np.load(data_folder / "mnist.npz") as arrays:
        return arrays["x_test"][:1000]


@pytest.fixture(scope="module")
def keras_model():
    """Return a function that loads a shipped Keras model."""
    from webapp.training.tensorflow_setup import import_tensorflow

    import_tensorflow()
    import keras

    return lambda name: keras.saving.load_model(MODELS / f"{name}.keras", compile=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_network_equals_keras_on_1000_digits(keras_model, digits, name):
    expected = keras_model(name)(digits.astype(np.float32), training=False)
    answers = load(name)(digits)
    assert np.abs(probabilities(answers) - expected["digit"]).max() <= TOLERANCE
    is_digit = np.array([answer.is_digit for answer in answers])
    assert np.abs(is_digit - expected["is_digit"][:, 0]).max() <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_forward_pass_equals_keras_at_every_layer(keras_model, digits, name):
    import keras

    model = keras_model(name)
    parts = keras.Model(model.input, {layer.name: layer.output for layer in model.layers})
    expected = parts(digits[:100].astype(np.float32), training=False)
    _, outputs = forward(read_graph(MODELS / f"{name}.keras"), digits[:100])
    assert set(outputs) == set(expected)
    for layer, values in expected.items():
        assert np.abs(outputs[layer] - values).max() <= INSPECTION_TOLERANCE * max(1, np.abs(values).max())


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_gradient_equals_keras(keras_model, name):
    import tensorflow

    # Noise, since flat paper gives equal values: which one is the largest of a pool then depends on rounding.
    noise = np.random.default_rng(0).integers(0, 256, (50, 28, 28)).astype(np.uint8)
    model, direction = keras_model(name), np.eye(10, dtype=np.float32)[3]
    model.get_layer("digit").activation = None  # gives the logits
    bitmaps = tensorflow.constant(noise.astype(np.float32))
    with tensorflow.GradientTape() as tape:
        tape.watch(bitmaps)
        logits = model(bitmaps, training=False)["digit"] @ direction[:, None]
    expected = tape.gradient(logits, bitmaps).numpy()
    values, slopes = gradient(read_graph(MODELS / f"{name}.keras"), noise, direction)
    assert values == pytest.approx(logits.numpy()[:, 0], abs=INSPECTION_TOLERANCE, rel=INSPECTION_TOLERANCE)
    assert slopes == pytest.approx(expected, abs=INSPECTION_TOLERANCE)
