"""Drawing with a mouse."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import (
    SEVEN,
    bitmap_of,
    draw,
    expect_answer,
    expect_bitmap,
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
def test_page_shows_the_server_prediction_of_real_ink(ready: Page, one_of_each: dict, digit: int):
    strokes = fit(one_of_each[digit])
    draw(ready, strokes)
    answer = ready.request.post("/api/predict", data={"strokes": strokes}).json()
    ready.wait_for_function(SHOWS, arg=answer["probabilities"])
    expect(ready.locator("[data-digit]")).to_have_text(str(answer["digit"]))


def test_prediction_updates_during_a_stroke(ready: Page):
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


def test_stroke_continues_outside_the_pad(ready: Page):
    ready.mouse.move(*place(ready, [500, 500]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [1100, 500]))
    ready.mouse.move(*place(ready, [500, 900]))
    ready.mouse.up()
    assert inked_box(ready)[3] == pytest.approx(0.9 + PEN / 2, abs=0.01)
    ready.get_by_role("button", name="Undo").click()
    assert inked(ready) == 0


SEVEN_OVER_THE_EDGE = [[300, 200], [700, 200], [500, 1100], [950, 1120]]


@pytest.mark.parametrize("path", ["/", "/inside", "/join"])
def test_network_sees_no_ink_beside_the_pad(page: Page, path: str):
    open_ready(page, path)
    draw(page, [SEVEN_OVER_THE_EDGE])
    expect_answer(page)
    expect(page.locator("[data-digit]")).to_have_text("7")
    if path != "/inside":
        expect_bitmap(page, bitmap_of(page, [[[300, 200], [700, 200], [522.2, 1000]]]))


def test_ink_of_a_link_ends_at_the_pad_edge(page: Page):
    open_ready(page, "/#ink=8c_5k_b4_0_-5k_p0_ci_k")  # the same seven, further down
    expect(page.locator("[data-digit]")).to_have_text("7")


def test_right_button_does_not_draw(ready: Page):
    ready.mouse.move(*place(ready, [500, 500]))
    ready.mouse.down(button="right")
    ready.mouse.move(*place(ready, [700, 700]))
    ready.mouse.up(button="right")
    assert inked(ready) == 0


def test_left_button_release_ends_the_stroke(ready: Page):
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
    draw(page, [[[200, 180], [800, 180]]])
    assert inked_box(page)[1] == pytest.approx(0.18 - PEN / 2, abs=0.01)
    context.close()


def test_stroke_is_smooth(ready: Page):
    # Six points around a circle. Straight lines would be 40 units inside it, and the pen is 42 wide.
    angles = [2 * math.pi * step / 6 for step in range(7)]
    draw(ready, [[[500 + 300 * math.cos(angle), 500 + 300 * math.sin(angle)] for angle in angles]])
    alphas = ready.evaluate(
        """() => {
             const canvas = document.querySelector("[data-pad] canvas");
             const context = canvas.getContext("2d");
             return Array.from({ length: 90 }, (_, step) => {
               const angle = (2 * Math.PI * step) / 90;
               const x = (0.5 + 0.3 * Math.cos(angle)) * canvas.width;
               const y = (0.5 + 0.3 * Math.sin(angle)) * canvas.width;
               return context.getImageData(x, y, 1, 1).data[3];
             });
           }"""
    )
    assert min(alphas) == 255


def test_page_does_not_scroll_while_drawing(ready: Page):
    ready.set_viewport_size({"width": 390, "height": 420})
    draw(ready, [[[500, 800], [500, 100]]])
    assert ready.evaluate("scrollY") == 0


def test_drawing_causes_no_browser_errors(browser_errors: list, ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    expect(ready.locator("[data-announcer]")).to_have_text(re.compile("%"))
    assert browser_errors == []
