"""Ink as the tables hold it, made before the write lock is taken, so that other writers do not wait."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.ink.bitmap import to_bitmap
from webapp.room.thumbnail import to_shape


@dataclass(frozen=True, eq=False)
class InkRecord:
    """One drawing's ink.

    Attributes:
        strokes: as received, JSON.
        shape: the thumbnail of the strokes for the wall, JSON.
        bitmap: uint8 (28, 28).
    """

    strokes: str
    shape: str
    bitmap: np.ndarray


def prepare(raw: Sequence, strokes: list[np.ndarray]) -> InkRecord:
    """Prepare ink that came as lists `raw` of [x, y], and was parsed to `strokes`, at least one."""
    return InkRecord(
        strokes=_to_json([stroke for stroke in raw if stroke]),
        shape=_to_json(to_shape(strokes)),
        bitmap=to_bitmap(strokes),
    )


def _to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
