"""Varied bitmaps stay in 28x28 with their ink; strength 0 changes nothing."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training.augmentation.images import vary_bitmaps


@pytest.fixture(scope="module")
def bitmaps() -> np.ndarray:
    """Every digit 30 times, uint8 (300, 28, 28)."""
    return np.repeat([to_bitmap(digit(label).strokes) for label in range(10)], 30, axis=0)


def test_vary_bitmaps_returns_grays_of_the_same_shape(bitmaps):
    varied = vary_bitmaps(bitmaps, np.random.default_rng(1))
    assert varied.shape == bitmaps.shape
    assert varied.dtype == np.float32
    assert varied.min() >= 0
    assert varied.max() <= 255


def test_vary_bitmaps_of_strength_0_changes_nothing(bitmaps):
    assert vary_bitmaps(bitmaps, np.random.default_rng(1), strength=0) == pytest.approx(bitmaps, abs=1e-3)


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_vary_bitmaps_keeps_the_ink_within_bounds(bitmaps, strength):
    varied = vary_bitmaps(bitmaps, np.random.default_rng(2), strength)
    share = varied.sum(axis=(1, 2)) / bitmaps.sum(axis=(1, 2))
    assert 0.4 < share.min() < 1 < share.max() < 2.5
    assert 0.85 < np.median(share) < 1.15
    edge = np.concatenate([varied[:, [0, -1]].ravel(), varied[:, :, [0, -1]].ravel()])
    assert edge.mean() < 3  # of 255: hardly any ink is pushed out


def test_vary_bitmaps_varies_more_with_more_strength(bitmaps):
    varied = [vary_bitmaps(bitmaps, np.random.default_rng(3), strength) for strength in (0.2, 0.5, 1)]
    changes = [np.abs(some - bitmaps).mean() for some in varied]
    assert changes == sorted(changes)
    assert changes[0] > 0


def test_vary_bitmaps_is_deterministic(bitmaps):
    first, again, other = (vary_bitmaps(bitmaps, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_vary_bitmaps_accepts_empty_and_blank_input():
    random = np.random.default_rng(6)
    assert vary_bitmaps(np.zeros((0, 28, 28), np.uint8), random).shape == (0, 28, 28)
    assert not vary_bitmaps(np.zeros((3, 28, 28), np.uint8), random).any()


def test_vary_bitmaps_preserves_solid_ink():
    full = np.full((50, 28, 28), 255, np.uint8)
    varied = vary_bitmaps(full, np.random.default_rng(7))
    assert varied[:, 8:20, 8:20].min() == pytest.approx(255)
