"""Predictions are the same for serial and concurrent clients, from the first request on."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.faults.client import MODELS, Client
from webapp.training.tensorflow_setup import import_tensorflow

THREADS = 32
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def keras_predictions(bitmaps) -> np.ndarray:
    """The outputs of the Keras model for the bitmaps, (n, 11): ten digits and is_digit."""
    import_tensorflow()
    import keras

    model = keras.saving.load_model(MODELS / "conv.keras", compile=False)
    pixels = np.frombuffer(b"".join(bitmaps), np.uint8).reshape(-1, 28, 28).astype(np.float32)
    outputs = model(pixels, training=False)
    return np.concatenate([outputs["digit"], outputs["is_digit"]], axis=1)


def predict(client: Client, bitmap: bytes) -> np.ndarray:
    answer = client.predict(bitmap)
    return np.array([*answer["probabilities"], answer["is_digit"]])


def test_concurrent_predictions_equal_serial_ones(server, bitmaps, keras_predictions, extent, figure):
    with Client(server) as client:
        serial = np.array([predict(client, bitmap) for bitmap in bitmaps])

    def predict_some(number: int) -> float:
        """Return the maximum error of the predictions of one thread."""
        chosen = np.random.default_rng(number).integers(
            len(bitmaps), size=extent(2_000, 10_000) // THREADS + 1
        )
        with Client(server) as client:
            return max(np.abs(predict(client, bitmaps[index]) - serial[index]).max() for index in chosen)

    with ThreadPoolExecutor(THREADS) as pool:
        most = max(pool.map(predict_some, range(THREADS)))
    from_keras = np.abs(serial - keras_predictions).max()
    figure("10,000 predictions from 32 threads", f"differ from serial ones by {most:.1e} at most")
    figure("1,000 predictions", f"differ from Keras by {from_keras:.1e} at most")
    assert most <= TOLERANCE
    assert from_keras <= TOLERANCE


def test_first_prediction_after_ready_is_fast(server_and_first, extent, figure):
    _, found = server_and_first
    times = found.first / found.median
    figure("first request after ready", f"{times:.2f} x median ({found.first * 1000:.1f} ms)")
    assert found.first <= (2 * found.median if extent.is_soak else 1.0)
