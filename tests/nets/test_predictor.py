"""The predictor runs networks in its own threads, with a timeout."""

import threading

import numpy as np
import pytest

from tests.fakes import FakeNetwork, expected_digit, load_fake, some_bitmap
from tests.waiting import TIMEOUT
from webapp.errors import Busy, ModelError, ModelsLoading, UnknownModel
from webapp.nets.predictor import Predictor
from webapp.nets.store import ModelStore


@pytest.fixture
def warm(store) -> ModelStore:
    """The store with both models loaded."""
    store.start()
    store.wait(TIMEOUT)
    return store


class HeldNetwork(FakeNetwork):
    """Waits for an event before it answers, and counts how many threads are in it at the same time."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()
        self.entered = threading.Semaphore(0)

    def __call__(self, bitmaps: np.ndarray) -> list:
        self.entered.release()
        assert self.go_on.wait(TIMEOUT)
        return super().__call__(bitmaps)


@pytest.fixture
def held(model_folder):
    """A store whose networks wait, with the event that lets them answer."""
    network = HeldNetwork()
    store = ModelStore(model_folder, "conv", load=lambda path, card: network)
    store.start()
    store.wait(TIMEOUT)
    yield store, network
    network.go_on.set()


@pytest.mark.parametrize(("model", "name"), [(None, "conv"), ("conv", "conv"), ("linear", "linear")])
def test_predictor_returns_one_model(warm, model, name):
    found = Predictor(warm).predict(model, some_bitmap())
    assert (found["model"], found["digit"]) == (name, expected_digit(some_bitmap()))
    assert found["probabilities"][expected_digit(some_bitmap())] == 1.0
    assert found["is_digit"] == (0.75 if name == "conv" else None)


def test_predictor_returns_all_models_smallest_first(warm):
    found = Predictor(warm).predict("all", some_bitmap())
    assert [value["model"] for value in found["predictions"]] == ["linear", "conv"]


def test_predict_all_returns_the_default_model_first(warm):
    assert list(Predictor(warm).predict_all(some_bitmap())) == ["conv", "linear"]


def test_predict_all_requires_all_models_loaded(store):
    with pytest.raises(ModelsLoading):
        Predictor(store).predict_all(some_bitmap())


def test_predict_all_skips_failed_models(model_folder):
    (model_folder / "linear.tflite").write_bytes(b"altered")
    store = ModelStore(model_folder, "conv", load_fake)
    store.start()
    store.wait(TIMEOUT)
    assert list(Predictor(store).predict_all(some_bitmap())) == ["conv"]
    with pytest.raises(ModelError):
        Predictor(store).predict("linear", some_bitmap())


def test_predictor_unknown_model_is_reported(warm):
    with pytest.raises(UnknownModel):
        Predictor(warm).submit("vonc", some_bitmap())


def test_predictor_limits_concurrent_predictions(held):
    store, network = held
    predictor = Predictor(store, threads=2)
    futures = [predictor.submit(None, some_bitmap(seed)) for seed in range(3)]
    assert all(network.entered.acquire(timeout=TIMEOUT) for _ in range(2))
    assert not network.entered.acquire(blocking=False)
    network.go_on.set()
    assert [future.result(TIMEOUT)["digit"] for future in futures] == [
        expected_digit(some_bitmap(seed)) for seed in range(3)
    ]


def test_predictor_raises_busy_after_its_timeout(held):
    store, _ = held
    with pytest.raises(Busy, match="no prediction within 0.01 seconds"):
        Predictor(store, timeout=0.01).predict(None, some_bitmap())


def test_warm_up_predicts_once_in_each_thread(store):
    store.start()
    store.wait(TIMEOUT)
    seen = []
    network = store.network(store.default)

    def note(bitmaps):
        seen.append(threading.current_thread().name)
        return network(bitmaps)

    store.network = lambda name: note
    Predictor(store, threads=3).warm_up()
    assert len(set(seen)) == 3


def test_warm_up_skips_unavailable_models(store):
    Predictor(store).warm_up()  # nothing is loaded
