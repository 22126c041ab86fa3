"""A bitmap that came as bytes or as a list of numbers is read, or refused with a sentence."""

import json

import numpy as np
import pytest

from webapp.errors import BadBitmap, EmptyInk
from webapp.ink.parsing import bitmap_from_bytes, bitmap_from_list

RAMP = [index % 256 for index in range(784)]


def with_value(value: object) -> list:
    return [*RAMP[:300], value, *RAMP[301:]]


def test_bitmap_from_bytes_reads_row_by_row():
    bitmap = bitmap_from_bytes(bytes(RAMP))

    assert bitmap.dtype == np.uint8
    assert bitmap.shape == (28, 28)
    assert bitmap[1].tolist() == list(range(28, 56))


def test_bitmap_from_list_reads_the_same():
    assert np.array_equal(bitmap_from_list(RAMP), bitmap_from_bytes(bytes(RAMP)))
    assert bitmap_from_list(RAMP).dtype == np.uint8


@pytest.mark.parametrize("length", [0, 1, 12, 783, 785, 10_000_000])
def test_bitmap_from_bytes_rejects_other_lengths(length):
    with pytest.raises(BadBitmap, match=f"expected 784 bytes, received {length}"):
        bitmap_from_bytes(bytes(length))


@pytest.mark.parametrize("length", [0, 1, 783, 785, 100_000])
def test_bitmap_from_list_rejects_other_lengths(length):
    with pytest.raises(BadBitmap, match=f"expected 784 ints, received {length}"):
        bitmap_from_list([1] * length)


@pytest.mark.parametrize("value", [None, True, 7, "a" * 784, {}, {"bitmap": RAMP}, b"\1" * 784, np.ones(784)])
def test_bitmap_from_list_rejects_other_types(value):
    with pytest.raises(BadBitmap, match="expected bitmap as a list of 784 ints, received"):
        bitmap_from_list(value)


@pytest.mark.parametrize(
    "value",
    [
        "-1",
        "256",
        "1e308",
        "NaN",
        "Infinity",
        "-Infinity",
        "1.0",
        "0.5",
        "true",
        "null",
        '"7"',
        "[]",
        "[[[7]]]",
        "{}",
    ],
)
def test_bitmap_from_list_rejects_other_values(value):
    with pytest.raises(BadBitmap, match="expected ints from 0 to 255, received .* at index 300"):
        bitmap_from_list(with_value(json.loads(value)))


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**5000], ids=["400", "-400", "5000"])
def test_bitmap_from_list_rejects_huge_ints(value):
    with pytest.raises(BadBitmap, match="expected ints from 0 to 255") as caught:
        bitmap_from_list(with_value(value))

    assert len(caught.value.message) < 150


def test_bitmap_from_list_rejects_deep_nesting():
    value = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(BadBitmap, match="at index 300") as caught:
        bitmap_from_list(with_value(value))

    assert len(caught.value.message) < 150


def test_bitmap_from_list_rejects_28_rows_of_28():
    with pytest.raises(BadBitmap, match="expected 784 ints, received 28"):
        bitmap_from_list([[0] * 28] * 28)


def test_blank_bitmap_is_empty_ink():
    with pytest.raises(EmptyInk, match="784 values are all 0"):
        bitmap_from_bytes(bytes(784))
    with pytest.raises(EmptyInk, match="784 values are all 0"):
        bitmap_from_list([0] * 784)


def test_single_faint_pixel_is_ink():
    assert bitmap_from_bytes(bytes(783) + b"\1").sum() == 1
