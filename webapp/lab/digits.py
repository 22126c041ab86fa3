"""The digits of the lab: all of MNIST where its file is at hand, else the sample that ships with Inkwise.

Training and validation digits are of MNIST's training set, whose last tenth validates. The test digits are
of its test set, and are read once, at the end of a run.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.training.datasets import SAMPLE, Bitmaps, load_mnist

VALIDATION_SHARE = 0.1


@dataclass(frozen=True)
class Digits:
    """Three parts with different digits; no writer of MNIST's training set is in its test set."""

    train: Bitmaps
    validation: Bitmaps
    test: Bitmaps


def count_training(path: Path) -> int:
    """Return the number of training digits in a file of `find_mnist`, without the validation digits."""
    return 54_000 if path != SAMPLE else 9_000


def load_digits(path: Path) -> Digits:
    """Return the three parts of a file. Raises DataError if it cannot be read."""
    train, test = load_mnist(path)
    count = round(len(train) * (1 - VALIDATION_SHARE))
    return Digits(
        Bitmaps(train.bitmaps[:count], train.labels[:count]),
        Bitmaps(train.bitmaps[count:], train.labels[count:]),
        test,
    )


def with_wrong_labels(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return labels int (n,) of which a share, chosen at random, is another digit."""
    random = np.random.default_rng(seed)
    is_wrong = random.random(len(labels)) < share
    return np.where(is_wrong, (labels + random.integers(1, 10, len(labels))) % 10, labels)
