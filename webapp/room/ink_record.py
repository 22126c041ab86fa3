"""Ink as the database stores it: the strokes, a thumbnail for the wall, and the bitmap."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.ink.bitmap import MIN_EXTENT, to_bitmap
from webapp.ink.simplify import simplify

SIDE = 1000  # units along the longer side of a thumbnail
SPACING = 8.0  # units between points; closer ones make no visible difference on a projector
MAX_POINTS = 1000  # of a thumbnail


@dataclass(frozen=True, eq=False)
class InkRecord:
    """The ink of one drawing.

    Attributes:
        strokes: as received, JSON.
        thumbnail: simplified strokes in integers from 0 to 1000, JSON.
        bitmap: uint8 (28, 28).
    """

    strokes: str
    thumbnail: str
    bitmap: np.ndarray


def make_ink_record(raw: Sequence, strokes: list[np.ndarray]) -> InkRecord:
    """Return the record of ink. Call it before the write lock is taken: it takes milliseconds.

    Args:
        raw: the ink as lists of [x, y].
        strokes: the same, parsed; at least one.
    """
    return InkRecord(
        strokes=_to_json([stroke for stroke in raw if stroke]),
        thumbnail=_to_json(to_thumbnail(strokes)),
        bitmap=to_bitmap(strokes),
    )


def to_thumbnail(strokes: list[np.ndarray]) -> list[list[list[int]]]:
    """Return strokes (points, 2) as lists of [x, y] from 0 to 1000, keeping proportions."""
    scaled = _scale(strokes)
    spacing = SPACING
    while spacing < 2 * SIDE:  # beyond any distance: only start and end of each stroke remain
        simplified = _simplify_all(scaled, spacing)
        if simplified is not None:
            return _round(simplified)
        spacing *= 2
    # Hundreds of strokes: show as many as fit.
    return _round([stroke[:1] + stroke[1:][-1:] for stroke in scaled[: MAX_POINTS // 2]])


def _scale(strokes: list[np.ndarray]) -> list[list[list[float]]]:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = SIDE / extent if extent > MIN_EXTENT else 0.0
    return [((stroke - low) * scale).tolist() for stroke in strokes]


def _simplify_all(strokes: list[list[list[float]]], spacing: float) -> list[list[list[float]]] | None:
    """Return the simplified strokes, or None if they have too many points."""
    simplified, left = [], MAX_POINTS
    for stroke in strokes:
        simplified.append(simplify(stroke, spacing, most=left))
        left -= len(simplified[-1])
        if left < 0:
            return None
    return simplified


def _round(strokes: list[list[list[float]]]) -> list[list[list[int]]]:
    return [[[round(x), round(y)] for x, y in stroke] for stroke in strokes]


def _to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
