"""Ink as the tables keep it, made before the database is held, so that nobody waits for it to write."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.ink.bitmap import to_bitmap
from webapp.room.shape import to_shape


@dataclass(frozen=True, eq=False)
class Prepared:
    """One drawing's ink.

    Attributes:
        strokes: as it came, JSON.
        shape: the same, small enough for a wall, JSON.
        bitmap: uint8 (28, 28).
    """

    strokes: str
    shape: str
    bitmap: np.ndarray


def prepare(raw: Sequence, strokes: list[np.ndarray]) -> Prepared:
    """Prepare ink that came as lists `raw` of [x, y], and was parsed to `strokes`, at least one."""
    return Prepared(
        strokes=_to_json([stroke for stroke in raw if stroke]),
        shape=_to_json(to_shape(strokes)),
        bitmap=to_bitmap(strokes),
    )


def _to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
