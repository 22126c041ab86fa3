"""Predictions of the shipped network for unusual handwriting."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import ANSWER_TIME, draw, fit, thinned
from tests.browser.quick_pad import QuickPad, with_quick_pad
from webapp.ink.bitmap import to_bitmap
from webapp.training.datasets import clean, split_by_writer
from webapp.training.ink_file import Sample, read_inks

DOUBT = "Probably not a digit"
HARD = {"a barred seven": 7, "a slashed zero": 0, "a flagged one": 1, "an open four": 4, "a curled nine": 9}
OTHERS = ["a smiley, not a digit", "the letter A, not a digit", "a scribble, not a digit"]
CORNERS = [(130, 130), (870, 130), (130, 870), (870, 870)]  # pad units


def strokes_of(samples: list, name: str) -> list:
    return thinned(next(sample["strokes"] for sample in samples if sample["name"] == name))


def moved(strokes: list, x: float, y: float) -> list:
    """Return strokes that lie in the middle of the pad with their middle at x, y."""
    return [[[left + x - 500, top + y - 500] for left, top in stroke] for stroke in strokes]


@pytest.mark.parametrize(("name", "digit"), HARD.items())
def test_hard_handwriting_is_read_right(ready: Page, samples: list, name: str, digit: int):
    draw(ready, fit(strokes_of(samples, name)))
    expect(ready.locator("[data-digit]")).to_have_text(str(digit), timeout=ANSWER_TIME)
    expect(ready.locator("[data-headline]")).not_to_have_text(DOUBT)


@pytest.mark.parametrize("corner", CORNERS)
def test_digit_in_a_corner_is_read_right(ready: Page, samples: list, corner: tuple[float, float]):
    draw(ready, moved(fit(strokes_of(samples, "a two"), side=180), *corner))
    expect(ready.locator("[data-digit]")).to_have_text("2", timeout=ANSWER_TIME)
    expect(ready.locator("[data-headline]")).not_to_have_text(DOUBT)


@pytest.mark.parametrize("name", OTHERS)
def test_drawing_that_is_no_digit_is_rejected(ready: Page, samples: list, name: str):
    draw(ready, fit(strokes_of(samples, name)))
    expect(ready.locator("[data-headline]")).to_have_text(DOUBT, timeout=ANSWER_TIME)


SETTINGS = [  # (points of a stroke, larger side in pad units)
    (4, 700), (6, 300), (9, 850), (15, 500), (25, 150), (40, 700), (15, 900), (8, 600), (12, 250), (20, 800),
]  # fmt: skip
DIGITS = 200
DENSE, DENSE_EVERY = 2000, 40  # points of a stroke, of some digits
SLOW_EVERY = 10  # of these digits, one is drawn at a point a frame
READABLE = 12  # points of a stroke from which digits are legible


def held_out_digits(folder: Path, count: int) -> list[Sample]:
    """Return digits of held-out writers, spread over both collections of pen digits."""
    digits = []
    for name in ("pen_digits.jsonl", "pendigits_train.jsonl"):
        _, test = split_by_writer(clean(read_inks(folder / name)[0]))
        digits += test[:: len(test) // (count // 2)][: count // 2]
    return digits


def by_time(stroke: np.ndarray, count: int) -> list[list[float]]:
    """Return about `count` points of a stroke, evenly spaced in time, as a slow screen reports them."""
    return stroke[np.unique(np.linspace(0, len(stroke) - 1, count).round().astype(int))].tolist()


def densely(stroke: list[list[float]]) -> list[list[float]]:
    """Return DENSE points of a stroke, evenly spread over its points."""
    places = np.linspace(0, len(stroke) - 1, DENSE)
    return np.stack(
        [np.interp(places, range(len(stroke)), axis) for axis in np.transpose(stroke)], 1
    ).tolist()


def test_page_predicts_as_the_network_at_any_speed_and_size(
    base_url: str, browser_type_launch_args: dict, data_folder: Path
):
    samples = held_out_digits(data_folder, DIGITS)

    async def draw_all(pad: QuickPad) -> list[bool]:
        """Draw all digits; return whether the network reads each of the legible ones."""
        correct = []
        for number, sample in enumerate(samples):
            count, side = SETTINGS[number % len(SETTINGS)]
            strokes = fit([by_time(stroke, count) for stroke in sample.strokes], side)
            if number % DENSE_EVERY == 0:
                strokes = [densely(stroke) for stroke in strokes]
            await pad.draw(strokes, is_slow=number % SLOW_EVERY == 1)
            answer = await pad.predict(strokes)
            await pad.wait_for_bitmap(to_bitmap([np.array(stroke) for stroke in strokes]))
            if answer["is_digit"] > 0.7 and max(answer["probabilities"]) > 0.6:
                await pad.wait_for_text("[data-digit]", str(answer["digit"]))
            elif answer["is_digit"] < 0.3:
                await pad.wait_for_text("[data-headline]", DOUBT)
            if count >= READABLE:
                correct.append(answer["digit"] == sample.label)
            await pad.page.locator("[data-clear]").click()
        return correct

    correct = with_quick_pad(base_url, browser_type_launch_args, draw_all)
    assert len(correct) > DIGITS / 2
    assert np.mean(correct) > 0.97
