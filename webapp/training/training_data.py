"""Feed a network: every epoch a new mixture of all sources, every bitmap varied anew.

The targets are two, as the networks' answers are (webapp/nets/architectures.py):
    digit      (batch, 10)  the label's share is near 1; for what is no digit, 0.1 for each, so that the
               network learns to be unsure of it (Hendrycks, Mazeika and Dietterich 2019, "Deep anomaly
               detection with outlier exposure")
    is_digit   (batch, 1)   1 or 0
"""

from dataclasses import dataclass

import keras
import numpy as np

from webapp.training.augmentation.images import vary_bitmaps
from webapp.training.datasets import NOT_A_DIGIT

LABEL_SMOOTHING = 0.05  # Szegedy et al. 2016: a label is never taken for wholly certain


@dataclass(frozen=True)
class Source:
    """Bitmaps uint8 (n, k, 28, 28), k forms of each of n samples, with labels (n,); -1 is no digit."""

    bitmaps: np.ndarray
    labels: np.ndarray
    per_epoch: int  # samples drawn from it in one epoch
    strength: float  # of the variation, see vary_bitmaps
    as_drawn: float = 0.0  # share of the samples that come in their first form

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return sample numbers and form numbers for one epoch; nothing comes twice before all came once."""
        rounds = -(-self.per_epoch // len(self.labels))
        samples = np.concatenate([random.permutation(len(self.labels)) for _ in range(rounds)])
        forms = random.integers(self.bitmaps.shape[1], size=self.per_epoch)
        if self.as_drawn:
            forms[random.random(self.per_epoch) < self.as_drawn] = 0
        return samples[: self.per_epoch], forms


class TrainingData(keras.utils.PyDataset):
    """Batches of (bitmaps, targets); epoch e, batch b follows from the seed, e and b alone."""

    def __init__(self, sources: list[Source], batch_size: int, epochs: int, seed: int):
        super().__init__()
        self._sources = sources
        self._batch_size = batch_size
        self._epochs = epochs
        self.seed = seed
        self.begin_epoch(0)

    def __len__(self) -> int:
        return sum(source.per_epoch for source in self._sources) // self._batch_size

    def begin_epoch(self, epoch: int) -> None:
        """Mix the sources anew for an epoch, counted from 0."""
        self._epoch = epoch
        self._calm = calm(epoch, self._epochs)
        random = np.random.default_rng((self.seed, epoch))
        rows = []
        for number, source in enumerate(self._sources):
            samples, forms = source.draw(random)
            rows.append(np.stack([np.full_like(samples, number), samples, forms], axis=1))
        self._rows = random.permutation(np.concatenate(rows))  # (n, 3): source, sample, form

    def __getitem__(self, index: int) -> tuple[np.ndarray, dict]:
        rows = self._rows[index * self._batch_size : (index + 1) * self._batch_size]
        random = np.random.default_rng((self.seed, self._epoch, index))
        bitmaps = np.empty((len(rows), 28, 28), np.float32)
        labels = np.empty(len(rows), np.int64)
        for number, source in enumerate(self._sources):
            here = rows[:, 0] == number
            chosen = source.bitmaps[rows[here, 1], rows[here, 2]]
            bitmaps[here] = vary_bitmaps(chosen, random, source.strength * self._calm)
            labels[here] = source.labels[rows[here, 1]]
        return bitmaps, targets(labels)


class EpochSeed(keras.callbacks.Callback):
    """Let all chance in an epoch follow from the seed and the epoch: what is drawn, and what dropout drops.

    So a training that was stopped and goes on gives the same weights as one that was left alone.
    """

    def __init__(self, data: TrainingData):
        super().__init__()
        self._data = data

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._data.begin_epoch(epoch)
        for number, layer in enumerate(self.model.layers):
            if isinstance(layer, keras.layers.Dropout):
                random = np.random.default_rng((self._data.seed, epoch, number))
                layer.seed_generator.state.assign(random.integers(2**31, size=2))


def calm(epoch: int, epochs: int) -> float:
    """Return the share of the variation in an epoch: 1 for three fifths of the training, then down to 0.4.

    The network meets the full variety first, and digits nearer to real ones when its weights settle.
    """
    share = epoch / max(epochs - 1, 1)
    return 1.0 - 0.6 * max(0.0, share - 0.6) / 0.4


def targets(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return what the two answers should be, float32 (n, 10) and (n, 1), for labels (n,)."""
    digit = np.full((len(labels), 10), 0.1, np.float32)
    known = labels != NOT_A_DIGIT
    digit[known] = np.eye(10, dtype=np.float32)[labels[known]] * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 10
    return {"digit": digit, "is_digit": known.astype(np.float32)[:, None]}
