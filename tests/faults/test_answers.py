"""Answers are the same whoever asks and however many do, from the first request on."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.faults.client import MODELS, Client
from webapp.training.tensorflow_setup import import_for_training

THREADS = 32
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def keras_answers(bitmaps) -> np.ndarray:
    """What the Keras model in the file says of the bitmaps itself, (n, 11): ten digits and is_digit."""
    import_for_training()
    import keras

    model = keras.saving.load_model(MODELS / "conv.keras", compile=False)
    pixels = np.frombuffer(b"".join(bitmaps), np.uint8).reshape(-1, 28, 28).astype(np.float32)
    outputs = model(pixels, training=False)
    return np.concatenate([outputs["digit"], outputs["is_digit"]], axis=1)


def ask(client: Client, bitmap: bytes) -> np.ndarray:
    answer = client.predict(bitmap)
    return np.array([*answer["probabilities"], answer["is_digit"]])


def test_many_threads_get_the_answers_of_serial_calls(server, bitmaps, keras_answers, extent, figure):
    with Client(server) as client:
        serial = np.array([ask(client, bitmap) for bitmap in bitmaps])

    def ask_each(number: int) -> float:
        """Return how far the answers of one thread are off at most."""
        chosen = np.random.default_rng(number).integers(
            len(bitmaps), size=extent(2_000, 10_000) // THREADS + 1
        )
        with Client(server) as client:
            return max(np.abs(ask(client, bitmaps[index]) - serial[index]).max() for index in chosen)

    with ThreadPoolExecutor(THREADS) as pool:
        most = max(pool.map(ask_each, range(THREADS)))
    from_keras = np.abs(serial - keras_answers).max()
    figure("10,000 answers from 32 threads", f"differ from serial ones by {most:.1e} at most")
    figure("1,000 answers", f"differ from the Keras model's own by {from_keras:.1e} at most")
    assert most <= TOLERANCE
    assert from_keras <= TOLERANCE


def test_first_answer_after_ready_is_as_fast_as_any(server_and_first, extent, figure):
    _, found = server_and_first
    times = found.first / found.median
    figure("first request after ready", f"{times:.2f} x median ({found.first * 1000:.1f} ms)")
    assert found.first <= (2 * found.median if extent.is_soak else 1.0)
