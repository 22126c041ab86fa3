"""Read ink that came as JSON: a list of strokes, each a list of [x, y] points."""

import numpy as np

from webapp.errors import BadInk, EmptyInk, TooLarge
from webapp.ink.describe import describe

MAX_POINTS = 10_000  # in one ink; a slow digit at 240 points a second has about 1,000
MAX_COORDINATE = 1e9  # in either direction; far beyond any screen, far below what overflows


def parse_strokes(value: object) -> list[np.ndarray]:
    """Return the strokes in `value` as arrays (points, 2) of float64; empty strokes are left out.

    Raises:
        BadInk: `value` is not a list of lists of [x, y] with finite numbers up to 1e9.
        EmptyInk: there is not a single point.
        TooLarge: more than 10,000 points.
    """
    if not isinstance(value, list) or not all(isinstance(stroke, list) for stroke in value):
        raise BadInk(f"expected strokes as a list of lists of [x, y], received {describe(value)}")
    count = sum(map(len, value))
    if count > MAX_POINTS:
        raise TooLarge(f"expected at most {MAX_POINTS:,} points, received {count:,}")
    strokes = [_parse_stroke(number, stroke) for number, stroke in enumerate(value) if stroke]
    if not strokes:
        raise EmptyInk("expected at least one point, received ink without any")
    return strokes


def _parse_stroke(number: int, stroke: list) -> np.ndarray:
    for index, point in enumerate(stroke):
        if not _is_point(point):
            raise BadInk(
                f"expected [x, y] with finite numbers up to {MAX_COORDINATE:.0e} "
                f"at point {index} of stroke {number}, received {describe(point)}"
            )
    return np.array(stroke, np.float64)


def _is_point(point: object) -> bool:
    return isinstance(point, list) and len(point) == 2 and all(map(_is_coordinate, point))


def _is_coordinate(value: object) -> bool:
    # bool is an int in Python but no coordinate; a comparison with NaN is False.
    return type(value) in (int, float) and -MAX_COORDINATE <= value <= MAX_COORDINATE
