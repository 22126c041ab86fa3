"""Batches for training: every epoch a new mixture of all sources, with new variations of each bitmap.

Targets, as the networks' outputs (webapp/nets/architectures.py):
    digit      (batch, 10)  near 1 for the label; 0.1 each for negatives, so that the network becomes unsure
               (Hendrycks, Mazeika and Dietterich 2019, "Deep anomaly detection with outlier exposure")
    is_digit   (batch, 1)   1 or 0
"""

from dataclasses import dataclass

import keras
import numpy as np

from webapp.training.augmentation.images import vary_bitmaps
from webapp.training.datasets import NOT_A_DIGIT

LABEL_SMOOTHING = 0.05  # Szegedy et al. 2016


@dataclass(frozen=True)
class Source:
    """Bitmaps uint8 (n, k, 28, 28), k forms of each of n samples, the original first; labels (n,)."""

    bitmaps: np.ndarray
    labels: np.ndarray
    per_epoch: int  # samples in one epoch
    strength: float  # of the augmentation, see vary_bitmaps
    original_share: float = 0.0  # share of the samples that are always in their original form

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return indices of samples and forms for one epoch; no sample repeats before all were used."""
        rounds = -(-self.per_epoch // len(self.labels))
        samples = np.concatenate([random.permutation(len(self.labels)) for _ in range(rounds)])
        forms = random.integers(self.bitmaps.shape[1], size=self.per_epoch)
        if self.original_share:
            forms[random.random(self.per_epoch) < self.original_share] = 0
        return samples[: self.per_epoch], forms


class TrainingData(keras.utils.PyDataset):
    """Batches of (bitmaps, targets). Seed, epoch and batch number determine a batch."""

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
        """Sample and shuffle the sources for an epoch, counted from 0."""
        self._epoch = epoch
        self._strength = augmentation_strength(epoch, self._epochs)
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
            bitmaps[here] = vary_bitmaps(chosen, random, source.strength * self._strength)
            labels[here] = source.labels[rows[here, 1]]
        return bitmaps, targets(labels)


class EpochSeed(keras.callbacks.Callback):
    """Seed samples and dropout in each epoch, so that a resumed training gives the same weights."""

    def __init__(self, data: TrainingData):
        super().__init__()
        self._data = data

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._data.begin_epoch(epoch)
        for number, layer in enumerate(self.model.layers):
            if isinstance(layer, keras.layers.Dropout):
                random = np.random.default_rng((self._data.seed, epoch, number))
                layer.seed_generator.state.assign(random.integers(2**31, size=2))


def augmentation_strength(epoch: int, epochs: int) -> float:
    """Return the strength in an epoch: 1 for three fifths of the training, then decreasing to 0.4."""
    share = epoch / max(epochs - 1, 1)
    return 1.0 - 0.6 * max(0.0, share - 0.6) / 0.4


def targets(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the targets of both outputs, float32 (n, 10) and (n, 1), for labels (n,)."""
    digit = np.full((len(labels), 10), 0.1, np.float32)
    known = labels != NOT_A_DIGIT
    digit[known] = np.eye(10, dtype=np.float32)[labels[known]] * (1 - LABEL_SMOOTHING) + LABEL_SMOOTHING / 10
    return {"digit": digit, "is_digit": known.astype(np.float32)[:, None]}
