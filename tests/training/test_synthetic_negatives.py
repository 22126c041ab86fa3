"""Synthetic negatives are ink, varied, and unlike ones and zeros."""

import numpy as np
import pytest

from tests.training.samples import digit
from webapp.ink.bitmap import to_bitmap
from webapp.training import synthetic_negatives
from webapp.training.augmentation.geometry import box, unit_ink


def bitmap_of(seed: int) -> np.ndarray:
    return to_bitmap(synthetic_negatives.draw_negative(np.random.default_rng(seed)))


@pytest.mark.parametrize("rule", synthetic_negatives._RULES, ids=lambda rule: rule.__name__)
def test_every_rule_draws_ink_of_unit_size(rule):
    for seed in range(25):
        ink = rule(np.random.default_rng(seed))
        low, high = box(ink)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in ink)
        assert np.isfinite(low).all()
        assert (high - low).max() < 6
        assert to_bitmap(ink).max() == 255


def test_draw_scribble_is_deterministic():
    assert np.array_equal(bitmap_of(1), bitmap_of(1))


def test_draw_scribble_varies_with_the_seed():
    drawn = {bitmap_of(seed).tobytes() for seed in range(300)}
    assert len(drawn) > 280  # some are one dot, which looks the same each time


def test_flat_lines_are_never_steep():
    for seed in range(200):
        low, high = box(synthetic_negatives._flat_line(np.random.default_rng(seed)))
        across, down = high - low
        assert down < across


@pytest.mark.parametrize("kind", ["overlapping", "crossed_out", "fragments", "spoiled_digit"])
def test_spoiled_digits_are_ink_and_vary(kind):
    drawn = set()
    for seed in range(60):
        inks = [digit(label, seed=seed).strokes for label in (3, 8)]
        function = getattr(synthetic_negatives, kind)
        random = np.random.default_rng(seed)
        ink = function(*(inks if kind in ("overlapping", "spoiled_digit") else inks[:1]), random)
        assert to_bitmap(ink).max() == 255
        drawn.add(to_bitmap(ink).tobytes())
    assert len(drawn) == 60


def test_fragments_are_a_small_part_of_the_digit():
    for seed in range(30):
        strokes = digit(3).strokes
        ink = synthetic_negatives.fragments(strokes, np.random.default_rng(seed))
        assert 2 <= len(ink) <= 3
        assert sum(map(path_length, ink)) < 0.5 * sum(map(path_length, unit_ink(strokes)))


def path_length(stroke: np.ndarray) -> float:
    return np.hypot(*np.diff(stroke, axis=0).T).sum()


def test_two_in_one_places_digits_side_by_side():
    for seed in range(30):
        first, second = digit(1).strokes, digit(4).strokes
        ink = synthetic_negatives.two_digits(first, second, np.random.default_rng(seed))
        left_end = max(stroke[:, 0].max() for stroke in ink[: len(first)])
        right_start = min(stroke[:, 0].min() for stroke in ink[len(first) :])
        assert len(ink) == len(first) + len(second)
        assert 0.04 < right_start - left_end < 0.36
        assert box(unit_ink(first))[0] == pytest.approx(box(ink[: len(first)])[0])
