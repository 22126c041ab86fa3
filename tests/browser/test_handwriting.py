"""What the shipped network reads when people's own ways of writing are drawn on the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import ANSWER_TIME, draw, fit, thinned

DOUBT = "Not sure that this is a digit"
HARD = {"a barred seven": 7, "a slashed zero": 0, "a flagged one": 1, "an open four": 4, "a curled nine": 9}
OTHERS = ["a smiley, not a digit", "the letter A, not a digit", "a scribble, not a digit"]
CORNERS = [(130, 130), (870, 130), (130, 870), (870, 870)]  # pad units


def strokes_of(samples: list, name: str) -> list:
    return thinned(next(sample["strokes"] for sample in samples if sample["name"] == name))


def moved(strokes: list, x: float, y: float) -> list:
    """Return strokes that lie in the middle of the pad with their middle at x, y."""
    return [[[left + x - 500, top + y - 500] for left, top in stroke] for stroke in strokes]


@pytest.mark.parametrize(("name", "digit"), HARD.items())
def test_handwriting_that_is_often_misread_is_read_right(ready: Page, samples: list, name: str, digit: int):
    draw(ready, fit(strokes_of(samples, name)))
    expect(ready.locator("[data-digit]")).to_have_text(str(digit), timeout=ANSWER_TIME)
    expect(ready.locator("[data-headline]")).not_to_have_text(DOUBT)


@pytest.mark.parametrize("corner", CORNERS)
def test_digit_in_a_corner_is_read_right(ready: Page, samples: list, corner: tuple[float, float]):
    draw(ready, moved(fit(strokes_of(samples, "a two"), side=180), *corner))
    expect(ready.locator("[data-digit]")).to_have_text("2", timeout=ANSWER_TIME)
    expect(ready.locator("[data-headline]")).not_to_have_text(DOUBT)


@pytest.mark.parametrize("name", OTHERS)
def test_drawing_that_is_no_digit_is_not_called_one(ready: Page, samples: list, name: str):
    draw(ready, fit(strokes_of(samples, name)))
    expect(ready.locator("[data-headline]")).to_have_text(DOUBT, timeout=ANSWER_TIME)
