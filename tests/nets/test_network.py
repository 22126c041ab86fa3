"""A network is the Keras model itself, compiled once; what is no model of digits is refused."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import some_bitmap, write_model
from tests.keras_models import build_keras_model
from webapp.errors import ModelError
from webapp.nets.cards import read_card
from webapp.nets.network import Network, load_network
from webapp.nets.predictor import Predictor

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5


def load(folder, name) -> Network:
    return load_network(folder / f"{name}.keras", read_card(folder, name))


@pytest.mark.parametrize("count", [1, 2, 7, 33, 100])
def test_network_says_what_keras_says(keras_folder, count):
    network = load(keras_folder, "conv")
    bitmaps = np.stack([some_bitmap(seed) for seed in range(count)])  # (n, 28, 28)
    expected = network.model.predict(bitmaps.astype(np.float32), verbose=0)
    answers = network(bitmaps)
    assert len(answers) == count
    assert_close([answer.probabilities for answer in answers], expected["digit"])
    assert_close([answer.is_digit for answer in answers], expected["is_digit"][:, 0])


def assert_close(found, expected):
    assert np.abs(np.array(found) - expected).max() <= TOLERANCE


def test_network_answer_holds_ten_shares(keras_folder):
    answer = load(keras_folder, "conv")(some_bitmap()[None])[0]
    assert answer.probabilities.shape == (10,)
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert answer.digit == answer.probabilities.argmax()
    assert 0 <= answer.is_digit <= 1


def test_network_with_one_output_cannot_tell_what_is_no_digit(keras_folder):
    assert load(keras_folder, "linear")(some_bitmap()[None])[0].is_digit is None


def test_network_reads_a_batch_as_it_reads_each_alone(keras_folder):
    network = load(keras_folder, "conv")
    bitmaps = [some_bitmap(seed) for seed in range(32)]
    together = [answer.probabilities for answer in network(np.stack(bitmaps))]
    alone = [network(bitmap[None])[0].probabilities for bitmap in bitmaps]
    assert_close(together, np.array(alone))


def test_network_is_not_traced_again_for_another_batch_size():
    model, traces = build_keras_model(1, 1), []

    def count_trace(bitmaps, training):
        traces.append(bitmaps.shape)
        return model(bitmaps, training=training)

    network = Network(count_trace)
    for count in (1, 5, 64, 999):
        network(np.zeros((count, 28, 28), np.uint8))
    assert traces == [(None, 28, 28)]


def test_network_answers_threads_as_it_answers_one_by_one(keras_folder):
    network, predictor = load(keras_folder, "conv"), Predictor(queue_size=1000)
    bitmaps = [some_bitmap(seed) for seed in range(1000)]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda bitmap: predictor.ask([network], bitmap)[0], bitmaps))
    alone = [network(bitmap[None])[0].probabilities for bitmap in bitmaps]
    assert_close([answer.probabilities for answer in answers], np.array(alone))


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 and nothing more"])
def test_network_file_that_is_no_model_is_told(tmp_path, content):
    card = write_model(tmp_path, "deep")
    (tmp_path / "deep.keras").write_bytes(content)
    card = write_model(tmp_path, "deep")  # now with the right SHA-256
    with pytest.raises(ModelError, match="expected a Keras model in deep.keras, received: .+"):
        load_network(tmp_path / "deep.keras", card)


def test_network_altered_file_is_refused_before_it_is_opened(keras_folder, tmp_path):
    content = bytearray((keras_folder / "conv.keras").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "conv.keras").write_bytes(content)
    with pytest.raises(ModelError, match="expected the SHA-256"):
        load_network(tmp_path / "conv.keras", read_card(keras_folder, "conv"))


def test_network_never_runs_code_from_a_model_file(tmp_path):
    import keras

    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Lambda(lambda values: values[:, 0, :10])])
    model.save(tmp_path / "deep.keras")
    with pytest.raises(ModelError, match="expected a Keras model in deep.keras"):
        load_network(tmp_path / "deep.keras", write_model(tmp_path, "deep"))


@pytest.mark.parametrize("shape", [(28, 28), (11,), (2, 10)])
def test_network_with_other_outputs_is_refused(shape):
    import keras

    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(math.prod(shape))]
    )
    model.add(keras.layers.Reshape(shape))
    with pytest.raises(ModelError, match=r"expected the outputs digit \(n, 10\)"):
        Network(model)


def test_network_whose_answers_are_no_probabilities_is_refused():
    model = build_keras_model(1, 1)
    model.set_weights([np.full_like(values, np.nan) for values in model.get_weights()])
    with pytest.raises(ModelError, match="expected probabilities that sum to 1, received nan"):
        Network(model)
