"""Models without a real network, whose answers follow from the bitmap in a way a test can foresee."""

import hashlib
import json
from pathlib import Path

import numpy as np

from webapp.nets.cards import check_file
from webapp.nets.network import Answer


class FakeNetwork:
    """Says that a bitmap is the digit (sum of its values) % 10, and remembers the sizes of its batches."""

    def __init__(self, is_digit: float | None = None):
        self.is_digit = is_digit
        self.sizes: list[int] = []

    def __call__(self, bitmaps: np.ndarray) -> list[Answer]:
        self.sizes.append(len(bitmaps))
        rows = np.eye(10, dtype=np.float32)
        return [Answer(rows[foreseen(bitmap)], self.is_digit) for bitmap in bitmaps]


def foreseen(bitmap: np.ndarray) -> int:
    """Return the digit that a FakeNetwork will say."""
    return int(bitmap.sum(dtype=np.int64)) % 10


def some_bitmap(seed: int = 0) -> np.ndarray:
    """Return a bitmap, uint8 (28, 28), that is another for each seed."""
    return np.random.default_rng(seed).integers(1, 256, (28, 28)).astype(np.uint8)


def load_fake(path: Path, card: dict) -> FakeNetwork:
    """Load a FakeNetwork where the file is the one of its card; conv can tell what is no digit."""
    check_file(path, card["sha256"])
    check_file(path.with_suffix(".tflite"), card["tflite_sha256"])
    return FakeNetwork(is_digit=0.75 if card["name"] == "conv" else None)


def write_model(folder: Path, file_name: str, content: bytes | None = None, **changes) -> dict:
    """Write NAME.keras, NAME.tflite and a card that fits them into `folder`, and return the card.

    Files that are there already stay, unless `content` is given for both.
    """
    paths = [folder / f"{file_name}{suffix}" for suffix in (".keras", ".tflite")]
    for path in paths:
        if content is not None or not path.exists():
            path.write_bytes(content or f"the weights of {file_name}".encode())
    card = {
        "name": file_name,
        "title": "one hidden layer",
        "summary": "A model for tests.",
        "hidden_layers": 1,
        "parameters": 101_770,
        "layers": [],
        "data": [],
        "training": {},
        "versions": {},
        "scores": {"mnist_test": 0.97},
        "sha256": hashlib.sha256(paths[0].read_bytes()).hexdigest(),
        "tflite_sha256": hashlib.sha256(paths[1].read_bytes()).hexdigest(),
        "date": "2026-11-22",
        "evaluation": {"mistakes": []},
    } | changes
    (folder / f"{file_name}.json").write_text(json.dumps(card), "utf-8")
    return card
