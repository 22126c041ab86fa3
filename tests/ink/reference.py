"""An independent drawing of ink by Pillow, to hold our bitmaps against.

Our pen is full ink up to 0.75 pixels from its line and paper from 1.9 on, with a straight ramp between:
the gray of a pixel is the share of round pens, from the narrowest to the widest, that reach its center.
So Pillow draws hard-edged pens of LAYERS widths, 16 times enlarged, and their pictures are averaged at
the pixels' centers. Nothing here comes from webapp.ink.
"""

import numpy as np
from PIL import Image, ImageDraw

ENLARGED = 16  # times, to place lines and edges between the pixels
RADII = 0.75 + (1.9 - 0.75) * (np.arange(24) + 0.5) / 24  # pixels


def reference_bitmap(strokes: list) -> np.ndarray:
    """Return the bitmap of ink as float (28, 28), 0 to 255."""
    strokes = [_curve(np.array(stroke, float)) for stroke in strokes]
    low = np.min([stroke.min(axis=0) for stroke in strokes], axis=0)
    high = np.max([stroke.max(axis=0) for stroke in strokes], axis=0)
    scale = (20 - 2 * 1.9) / max(*(high - low), 1e-30)
    fitted = [(stroke - low / 2 - high / 2) * scale + 14 for stroke in strokes]
    rows, columns = np.mgrid[0:28, 0:28]
    first = _drawn(fitted)
    mass = np.array([(first * columns).sum(), (first * rows).sum()]) / first.sum()
    return _drawn([stroke + 14 - mass for stroke in fitted])


def _curve(points: np.ndarray) -> np.ndarray:
    """Return many points on the curve, which blends the parabolas through three neighbors each."""
    points = np.delete(points, 1 + np.flatnonzero(~np.diff(points, axis=0).any(axis=1)), axis=0)
    if len(points) < 3:
        return points
    times = np.concatenate([[0], np.cumsum(np.sqrt(np.hypot(*np.diff(points, axis=0).T)))])
    parabolas = [
        np.polyfit(times[i : i + 3] - times[i], points[i : i + 3], 2) for i in range(len(points) - 2)
    ]
    parabolas = [parabolas[0], *parabolas, parabolas[-1]]  # the ends are not blended
    starts = [times[0], *times[:-2], times[-3]]
    curve = [points[:1]]
    for i in range(len(points) - 1):
        share = np.linspace(0, 1, 17)[1:, None]
        now = times[i] + share * (times[i + 1] - times[i])
        before, after = (_value(parabolas[j], now - starts[j]) for j in (i, i + 1))
        curve.append((1 - share) * before + share * after)
    return np.concatenate(curve)


def _value(parabola: np.ndarray, time: np.ndarray) -> np.ndarray:
    return parabola[0] * time**2 + parabola[1] * time + parabola[2]


def _drawn(strokes: list) -> np.ndarray:
    layers = [_sampled(strokes, radius) for radius in RADII]
    return np.mean(layers, axis=0)


def _sampled(strokes: list, radius: float) -> np.ndarray:
    picture = Image.new("L", (28 * ENLARGED, 28 * ENLARGED))
    pen = ImageDraw.Draw(picture)
    half = radius * ENLARGED
    for stroke in strokes:
        points = [tuple((point + 0.5) * ENLARGED) for point in stroke]
        for x, y in points:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        for (x, y), (next_x, next_y) in zip(points, points[1:], strict=False):
            length = np.hypot(next_x - x, next_y - y) or 1.0
            across_x, across_y = (y - next_y) / length * half, (next_x - x) / length * half
            corners = [(x, y, 1), (next_x, next_y, 1), (next_x, next_y, -1), (x, y, -1)]
            pen.polygon([(cx + side * across_x, cy + side * across_y) for cx, cy, side in corners], fill=255)
    return np.asarray(picture, float)[ENLARGED // 2 :: ENLARGED, ENLARGED // 2 :: ENLARGED]
