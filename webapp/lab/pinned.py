"""Drawings that the trainer predicts again at each point of the curve."""

import base64
from dataclasses import dataclass

import numpy as np

from webapp.errors import BadRequest
from webapp.ink.bitmap import SIZE, to_bitmap
from webapp.ink.parsing import parse_strokes

MOST = 5


@dataclass(frozen=True)
class Pinned:
    """One drawing: its strokes for the page, its label if known, its bitmap of 784 bytes."""

    strokes: list
    label: int | None
    bitmap: bytes

    @property
    def bitmap_text(self) -> str:
        """The bitmap in base64."""
        return base64.b64encode(self.bitmap).decode("ascii")

    def to_json(self) -> dict:
        return {"strokes": self.strokes, "label": self.label, "bitmap": self.bitmap_text}


class PinnedDrawings:
    """The present pinned drawings. Its lab's lock protects it.

    The trainer's answers name the version of the drawings that they are for: a change may be on its way.
    """

    def __init__(self) -> None:
        self._drawings: list[Pinned] = []
        self._version = 0

    def __len__(self) -> int:
        return len(self._drawings)

    def replace(self, drawings: list[Pinned]) -> None:
        """Pin these drawings in place of the present ones."""
        self._drawings = drawings
        self._version += 1

    @property
    def command(self) -> dict:
        """The trainer's command that pins them."""
        bitmaps = [each.bitmap_text for each in self._drawings]
        return {"command": "pin", "version": self._version, "bitmaps": bitmaps}

    @property
    def bitmaps(self) -> np.ndarray:
        """uint8 (n, 28, 28)"""
        content = b"".join(each.bitmap for each in self._drawings)
        return np.frombuffer(content, np.uint8).reshape(-1, SIZE, SIZE)

    def to_json(self) -> list[dict]:
        """Return the drawings without predictions."""
        return [each.to_json() for each in self._drawings]

    def with_answers(self, rows: list[list[float]], version: int | None = None) -> list[dict] | None:
        """Return the drawings, each with ten probabilities; None if the rows are of other drawings."""
        if len(rows) != len(self._drawings) or version not in (None, self._version):
            return None
        pairs = zip(self._drawings, rows, strict=True)
        return [each.to_json() | {"probabilities": row} for each, row in pairs]


def read_pinned(value: object) -> list[Pinned]:
    """Return at most five drawings of a JSON list of {"strokes", "label"}.

    Raises:
        BadRequest, BadInk, EmptyInk: they cannot be used.
    """
    if not isinstance(value, list) or len(value) > MOST:
        raise BadRequest(f"expected at most {MOST} drawings in a list")
    return [_read_one(each) for each in value]


def _read_one(value: object) -> Pinned:
    if not isinstance(value, dict):
        raise BadRequest("expected each drawing as an object with strokes and label")
    strokes = parse_strokes(value.get("strokes"))
    label = value.get("label")
    if label is not None and (isinstance(label, bool) or not isinstance(label, int) or not 0 <= label <= 9):
        raise BadRequest("expected label as a digit or null")
    return Pinned([stroke.tolist() for stroke in strokes], label, to_bitmap(strokes).tobytes())
