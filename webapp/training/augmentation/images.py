"""Vary bitmaps: slant, rotation, scale, stretch, a small shift, an elastic bend, a thicker or thinner pen.

MNIST has no strokes, so its digits can only be varied as pixels. One pass moves every pixel once: the
affine part and the elastic part (Simard, Steinkraus and Platt 2003, "Best practices for convolutional
neural networks applied to visual document analysis") are added up before the picture is sampled.
"""

import numpy as np

from webapp.ink.bitmap import CENTRE, SIZE

_index = np.arange(SIZE, dtype=np.float32) - CENTRE
_KNOTS = 6  # control points of the elastic bend along each side


def _spread() -> np.ndarray:
    """Return the smooth weights (28, 6) that spread control points over pixels: a Gaussian around each."""
    knots = np.linspace(-CENTRE, SIZE - CENTRE, _KNOTS)
    weights = np.exp(-0.5 * ((_index[:, None] - knots) / (SIZE / (_KNOTS - 1))) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


_SPREAD = _spread()


def vary_bitmaps(bitmaps: np.ndarray, random: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Return a variation of every bitmap.

    Args:
        bitmaps: uint8 (n, 28, 28).
        random: the source of chance.
        strength: 0 changes nothing, 1 is what the shipped models were trained with.

    Returns:
        float32 (n, 28, 28), 0 to 255.
    """
    count = len(bitmaps)
    x, y = _affine(count, random, strength)
    x += _bend(count, random, strength)
    y += _bend(count, random, strength)
    moved = _sample(bitmaps, x + CENTRE, y + CENTRE)
    power = np.exp(random.normal(0, 0.22 * strength, (count, 1, 1))).astype(np.float32)
    return (255 * (moved / 255) ** power).astype(np.float32)


def _affine(count: int, random: np.random.Generator, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where each pixel comes from, x and y as (n, 28, 28), counted from the centre."""
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
    """Return a smooth displacement in pixels, (n, 28, 28)."""
    knots = random.normal(0, 1.9 * strength, (count, _KNOTS, _KNOTS)).astype(np.float32)
    return _SPREAD @ knots @ _SPREAD.T


def _sample(bitmaps: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Read the bitmaps at fractional places, bilinear; outside there is paper."""
    padded = np.pad(bitmaps, ((0, 0), (1, 2), (1, 2)))  # (n, 31, 31)
    side = padded.shape[1]
    x, y = np.clip(x + 1, 0, SIZE + 1), np.clip(y + 1, 0, SIZE + 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    right_share, low_share = x - left, y - top
    place = (np.arange(len(bitmaps), dtype=np.int32) * side * side)[:, None, None] + top * side + left
    grey = padded.reshape(-1).astype(np.float32)
    upper = grey[place] * (1 - right_share) + grey[place + 1] * right_share
    lower = grey[place + side] * (1 - right_share) + grey[place + side + 1] * right_share
    return upper * (1 - low_share) + lower * low_share
