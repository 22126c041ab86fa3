"""What every model of the ladder says of one drawing."""

import numpy as np

from webapp.errors import WarmingUp
from webapp.nets.network import Answer
from webapp.nets.predictor import Predictor
from webapp.nets.store import LOADING, WARM, ModelStore


class Ladder:
    """All models of a store, asked through one predictor."""

    def __init__(self, store: ModelStore, predictor: Predictor):
        self.store = store
        self._predictor = predictor

    def read(self, bitmap: np.ndarray) -> dict[str, Answer]:
        """Return the answer of each model by its name, the default model first.

        Args:
            bitmap: uint8 (28, 28).

        Raises:
            WarmingUp: a model is still being loaded, and would be missing.
            Busy: the predictor has too much to do.
            ModelError: the default model cannot be used. Others that cannot are left out.
        """
        statuses = self.store.statuses()
        if LOADING in statuses.values():
            raise WarmingUp("the models are still being loaded; try again in a second")
        others = [name for name, status in statuses.items() if status == WARM and name != self.store.default]
        names = [self.store.default, *others]
        networks = [self.store.network(name) for name in names]
        return dict(zip(names, self._predictor.ask(networks, bitmap), strict=True))
