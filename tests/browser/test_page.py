"""The draw page as a whole: requests, layout, names, keyboard."""

import base64
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import SEVEN, draw, expect_answer

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "projector": (1920, 1080)}
FIRST_LOAD = 60_000  # bytes, everything together
CONTRASTS = """() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return /, 0\\)$/.test(color) ? background(element.parentElement) : color;
  };
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const hasText = (element) => [...element.childNodes].some(isText);
  const texts = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && hasText(element));
  return texts.map((element) => {
    const [one, other] = [getComputedStyle(element).color, background(element)].map(luminance);
    return [element.textContent.trim(), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
  });
}"""


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest, page: Page) -> Page:
    """The page, ready, on a screen of each size."""
    width, height = SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    open_ready(page)
    return page


def box(page: Page, hook: str) -> dict:
    return page.locator(hook).bounding_box()


def test_first_load_is_small_and_same_origin(ready: Page, browser: Browser, base_url: str):
    context = browser.new_context(base_url=base_url)  # with an empty cache; the server is awake already
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request))
    open_ready(page)
    sizes = [request.sizes() for request in requests]
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert {urlsplit(request.url).netloc for request in requests} == {urlsplit(base_url).netloc}
    assert len(requests) > 15
    assert total <= FIRST_LOAD
    context.close()


def test_draw_page_respects_its_content_policy(browser_errors: list, page: Page):
    answer = page.goto("/")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    page.get_by_role("button", name="Samples").click()
    page.get_by_role("button", name="a seven", exact=True).click()
    expect_answer(page)
    page.get_by_role("button", name="Pixels").click()
    assert browser_errors == []


def test_pad_and_prediction_fit_the_screen(screen: Page):
    draw(screen, SEVEN)
    expect_answer(screen)
    height, width = screen.viewport_size["height"], screen.viewport_size["width"]
    for hook in ("[data-answer]", "[data-pad]", "[data-tools]", "[data-bars]", "[data-models]"):
        place = box(screen, hook)
        assert place["y"] >= 0, hook
        assert place["y"] + place["height"] <= height, hook
        assert place["x"] + place["width"] <= width, hook


def test_pad_is_the_largest_element(screen: Page):
    pad = box(screen, "[data-pad]")
    assert pad["width"] == pytest.approx(pad["height"], abs=1)
    for hook in ("[data-answer]", "[data-bars]", "[data-models]"):
        other = box(screen, hook)
        assert pad["width"] * pad["height"] > other["width"] * other["height"]


def test_draw_page_is_one_column_at_400_percent(ready: Page):
    ready.set_viewport_size({"width": 320, "height": 256})  # what a zoom of 400 % leaves of 1280x1024
    pad, answer, bars = (box(ready, hook) for hook in ("[data-pad]", "[data-answer]", "[data-bars]"))
    assert answer["y"] < pad["y"] < bars["y"]
    assert 190 <= pad["height"] <= 256  # large enough to draw on, and all of it in view
    assert (320 - pad["width"]) / 2 >= 44  # a finger's width beside it, to scroll
    assert min(answer["width"], bars["width"]) >= 280
    ready.locator("[data-pad]").scroll_into_view_if_needed()
    draw(ready, SEVEN)
    expect_answer(ready)


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (820, 1180), (844, 390), (1280, 800)])
def test_pad_does_not_move_with_a_long_headline(ready: Page, size: tuple):
    ready.set_viewport_size({"width": size[0], "height": size[1]})
    doubt = {"model": "conv", "digit": 8, "probabilities": [0.05] * 8 + [0.55, 0.05], "is_digit": 0.1}
    ready.route("**/api/predict*", lambda route: route.fulfill(json=doubt))
    before = box(ready, "[data-pad]")
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text("Probably not a digit")
    assert box(ready, "[data-pad]") == before


def test_touch_targets_are_large_enough(screen: Page):
    for target in screen.locator("button:visible, a:visible, label:visible").all():
        if target.evaluate("element => element.classList.contains('skip')"):
            continue
        size = target.bounding_box()
        assert (size["height"] >= 43.9, size["width"] >= 40) == (True, True), target.inner_text()


def test_projector_shows_figures_large(page: Page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_ready(page)
    draw(page, SEVEN)
    expect_answer(page)
    sizes = "elements => elements.map((element) => parseFloat(getComputedStyle(element).fontSize))"
    assert min(page.locator(".bars__digit, .bars__share, [data-digit]").evaluate_all(sizes)) >= 46
    assert min(page.locator("p:visible, button:visible, label span").evaluate_all(sizes)) >= 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser: Browser, base_url: str, scheme: str):
    context = browser.new_context(base_url=base_url, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    open_ready(page)
    draw(page, SEVEN)
    expect_answer(page)
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert [entry for entry in contrasts if entry[1] < 4.5] == []
    context.close()


def test_every_control_has_a_name_and_a_tab_stop(ready: Page):
    names = []
    for _ in range(30):
        ready.keyboard.press("Tab")
        names.append(
            ready.evaluate(
                """() => { const element = document.activeElement;
                   return (element.labels?.[0] ?? element).innerText.split("\\n")[0]; }"""
            )
        )
    pages = ready.get_by_role("navigation").get_by_role("link").all_inner_texts()
    header = ["Skip to the content", "Inkwise", *pages]
    expected = [*header, "Undo", "Redo", "Clear", "Pixels", "Samples", "conv", "About this network"]
    assert names[: len(expected)] == expected


def test_page_has_landmarks_and_bars_have_names(ready: Page):
    expect(ready.get_by_role("banner")).to_be_visible()
    expect(ready.get_by_role("main")).to_be_visible()
    expect(ready.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(ready.get_by_role("heading", level=1)).to_have_text("Draw a digit")
    for digit in range(10):
        expect(ready.get_by_role("meter", name=f"Probability of {digit}")).to_have_count(1)


def test_skip_link_focuses_the_content(ready: Page):
    ready.keyboard.press("Tab")
    expect(ready.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    ready.keyboard.press("Enter")
    expect(ready.locator("main")).to_be_focused()


def test_arrow_keys_select_a_model(ready: Page):
    chosen = ready.get_by_role("radio", checked=True)
    chosen.focus()
    before = chosen.get_attribute("value")
    ready.keyboard.press("ArrowRight")
    expect(ready.get_by_role("radio", checked=True)).not_to_have_attribute("value", before)


def test_reduced_motion_disables_transitions(browser: Browser, base_url: str):
    context = browser.new_context(base_url=base_url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/")
    durations = page.locator(".bars__fill").evaluate_all(
        "fills => fills.map((fill) => getComputedStyle(fill).transitionDuration)"
    )
    assert set(durations) == {"0s"}
    context.close()


def test_unknown_page_shows_a_404_page(page: Page):
    answer = page.goto("/nowhere")
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist.")
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("Draw"))).to_be_visible()


@pytest.mark.parametrize("size", [(390, 844), (1920, 1080), (320, 568)])
def test_bars_have_equal_widths(ready: Page, size: tuple):
    ready.set_viewport_size({"width": size[0], "height": size[1]})
    sure = {"model": "conv", "digit": 7, "probabilities": [0.0] * 7 + [0.998, 0.002, 0.0], "is_digit": 1.0}
    ready.route("**/api/predict*", lambda route: route.fulfill(json=sure))
    draw(ready, SEVEN)
    expect(ready.locator("[data-probability='7'] [data-share]")).to_have_text(">99")
    boxes = [bar.bounding_box() for bar in ready.locator(".bars__track").all()]
    assert [box["width"] for box in boxes] == pytest.approx([boxes[0]["width"]] * 10, abs=0.1)
    label = ready.locator("[data-probability='7'] [data-share]").bounding_box()
    assert label["x"] + label["width"] / 2 == pytest.approx(boxes[7]["x"] + boxes[7]["width"] / 2, abs=1)


# The most frequent color on each visible canvas of a selector, of opaque pixels; null on an empty one.
COLORS = """(selector) => {
  const canvases = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  return canvases.map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map();
    for (let start = 0; start < data.length; start += 4) {
      const color = data.slice(start, start + 3).join();
      if (data[start + 3] === 255) counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
  });
}"""
BACKGROUND = """(element) => {
  const { backgroundColor, printColorAdjust } = getComputedStyle(element);
  return [backgroundColor, printColorAdjust];
}"""
INK_ON_PAPER = "38,62,184"  # --royal of static/css/colors.css


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/inside", "/inside?view=layers"])
def test_print_shows_pad_bitmap_and_bars_on_white(browser: Browser, base_url: str, path: str, scheme: str):
    context = browser.new_context(base_url=base_url, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    open_ready(page, f"{path}#ink=8c_50_5k_0_-2s_i8")
    expect_answer(page)
    on_screen = page.evaluate(COLORS, "[data-pad] canvas")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    wait_for_colors(
        page, [INK_ON_PAPER]
    )  # the pad's empty canvas would be printed as white over the other one
    assert page.locator("body").evaluate(BACKGROUND) == ["rgb(255, 255, 255)", "exact"]
    for bar in page.locator(".bars__bar[data-winner]:visible .bars__fill").all():
        assert bar.evaluate(BACKGROUND) == [f"rgb({INK_ON_PAPER.replace(',', ', ')})", "exact"]
    if path == "/":
        assert page.evaluate(COLORS, "canvas[data-bitmap]") == [INK_ON_PAPER]
        assert page.pdf().count(b"/Type /Page\n") == 1
    page.emulate_media(media="screen")
    wait_for_colors(page, on_screen)
    context.close()


def wait_for_colors(page: Page, colors: list) -> None:
    """Wait until the pad's visible canvases have these colors."""
    page.wait_for_function(
        f"(colors) => JSON.stringify(({COLORS})('[data-pad] canvas')) === JSON.stringify(colors)", arg=colors
    )


def test_painted_pixels_are_printed_without_the_prompt(page: Page):
    text = base64.urlsafe_b64encode(bytes([0] * 400 + [255] * 60 + [0] * 324)).decode()
    open_ready(page, f"/inside#bitmap={text}")
    expect(page.locator("[data-digit]")).not_to_be_empty()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(page.locator("[data-pad]")).to_have_attribute("data-painted-on", "")
    wait_for_colors(page, [INK_ON_PAPER])
