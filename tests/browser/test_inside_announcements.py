"""The inside page: scrolling, announcements, marks and color schemes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import SEVEN, draw, expect_answer
from tests.browser.test_inside import open_inside

INK = "#ink=8c_50_5k_0_-2s_i8"
COLORS = """() => {
  const canvas = document.querySelector("[data-layer-picture=hidden_1]");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...new Set(new Uint32Array(data.buffer))].join();
}"""


def test_activation_switch_does_not_scroll_the_page(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_inside(page, f"?view=layers&model=conv&linear=conv_1{INK}")
    switch = page.get_by_role("button", name="activation function relu of hidden")
    switch.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    place = switch.bounding_box()["y"]
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert switch.bounding_box()["y"] == pytest.approx(place, abs=1)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("scrollY") == before


def test_selected_tab_is_scrolled_into_view(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_inside(page, "?view=code")
    row, tab = (page.locator(hook).bounding_box() for hook in ("[data-tabs]", "#tab-code"))
    assert tab["x"] + tab["width"] <= row["x"] + row["width"] + 1


def test_arrow_keys_mark_and_announce_a_neuron(page: Page):
    open_inside(page, f"?view=layers&model=deep{INK}")
    page.locator("[data-layer-picture=hidden_1]").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    row = page.locator("[data-layer=hidden_1]")
    expect(row.locator(".layer__readout")).to_contain_text("neuron 33:")
    expect(page.locator("[data-announcer]")).to_contain_text("neuron 33:")
    picture, mark = (row.locator(hook).bounding_box() for hook in ("canvas", "i"))
    assert (mark["x"] - picture["x"]) / picture["width"] == pytest.approx(1 / 32, abs=0.01)
    assert (mark["y"] - picture["y"]) / picture["height"] == pytest.approx(1 / 4, abs=0.02)


def test_neuron_chosen_by_key_opens_its_tab_with_the_focus(page: Page):
    open_inside(page, f"?view=layers&model=deep{INK}")
    page.locator("[data-layer-picture=hidden_1]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#tab-unit")).to_be_focused()
    expect(page.locator("[data-choose-unit]")).to_have_value("1")


def test_number_of_a_neuron_is_one_that_exists(page: Page):
    open_inside(page, f"?view=unit&model=deep&layer=hidden_1{INK}")
    field = page.locator("[data-choose-unit]")
    expect(field).to_have_attribute("max", "127")
    field.fill("128")
    field.press("Enter")
    expect(field).to_have_value("127")
    expect(page).to_have_url(re.compile(r"unit=127\b"))


def test_hovered_neuron_updates_with_the_ink(page: Page):
    open_inside(page, f"?view=layers&model=linear{INK}")
    picture = page.locator("[data-layer-picture=digit]")
    picture.hover(position={"x": picture.bounding_box()["width"] * 7.5 / 10, "y": 5})
    readout = page.locator("[data-layer=digit] .layer__readout")
    expect(readout).to_contain_text("neuron 7:")
    before = readout.inner_text()
    page.evaluate("location.hash = '#ink=dw_50_0_m8'")  # a plain one
    expect(readout).not_to_have_text(before)


def test_prediction_is_announced_after_drawing(page: Page):
    open_inside(page)
    expect(page.locator("[aria-live]")).to_have_count(2)  # the other: an activation function
    draw(page, SEVEN)
    expect_answer(page)
    expect(page.locator("[data-announcer]")).to_contain_text(page.locator("[data-headline]").inner_text())


def test_pictures_follow_the_color_scheme(page: Page):
    page.emulate_media(color_scheme="light")
    open_inside(page, f"?view=layers&model=deep{INK}")
    light = page.evaluate(COLORS)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"(light) => ({COLORS})() !== light", arg=light)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"(light) => ({COLORS})() === light", arg=light)


def test_negative_feature_map_values_have_a_sign(page: Page, module):
    script = """document.documentElement.style.cssText =
                  "--zero: #ffffff; --plus: #0000ff; --minus: #ff0000; --sign: #000000";
                const canvas = document.createElement("canvas");
                m.paintMaps(canvas, [-1, 1, -1, 1, 0, 1, -0.1, 1], [2, 2, 2], 2);
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                const BLACK = 0xff000000; // the sign's color, as a canvas's memory holds it
                const pixels = [...new Uint32Array(data.buffer)];
                const signs = [...pixels.keys()].filter((index) => pixels[index] === BLACK);
                return { width: canvas.width, height: canvas.height, signs };"""
    found = module("inspect/palette.js", script)
    assert (found["width"], found["height"]) == (25, 10)  # two maps of 2x2 and a gap, five pixels each
    assert found["signs"] == [2 * 25 + x for x in (1, 2, 3, 6, 7, 8)]


@pytest.mark.parametrize(("is_digit", "digit", "share"), [(0.1, "?", ""), (0.9, "5", "80 %")])
def test_side_by_side_shows_no_digit_for_other_ink(ready: Page, is_digit: float, digit: str, share: str):
    shares = [0.8 if number == 5 else 0.2 / 9 for number in range(10)]
    answer = {"model": "conv", "digit": 5, "probabilities": shares, "is_digit": is_digit}
    ready.route("**/api/predict?model=all", lambda route: route.fulfill(json={"predictions": [answer]}))
    ready.goto("/inside?view=comparison")
    draw(ready, SEVEN)
    row = ready.locator("[data-model-row=conv]")
    expect(row.locator("[data-predicted]")).to_have_text(digit)
    expect(row.locator("[data-share]")).to_have_text(share)
    expect(row.locator("[data-doubt]")).to_have_text("probably not a digit" if digit == "?" else "")
