"""Drawing with a mouse."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.hands import (
    SEVEN,
    draw,
    expect_answer,
    fit,
    inked,
    inked_box,
    pen_digits,
    place,
    probabilities,
)

PEN = 0.042  # of the pad's side
SHOWS = """(probabilities) => probabilities.every((share, digit) => {
  const bar = document.querySelector(`[data-probability="${digit}"]`);
  return Math.abs(bar.ariaValueNow - share * 100) < 1; // the screen rounds the ink a little
})"""


@pytest.fixture(scope="module")
def one_of_each(data_folder: Path) -> dict[int, list]:
    """One pen digit for each digit, by different writers."""
    found = {}
    writers = set()
    for sample in pen_digits(data_folder):
        if sample["label"] not in found and sample["writer"] not in writers:
            found[sample["label"]] = sample["strokes"]
            writers.add(sample["writer"])
    return found


@pytest.mark.parametrize("digit", range(10))
def test_page_shows_what_the_server_says_of_real_ink(ready: Page, one_of_each: dict, digit: int):
    strokes = fit(one_of_each[digit])
    draw(ready, strokes)
    answer = ready.request.post("/api/predict", data={"strokes": strokes}).json()
    ready.wait_for_function(SHOWS, arg=answer["probabilities"])
    expect(ready.locator("[data-digit]")).to_have_text(str(answer["digit"]))


def test_answer_follows_the_pen_before_it_is_lifted(ready: Page):
    ready.mouse.move(*place(ready, [300, 200]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [700, 200]), steps=10)
    expect_answer(ready)
    before = probabilities(ready)
    ready.mouse.move(*place(ready, [400, 900]), steps=10)
    ready.wait_for_function(
        """(before) => [...document.querySelectorAll("[data-probability]")]
             .some((bar, digit) => Number(bar.ariaValueNow) !== before[digit])""",
        arg=before,
    )
    ready.mouse.up()


def test_probabilities_add_up(ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    assert sum(probabilities(ready)) == pytest.approx(100, abs=0.6)


def test_tap_makes_a_dot(ready: Page):
    x, y = place(ready, [500, 500])
    ready.mouse.move(x, y)
    ready.mouse.down()
    ready.mouse.move(x + 2, y + 1)
    ready.mouse.up()
    left, top, right, bottom = inked_box(ready)
    assert right - left == pytest.approx(PEN, abs=0.005)
    assert bottom - top == pytest.approx(PEN, abs=0.005)
    expect_answer(ready)


def test_drawing_goes_on_outside_the_pad(ready: Page):
    ready.mouse.move(*place(ready, [500, 500]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [1100, 500]))
    ready.mouse.move(*place(ready, [500, 900]))
    ready.mouse.up()
    assert inked_box(ready)[3] == pytest.approx(0.9 + PEN / 2, abs=0.01)
    ready.get_by_role("button", name="Undo").click()
    assert inked(ready) == 0


def test_right_button_does_not_draw(ready: Page):
    ready.mouse.move(*place(ready, [500, 500]))
    ready.mouse.down(button="right")
    ready.mouse.move(*place(ready, [700, 700]))
    ready.mouse.up(button="right")
    assert inked(ready) == 0


def test_left_button_let_go_while_the_right_one_is_held_ends_the_stroke(ready: Page):
    ready.mouse.move(*place(ready, [200, 200]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [400, 200]))
    ready.mouse.down(button="right")
    ready.mouse.up()
    ready.mouse.move(*place(ready, [400, 900]))
    ready.mouse.up(button="right")
    assert inked_box(ready)[3] < 0.3


def test_resize_keeps_the_ink(ready: Page):
    draw(ready, SEVEN)
    before = inked_box(ready)
    ready.set_viewport_size({"width": 600, "height": 900})
    ready.wait_for_function(
        """() => {
             const pad = document.querySelector("[data-pad]");
             return pad.clientWidth < 560 && pad.querySelector("canvas").width === pad.clientWidth;
           }"""
    )
    assert inked_box(ready) == pytest.approx(before, abs=0.01)


@pytest.mark.parametrize("ratio", [1, 1.5, 3])
def test_pad_is_sharp_at_any_pixel_ratio(browser: Browser, base_url: str, ratio: float):
    context = browser.new_context(base_url=base_url, device_scale_factor=ratio)
    page = context.new_page()
    open_ready(page)
    sides = "pad => [pad.querySelector('canvas').width, pad.clientWidth]"
    drawn, shown = page.locator("[data-pad]").evaluate(sides)
    assert drawn == pytest.approx(shown * ratio, abs=1)
    draw(page, SEVEN)
    assert inked_box(page)[1] == pytest.approx(0.18 - PEN / 2, abs=0.01)
    context.close()


def test_stroke_is_smooth(ready: Page):
    # Three corners of a square: the curve keeps away from the corner itself.
    draw(ready, [[[200, 200], [800, 200], [800, 800]]])
    alpha = ready.evaluate(
        """() => {
             const canvas = document.querySelector("[data-pad] canvas");
             const [x, y] = [0.81 * canvas.width, 0.19 * canvas.width];
             return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3];
           }"""
    )
    assert alpha == 0


def test_page_does_not_scroll_while_one_draws(ready: Page):
    ready.set_viewport_size({"width": 390, "height": 420})
    draw(ready, [[[500, 800], [500, 100]]])
    assert ready.evaluate("scrollY") == 0


def test_drawing_complains_of_nothing(complaints: list, ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    expect(ready.locator("[data-announcer]")).to_have_text(re.compile("%"))
    assert complaints == []
