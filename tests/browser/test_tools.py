"""Undo, redo and clear, by button and by key."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import draw, expect_answer, inked, inked_box, place

FIRST = [[[200, 200], [400, 200]]]
SECOND = [[[200, 800], [400, 800]]]


def bottom(page: Page) -> float:
    return inked_box(page)[3]


@pytest.mark.parametrize(
    ("undo", "redo"),
    [("Control+z", "Control+Shift+z"), ("Control+z", "Control+y"), ("Meta+z", "Meta+Shift+z")],
)
def test_keys_undo_and_redo_a_stroke(ready: Page, undo: str, redo: str):
    draw(ready, FIRST + SECOND)
    ready.keyboard.press(undo)
    assert bottom(ready) < 0.3
    ready.keyboard.press(redo)
    assert bottom(ready) > 0.7


def test_buttons_undo_and_redo_a_stroke(ready: Page):
    draw(ready, FIRST + SECOND)
    ready.get_by_role("button", name="Undo").click()
    assert bottom(ready) < 0.3
    ready.get_by_role("button", name="Redo").click()
    assert bottom(ready) > 0.7


@pytest.mark.parametrize("key", ["Escape", "Delete"])
def test_key_clears_pad_and_answer(ready: Page, key: str):
    draw(ready, FIRST)
    expect_answer(ready)
    ready.keyboard.press(key)
    assert inked(ready) == 0
    expect(ready.locator("[data-digit]")).to_have_text("")
    expect(ready.locator('[data-probability="1"]')).to_have_attribute("aria-valuenow", "0.0")


def test_clear_can_be_undone(ready: Page):
    draw(ready, FIRST + SECOND)
    ready.get_by_role("button", name="Clear").click()
    assert inked(ready) == 0
    ready.keyboard.press("Control+z")
    assert bottom(ready) > 0.7
    expect_answer(ready)


def test_new_stroke_ends_redo(ready: Page):
    draw(ready, FIRST)
    ready.keyboard.press("Control+z")
    draw(ready, SECOND)
    expect(ready.get_by_role("button", name="Redo")).to_have_attribute("aria-disabled", "true")


def test_undo_while_the_pen_is_down_takes_back_its_stroke(ready: Page):
    draw(ready, FIRST)
    ready.mouse.move(*place(ready, [200, 800]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [400, 800]))
    ready.keyboard.press("Control+z")
    ready.mouse.move(*place(ready, [600, 900]))
    ready.mouse.up()
    assert bottom(ready) < 0.3


def test_unused_tools_say_so(ready: Page):
    for name in ("Undo", "Redo", "Clear"):
        expect(ready.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("key", ["Delete", "Control+z", "Escape"])
def test_keys_do_not_reach_the_pad_behind_a_dialog(ready: Page, key: str):
    draw(ready, FIRST)
    before = inked(ready)
    ready.get_by_role("button", name="Samples").click()
    ready.evaluate("document.activeElement.blur()")
    ready.keyboard.press(key)
    assert inked(ready) == before
