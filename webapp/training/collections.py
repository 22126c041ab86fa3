"""The digits that one can browse: MNIST's test set and the pen digits, where the data is at hand."""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import DataError
from webapp.ink.bitmap import to_bitmap
from webapp.training.datasets import load_mnist
from webapp.training.ink_file import read_inks

FILES = {"mnist": "mnist.npz", "pen": "pen_digits.jsonl"}
TITLES = {"mnist": "MNIST’s test set", "pen": "Pen digits"}


@dataclass(frozen=True)
class Example:
    """One digit: its bitmap uint8 (28, 28), its label, whose it is, and its strokes where it has any."""

    bitmap: np.ndarray
    label: int
    source: str
    strokes: list[np.ndarray] | None = None


@dataclass(frozen=True)
class Collection:
    """Labels int (n,) of all examples, and the examples themselves, made when they are asked for."""

    labels: np.ndarray
    _make: object  # from an index to an Example

    def pick(self, digit: int | None, start: int, count: int) -> tuple[list[Example], int]:
        """Return `count` examples of a digit (None: of any) from the `start`th on, and how many there are."""
        found = np.arange(len(self.labels)) if digit is None else np.flatnonzero(self.labels == digit)
        return [self._make(int(index)) for index in found[start : start + count]], len(found)


class Collections:
    """The collections of a folder; each is read when it is first asked for, and kept."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, Collection] = {}

    def names(self) -> list[str]:
        """Return the names of the collections whose files are there."""
        return [name for name, file in FILES.items() if (self._folder / file).is_file()]

    def get(self, name: str) -> Collection:
        """Return a collection. Raises DataError where its file cannot be read."""
        with self._lock:
            if name not in self._known:
                self._known[name] = {"mnist": _read_mnist, "pen": _read_pen}[name](self._folder / FILES[name])
            return self._known[name]


def _read_mnist(path: Path) -> Collection:
    _, test = load_mnist(path)
    return Collection(
        test.labels, lambda index: Example(test.bitmaps[index], int(test.labels[index]), f"number {index}")
    )


def _read_pen(path: Path) -> Collection:
    samples, _ = read_inks(path)
    if not samples:
        raise DataError(f"expected pen digits in {path.name}, found none")

    def make(index: int) -> Example:
        sample = samples[index]
        return Example(to_bitmap(sample.strokes), sample.label, sample.writer, sample.strokes)

    return Collection(np.array([sample.label for sample in samples]), make)
