"""Predictions over HTTP with real Keras models."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import some_bitmap
from tests.server_process import ServerProcess
from tests.waiting import wait_until
from webapp.training.tensorflow_setup import import_tensorflow

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def server(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        server.wait_until_ready()
        yield server


def predict(server, bitmap, model="conv") -> list[float]:
    """Return the ten probabilities for `bitmap`."""
    status, answer = server.request("POST", f"/api/predict?model={model}", bitmap.tobytes())
    assert status == 200
    return answer["probabilities"]


@pytest.mark.parametrize("name", ["linear", "conv"])
def test_concurrent_predictions_match_keras(server, keras_folder, name):
    import_tensorflow()
    import keras

    bitmaps = [some_bitmap(seed) for seed in range(320)]
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda bitmap: predict(server, bitmap, name), bitmaps))
    model = keras.saving.load_model(keras_folder / f"{name}.keras")
    expected = model.predict(np.stack(bitmaps).astype(np.float32), verbose=0)
    expected = expected["digit"] if isinstance(expected, dict) else expected
    assert np.abs(np.array(found) - expected).max() <= TOLERANCE


def test_predictions_of_all_models_match_single_ones(server):
    bitmap = some_bitmap()
    _, answer = server.request("POST", "/api/predict?model=all", bitmap.tobytes())
    for prediction in answer["predictions"]:
        single = predict(server, bitmap, prediction["model"])
        assert np.abs(np.array(prediction["probabilities"]) - single).max() <= TOLERANCE


def test_prediction_writes_nothing_to_stderr(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        server.wait_until_ready()
        predict(server, some_bitmap())
        assert server.stop() == 0
    assert server.errors == ""


def test_altered_model_leaves_the_other_models_working(keras_folder, tmp_path):
    for path in keras_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "linear.keras").write_bytes((tmp_path / "linear.keras").read_bytes()[:-100])
    with ServerProcess("--port", 0, "--models", tmp_path) as server:
        server.wait_until_ready()
        predict(server, some_bitmap(), "conv")
        status, answer = server.request("POST", "/api/predict?model=linear", some_bitmap().tobytes())
        server.stop()
    assert (status, answer["error"]["code"]) == (503, "bad_model")
    assert "The model linear is left out: expected the SHA-256" in server.errors


def test_stop_while_loading_exits_without_errors(keras_folder):
    with ServerProcess("--port", 0, "--models", keras_folder) as server:
        wait_until(lambda: server.request("GET", "/readyz")[1]["models"]["conv"] == "warm")
        assert server.stop() == 0
    assert server.errors == ""
