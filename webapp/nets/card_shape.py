"""The shape of a model card. Pages rely on it, so a card of another shape is refused when it is read.

A shape is one of: a type; a function that tells whether a value fits, whose docstring says what is expected;
a dictionary of shapes by field; a list with the shape of all its elements; `Every`; `Maybe`.
"""

import base64
import binascii
import math
from dataclasses import dataclass
from typing import Any

from webapp.errors import ModelError

DIGITS = 10
BITMAP_SIZE = 784  # bytes


@dataclass(frozen=True)
class Every:
    """A dictionary whose values all have one shape."""

    shape: Any


@dataclass(frozen=True)
class Maybe:
    """A value that may be missing or null."""

    shape: Any


def number(value: object) -> bool:
    """a finite number"""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def share(value: object) -> bool:
    """a number from 0 to 1"""
    return number(value) and 0 <= value <= 1  # type: ignore[operator]


def count(value: object) -> bool:
    """a whole number from 0"""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def digit(value: object) -> bool:
    """a digit"""
    return count(value) and value < DIGITS  # type: ignore[operator]


def confusion(value: object) -> bool:
    """a list of 10 lists of 10 counts"""
    rows = value if isinstance(value, list) else []
    return len(rows) == DIGITS and all(
        isinstance(row, list) and len(row) == DIGITS and all(map(count, row)) for row in rows
    )


def bitmap(value: object) -> bool:
    """784 bytes in base64"""
    try:
        return isinstance(value, str) and len(base64.b64decode(value, validate=True)) == BITMAP_SIZE
    except binascii.Error:
        return False


_ACCURACY = {"samples": count, "accuracy": share}
_SCORES = {"samples": count, "by_digit": Every(_ACCURACY), "confusion": confusion}
_MISTAKE = {"label": digit, "digit": digit, "probability": share, "site": str, "bitmap": bitmap}
_GROUP = {"samples": count, "confidence": share, "accuracy": share, "low": Maybe(share), "high": Maybe(share)}
_CALIBRATION = {"temperature": number, "error": share, "ideal_error": Maybe(share), "reliability": [_GROUP]}
SHAPE = {
    "hidden_layers": count,
    "parameters": count,
    "layers": [{"name": str, "type": str, "output_shape": list, "parameters": count}],
    "data": [{"name": str, "samples": count, "license": str, "source": str}],
    "versions": Every(str),
    "scores": Every(Maybe(number)),
    "training": {"seconds": Maybe(number), "command": Maybe(str)},
    "evaluation": Maybe(
        {
            "mnist_test": Maybe(_SCORES),
            "pen_test": Maybe(_SCORES | {"by_site": Every(_ACCURACY), "mistakes": [_MISTAKE]}),
            "calibration": Maybe(_CALIBRATION),
        }
    ),
}


def check_shape(value: object, shape: object = SHAPE, place: str = "") -> None:
    """Raise ModelError, with the place in the card, unless a value has a shape.

    Fields that are not in the shape may be anything.
    """
    if isinstance(shape, Maybe):
        if value is not None:
            check_shape(value, shape.shape, place)
    elif isinstance(shape, dict | Every | list):
        for name, each, inner in _parts(value, shape, place):
            check_shape(each, inner, name.lstrip("."))
    elif isinstance(shape, type):
        _typed(value, shape, place)
    elif callable(shape) and not shape(value):
        raise ModelError(f"expected {shape.__doc__} as {place!r} of the card, received {repr(value)[:40]}")


def _parts(value: object, shape: dict | Every | list, place: str) -> list[tuple[str, object, object]]:
    """Return the place, the value and the shape of each part of a dictionary or list."""
    if isinstance(shape, list):
        elements = enumerate(_typed(value, list, place))
        return [(f"{place}[{index}]", each, shape[0]) for index, each in elements]
    fields = _typed(value, dict, place)
    if isinstance(shape, Every):
        return [(f"{place}.{name}", each, shape.shape) for name, each in fields.items()]
    return [(f"{place}.{name}", fields.get(name), inner) for name, inner in shape.items()]


def _typed(value: object, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        found = repr(value)[:40]
        raise ModelError(f"expected {kind.__name__} as {place!r} of the card, received {found}")
    return value
