"""Ink that came as JSON is read, or refused with a sentence that says what came."""

import json

import numpy as np
import pytest

from webapp.errors import BadInk, EmptyInk, TooLarge
from webapp.ink.strokes import MAX_POINTS, parse_strokes


def nested(depth: int) -> list:
    value = []
    for _ in range(depth):
        value = [value]
    return value


def test_parse_strokes_gives_one_array_a_stroke():
    strokes = parse_strokes([[[1, 2], [3.5, -4]], [[0, 0]]])

    assert [stroke.tolist() for stroke in strokes] == [[[1, 2], [3.5, -4]], [[0, 0]]]
    assert all(stroke.dtype == np.float64 for stroke in strokes)


def test_parse_strokes_leaves_empty_strokes_out():
    assert len(parse_strokes([[], [[1, 2]], []])) == 1


@pytest.mark.parametrize("value", [[], [[]], [[], [], []]])
def test_parse_strokes_refuses_ink_without_a_point(value):
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
def test_parse_strokes_refuses_what_is_no_list_of_lists(value):
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
def test_parse_strokes_refuses_what_is_no_point(point):
    with pytest.raises(BadInk, match=r"expected \[x, y\] .* at point 1 of stroke 0"):
        parse_strokes([[[0, 0], point]])


@pytest.mark.parametrize(
    "number", ["1e308", "-1e308", "1e9999", "NaN", "Infinity", "-Infinity", "1000000001"]
)
@pytest.mark.parametrize("point", ["[{}, 0]", "[0, {}]"])
def test_parse_strokes_refuses_numbers_that_are_not_finite_or_too_large(point, number):
    value = json.loads(f"[[[1, 1], {point.format(number)}]]")

    with pytest.raises(BadInk, match=r"finite numbers up to 1e\+09 at point 1 of stroke 0"):
        parse_strokes(value)


@pytest.mark.parametrize("number", [10**400, -(10**400), 10**5000], ids=["400", "-400", "5000"])
def test_parse_strokes_refuses_ints_that_no_float_can_hold(number):
    with pytest.raises(BadInk, match="finite numbers"):
        parse_strokes([[[0, number]]])


def test_parse_strokes_takes_the_largest_coordinates():
    assert parse_strokes([[[1e9, -1_000_000_000]]])[0].tolist() == [[1e9, -1e9]]


def test_parse_strokes_refuses_100_000_points():
    with pytest.raises(TooLarge, match="expected at most 10,000 points, received 100,000"):
        parse_strokes([[[0, 0]] * 50_000, [[1, 1]] * 50_000])


def test_parse_strokes_takes_as_many_points_as_it_says():
    assert len(parse_strokes([[[0, 0]] * MAX_POINTS])[0]) == MAX_POINTS


def test_parse_strokes_names_the_stroke_among_empty_ones():
    with pytest.raises(BadInk, match="at point 2 of stroke 3"):
        parse_strokes([[], [[0, 0]], [], [[0, 0], [1, 1], "x"]])


@pytest.mark.parametrize(
    "value", ["x" * 10_000, [["x" * 10_000]], [[[1] * 10_000]], nested(100_000)], ids=range(4)
)
def test_parse_strokes_keeps_its_message_short(value):
    with pytest.raises((BadInk, EmptyInk)) as caught:
        parse_strokes(value)

    assert len(caught.value.message) < 200
