"""Digits to browse on the page /data: the shipped samples, MNIST's test set and the pen digits."""

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from webapp.errors import DataError
from webapp.ink.bitmap import to_bitmap
from webapp.settings import ROOT
from webapp.training.datasets import MNIST_FILE, find_mnist, label_number, load_mnist
from webapp.training.ink_file import read_inks

MNIST = "mnist"
FILES = {MNIST: MNIST_FILE, "pen": "pen_digits.jsonl"}  # in the folder of the setting `data`
SAMPLES, SAMPLES_FILE = "samples", ROOT / "static" / "samples.json"  # shipped
TITLES = {MNIST: "MNIST’s test set", "pen": "Pen digits", SAMPLES: "Samples"}


@dataclass(frozen=True)
class Example:
    """One digit: its bitmap uint8 (28, 28), label, caption for people, and strokes if there are any."""

    bitmap: np.ndarray
    label: int
    caption: str
    strokes: list[np.ndarray] | None = None


@dataclass(frozen=True)
class Collection:
    """Labels int (n,) of all examples, and a function that makes the example of an index."""

    labels: np.ndarray
    make: Callable[[int], Example]

    def pick(self, digit: int | None, start: int, count: int) -> tuple[list[Example], int]:
        """Return `count` examples of a digit (None for all) from index `start` on, and their total number."""
        found = np.arange(len(self.labels)) if digit is None else np.flatnonzero(self.labels == digit)
        return [self.make(int(index)) for index in found[start : start + count]], len(found)


class Collections:
    """The collections of a folder and the samples, each read at its first use and cached. Thread-safe."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[Path, Collection] = {}  # by file: MNIST may be fetched while the server runs

    def samples(self) -> list[dict]:
        """Return the shipped samples of digits: name, label and strokes."""
        return _sample_digits()

    def names(self) -> list[str]:
        """Return the names of all collections: those of files, the samples, and else a part of MNIST."""
        missing = self.missing()
        return [
            *(name for name in FILES if name not in missing),
            SAMPLES,
            *([MNIST] if MNIST in missing else []),
        ]

    def missing(self) -> dict[str, str]:
        """Return the files that the folder lacks, by name of their collection."""
        return {name: file for name, file in FILES.items() if not (self._folder / file).is_file()}

    def title(self, name: str) -> str:
        """Return the title of a collection."""
        return TITLES[name] + (", a part" if name == MNIST and MNIST in self.missing() else "")

    def get(self, name: str) -> Collection:
        """Return a collection. Raises DataError if its file cannot be read."""
        path = self._path(name)
        with self._lock:
            if path not in self._known:
                self._known[path] = READERS[name](path)
            return self._known[path]

    def _path(self, name: str) -> Path:
        if name == SAMPLES:
            return SAMPLES_FILE
        return find_mnist(self._folder) if name == MNIST else self._folder / FILES[name]


def name_of(label: int) -> str:
    """Return "a 7" or "an 8"; "not a digit" for a label that is not from 0 to 9."""
    if label not in range(10):
        return "not a digit"
    return f"{'an' if label == 8 else 'a'} {label}"


def _read_samples(path: Path) -> Collection:
    digits = _sample_digits(path)

    def make(index: int) -> Example:
        sample = digits[index]
        strokes = [np.array(stroke, float) for stroke in sample["strokes"]]
        return Example(to_bitmap(strokes), sample["label"], sample["name"], strokes)

    return Collection(np.array([sample["label"] for sample in digits]), make)


def _sample_digits(path: Path = SAMPLES_FILE) -> list[dict]:
    samples = json.loads(path.read_text("utf-8"))
    return [sample for sample in samples if sample["label"] is not None]


def _read_mnist(path: Path) -> Collection:
    _, test = load_mnist(path)

    def make(index: int) -> Example:
        label = int(test.labels[index])
        return Example(test.bitmaps[index], label, f"{name_of(label)}, test image {index:,}")

    return Collection(test.labels, make)


def _read_pen(path: Path) -> Collection:
    samples, _ = read_inks(path)
    if not samples:
        raise DataError(f"expected pen digits in {path.name}, found none")

    def make(index: int) -> Example:
        sample = samples[index]
        label = label_number(sample.label)
        caption = f"{name_of(label)}, writer {sample.writer}"
        return Example(to_bitmap(sample.strokes), label, caption, sample.strokes)

    return Collection(np.array([label_number(sample.label) for sample in samples]), make)


READERS = {MNIST: _read_mnist, "pen": _read_pen, SAMPLES: _read_samples}
MIDDLE_GRAY = 128  # visible on white and on black


def to_png(bitmap: np.ndarray) -> bytes:
    """Return a PNG of a bitmap uint8 (rows, columns): middle gray, with the bitmap as its opacity."""
    gray = np.full_like(bitmap, MIDDLE_GRAY)
    file = io.BytesIO()
    picture = Image.merge("LA", (Image.fromarray(gray), Image.fromarray(bitmap)))
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
