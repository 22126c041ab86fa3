"""Drawings that the trainer predicts again at each point of the curve."""

import base64
from dataclasses import dataclass

from webapp.errors import BadRequest
from webapp.ink.bitmap import to_bitmap
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

    def to_json(self, probabilities: list[float]) -> dict:
        """Return the drawing with the present prediction."""
        return {
            "strokes": self.strokes,
            "label": self.label,
            "bitmap": self.bitmap_text,
            "probabilities": probabilities,
        }


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
