"""Ink that came as JSON is read, or refused with a sentence that says what came."""

import json

import numpy as np
import pytest

from webapp.errors import BadInk, EmptyInk, TooLarge
from webapp.ink.parsing import MAX_POINTS, MAX_STROKES, parse_strokes


def nested(depth: int) -> list:
    value = []
    for _ in range(depth):
        value = [value]
    return value


def test_parse_strokes_returns_one_array_per_stroke():
    strokes = parse_strokes([[[1, 2], [3.5, -4]], [[0, 0]]])

    assert [stroke.tolist() for stroke in strokes] == [[[1, 2], [3.5, -4]], [[0, 0]]]
    assert all(stroke.dtype == np.float64 for stroke in strokes)


def test_parse_strokes_drops_empty_strokes():
    assert len(parse_strokes([[], [[1, 2]], []])) == 1


@pytest.mark.parametrize("value", [[], [[]], [[], [], []]])
def test_parse_strokes_rejects_ink_without_points(value):
    with pytest.raises(EmptyInk, match="expected at least one point"):
        parse_strokes(value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        1.5,
        "ink",
        {},
        {"strokes": []},
        [None],
        [7],
        ["ink"],
        [{}],
        [[[1, 2]], None],
        [[[1, 2]], 3],
    ],
)
def test_parse_strokes_rejects_other_types(value):
    with pytest.raises(BadInk, match="expected strokes as a list of lists"):
        parse_strokes(value)


@pytest.mark.parametrize(
    "point",
    [
        None,
        5,
        "12",
        [],
        [1],
        [1, 2, 3],
        {"x": 1, "y": 2},
        [1, None],
        [1, "2"],
        [True, 2],
        [1, False],
        [[1], 2],
        [[1, 2], [3, 4]],
        [1, {}],
        nested(200),
        nested(100_000),
    ],
    ids=range(16),
)
def test_parse_strokes_rejects_invalid_points(point):
    with pytest.raises(BadInk, match=r"expected \[x, y\] .* at point 1 of stroke 0"):
        parse_strokes([[[0, 0], point]])


@pytest.mark.parametrize(
    "number", ["1e308", "-1e308", "1e9999", "NaN", "Infinity", "-Infinity", "1000000001"]
)
@pytest.mark.parametrize("point", ["[{}, 0]", "[0, {}]"])
def test_parse_strokes_rejects_infinite_or_large_numbers(point, number):
    value = json.loads(f"[[[1, 1], {point.format(number)}]]")

    with pytest.raises(BadInk, match=r"finite numbers up to 1e\+09 at point 1 of stroke 0"):
        parse_strokes(value)


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**5000], ids=["400", "-400", "5000"])
def test_parse_strokes_rejects_ints_beyond_float(number):
    with pytest.raises(BadInk, match="finite numbers"):
        parse_strokes([[[0, number]]])


def test_parse_strokes_accepts_the_largest_coordinates():
    assert parse_strokes([[[1e9, -1_000_000_000]]])[0].tolist() == [[1e9, -1e9]]


def test_parse_strokes_rejects_100_000_points():
    expected = "expected at most 10,000 points in 1,000 strokes, received 100,000 in 2"
    with pytest.raises(TooLarge, match=expected):
        parse_strokes([[[0, 0]] * 50_000, [[1, 1]] * 50_000])


@pytest.mark.parametrize("more", [[], [[0, 0]]], ids=["empty", "a point"])
def test_parse_strokes_rejects_more_than_max_strokes(more):
    parse_strokes([[[0, 0]], *[more] * (MAX_STROKES - 1)])
    with pytest.raises(TooLarge, match="in 1,001$"):
        parse_strokes([[[0, 0]], *[more] * MAX_STROKES])


def test_parse_strokes_accepts_max_points():
    assert len(parse_strokes([[[0, 0]] * MAX_POINTS])[0]) == MAX_POINTS


def test_parse_strokes_error_counts_empty_strokes():
    with pytest.raises(BadInk, match="at point 2 of stroke 3"):
        parse_strokes([[], [[0, 0]], [], [[0, 0], [1, 1], "x"]])


@pytest.mark.parametrize(
    "value", ["x" * 10_000, [["x" * 10_000]], [[[1] * 10_000]], nested(100_000)], ids=range(4)
)
def test_parse_strokes_error_message_is_short(value):
    with pytest.raises((BadInk, EmptyInk)) as caught:
        parse_strokes(value)

    assert len(caught.value.message) < 200
