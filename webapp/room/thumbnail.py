"""A drawing's ink as a thumbnail for the wall: whole numbers, points that lie close together left out."""

import numpy as np

from webapp.ink.bitmap import MIN_EXTENT

SIDE = 1000  # units along the longer side of the ink
STEP = 8.0  # units; a pen that has moved less adds nothing that a projector could show
MOST_POINTS = 1000


def to_shape(strokes: list[np.ndarray]) -> list[list[list[int]]]:
    """Return strokes (points, 2) as lists of [x, y] from 0 to 1000, proportions kept."""
    scaled = _scaled(strokes)
    step = STEP
    while step < 4 * SIDE:  # the last one is farther than any two points are apart: start and end are left
        shape = _thinned_all(scaled, step)
        if shape is not None:
            return _rounded(shape)
        step *= 2
    # Hundreds of strokes: some of them are all that can be shown.
    return _rounded([stroke[:1] + stroke[1:][-1:] for stroke in scaled[: MOST_POINTS // 2]])


def _scaled(strokes: list[np.ndarray]) -> list[list[list[float]]]:
    # As lists: a loop over NumPy's own numbers is several times slower.
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = SIDE / extent if extent > MIN_EXTENT else 0.0
    return [((stroke - low) * scale).tolist() for stroke in strokes]


def _thinned_all(strokes: list[list[list[float]]], step: float) -> list[list[list[float]]] | None:
    """Return the strokes without points nearer than `step` to the one before; None if too many are left."""
    kept, left = [], MOST_POINTS
    for stroke in strokes:
        thinned = _thinned(stroke, step, left)
        left -= len(thinned)
        if left < 0:
            return None
        kept.append(thinned)
    return kept


def _thinned(stroke: list[list[float]], step: float, most: int) -> list[list[float]]:
    """Return the points that are kept, or more than `most` of them: the rest does not matter then."""
    kept = [stroke[0]]
    last_x, last_y = stroke[0]
    for x, y in stroke[1:-1]:
        if abs(x - last_x) + abs(y - last_y) >= step:
            kept.append([x, y])
            last_x, last_y = x, y
            if len(kept) > most:
                return kept
    return kept + stroke[1:][-1:]


def _rounded(strokes: list[list[list[float]]]) -> list[list[list[int]]]:
    return [[[round(x), round(y)] for x, y in stroke] for stroke in strokes]
