"""The curve through the points of a stroke: what the pad shows is what the network sees.

A browser reports 60 points a second or fewer, so a quick zero is six points. Between two points the curve
blends the parabola through them and the point before with the one through them and the point after; the ends
are parabolas. This is the centripetal Catmull-Rom spline (Catmull and Rom 1974; Yuksel, Schaefer and Keyser
2011): it passes through all points and has no cusps, and a new point changes the last piece only.

Of six points a digit, conv reads 93.9 % of 1,500 UNIPEN digits along this curve, 91.3 % along the quadratic
B-spline of the points, which cuts corners, and 82.2 % along straight lines. static/js/ink/curve.js computes
the same numbers.
"""

import numpy as np

CURVED = 3  # points from which a stroke is a curve; fewer are a dot or a line


def to_polyline(stroke: np.ndarray, tolerance: float, most: int) -> np.ndarray:
    """Return points (m, 2) on the curve through one stroke (n, 2); see `to_polylines`."""
    return to_polylines([stroke], tolerance, most)[0]


def to_polylines(strokes: list[np.ndarray], tolerance: float, most: int) -> list[np.ndarray]:
    """Return points (m, 2) on the curve through each stroke; lines between them follow the curve.

    All strokes are computed at once: hundreds of short ones take as long as a long one.

    Args:
        strokes: points (n, 2) each, at least one.
        tolerance: largest distance from the curve, in the unit of the points, unless `most` forbids it.
        most: lines for each piece, at least 1. A piece is the curve between two neighboring points.
    """
    curved = [stroke for stroke in strokes if len(stroke) >= CURVED]
    if not curved:
        return strokes
    lengths = np.array([len(stroke) for stroke in curved])
    start, first, second, end = _bezier_pieces(np.concatenate(curved), lengths)
    bend = np.maximum(_squared(start - 2 * first + second), _squared(first - 2 * second + end))
    # A cubic Bézier curve leaves n chords by at most 3/4 of its bend / n^2.
    count = np.ceil(np.sqrt(0.75 * np.sqrt(bend) / tolerance)).clip(1, most).astype(int)
    total = np.cumsum(count)
    piece = np.repeat(np.arange(len(count)), count)
    number = np.arange(1, len(piece) + 1) - np.repeat(total - count, count)
    share = (number / count[piece])[:, None]
    rest = 1 - share
    points = (
        rest * rest * rest * start[piece]
        + 3 * rest * rest * share * first[piece]
        + 3 * rest * share * share * second[piece]
        + share * share * share * end[piece]
    )
    ends = total[np.cumsum(lengths - 1) - 1].tolist()
    parts = iter(points[begin:end] for begin, end in zip([0, *ends], ends, strict=False))
    return [
        np.concatenate([stroke[:1], next(parts)]) if len(stroke) >= CURVED else stroke for stroke in strokes
    ]


def _bezier_pieces(
    points: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return start, first and second control point, and end of each piece, (pieces, 2) each.

    Args:
        points: (n, 2), of all strokes one after the other.
        lengths: the number of points of each stroke, at least 3 each, int (strokes,).
    """
    last = np.cumsum(lengths) - 1
    begin = last - lengths + 1
    step = points[1:] - points[:-1]  # also from each stroke to the next; left out at the end
    duration = np.sqrt(np.sqrt(_squared(step)))[:, None]  # centripetal: the root of the distance
    speed = _divide(step, duration)
    tangent = np.empty_like(points)
    across = _divide(points[2:] - points[:-2], duration[:-1] + duration[1:])
    tangent[1:-1] = speed[:-1] + speed[1:] - across
    tangent[begin] = 2 * speed[begin] - tangent[begin + 1]
    tangent[last] = 2 * speed[last - 1] - tangent[last - 1]
    first = points[:-1] + tangent[:-1] * (duration / 3)
    second = points[1:] - tangent[1:] * (duration / 3)
    if len(lengths) == 1:
        return points[:-1], first, second, points[1:]
    within = np.ones(len(step), bool)
    within[last[:-1]] = False
    return points[:-1][within], first[within], second[within], points[1:][within]


def _divide(vectors: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return vectors / by, 0 where `by` is 0: a repeated point has no direction."""
    return np.divide(vectors, by, out=np.zeros_like(vectors), where=by > 0)


def _squared(vectors: np.ndarray) -> np.ndarray:
    return vectors[:, 0] * vectors[:, 0] + vectors[:, 1] * vectors[:, 1]
