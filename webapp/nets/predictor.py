"""Run networks on bitmaps in a pool of threads."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import numpy as np

from webapp.errors import Busy, InkwiseError, ModelsLoading
from webapp.ink.bitmap import SIZE
from webapp.nets.cards import ALL
from webapp.nets.network import Network, Prediction
from webapp.nets.store import LOADING, WARM, ModelStore

T = TypeVar("T")


class Predictor:
    """Runs the networks of a store. LiteRT releases Python's global lock, so each thread uses a core.

    Args:
        store: holds the networks.
        threads: predictions computed at the same time.
        timeout: seconds that `predict` and `predict_all` wait.
    """

    def __init__(self, store: ModelStore, threads: int = 2, timeout: float = 5.0):
        self._store = store
        self._timeout = timeout
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="inference")

    def warm_up(self) -> None:
        """Start all threads and predict once in each. Does nothing if the default model cannot be used."""
        with suppress(InkwiseError):
            blank = np.zeros((SIZE, SIZE), np.uint8)
            ready = Barrier(self._threads)
            networks = self.find(None)

            def predict() -> dict:
                ready.wait(self._timeout)  # one prediction for each thread
                return _predictions(networks, blank, False)

            wait([self._pool.submit(predict) for _ in range(self._threads)])

    def submit(self, model: str | None, bitmap: np.ndarray) -> Future[dict]:
        """Return a future of the response to POST /api/predict, as a JSON value.

        Args:
            model: name of a model, "all", or None for the default model.
            bitmap: uint8 (28, 28).

        Raises:
            UnknownModel, ModelsLoading, ModelError: the model is not usable now.
        """
        networks = self.find(model)
        return self._pool.submit(_predictions, networks, bitmap, model == ALL)

    def find(self, model: str | None) -> dict[str, Network]:
        """Return the networks by name that `submit` would run. Raises the same errors."""
        names = self._store.warm_names() if model == ALL else [model or self._store.default]
        return {name: self._store.network(name) for name in names}

    def predict(self, model: str | None, bitmap: np.ndarray) -> dict:
        """Return the result of `submit`. Raises Busy if it takes longer than the timeout."""
        return self._wait(self.submit(model, bitmap))

    def predict_all(self, bitmap: np.ndarray) -> dict[str, Prediction]:
        """Return the prediction of each model by name, the default model first.

        Raises:
            ModelsLoading: a model is still being loaded and would be missing.
            Busy: the predictions took longer than the timeout.
            ModelError: the default model cannot be used. Other failed models are left out.
        """
        statuses, default = self._store.statuses(), self._store.default
        if LOADING in statuses.values():
            raise ModelsLoading("the models are still being loaded; try again in a second")
        names = [default, *(name for name, status in statuses.items() if status == WARM and name != default)]
        networks = [self._store.network(name) for name in names]
        return dict(zip(names, self._wait(self._pool.submit(_run, networks, bitmap)), strict=True))

    def _wait(self, future: Future[T]) -> T:
        try:
            return future.result(self._timeout)
        except TimeoutError:
            future.cancel()
            raise Busy(f"no prediction within {self._timeout:g} seconds; try again in a second") from None


def _predictions(networks: dict[str, Network], bitmap: np.ndarray, is_list: bool) -> dict:
    values = [
        {
            "model": name,
            "digit": prediction.digit,
            "probabilities": prediction.probabilities.tolist(),
            "is_digit": prediction.is_digit,
        }
        for name, prediction in zip(networks, _run(networks.values(), bitmap), strict=True)
    ]
    return {"predictions": values} if is_list else values[0]


def _run(networks: Iterable[Network], bitmap: np.ndarray) -> list[Prediction]:
    return [network(bitmap[None])[0] for network in networks]
