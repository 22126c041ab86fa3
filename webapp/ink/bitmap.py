"""Rasterize ink as MNIST's digits were normalized: scaled into 20x20, center of mass at the center of 28x28.

The rules are those of LeCun, Cortes and Burges, "The MNIST database of handwritten digits": keep the
proportions, fit the bounding box into 20x20 pixels, then place the center of mass at the center (pixel index
14; the mean over MNIST's training set is 14.007 across and 13.996 down).

The network gets the smooth curve that the pad shows (curve.py). Ink is vectors, so it is drawn at the final
size with a pen of fixed width: a small, a huge and an off-center digit give the same bitmap. The gray of a
pixel depends on its distance to the nearest line only, so static/js/ink/bitmap.js gives the same numbers in
every browser, whatever its canvas does.
"""

from itertools import accumulate, chain
from typing import TypeVar

import numpy as np

from webapp.ink.curve import to_polylines
from webapp.ink.simplify import simplify

SIZE = 28  # pixels along each side of the bitmap
BOX = 20  # pixels along the longer side of the drawn ink, its pen included
CENTER = 14  # pixel index of the center of mass
# The pen, in pixels from the line: black up to INNER, paper from OUTER on, a linear ramp between.
# Fitted to MNIST's training set: the same mean gray and the same share of dark and of touched pixels.
INNER = 0.75
OUTER = 1.9
MIN_STEP = 0.1  # pixels between points; closer ones change nothing in 28x28
TOLERANCE = 0.02  # pixels between the curve and its lines
# Bounds the time for a scribble. A digit has about 100 lines, and 700 points if it is drawn slowly.
MAX_STROKES = 250
MAX_SIMPLIFIED = 1000  # points; of longer ink, every third point is enough
MAX_POINTS = 300
MAX_LINES = 600
MIN_EXTENT = 1e-9  # in the ink's own unit; anything smaller is a dot
CHUNK = 192  # lines drawn at once; between chunks, pixels that are black already are left out
MIN_SLOPE = 1e-3  # of a line whose band is computed; flatter ones are level
MARGIN = 1e-6  # pixels; rounding must not leave out a pixel that a line touches

Points = TypeVar("Points", np.ndarray, list)

_index = np.arange(SIZE, dtype=np.float64)


def to_bitmap(strokes: list[np.ndarray], wider: float = 0.0) -> np.ndarray:
    """Rasterize and normalize strokes.

    Args:
        strokes: arrays (points, 2) of finite x, y in any unit, x right, y down. Empty strokes are ignored.
        wider: pixels added to the pen on each side, -0.7 to 2. For training only: MNIST's pens differ.

    Returns:
        uint8 (28, 28), 0 = paper, 255 = ink; all 0 without ink.
    """
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        return np.zeros((SIZE, SIZE), np.uint8)
    lines = to_lines(fit_to_box(follow_curves(strokes), wider))
    gray = draw(lines, wider)
    shift = CENTER - center_of_mass(gray)
    gray = draw(lines + shift, wider)
    return np.floor(gray * 255 + 0.5).astype(np.uint8)


def follow_curves(strokes: list[np.ndarray]) -> list[np.ndarray]:
    """Return each stroke's curve as a polyline (points, 2) in the same unit, as precise as a bitmap needs.

    Very long ink is thinned to about MAX_POINTS points.
    """
    few = strokes[:: _divide_up(len(strokes), MAX_STROKES)]
    points, lengths = np.concatenate(few).astype(np.float64, copy=False), [len(stroke) for stroke in few]
    extent = np.ptp(points, axis=0).max()
    if extent <= MIN_EXTENT:
        return [stroke[:1] for stroke in _split(points, lengths)]
    pixel = extent / (BOX - 2 * OUTER)
    points, lengths = _thin(points, lengths, MAX_SIMPLIFIED)
    simplified = [simplify(stroke, MIN_STEP * pixel) for stroke in _split(points.tolist(), lengths)]
    lengths = [len(stroke) for stroke in simplified]
    points, lengths = _thin(np.array(list(chain.from_iterable(simplified))), lengths, MAX_POINTS)
    most = max(MAX_LINES // len(points), 1)
    return to_polylines(_split(points, lengths), TOLERANCE * pixel, most)


def fit_to_box(strokes: list[np.ndarray], wider: float = 0.0) -> list[np.ndarray]:
    """Scale strokes, keeping proportions, so that the longer side with the pen's width is BOX pixels."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = (high - low).max()
    scale = (BOX - 2 * (OUTER + wider)) / extent if extent > MIN_EXTENT else 0.0
    fitted = (points - (low + high) / 2) * scale + CENTER
    return _split(fitted, [len(stroke) for stroke in strokes])


def to_lines(polylines: list[np.ndarray]) -> np.ndarray:
    """Return the lines of polylines (points, 2) as (n, 2, 2): start and end, each as x, y.

    A single point is a line of length 0.
    """
    points, lengths = np.concatenate(polylines), np.array([len(points) for points in polylines])
    last = np.cumsum(lengths) - 1
    # Each point but the last of its polyline begins a line; a single point does too.
    begins = np.ones(len(points), bool)
    begins[last[lengths > 1]] = False
    start = np.flatnonzero(begins)
    end = start + 1
    end[np.isin(start, last)] -= 1
    return np.stack([points[start], points[end]], axis=1)


def _thin(points: np.ndarray, lengths: list[int], most: int) -> tuple[np.ndarray, list[int]]:
    """Return every n-th point of each stroke and its last one, so that about `most` points are left.

    n is odd: of a line drawn there and back again and again, both ends are left.

    Args:
        points: (n, 2), of all strokes one after the other.
        lengths: the number of points of each stroke.
    """
    step = _divide_up(len(points), most) | 1
    if step == 1:
        return points, lengths
    last = np.cumsum(lengths, dtype=int) - 1
    first = last - np.array(lengths) + 1
    is_kept = (np.arange(len(points)) - np.repeat(first, lengths)) % step == 0
    is_kept[last] = True
    return points[is_kept], np.add.reduceat(is_kept, first, dtype=int).tolist()


def _split(points: Points, lengths: list[int]) -> list[Points]:
    """Return the points of each stroke."""
    ends: list[int] = list(accumulate(lengths))
    return [points[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _divide_up(count: int, most: int) -> int:
    """Return count / most, rounded up to a whole number from 1."""
    return max(-(-count // most), 1)


def draw(lines: np.ndarray, wider: float = 0.0) -> np.ndarray:
    """Return the gray of each pixel, float64 (28, 28) from 0 (paper) to 1 (ink), for lines (n, 2, 2)."""
    nearest = np.full(SIZE * SIZE, np.inf)  # squared distance to the nearest line
    for first in range(0, len(lines), CHUNK):
        chunk = lines[first : first + CHUNK]
        line, x, y = _pairs(chunk, OUTER + wider)
        pixel = y * SIZE + x
        unfinished = (_gray(nearest, wider) < 1.0).take(pixel)
        if not unfinished.all():
            line, x, y, pixel = (each[unfinished] for each in (line, x, y, pixel))
        np.minimum.at(nearest, pixel, _squared_distances(chunk, line, x, y))
    return _gray(nearest, wider).reshape(SIZE, SIZE)


def _gray(nearest: np.ndarray, wider: float) -> np.ndarray:
    """Return the gray of pixels from their squared distances to the nearest line."""
    return np.clip((OUTER + wider - np.sqrt(nearest)) / (OUTER - INNER), 0.0, 1.0)


def _pairs(lines: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all pairs of a line and a pixel within `reach` of it, and some pairs slightly beyond.

    In each row of pixels, a line's band of that width covers an interval. So a long oblique line costs as
    many pixels as its band has, not those of its bounding box.

    Returns:
        Indices of line, column and row, int64 (pairs,) each.
    """
    (start_x, start_y), (end_x, end_y) = lines[:, 0].T, lines[:, 1].T
    along_x, along_y = end_x - start_x, end_y - start_y
    is_level = np.abs(along_y) < MIN_SLOPE * np.abs(along_x) + MARGIN  # then the bounding box is the band
    rise = np.where(is_level, 1.0, along_y)
    slope = np.where(is_level, 0.0, along_x / rise)
    half = np.where(is_level, np.inf, reach * np.sqrt(slope * slope + 1.0))  # half of the interval
    reach += MARGIN
    middle = start_x[:, None] + slope[:, None] * (_index - start_y[:, None])  # (n, 28)
    left = np.maximum(middle - half[:, None], (np.minimum(start_x, end_x) - reach)[:, None])
    right = np.minimum(middle + half[:, None], (np.maximum(start_x, end_x) + reach)[:, None])
    first = np.ceil(np.maximum(left - MARGIN, 0.0)).astype(np.int64)
    count = np.floor(np.minimum(right + MARGIN, SIZE - 1.0)).astype(np.int64) - first + 1
    low, high = np.minimum(start_y, end_y) - reach, np.maximum(start_y, end_y) + reach
    count[(_index < low[:, None]) | (_index > high[:, None])] = 0
    count = np.maximum(count, 0).ravel()
    interval = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count  # pairs of earlier intervals
    x = np.arange(len(interval)) + np.repeat(first.ravel() - before, count)
    line = interval // SIZE
    return line, x, interval - line * SIZE


def _squared_distances(lines: np.ndarray, line: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the squared distance of each pixel (x, y) to the line of that index."""
    start_x, start_y = lines[:, 0].T
    along_x, along_y = (lines[:, 1] - lines[:, 0]).T
    length = along_x**2 + along_y**2
    length = np.where(length > 0, length, 1.0)
    to_x, to_y = x - start_x.take(line), y - start_y.take(line)
    along_x, along_y = along_x.take(line), along_y.take(line)
    share = np.clip((to_x * along_x + to_y * along_y) / length.take(line), 0.0, 1.0)
    return (to_x - share * along_x) ** 2 + (to_y - share * along_y) ** 2


def center_of_mass(gray: np.ndarray) -> np.ndarray:
    """Return the center of mass of (28, 28) grays as [x, y], in pixel indices."""
    across, down = gray.sum(axis=0), gray.sum(axis=1)
    return np.array([across @ _index, down @ _index]) / gray.sum()
