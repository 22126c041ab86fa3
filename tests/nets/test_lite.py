"""LiteRT reads as the compiled function does, on any thread; where it cannot, TensorFlow reads alone."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.fakes import some_bitmap
from tests.keras_models import build_keras_model
from webapp.nets import lite
from webapp.nets.lite import LiteNetwork, convert
from webapp.nets.network import Network

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5
BITMAPS = np.stack([some_bitmap(seed) for seed in range(16)])


@pytest.fixture(scope="module", params=[1, 2], ids=["one output", "two outputs"])
def model(request):
    return build_keras_model(1, request.param)


def probabilities(answers) -> np.ndarray:
    """Return float32 (n, 10)."""
    return np.stack([answer.probabilities for answer in answers])


def test_lite_reads_what_tensorflow_reads(model):
    network = Network(model)
    assert isinstance(network._lite, LiteNetwork)
    expected = network._run(BITMAPS.astype(np.float32))
    together, alone = network(BITMAPS), [network(bitmap[None])[0] for bitmap in BITMAPS]
    for answers in (together, alone):
        assert np.abs(probabilities(answers) - expected["digit"].numpy()).max() <= TOLERANCE
        if "is_digit" in expected:
            sure = expected["is_digit"].numpy()[:, 0].tolist()
            assert [answer.is_digit for answer in answers] == pytest.approx(sure, abs=TOLERANCE)


def test_lite_reads_on_many_threads_what_it_reads_on_one(model):
    network = Network(model)
    alone = probabilities([network(bitmap[None])[0] for bitmap in BITMAPS])
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda bitmap: network(bitmap[None])[0], [*BITMAPS] * 40))
    assert (probabilities(answers) == np.tile(alone, (40, 1))).all()


def test_lite_answers_stay_when_the_next_bitmap_is_read(model):
    network = Network(model)
    first = network(BITMAPS[:1])[0].probabilities
    kept = first.copy()
    network(BITMAPS[1:2])
    assert (first == kept).all()


def break_conversion(function):
    raise NotImplementedError("no such operation")


def give_other_answers(function):
    return lambda bitmaps: {name: 1 - tensor.numpy() for name, tensor in function(bitmaps).items()}


@pytest.mark.parametrize("broken", [break_conversion, give_other_answers])
def test_lite_that_fails_leaves_the_answers_to_tensorflow(model, monkeypatch, broken):
    expected = probabilities(Network(model)(BITMAPS[:3]))
    monkeypatch.setattr(lite, "LiteNetwork", broken)
    network = Network(model)
    assert network._lite is None
    assert np.abs(probabilities(network(BITMAPS[:3])) - expected).max() <= TOLERANCE


def test_lite_refuses_answers_that_are_no_numbers(monkeypatch):
    def give_nan(function):
        return lambda bitmaps: {"digit": np.full((len(bitmaps), 10), np.nan, np.float32)}

    monkeypatch.setattr(lite, "LiteNetwork", give_nan)
    assert convert(Network(build_keras_model(0, 1))._run, BITMAPS.astype(np.float32)) is None
