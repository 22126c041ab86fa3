"""The whole path over HTTP with real Keras models: silent start, equal answers, a swap that is refused."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import some_bitmap
from tests.server_process import ServerProcess
from webapp.training.tensorflow_setup import import_for_training

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def server(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        server.wait_until_ready()
        yield server


def ask(server, bitmap, model="conv") -> list[float]:
    """Return the ten probabilities for `bitmap`."""
    status, answer = server.request("POST", f"/api/predict?model={model}", bitmap.tobytes())
    assert status == 200
    return answer["probabilities"]


@pytest.mark.parametrize("name", ["linear", "conv"])
def test_answers_to_32_threads_are_those_keras_gives_alone(server, keras_folder, name):
    import_for_training()
    import keras

    bitmaps = [some_bitmap(seed) for seed in range(320)]
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda bitmap: ask(server, bitmap, name), bitmaps))
    model = keras.saving.load_model(keras_folder / f"{name}.keras")
    expected = model.predict(np.stack(bitmaps).astype(np.float32), verbose=0)
    expected = expected["digit"] if isinstance(expected, dict) else expected
    assert np.abs(np.array(found) - expected).max() <= TOLERANCE


def test_answers_of_all_models_are_those_of_each(server):
    bitmap = some_bitmap()
    _, answer = server.request("POST", "/api/predict?model=all", bitmap.tobytes())
    for prediction in answer["predictions"]:
        alone = ask(server, bitmap, prediction["model"])
        assert np.abs(np.array(prediction["probabilities"]) - alone).max() <= TOLERANCE


def test_answers_come_without_a_word_on_stderr(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        server.wait_until_ready()
        ask(server, some_bitmap())
        assert server.stop() == 0
    assert server.errors == ""


def test_answers_of_the_other_models_come_where_one_was_altered(keras_folder, tmp_path):
    for path in keras_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "linear.keras").write_bytes((tmp_path / "linear.keras").read_bytes()[:-100])
    with ServerProcess("--port", 0, "--models", tmp_path) as server:
        server.wait_until_ready()
        ask(server, some_bitmap(), "conv")
        status, answer = server.request("POST", "/api/predict?model=linear", some_bitmap().tobytes())
        server.stop()
    assert (status, answer["error"]["code"]) == (503, "bad_model")
    assert "The model linear is left out: expected the SHA-256" in server.errors


def test_stop_between_two_models_is_calm(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        server.wait_until(lambda: server.request("GET", "/readyz")[1]["models"]["conv"] == "warm")
        assert server.stop() == 0
    assert server.errors == ""
