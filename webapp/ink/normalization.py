"""Put a bitmap from elsewhere into MNIST's frame: ink on paper of 0, fitted into 20x20, centered by mass.

Bitmaps from the pad and from MNIST are in this frame already and stay as they are. People's own programs send
digits that fill all 28 pixels, lie in a corner, are pale, or dark on light. A bitmap has pixels, not strokes,
so a digit that was drawn small gets thicker lines than one that was drawn large.
"""

from dataclasses import dataclass

import numpy as np

from webapp.errors import EmptyInk
from webapp.ink.bitmap import BOX, CENTER, SIZE, center_of_mass

FAINT = 0.1  # share of the darkest ink; less is noise, such as the artifacts of a JPEG
LOW_CONTRAST = 160  # of 255; MNIST's palest digit has 255, and after a mild blur 190
BOXES = range(18, 23)  # pixels of a box that counts as fitted; its edges may lie between two pixels
OFF_CENTER = 1.0  # pixels of the center of mass that count as centered; MNIST rounds to whole pixels

_index = np.arange(SIZE, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class NormalizedBitmap:
    """A bitmap in MNIST's frame, uint8 (28, 28), and what was done to it."""

    bitmap: np.ndarray
    inverted: bool  # it was dark ink on light paper
    moved: bool  # it was scaled, moved or darkened


def normalize(bitmap: np.ndarray) -> NormalizedBitmap:
    """Return a bitmap, uint8 (28, 28), in MNIST's frame. A bitmap in the frame is returned unchanged.

    Raises:
        EmptyInk: all values are equal.
    """
    inverted = is_inverted(bitmap)
    upright = 255 - bitmap if inverted else bitmap
    gray = _without_paper(upright)
    if not gray.any():
        raise EmptyInk(f"expected some ink, received a bitmap whose values are all about {int(bitmap[0, 0])}")
    has_contrast = upright.max() >= LOW_CONTRAST and _paper(upright) <= FAINT * 255
    if has_contrast and _is_framed(gray):
        return NormalizedBitmap(upright, inverted, False)
    return NormalizedBitmap(_fit(gray), inverted, True)


def is_inverted(bitmap: np.ndarray) -> bool:
    """Return whether the ink is dark on light paper."""
    return _paper(bitmap) > (float(bitmap.min()) + float(bitmap.max())) / 2


def _paper(bitmap: np.ndarray) -> float:
    """Return the value of the paper, that of most pixels along the border."""
    return float(np.median(np.concatenate([bitmap[0], bitmap[-1], bitmap[1:-1, 0], bitmap[1:-1, -1]])))


def _without_paper(bitmap: np.ndarray) -> np.ndarray:
    """Return the ink from 0 to 1, float64 (28, 28), with paper and faint noise as 0."""
    gray = np.clip(bitmap - _paper(bitmap), 0, None)
    gray = gray / max(gray.max(), 1.0)
    return np.where(gray > FAINT, gray, 0.0)


def _is_framed(gray: np.ndarray) -> bool:
    rows, columns = _inked(gray)
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    return longer in BOXES and bool(np.abs(center_of_mass(gray) - CENTER).max() <= OFF_CENTER)


def _inked(gray: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of rows and of columns with ink."""
    return np.flatnonzero(gray.any(axis=1)), np.flatnonzero(gray.any(axis=0))


def _fit(gray: np.ndarray) -> np.ndarray:
    """Return the ink scaled so that the longer side is 20 pixels, then centered by mass, uint8 (28, 28)."""
    rows, columns = _inked(gray)
    low = np.array([columns[0], rows[0]]) - 0.5  # edges of the box, x and y
    high = np.array([columns[-1], rows[-1]]) + 0.5
    scale = BOX / (high - low).max()
    middle = (low + high) / 2
    first = _resampled(gray, scale, middle, np.array([CENTER, CENTER]))
    placed = CENTER + (CENTER - center_of_mass(first))
    result = _resampled(gray, scale, middle, placed)
    return np.floor(result / result.max() * 255 + 0.5).astype(np.uint8)


def _resampled(gray: np.ndarray, scale: float, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Scale `gray` so that the point `source` (x, y) comes to `target`."""
    across, down = (_weights(scale, source[axis], target[axis]) for axis in (0, 1))
    return down @ gray @ across.T


def _weights(scale: float, source: float, target: float) -> np.ndarray:
    """Return how much each source pixel counts for each target pixel in one direction, float64 (28, 28).

    Linear interpolation; where the picture shrinks, over a wider triangle, so that no line gets lost.
    """
    place = (_index - target) / scale + source  # of the target pixels, in the source
    shrink = min(scale, 1.0)
    return shrink * np.clip(1 - np.abs(place[:, None] - _index) * shrink, 0, None)
