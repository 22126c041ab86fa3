"""Sample inks, an alternative to drawing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import ANSWER_TIME, expect_answer, inked

DOUBT = "Probably not a digit"


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name="Samples").click()
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_samples_contain_two_of_each_digit_and_negatives(samples: list):
    labels = [sample["label"] for sample in samples]
    assert all(labels.count(digit) >= 2 for digit in range(10))
    assert labels.count(None) >= 2


def test_sample_can_be_chosen_by_keyboard(ready: Page):
    ready.get_by_role("button", name="Samples").press("Enter")
    sample = ready.get_by_role("button", name="a barred seven")
    sample.focus()
    sample.press("Enter")
    expect(ready.get_by_role("dialog")).to_be_hidden()
    expect(ready.get_by_role("button", name="Samples")).to_be_focused()
    assert inked(ready) > 0
    expect_answer(ready)


def test_escape_closes_samples_and_keeps_ink(ready: Page):
    choose(ready, "an open four")
    before = inked(ready)
    ready.get_by_role("button", name="Samples").click()
    ready.keyboard.press("Escape")
    expect(ready.get_by_role("dialog")).to_be_hidden()
    assert inked(ready) == before


def test_every_sample_has_a_picture_and_a_name(ready: Page, samples: list):
    ready.get_by_role("button", name="Samples").click()
    for sample in samples:
        expect(ready.get_by_role("button", name=sample["name"], exact=True)).to_be_visible()
    expect(ready.locator("dialog svg path")).to_have_count(len(samples))


def test_failed_samples_are_loaded_at_the_next_try(ready: Page):
    ready.route("**/samples.json", lambda route: route.abort())
    ready.get_by_role("button", name="Samples").click()
    expect(ready.get_by_text("The samples cannot be loaded. Try again.")).to_be_visible()
    ready.keyboard.press("Escape")
    ready.unroute("**/samples.json")
    choose(ready, "a two")
    expect_answer(ready)


DIGITS = [
    "a round zero", "a slashed zero", "a plain one", "a flagged one", "a two", "a looped two", "a three",
    "a flat-topped three", "a closed four", "an open four", "a five", "a five in one stroke", "a six",
    "a straight-backed six", "a seven", "a barred seven", "an eight", "an eight of two rings", "a nine",
    "a curled nine",
]  # fmt: skip
OTHERS = [
    "a smiley, not a digit", "the letter A, not a digit", "the letter K, not a digit",
    "a scribble, not a digit",
]  # fmt: skip


@pytest.mark.parametrize("name", DIGITS)
def test_sample_digit_is_read_right(ready: Page, samples: list, name: str):
    label = next(sample["label"] for sample in samples if sample["name"] == name)
    choose(ready, name)
    expect(ready.locator("[data-digit]")).to_have_text(str(label), timeout=ANSWER_TIME)
    expect(ready.locator("[data-headline]")).not_to_have_text(DOUBT)


@pytest.mark.parametrize("name", OTHERS)
def test_sample_that_is_no_digit_is_rejected(ready: Page, name: str):
    choose(ready, name)
    expect(ready.locator("[data-headline]")).to_have_text(DOUBT, timeout=ANSWER_TIME)


def test_click_outside_the_dialog_closes_it(ready: Page):
    ready.get_by_role("button", name="Samples").click()
    expect(ready.get_by_role("button", name="a round zero")).to_be_visible()
    box = ready.get_by_role("dialog").bounding_box()
    ready.mouse.click(box["x"] + 8, box["y"] + 8)
    expect(ready.get_by_role("dialog")).to_be_visible()
    ready.mouse.click(box["x"] - 20, box["y"] + 8)
    expect(ready.get_by_role("dialog")).to_be_hidden()
