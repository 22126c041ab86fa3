"""Thumbnails of ink are small and have integer coordinates."""

import numpy as np
import pytest

from webapp.ink.simplify import simplify
from webapp.room.ink_record import MAX_POINTS, to_thumbnail


@pytest.mark.parametrize(
    "strokes",
    [
        [[[5.0, 5.0]]],
        [[[0.0, 0.0], [1e9, -1e9]]],
        [[[float(n), float(n % 2)] for n in range(10_000)]],
        [[[float(n % 100), float(n // 100)]] for n in range(10_000)],
        [[[float(n), 0.0], [float(n), 1000.0]] for n in range(5_000)],
    ],
)
def test_thumbnail_is_small_and_has_integer_points(strokes):
    shape = to_thumbnail([np.array(stroke) for stroke in strokes])
    assert 0 < sum(map(len, shape)) <= MAX_POINTS
    values = [value for stroke in shape for point in stroke for value in point]
    assert all(type(value) is int and 0 <= value <= 1000 for value in values)


def test_thumbnail_thinning_stops_at_too_many_points():
    zigzag = [[0.0, 0.0], [1000.0, 1000.0]] * 5_000
    assert len(simplify(zigzag, 8.0, MAX_POINTS)) == MAX_POINTS + 1


def test_thumbnail_of_tiny_ink_is_a_dot():
    assert to_thumbnail([np.array([[0.0, 0.0], [1e-310, 0.0]])]) == [[[0, 0], [0, 0]]]


def test_thumbnail_preserves_proportions_and_end_points():
    assert to_thumbnail([np.array([[10.0, 10.0], [10.0, 210.0]]), np.array([[60.0, 10.0]])]) == [
        [[0, 0], [0, 1000]],
        [[250, 0]],
    ]
