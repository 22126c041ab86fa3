"""Fake models whose predictions follow from the bitmap."""

import hashlib
import json
from pathlib import Path

import numpy as np

from webapp.nets.cards import check_file
from webapp.nets.network import Prediction


class FakeNetwork:
    """Predicts the digit (sum of the bitmap's values) % 10 and records its batch sizes."""

    def __init__(self, is_digit: float | None = None):
        self.is_digit = is_digit
        self.sizes: list[int] = []

    def __call__(self, bitmaps: np.ndarray) -> list[Prediction]:
        self.sizes.append(len(bitmaps))
        rows = np.eye(10, dtype=np.float32)
        return [Prediction(rows[expected_digit(bitmap)], self.is_digit) for bitmap in bitmaps]


def expected_digit(bitmap: np.ndarray) -> int:
    """Return the digit that a FakeNetwork predicts."""
    return int(bitmap.sum(dtype=np.int64)) % 10


def some_bitmap(seed: int = 0) -> np.ndarray:
    """Return a random bitmap, uint8 (28, 28), that depends on the seed."""
    return np.random.default_rng(seed).integers(1, 256, (28, 28)).astype(np.uint8)


def load_fake(path: Path, card: dict) -> FakeNetwork:
    """Check the files against the card and return a FakeNetwork; only conv has an is_digit output."""
    check_file(path, card["sha256"])
    check_file(path.with_suffix(".tflite"), card["tflite_sha256"])
    return FakeNetwork(is_digit=0.75 if card["name"] == "conv" else None)


def write_model(folder: Path, file_name: str, content: bytes | None = None, **changes) -> dict:
    """Write NAME.keras, NAME.tflite and a matching card into `folder`, and return the card.

    Existing files stay unless `content` is given for both.
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
