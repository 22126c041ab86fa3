"""The ink is in the address: a reload keeps it, and the pages hand it on to each other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_ready
from tests.browser.hands import SEVEN, draw, expect_answer, expect_settled, inked, inked_box

TWO_LINES = [[[200, 200], [800, 200]], [[200, 800], [800, 800]]]


def wait_for_address(page: Page, pattern: str) -> None:
    expect(page).to_have_url(re.compile(pattern))


def test_reload_keeps_the_ink_and_undo_takes_it_back_stroke_by_stroke(ready: Page):
    draw(ready, TWO_LINES)
    before = inked_box(ready)
    wait_for_address(ready, "#ink=.*~")  # both strokes
    ready.reload()
    expect_answer(ready)
    assert inked_box(ready) == pytest.approx(before, abs=0.005)
    ready.keyboard.press("Control+z")
    assert 0 < inked_box(ready)[3] < 0.3
    ready.keyboard.press("Control+z")
    assert inked(ready) == 0
    expect(ready.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def test_cleared_ink_leaves_the_address(ready: Page):
    draw(ready, SEVEN)
    wait_for_address(ready, "#ink=")
    ready.keyboard.press("Escape")
    wait_for_address(ready, "/$")


def test_reload_keeps_painted_pixels(ready: Page):
    ready.get_by_role("button", name="Pixels").press("Enter")
    ready.keyboard.press("Space")
    wait_for_address(ready, "#bitmap=")
    ready.reload()
    expect(ready.get_by_role("gridcell", name="row 15, column 15: ink")).to_be_visible()
    expect(ready.get_by_role("button", name="Pixels")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("path", ["/#ink=%%%", "/#bitmap=abc", "/#ink=", "/#content"])
def test_rubbish_in_the_address_leaves_an_empty_pad(page: Page, complaints: list, path: str):
    open_ready(page, path)
    assert inked(page) == 0
    assert complaints == []


def test_ink_that_is_pasted_into_the_address_is_read(ready: Page):
    draw(ready, TWO_LINES)
    ready.evaluate("location.hash = '#ink=8c_50_5k_0_-2s_i8'")
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_link_to_the_page_inside_carries_ink_and_model(ready: Page):
    ready.get_by_role("radio", name="deep").check()
    draw(ready, SEVEN)
    ready.get_by_role("link", name="Inside").click()
    expect_settled(ready)
    wait_for_address(ready, r"/inside\?model=deep#ink=")
    expect(ready.locator("[data-digit]")).to_have_text("7")
    ready.get_by_role("link", name="Draw", exact=True).click()
    wait_for_address(ready, r"/\?model=deep#ink=")
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_ink_that_is_long_is_kept_more_coarsely(page: Page, base_url: str):
    page.goto("/healthz")
    script = """async (strokes) => {
      const { fragmentOf, readFragment } = await import("/static/js/ink/link.js");
      return readFragment(fragmentOf({ strokes })).strokes;
    }"""
    kept = page.evaluate(script, [[[x, y] for y in range(0, 1000, 2) for x in (y % 7, y % 7 + 3)]] * 5)
    assert len(kept) == 5
    assert kept[0][0] == [0, 0]
    assert kept[0][-1] == [998 % 7 + 3, 998]
    assert len(kept[0]) < 500
