"""A bitmap from elsewhere comes into MNIST's frame; one that is in the frame stays as it is."""

import numpy as np
import pytest

from webapp.errors import EmptyInk
from webapp.ink.bitmap import center_of_mass, to_bitmap
from webapp.ink.normalization import normalize

SEVEN = to_bitmap([np.array([[0, 0], [30, 0], [60, 2], [35, 50], [20, 100]], float)])


def scaled(bitmap: np.ndarray, size: int, row: int, column: int) -> np.ndarray:
    """Return the inner 20x20 pixels of a bitmap scaled to `size` and moved, by nearest neighbor."""
    inner = bitmap[4:24, 4:24]
    index = np.arange(size) * 20 // size
    result = np.zeros((28, 28), np.uint8)
    result[row : row + size, column : column + size] = inner[index][:, index]
    return result


OTHERS = {
    "fills everything": scaled(SEVEN, 28, 0, 0),
    "small": scaled(SEVEN, 10, 9, 9),
    "in a corner": scaled(SEVEN, 14, 0, 13),
    "off center": np.roll(SEVEN, (-3, 3), (0, 1)),
    "pale": SEVEN // 3,
    "on gray paper": np.maximum(SEVEN, 40),
    "with noise": np.maximum(
        scaled(SEVEN, 14, 3, 10), np.random.default_rng(1).integers(0, 12, (28, 28), np.uint8)
    ),
}


def test_no_bitmap_of_mnist_changes(data_folder):
    with np.load(data_folder / "mnist.npz") as file:
        bitmaps = file["x_test"]
    assert sum(normalize(bitmap).moved or normalize(bitmap).inverted for bitmap in bitmaps) < 10


def test_bitmap_of_the_pad_stays():
    result = normalize(SEVEN)
    assert np.array_equal(result.bitmap, SEVEN)
    assert (result.inverted, result.moved) == (False, False)


@pytest.mark.parametrize("name", OTHERS)
def test_other_bitmap_comes_close_to_that_of_the_pad(name):
    result = normalize(OTHERS[name])
    assert result.moved
    assert not result.inverted
    assert np.corrcoef(result.bitmap.ravel(), SEVEN.ravel())[0, 1] > 0.75


@pytest.mark.parametrize("name", OTHERS)
def test_result_is_framed(name):
    bitmap = normalize(OTHERS[name]).bitmap
    rows, columns = np.flatnonzero((bitmap > 60).any(axis=1)), np.flatnonzero((bitmap > 60).any(axis=0))
    assert 18 <= max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 <= 22
    assert center_of_mass(bitmap.astype(float)) == pytest.approx([14, 14], abs=0.2)
    assert bitmap.max() == 255
    assert bitmap.dtype == np.uint8


@pytest.mark.parametrize("name", OTHERS)
def test_normalization_is_idempotent(name):
    once = normalize(OTHERS[name]).bitmap
    again = normalize(once)
    assert not again.moved
    assert np.array_equal(again.bitmap, once)


@pytest.mark.parametrize("name", [*OTHERS, "the pad's"])
def test_dark_ink_on_light_paper_is_inverted(name):
    bitmap = OTHERS.get(name, SEVEN)
    result = normalize(255 - bitmap)
    assert result.inverted
    assert np.array_equal(result.bitmap, normalize(bitmap).bitmap)


def test_ink_at_the_edge_is_not_taken_for_paper():
    frame = np.zeros((28, 28), np.uint8)
    frame[0] = frame[:10, 0] = 255
    assert not normalize(frame).inverted


@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_bitmap_of_one_value_has_no_ink(value):
    with pytest.raises(
        EmptyInk, match=f"expected some ink, received a bitmap whose values are all about {value}"
    ):
        normalize(np.full((28, 28), value, np.uint8))


def test_dot_becomes_a_disk_at_the_center():
    dot = np.zeros((28, 28), np.uint8)
    dot[3, 20] = 200
    bitmap = normalize(dot).bitmap
    assert np.unravel_index(bitmap.argmax(), bitmap.shape) == (14, 14)
