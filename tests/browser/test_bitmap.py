"""The browser's bitmaps are those of Python."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.pad import bitmap_of, expect_bitmap, pen_digits
from webapp.ink.bitmap import to_bitmap

NAMES = [
    "blank", "no_points", "dot", "dot_twice", "two_dots", "seven", "edge", "huge", "tiny", "off_center",
    "flat", "upright", "spike", "far_apart", "many_points", "empty_stroke_between",
]  # fmt: skip
INKS = 200


def in_python(strokes: list) -> np.ndarray:
    return to_bitmap([np.array(stroke, float) for stroke in strokes]).ravel()


def differences(page: Page, strokes: list) -> np.ndarray:
    return np.abs(np.array(bitmap_of(page, strokes)) - in_python(strokes).astype(int))


@pytest.mark.parametrize("name", NAMES)
def test_bitmap_of_named_ink_equals_python(ready: Page, named_inks: dict, name: str):
    # 1 of 255: a sum in another order can end on the other side of a rounding.
    assert differences(ready, named_inks[name]).max() <= 1


def test_named_inks_are_all_compared(named_inks: dict):
    assert sorted(named_inks) == sorted(NAMES)


def test_bitmap_of_real_ink_equals_python(ready: Page, data_folder: Path):
    inks = [digit["strokes"] for digit in islice(pen_digits(data_folder), 0, None, 50)][:INKS]
    found = np.array([differences(ready, strokes) for strokes in inks])
    assert len(inks) == INKS
    assert found.max() <= 1
    assert found.mean() < 0.001


@pytest.mark.parametrize("name", ["edge", "huge", "tiny", "off_center"])
def test_bitmap_does_not_depend_on_size_and_place(ready: Page, named_inks: dict, name: str):
    seven = np.array(bitmap_of(ready, named_inks["seven"]))
    assert np.abs(np.array(bitmap_of(ready, named_inks[name])) - seven).max() <= 1


def test_displayed_bitmap_is_the_sent_one(ready: Page):
    with ready.expect_request("**/api/predict*") as sent:
        ready.mouse.move(200, 200)
        ready.mouse.down()
        ready.mouse.up()
    assert any(sent.value.post_data_buffer)
    expect_bitmap(ready, sent.value.post_data_buffer)
