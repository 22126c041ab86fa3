"""Augment bitmaps: slant, rotation, scale, stretch, shift, elastic distortion, and pen width.

MNIST has no strokes, so its digits are varied as bitmaps. Affine and elastic displacements (Simard,
Steinkraus and Platt 2003, "Best practices for convolutional neural networks applied to visual document
analysis") are added before the bitmap is sampled once.
"""

import numpy as np

from webapp.ink.bitmap import CENTER, SIZE

_index = np.arange(SIZE, dtype=np.float32) - CENTER
_KNOTS = 6  # control points of the elastic distortion along each side


def _spread() -> np.ndarray:
    """Return the interpolation weights (28, 6) of the control points: Gaussians."""
    knots = np.linspace(-CENTER, SIZE - CENTER, _KNOTS)
    weights = np.exp(-0.5 * ((_index[:, None] - knots) / (SIZE / (_KNOTS - 1))) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


_SPREAD = _spread()


def vary_bitmaps(bitmaps: np.ndarray, random: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Return a random variation of each bitmap.

    Args:
        bitmaps: uint8 (n, 28, 28).
        strength: 0 changes nothing, 1 is full augmentation.

    Returns:
        float32 (n, 28, 28), 0 to 255.
    """
    count = len(bitmaps)
    x, y = _affine(count, random, strength)
    x += _bend(count, random, strength)
    y += _bend(count, random, strength)
    moved = _sample(bitmaps, x + CENTER, y + CENTER)
    power = np.exp(random.normal(0, 0.22 * strength, (count, 1, 1))).astype(np.float32)
    return (255 * (moved / 255) ** power).astype(np.float32)


def _affine(count: int, random: np.random.Generator, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the source position of each pixel, x and y as (n, 28, 28), relative to the center."""
    angle = random.normal(0, 0.13 * strength, count)
    slant = random.normal(0, 0.15 * strength, count)
    size = np.exp(random.normal(0.03 * strength, 0.07 * strength, count))
    wide = np.exp(random.normal(0, 0.09 * strength, count))
    shift = random.normal(0, 0.5 * strength, (2, count, 1, 1))
    cos, sin = np.cos(angle) * size, np.sin(angle) * size
    xx, xy = cos * wide, cos * slant - sin
    yx, yy = sin * wide, (sin * slant + cos) / wide
    column, row = _index[None, None, :], _index[None, :, None]
    x = xx[:, None, None] * column + xy[:, None, None] * row + shift[0]
    y = yx[:, None, None] * column + yy[:, None, None] * row + shift[1]
    return x.astype(np.float32), y.astype(np.float32)


def _bend(count: int, random: np.random.Generator, strength: float) -> np.ndarray:
    """Return a smooth random displacement in pixels, (n, 28, 28)."""
    knots = random.normal(0, 1.9 * strength, (count, _KNOTS, _KNOTS)).astype(np.float32)
    return _SPREAD @ knots @ _SPREAD.T


def _sample(bitmaps: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sample the bitmaps at fractional positions, bilinear, with 0 outside."""
    padded = np.pad(bitmaps, ((0, 0), (1, 2), (1, 2)))  # (n, 31, 31)
    side = padded.shape[1]
    x, y = np.clip(x + 1, 0, SIZE + 1), np.clip(y + 1, 0, SIZE + 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right_share, low_share = x - left, y - top
    place = (np.arange(len(bitmaps), dtype=np.int32) * side * side)[:, None, None] + top * side + left
    gray = padded.reshape(-1).astype(np.float32)
    upper = gray[place] * (1 - right_share) + gray[place + 1] * right_share
    lower = gray[place + side] * (1 - right_share) + gray[place + side + 1] * right_share
    return upper * (1 - low_share) + lower * low_share
