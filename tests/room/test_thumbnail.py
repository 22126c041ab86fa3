"""Thumbnails of ink are small and in whole numbers."""

import numpy as np
import pytest

from webapp.room.thumbnail import MOST_POINTS, _thinned, to_shape


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
def test_shape_is_small_and_whole_numbers(strokes):
    shape = to_shape([np.array(stroke) for stroke in strokes])
    assert 0 < sum(map(len, shape)) <= MOST_POINTS
    values = [value for stroke in shape for point in stroke for value in point]
    assert all(type(value) is int and 0 <= value <= 1000 for value in values)


def test_shape_looks_no_further_once_there_are_too_many_points():
    zigzag = [[0.0, 0.0], [1000.0, 1000.0]] * 5_000
    assert len(_thinned(zigzag, 8.0, MOST_POINTS)) == MOST_POINTS + 1


def test_shape_of_ink_too_small_to_be_seen_is_a_dot():
    assert to_shape([np.array([[0.0, 0.0], [1e-310, 0.0]])]) == [[[0, 0], [0, 0]]]


def test_shape_keeps_proportions_and_ends():
    assert to_shape([np.array([[10.0, 10.0], [10.0, 210.0]]), np.array([[60.0, 10.0]])]) == [
        [[0, 0], [0, 1000]],
        [[250, 0]],
    ]
