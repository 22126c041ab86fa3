"""Every page: text that can be told from what it stands on, and read from the last row."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.hands import expect_answer, expect_settled

INK = "#ink=8c_50_5k_0_-2s_i8"
INSIDE = [
    "?view=gets", "?normalise=no", "?view=layers&model=deep&linear=hidden_1", "?view=layers",
    "?view=unit&layer=conv_2&unit=5", "?view=unit&layer=digit&unit=7",
    "?view=why&against=4", "?view=ladder", "?view=code", "?view=nonsense",
]  # fmt: skip
PAGES = [
    f"/{INK}", *(f"/inside{query}{INK}" for query in INSIDE),
    "/data", "/data?set=pen&digit=7", "/data?set=conv", "/models", "/models/conv", "/nowhere",
]  # fmt: skip
CONTRAST = 4.5  # WCAG 2.2, AA
LARGE_CONTRAST = 3.0  # of text of 24 px, or of 18.66 px in bold
FROM_THE_LAST_ROW = 20  # CSS pixels, on a projector of 1920x1080

# Each element that holds text itself: its words, its size in CSS pixels, whether it is bold, and the contrast
# between its colour and what lies behind it, both mixed with what shows through them.
TEXTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
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
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
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
    const colour = over([r, g, b, alpha * opacityOf(each)], under);
    const [light, dark] = [luminance(colour), luminance(under)].sort((one, other) => other - one);
    const [size, bold] = [parseFloat(style.fontSize), Number(style.fontWeight) >= 700];
    const contrast = (light + 0.05) / (dark + 0.05);
    return { words: each.textContent.trim().slice(0, 40), size, bold, contrast };
  });
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def projector(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Page]:
    """A page on a projector, in light and in dark."""
    context = browser.new_context(
        base_url=base_url,
        color_scheme=request.param,
        reduced_motion="reduce",
        viewport={"width": 1920, "height": 1080},
    )
    yield context.new_page()
    context.close()


def texts_of(page: Page, path: str) -> list[dict]:
    """Open a page, wait until it has said all, and return its texts."""
    page.goto("about:blank")  # else a path that differs in its fragment alone would not be opened anew
    if path.startswith(("/inside", "/#")):
        open_ready(page, path)
        expect_answer(page)
    else:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_attached()
    if path.startswith("/inside"):
        expect_settled(page)
    return page.evaluate(TEXTS)


def is_large(text: dict) -> bool:
    return text["size"] >= (18.66 if text["bold"] else 24)


@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_and_is_large_enough(projector: Page, path: str):
    texts = texts_of(projector, path)
    faint = [text for text in texts if text["contrast"] < (LARGE_CONTRAST if is_large(text) else CONTRAST)]
    small = [text for text in texts if text["size"] < FROM_THE_LAST_ROW - 0.01]
    assert len(texts) >= 9
    assert max(text["contrast"] for text in texts) <= 21
    assert (faint, small) == ([], [])
