"""Text and controls on every page have contrast, and text is large enough on a projector."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.lab_stub import without_trainer
from tests.browser.layout import layout_faults
from tests.browser.pad import expect_answer, expect_settled

INK = "#ink=8c_50_5k_0_-2s_i8"
INSIDE = [
    "?view=input", "?normalize=no", "?view=layers&model=deep&linear=hidden_1", "?view=layers",
    "?view=unit&layer=conv_2&unit=5", "?view=unit&layer=digit&unit=7",
    "?view=unit&layer=conv_2&unit=5&label=1", "?view=unit&model=deep&layer=hidden_1&label=1",
    "?view=explanation&against=4", "?view=comparison", "?view=code", "?view=nonsense",
]  # fmt: skip
PAGES = [
    f"/{INK}", *(f"/inside{query}{INK}" for query in INSIDE),
    "/lab", "/teach",
    "/data", "/data?set=pen&digit=7", "/data?set=conv", "/models", "/models/conv", "/nowhere",
]  # fmt: skip
CONTRAST = 4.5  # WCAG 2.2, AA
LARGE_CONTRAST = 3.0  # of text of 24 px, or of 18.66 px in bold
FROM_THE_LAST_ROW = 20  # CSS pixels, on a projector of 1920x1080

# Functions that read the colors of a page; a color is its channels from 0 to 255.
COLOR_FUNCTIONS = """
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = ([r, g, b, alpha], under) =>
    [r, g, b].map((value, index) => alpha * value + (1 - alpha) * under[index]);
  const backgroundOf = (element) => {
    if (!element) return channels("Canvas").slice(0, 3);
    return over(channels(getComputedStyle(element).backgroundColor), backgroundOf(element.parentElement));
  };
  const opacityOf = (element) =>
    element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrastOf = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((first, second) => second - first);
    return (light + 0.05) / (dark + 0.05);
  };
"""
# Each element that holds text itself: its words, its size in CSS pixels, whether it is bold, and the contrast
# between its color and what lies behind it, both mixed with what shows through them.
TEXTS = (
    "() => {"
    + COLOR_FUNCTIONS
    + """
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isShown = (element) =>
    element.checkVisibility()
      && !element.closest("svg, .visually-hidden, .skip, [aria-disabled=true], option")
      && !element.querySelector("input:disabled");
  const texts = [...document.body.querySelectorAll("*")].filter((each) => hasText(each) && isShown(each));
  return texts.map((each) => {
    const style = getComputedStyle(each);
    const under = backgroundOf(each);
    const [r, g, b, alpha] = channels(style.color);
    const color = over([r, g, b, alpha * opacityOf(each)], under);
    const [size, bold] = [parseFloat(style.fontSize), Number(style.fontWeight) >= 700];
    const contrast = contrastOf(color, under);
    return { words: each.textContent.trim().slice(0, 40), size, bold, contrast };
  });
}"""
)


# Each control with a border: its markup, and the contrast of border or background with what is around it.
CONTROLS = (
    "() => {"
    + COLOR_FUNCTIONS
    + """
  const isBordered = (element) =>
    element.checkVisibility({ opacityProperty: true })
      && parseFloat(getComputedStyle(element).borderTopWidth) > 0
      && !["radio", "checkbox", "file"].includes(element.type); // drawn by the browser
  const selector = "button, select, input, a, fieldset > div, [data-pad], [data-grid]";
  return [...document.querySelectorAll(selector)].filter(isBordered).map((each) => {
    const around = backgroundOf(each.parentElement);
    const border = over(channels(getComputedStyle(each).borderTopColor), around);
    const contrast = Math.max(contrastOf(border, around), contrastOf(backgroundOf(each), around));
    return { markup: each.outerHTML.slice(0, 80), contrast };
  });
}"""
)
# With forced colors text has a box in the page's color behind it, which hides the text of a filled control.
IS_LEGIBLE_IF_FORCED = """(element) => {
  const { backgroundColor, forcedColorAdjust } = getComputedStyle(element);
  const isFilled = matchMedia("(forced-colors: active)").matches
    && !/, 0\\)$/.test(backgroundColor)
    && backgroundColor !== getComputedStyle(document.body).backgroundColor;
  return !isFilled || forcedColorAdjust === "none";
}"""
LOWER_EDGE = 10  # CSS pixels that hold the mark of a chosen tab or page
EDGE = 3.0  # least contrast of a control's border, and of a chosen control with one that is not chosen
# Of each kind of choice: a page, a chosen element, and one that is not chosen.
CHOICES = [
    ("/", ":checked + .models__text", ":not(:checked) + .models__text"),
    ("/inside", "[role=tab][aria-selected=true]", "[role=tab][aria-selected=false]"),
    ("/inside", ":checked + .models__text", ":not(:checked) + .models__text"),
    ("/data", "[aria-label=Collections] [aria-current]", "[aria-label=Collections] a:not([aria-current])"),
    ("/data?digit=3", "[aria-label=Digits] [aria-current]", "[aria-label=Digits] a:not([aria-current])"),
    ("/models/conv", "[aria-label=Networks] [aria-current]", "[aria-label=Networks] a:not([aria-current])"),
    ("/models", "[aria-label=Pages] [aria-current]", "[aria-label=Pages] a:not([aria-current])"),
    ("/scoreboard", ".accuracy:has(:checked)", ".accuracy:not(:has(:checked))"),
    ("/presenter", ":checked + span", ".digits10__digit :not(:checked) + span"),
    ("/lab", ":checked + .models__text", ":not(:checked) + .models__text"),
    (f"/#bitmap={'_' * 1046}", "[data-toggle-pixels]", "[data-open-samples]"),
]


@pytest.fixture(scope="module", params=["light", "dark"])
def projector(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Page]:
    """A page on a projector, in light and in dark."""
    context = browser.new_context(
        base_url=base_url,
        color_scheme=request.param,
        reduced_motion="reduce",
        viewport={"width": 1920, "height": 1080},
    )
    without_trainer(context)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=["light", "dark", "forced"])
def themed(request: pytest.FixtureRequest, browser: Browser, room_server: tuple) -> Iterator[Page]:
    """A page of the presenter in light, in dark and with forced colors."""
    colors = {"forced_colors": "active"} if request.param == "forced" else {"color_scheme": request.param}
    context = browser.new_context(base_url=room_server[0].address, reduced_motion="reduce", **colors)
    without_trainer(context)
    page = context.new_page()
    page.goto(room_server[1])
    yield page
    context.close()


def open_complete(page: Page, path: str) -> None:
    """Open a page, and wait until it is complete."""
    page.goto("about:blank")  # otherwise a change of the fragment would not reload it
    if path.startswith(("/inside", "/#")):
        open_ready(page, path)
        expect_answer(page)
    elif path == "/":
        open_ready(page)
    else:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_attached()
    if path.startswith("/inside"):
        expect_settled(page)
    if path == "/lab":
        expect_loaded(page)


def expect_loaded(page: Page) -> None:
    """Wait until the lab shows its configuration and what is built of it."""
    expect(page.locator("[data-loaded]")).to_be_visible()
    expect(page.locator("[data-total]")).not_to_be_empty()


def is_large(text: dict) -> bool:
    return text["size"] >= (18.66 if text["bold"] else 24)


@pytest.mark.parametrize("path", PAGES)
def test_text_has_contrast_and_size(projector: Page, path: str):
    open_complete(projector, path)
    texts = projector.evaluate(TEXTS)
    faint = [text for text in texts if text["contrast"] < (LARGE_CONTRAST if is_large(text) else CONTRAST)]
    small = [text for text in texts if text["size"] < FROM_THE_LAST_ROW - 0.01]
    assert len(texts) >= 9
    assert max(text["contrast"] for text in texts) <= 21
    assert (faint, small) == ([], [])


@pytest.mark.parametrize("path", ["/", *PAGES, "/models/linear", "/models/shallow", "/models/deep"])
def test_page_fits_every_screen(page: Page, path: str):
    without_trainer(page)
    open_complete(page, path)
    assert layout_faults(page) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p style='width: 110vw'>wide</p>", "the page is"),
        ("<p style='width: 2em; overflow: hidden; white-space: nowrap'>much too long</p>", "is cut by p"),
        ("<p style='width: 2em; border: 1px solid; white-space: nowrap'>much too long</p>", "leaves p"),
        ("<p>below</p><p style='margin-top: -2em'>above</p>", 'lies over "above"'),
        ("<p>below</p><img style='position: absolute; top: 0; left: 0' width=90 height=90>", "lies over img"),
    ],
)
def test_layout_faults_are_found(page: Page, html: str, fault: str):
    page.set_content(f"<body>{html}")
    (found,) = layout_faults(page, [(800, 600)])
    assert fault in found


WITH_CONTROLS = [
    "/", "/inside", "/inside?view=unit&model=deep&layer=hidden_1", "/inside?view=layers", "/data",
    "/models/conv", "/join", "/scoreboard", "/presenter", "/preflight", "/lab",
]  # fmt: skip


@pytest.mark.parametrize("path", WITH_CONTROLS)
def test_borders_of_controls_have_contrast(themed: Page, path: str):
    themed.goto("about:blank")
    themed.goto(f"{path}{INK if path.startswith('/inside') else ''}")
    expect(themed.get_by_role("heading", level=1).first).to_be_attached()
    if path.startswith("/inside"):
        expect_settled(themed)
    if path == "/lab":
        expect_loaded(themed)
    assert [control for control in themed.evaluate(CONTROLS) if control["contrast"] < EDGE] == []


@pytest.mark.parametrize(("path", "chosen", "other"), CHOICES)
def test_chosen_control_differs_from_the_others(themed: Page, path: str, chosen: str, other: str):
    themed.goto("about:blank")
    themed.goto(path)
    if path == "/lab":
        expect_loaded(themed)
    looks = [look_of(themed, selector) for selector in (chosen, other)]
    contrasts = [contrast(*pair) for pair in zip(*looks, strict=True)]
    assert max(contrasts) >= EDGE, contrasts
    assert themed.locator(chosen).first.evaluate(IS_LEGIBLE_IF_FORCED)


def look_of(page: Page, selector: str) -> list[tuple[int, int, int]]:
    """Return the most frequent color of a control, and of its lower edge."""
    control = page.locator(selector).first
    control.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(control.screenshot())).convert("RGB")
    width, height = picture.size
    rows = [picture.crop((0, top, width, top + 1)) for top in range(height - LOWER_EDGE, height)]
    return [most_frequent(picture), *map(most_frequent, rows)]


def most_frequent(picture: Image.Image) -> tuple[int, int, int]:
    return max(picture.getcolors(picture.width * picture.height))[1]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the contrast of two colors, as WCAG 2.2 defines it."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: tuple[int, int, int]) -> float:
    shares = [value / 255 for value in color]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
