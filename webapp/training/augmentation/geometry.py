"""Geometry of strokes: cut, lengthen, resample and smooth.

A stroke is float64 (points, 2) as x, y, y down; lengths are relative to the longer side of the ink (see
`unit_ink`). The same random generator gives the same stroke.
"""

import math

import numpy as np

Ink = list[np.ndarray]  # strokes, each (points, 2) float64
Random = np.random.Generator


def unit_ink(strokes: Ink) -> Ink:
    """Return the strokes moved and scaled so that the longer side is -0.5 to 0.5."""
    low, high = box(strokes)
    extent = max((high - low).max(), 1e-9)
    return [(np.asarray(stroke, np.float64) - (low + high) / 2) / extent for stroke in strokes]


def box(strokes: Ink) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest x and y of the ink."""
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def is_stem(strokes: Ink) -> bool:
    """Return whether the ink is one nearly straight line from top to bottom."""
    if len(strokes) > 1:
        return False
    ends = strokes[0][-1] - strokes[0][0]
    path = np.hypot(*np.diff(strokes[0], axis=0).T).sum()
    return abs(ends[1]) > 0.8 and path < 1.12 * np.hypot(*ends)


def line(start: np.ndarray, end: np.ndarray, random: Random) -> np.ndarray:
    """Return a slightly bowed line of eight points."""
    share = np.linspace(0, 1, 8)[:, None]
    across = np.array([start[1] - end[1], end[0] - start[0]])
    return start + (end - start) * share + across * random.normal(0, 0.06) * 4 * share * (1 - share)


def rotated(strokes: Ink, angle: float) -> Ink:
    """Return the strokes rotated by `angle` radians around (0, 0), clockwise as y points down."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return [stroke @ turn.T for stroke in strokes]


def resampled(stroke: np.ndarray, step: float) -> np.ndarray:
    """Return the stroke with points about `step` apart along its path, both ends kept."""
    if len(stroke) < 2:
        return stroke
    along = np.concatenate([[0.0], np.hypot(*np.diff(stroke, axis=0).T).cumsum()])
    places = np.linspace(0, along[-1], max(2, math.ceil(along[-1] / step) + 1))
    return np.stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def trimmed(stroke: np.ndarray, first: float, last: float) -> np.ndarray:
    """Return the stroke without these shares of its path at its two ends."""
    points = resampled(stroke, 0.01)
    count = len(points)
    return points[int(count * first) : max(count - int(count * last), int(count * first) + 1)]


def continued(stroke: np.ndarray, length: float, turn: float) -> np.ndarray:
    """Return the stroke with its end continued by `length`, turning by `turn` radians (right is positive)."""
    points = resampled(stroke, 0.02)
    if len(points) < 4:
        return stroke
    ahead = points[-1] - points[-4]
    heading = math.atan2(ahead[1], ahead[0]) + np.linspace(0, turn, 6)
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * length / 6
    return np.concatenate([points, points[-1] + steps.cumsum(axis=0)])


def hooked(stroke: np.ndarray, random: Random) -> np.ndarray:
    """Return the stroke with a hook at its end, turned by 100 to 165 degrees."""
    points = resampled(stroke, 0.02)
    if len(points) < 4:
        return stroke
    ahead = points[-1] - points[-4]
    heading = math.atan2(ahead[1], ahead[0]) + random.choice([-1, 1]) * random.uniform(1.75, 2.9)
    tip = points[-1] + random.uniform(0.05, 0.22) * np.array([math.cos(heading), math.sin(heading)])
    return np.concatenate([points, line(points[-1], tip, random)[1:]])


def averaged(stroke: np.ndarray, width: int) -> np.ndarray:
    """Return the moving average of the stroke, over `width` points on both sides."""
    if len(stroke) < 3:
        return stroke
    padded = np.pad(stroke, ((width, width), (0, 0)), mode="edge")
    kernel = np.ones(2 * width + 1) / (2 * width + 1)
    return np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in (0, 1)], axis=1)
