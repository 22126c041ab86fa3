"""What is drawn by rule is ink, differs, and cannot be taken for a one or a zero."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training import synthetic_negatives
from webapp.training.augmentation.geometry import box, unit_ink


def bitmap_of(seed: int) -> np.ndarray:
    return to_bitmap(synthetic_negatives.draw_scribble(np.random.default_rng(seed)))


@pytest.mark.parametrize("rule", synthetic_negatives._RULES, ids=lambda rule: rule.__name__)
def test_every_rule_draws_ink_about_one_unit_large(rule):
    for seed in range(25):
        ink = rule(np.random.default_rng(seed))
        low, high = box(ink)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in ink)
        assert np.isfinite(low).all()
        assert (high - low).max() < 6
        assert to_bitmap(ink).max() == 255


def test_draw_scribble_gives_the_same_for_the_same_seed():
    assert np.array_equal(bitmap_of(1), bitmap_of(1))


def test_draw_scribble_draws_many_different_things():
    drawn = {bitmap_of(seed).tobytes() for seed in range(300)}
    assert len(drawn) > 280  # some are one dot, which looks the same each time


def test_flat_lines_are_never_steep():
    for seed in range(200):
        low, high = box(synthetic_negatives._flat_line(np.random.default_rng(seed)))
        across, down = high - low
        assert down < across


def test_two_in_one_sets_the_second_beside_the_first():
    for seed in range(30):
        first, second = digit(1).strokes, digit(4).strokes
        ink = synthetic_negatives.two_in_one(first, second, np.random.default_rng(seed))
        left_end = max(stroke[:, 0].max() for stroke in ink[: len(first)])
        right_start = min(stroke[:, 0].min() for stroke in ink[len(first) :])
        assert len(ink) == len(first) + len(second)
        assert 0.04 < right_start - left_end < 0.36
        assert box(unit_ink(first))[0] == pytest.approx(box(ink[: len(first)])[0])
