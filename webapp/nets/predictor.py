"""Run networks on bitmaps, a few at the same time, in a pool of threads. Knows no web."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from threading import Barrier

import numpy as np

from webapp.errors import Busy, InkwiseError, ModelsLoading
from webapp.ink.pixels import SIZE
from webapp.nets.cards import RESERVED as ALL
from webapp.nets.network import Answer, Network
from webapp.nets.store import LOADING, WARM, ModelStore


class Predictor:
    """The networks of a store, and the threads that run them.

    A network needs no interpreter lock while it computes, so each thread takes a core.

    Args:
        store: holds the networks.
        threads: predictions that are computed at the same time.
        timeout: seconds that `predict` and `predict_all` wait.
    """

    def __init__(self, store: ModelStore, threads: int = 2, timeout: float = 5.0):
        self._store = store
        self._timeout = timeout
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="inference")

    def warm_up(self) -> None:
        """Start all threads and predict once in each, so that the first request is as fast as any.

        Does nothing where the default model cannot be used.
        """
        with suppress(InkwiseError):
            blank = np.zeros((SIZE, SIZE), np.uint8)
            ready = Barrier(self._threads)
            networks = self.find(None)

            def predict() -> dict:
                ready.wait(self._timeout)  # so that each thread takes one
                return _predictions(networks, blank, False)

            wait([self._pool.submit(predict) for _ in range(self._threads)])

    def submit(self, model: str | None, bitmap: np.ndarray) -> Future[dict]:
        """Return the JSON value of the response to POST /api/predict, as a future.

        Args:
            model: name of a model, "all", or None for the default model.
            bitmap: uint8 (28, 28).

        Raises:
            UnknownModel, ModelsLoading, ModelError: the model cannot answer.
        """
        networks = self.find(model)
        return self._pool.submit(_predictions, networks, bitmap, model == ALL)

    def find(self, model: str | None) -> dict[str, Network]:
        """Return the networks that a request names, as for `submit`, which raises the same errors."""
        names = self._store.warm_names() if model == ALL else [model or self._store.default]
        return {name: self._store.network(name) for name in names}

    def predict(self, model: str | None, bitmap: np.ndarray) -> dict:
        """Return what `submit` promises. Raises Busy where that takes too long."""
        return self._wait(self.submit(model, bitmap))

    def predict_all(self, bitmap: np.ndarray) -> dict[str, Answer]:
        """Return the answer of each model by its name, the default model first.

        Raises:
            ModelsLoading: a model is still being loaded, and would be missing.
            Busy: too many predictions wait.
            ModelError: the default model cannot be used. Others that cannot are left out.
        """
        statuses, default = self._store.statuses(), self._store.default
        if LOADING in statuses.values():
            raise ModelsLoading("the models are still being loaded; try again in a second")
        names = [default, *(name for name, status in statuses.items() if status == WARM and name != default)]
        networks = [self._store.network(name) for name in names]
        return dict(zip(names, self._wait(self._pool.submit(_run, networks, bitmap)), strict=True))

    def _wait(self, future: Future):
        try:
            return future.result(self._timeout)
        except TimeoutError:
            future.cancel()
            raise Busy(f"no answer within {self._timeout:g} seconds; try again in a second") from None


def _predictions(networks: dict[str, Network], bitmap: np.ndarray, is_list: bool) -> dict:
    values = [
        {
            "model": name,
            "digit": answer.digit,
            "probabilities": answer.probabilities.tolist(),
            "is_digit": answer.is_digit,
        }
        for name, answer in zip(networks, _run(networks.values(), bitmap), strict=True)
    ]
    return {"predictions": values} if is_list else values[0]


def _run(networks: Iterable[Network], bitmap: np.ndarray) -> list[Answer]:
    return [network(bitmap[None])[0] for network in networks]
