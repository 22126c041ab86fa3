"""Parse what clients and files send: strict JSON, strokes, and bitmaps of 784 values."""

import json
from itertools import accumulate, chain
from typing import NoReturn, cast

import numpy as np

from webapp.errors import BadBitmap, BadInk, BadRequest, EmptyInk, TooLarge, describe
from webapp.ink.bitmap import SIZE

PIXELS = SIZE * SIZE
MAX_POINTS = 10_000  # of one ink; a slow digit at 240 points a second has about 1,000
MAX_STROKES = 1_000  # of one ink; a shaded drawing has some dozens
MAX_COORDINATE = 1e9  # absolute value; far beyond any screen, far below overflow


def parse_json(data: bytes) -> object:
    """Return the value of JSON in UTF-8, with or without a byte order mark.

    Raises:
        BadRequest: malformed, not UTF-8, nested too deeply, or with NaN, Infinity or integers of thousands of
            digits.
    """
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_reject_constant)
    except UnicodeDecodeError as error:
        raise BadRequest(f"expected JSON in UTF-8, received another byte at {error.start}") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"expected JSON, received: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise BadRequest("expected JSON of a few levels, received JSON that is nested too deeply") from None
    except ValueError:  # Python does not read integers of more than 4,300 digits
        raise BadRequest("expected numbers of a usual size, received one of thousands of digits") from None


def parse_strokes(value: object) -> list[np.ndarray]:
    """Return the strokes in a JSON value as arrays (points, 2) of float64, without the empty ones.

    Raises:
        BadInk: not a list of lists of [x, y] with finite numbers up to 1e9.
        EmptyInk: no point at all.
        TooLarge: more than 10,000 points or 1,000 strokes, empty ones too.
    """
    if not isinstance(value, list) or not all(isinstance(stroke, list) for stroke in value):
        raise BadInk(f"expected strokes as a list of lists of [x, y], received {describe(value)}")
    count = sum(map(len, value))
    if count > MAX_POINTS or len(value) > MAX_STROKES:
        raise TooLarge(
            f"expected at most {MAX_POINTS:,} points in {MAX_STROKES:,} strokes, "
            f"received {count:,} in {len(value):,}",
            "This drawing has too many lines. Clear the pad and draw a simpler one.",
        )
    lengths = [len(stroke) for stroke in value if stroke]
    if not lengths:
        raise EmptyInk("expected at least one point, received ink without any")
    points = _parse_points(list(chain.from_iterable(value)))
    if points is None:
        raise _bad_point(value)
    ends = list(accumulate(lengths))
    return [points[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def bitmap_from_bytes(data: bytes) -> np.ndarray:
    """Return uint8 (28, 28) from 784 bytes, row by row.

    Raises:
        BadBitmap: another length.
        EmptyInk: all bytes are 0.
    """
    if len(data) != PIXELS:
        raise BadBitmap(f"expected {PIXELS} bytes, received {len(data)}")
    if data.count(0) == PIXELS:
        raise EmptyInk(f"expected some ink, received a bitmap whose {PIXELS} values are all 0")
    return np.frombuffer(data, np.uint8).reshape(SIZE, SIZE)


def bitmap_from_list(values: object) -> np.ndarray:
    """Return uint8 (28, 28) from a list of 784 ints from 0 to 255. Raises BadBitmap or EmptyInk."""
    if not isinstance(values, list):
        raise BadBitmap(f"expected bitmap as a list of {PIXELS} ints, received {type(values).__name__}")
    if len(values) != PIXELS:
        raise BadBitmap(f"expected {PIXELS} ints, received {len(values)}")
    for index, value in enumerate(values):
        if type(value) is not int or not 0 <= value <= 255:
            raise BadBitmap(f"expected ints from 0 to 255, received {describe(value)} at index {index}")
    return bitmap_from_bytes(bytes(values))


def _reject_constant(name: str) -> NoReturn:
    raise BadRequest(f"expected finite numbers, received {name}")


def _parse_points(points: list) -> np.ndarray | None:
    """Return (points, 2), or None if one is no point. Takes a tenth of the time of `_is_point` for each."""
    if set(map(type, points)) != {list} or set(map(len, points)) != {2}:
        return None
    numbers = list(chain.from_iterable(points))
    if not set(map(type, numbers)) <= {int, float}:
        return None
    try:
        array = np.array(numbers, np.float64).reshape(-1, 2)
    except OverflowError:  # an integer of hundreds of digits
        return None
    return array if (np.abs(array) <= MAX_COORDINATE).all() else None  # False for NaN


def _bad_point(value: list[list]) -> BadInk:
    """Return the error that names the first item that is no point."""
    number, index, point = next(
        (number, index, point)
        for number, stroke in enumerate(value)
        for index, point in enumerate(stroke)
        if not _is_point(point)
    )
    return BadInk(
        f"expected [x, y] with finite numbers up to {MAX_COORDINATE:.0e} "
        f"at point {index} of stroke {number}, received {describe(point)}"
    )


def _is_point(point: object) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(map(_is_coordinate, point))


def _is_coordinate(value: object) -> bool:
    # bool is a subclass of int but no coordinate; a comparison with NaN is False.
    return type(value) in (int, float) and -MAX_COORDINATE <= cast(float, value) <= MAX_COORDINATE
