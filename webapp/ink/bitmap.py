"""Draw ink as MNIST's digits were made: scaled into 20x20, its centre of mass in the middle of 28x28.

The rules are those of LeCun, Cortes and Burges, "The MNIST database of handwritten digits": keep the
proportions, fit the ink's bounding box into 20x20 pixels, then place the centre of mass at the centre
(pixel index 14, as the mean over MNIST's training set says: 14.007 across and 13.996 down).

MNIST had only scanned pixels to scale. Ink is vectors, so it is drawn anew at the final size with one
pen: a small, a huge and an off-centre digit give the same bitmap. A pixel's grey follows from its
distance to the nearest line of the ink. That is plain arithmetic, so the browser's version of this file
(static/js/ink/bitmap.js) gives the same numbers on every device, whatever its canvas does.
"""

import numpy as np

SIZE = 28  # pixels along each side of the bitmap
BOX = 20  # pixels along the longer side of the drawn ink, its pen included
CENTRE = 14  # pixel index of the centre of mass
# The pen, in pixels: full ink up to INNER from the line, paper from OUTER on, a straight ramp between.
# Fitted to MNIST's training set: the same mean grey and the same share of dark and of touched pixels.
INNER = 0.75
OUTER = 1.9
MIN_STEP = 0.1  # pixels; points nearer to the one before add nothing that 28x28 could show
MIN_EXTENT = 1e-9  # in the ink's own unit; anything smaller is a dot
CHUNK = 512  # lines drawn at once, to bound the memory
SPARE = 1e-6  # pixels; far more than rounding is worth, so no line is passed over that reaches a pixel

_index = np.arange(SIZE, dtype=np.float64)
_PIXELS = np.stack(np.meshgrid(_index, _index), axis=-1).reshape(-1, 2)  # (784, 2) as x, y


def to_bitmap(strokes: list[np.ndarray], wider: float = 0.0) -> np.ndarray:
    """Draw `strokes` as a bitmap.

    Args:
        strokes: one array (points, 2) of finite x, y a stroke, any unit, x to the right and y down.
            Strokes without points are passed over.
        wider: pixels by which the pen is broader on each side than MNIST's usual one, -0.7 to 2; for
            training only, since MNIST's own pens differ.

    Returns:
        uint8 (28, 28), 0 = paper, 255 = ink; all 0 where there is no ink.
    """
    strokes = [np.asarray(stroke, np.float64) for stroke in strokes if len(stroke)]
    if not strokes:
        return np.zeros((SIZE, SIZE), np.uint8)
    lines = to_lines(fit_to_box(strokes, wider))
    grey = draw(lines, wider)
    shift = CENTRE - centre_of_mass(grey)
    grey = draw(lines + shift, wider)
    return np.floor(grey * 255 + 0.5).astype(np.uint8)


def fit_to_box(strokes: list[np.ndarray], wider: float = 0.0) -> list[np.ndarray]:
    """Scale strokes, proportions kept, so that what the pen draws is BOX pixels at its longer side."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = (high - low).max()
    scale = (BOX - 2 * (OUTER + wider)) / extent if extent > MIN_EXTENT else 0.0
    middle = (low + high) / 2
    return [(stroke - middle) * scale + CENTRE for stroke in strokes]


def to_lines(strokes: list[np.ndarray]) -> np.ndarray:
    """Return the straight lines of the strokes as (n, 2, 2): start and end, each as x, y.

    A single point is a line of no length. Points closer than MIN_STEP to the last one kept are left
    out, except the end of a stroke.
    """
    return np.concatenate([_lines_of(_thinned(stroke)) for stroke in strokes])


def _thinned(stroke: np.ndarray) -> np.ndarray:
    first, *inner = stroke.tolist()  # Python's own floats: a loop over NumPy's is several times slower
    last = inner.pop() if inner else None
    kept = [first]
    for x, y in inner:
        step_x, step_y = x - kept[-1][0], y - kept[-1][1]
        if step_x * step_x + step_y * step_y >= MIN_STEP * MIN_STEP:
            kept.append([x, y])
    return np.array(kept if last is None else [*kept, last])


def _lines_of(points: np.ndarray) -> np.ndarray:
    if len(points) == 1:
        return np.stack([points, points], axis=1)
    return np.stack([points[:-1], points[1:]], axis=1)


def draw(lines: np.ndarray, wider: float = 0.0) -> np.ndarray:
    """Return the grey of each pixel, float64 (28, 28) from 0 (paper) to 1 (ink), for lines (n, 2, 2)."""
    nearest = np.full(SIZE * SIZE, np.inf)  # squared distance; pixels that no pen touches stay paper
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        touched = _touched(chunk, OUTER + wider)
        if start:  # ink of so many lines is a scribble: without what cannot change a pixel it costs far less
            touched &= _may_change(nearest, chunk, wider)
        # All pairs of a line and a pixel near it. flatnonzero and take are much faster than nonzero and [].
        line, pixel = np.divmod(np.flatnonzero(touched), SIZE * SIZE)
        squared = _squared_distances(chunk.take(line, axis=0), _PIXELS.take(pixel, axis=0))
        np.minimum.at(nearest, pixel, squared)
    return _grey(nearest, wider).reshape(SIZE, SIZE)


def _grey(nearest: np.ndarray, wider: float) -> np.ndarray:
    """Return the grey of pixels by their squared distances to the nearest line."""
    return np.clip((OUTER + wider - np.sqrt(nearest)) / (OUTER - INNER), 0.0, 1.0)


def _touched(lines: np.ndarray, reach: float) -> np.ndarray:
    """Return which pixels are in the box of each line, widened by `reach` pixels, bool (n, 784)."""
    low = lines.min(axis=1)[:, :, None] - reach  # (n, 2, 1), as x and y
    high = lines.max(axis=1)[:, :, None] + reach
    inside = (low <= _index) & (_index <= high)  # (n, 2, 28)
    return (inside[:, 1, :, None] & inside[:, 0, None, :]).reshape(-1, SIZE * SIZE)


def _may_change(nearest: np.ndarray, lines: np.ndarray, wider: float) -> np.ndarray:
    """Return which pixels each line may darken, bool (n, 784): neither black already nor out of its reach."""
    along_x, along_y = (lines[:, 1] - lines[:, 0]).T[:, :, None]
    start_x, start_y = lines[:, 0].T[:, :, None]
    across = along_x * _PIXELS[:, 1] - along_y * _PIXELS[:, 0] - (along_x * start_y - along_y * start_x)
    reach = OUTER + wider + SPARE
    return (np.abs(across) <= reach * np.hypot(along_x, along_y)) & (_grey(nearest, wider) < 1.0)


def _squared_distances(lines: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the squared distance of each point (n, 2) to its line (n, 2, 2)."""
    along_x, along_y = (lines[:, 1] - lines[:, 0]).T
    to_x, to_y = (points - lines[:, 0]).T
    length = along_x**2 + along_y**2
    share = (to_x * along_x + to_y * along_y) / np.where(length > 0, length, 1.0)
    share = np.clip(share, 0.0, 1.0)
    return (to_x - share * along_x) ** 2 + (to_y - share * along_y) ** 2


def centre_of_mass(grey: np.ndarray) -> np.ndarray:
    """Return the centre of mass of (28, 28) greys as [x, y], in pixel indices."""
    across, down = grey.sum(axis=0), grey.sum(axis=1)
    return np.array([across @ _index, down @ _index]) / grey.sum()
