"""Synthetic symbols keep their corners, their size, and away from digits."""

import numpy as np
import pytest

from webapp.ink.bitmap import to_bitmap
from webapp.training import synthetic_symbols
from webapp.training.augmentation.geometry import box
from webapp.training.synthetic_symbols import SYMBOLS, draw_symbol


@pytest.fixture(params=SYMBOLS)
def only(request, monkeypatch) -> str:
    """One symbol at a time, the only one that is drawn."""
    monkeypatch.setattr(synthetic_symbols, "SYMBOLS", {request.param: SYMBOLS[request.param]})
    return request.param


def test_symbol_is_ink_of_about_unit_size(only):
    for seed in range(20):
        ink = draw_symbol(np.random.default_rng(seed))
        low, high = box(ink)
        assert len(ink) == SYMBOLS[only][0].count("/") + 1
        assert 0.4 < (high - low).max() < 2.2
        assert to_bitmap(ink).max() == 255


def test_symbol_varies_with_the_seed(only):
    bitmaps = {to_bitmap(draw_symbol(np.random.default_rng(seed))).tobytes() for seed in range(10)}
    assert len(bitmaps) == 10


def test_symbols_are_all_drawn():
    counts = {len(draw_symbol(np.random.default_rng(seed))) for seed in range(200)}
    assert counts == {text.count("/") + 1 for text, *_ in SYMBOLS.values()}


def test_corners_stay_sharp(monkeypatch):
    """The tip of a chevron is inked, and the space inside it is not."""
    monkeypatch.setattr(synthetic_symbols, "SYMBOLS", {"chevron": ("00 95 09", 0.0, False)})
    monkeypatch.setattr(synthetic_symbols, "JITTER", 0.0)
    monkeypatch.setattr(synthetic_symbols, "STRETCH", 0.0)
    stroke = draw_symbol(np.random.default_rng(1))[0]
    tip = np.array([0.5, 5 / 9 - 0.5])
    assert np.hypot(*(stroke - tip).T).min() < 0.02
    ends = stroke[[0, -1]]
    for start in ends:  # each point lies on one of the two straight lines
        assert np.hypot(*(start - tip)) > 1
    assert max(min(distance(point, end, tip) for end in ends) for point in stroke) < 0.02


def distance(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Return the distance of a point from the line through start and end."""
    (x, y), (along_x, along_y) = point - start, end - start
    return abs(x * along_y - y * along_x) / np.hypot(along_x, along_y)
