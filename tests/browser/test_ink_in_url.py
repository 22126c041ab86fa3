"""The URL contains the ink: reloads keep it, and links between pages pass it on."""

import base64
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import READY_TIME, ROOT, open_ready
from tests.browser.pad import SEVEN, draw, expect_answer, expect_settled, inked, inked_box, place, places
from tests.waiting import wait_until

LINKS = json.loads((ROOT / "tests" / "links.json").read_text("utf-8"))  # read by tests/ink/test_links.py too
SEVEN_LINK, SEVEN_STROKES = "#ink=8c_50_5k_0_-2s_i8", [[[300, 180], [500, 180], [400, 836]]]
PARTIAL = "This link is damaged. You see what can be read of its drawing."
UNREADABLE = "This link is damaged. Its drawing cannot be read."
TWO_LINES = [[[200, 200], [800, 200]], [[200, 800], [800, 800]]]


def wait_for_address(page: Page, pattern: str) -> None:
    expect(page).to_have_url(re.compile(pattern))


def test_reload_keeps_ink_and_undo_history(ready: Page):
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


def test_clearing_ink_clears_the_url(ready: Page):
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


@pytest.mark.parametrize("path", ["/#content", "/#", "/"])
def test_url_without_ink_gives_an_empty_pad(page: Page, browser_errors: list, path: str):
    open_ready(page, path)
    assert inked(page) == 0
    expect(page.locator("[data-link-notice]")).to_be_hidden()
    assert browser_errors == []


def read_fragments(page: Page, hashes: list[str]) -> list[dict]:
    """Return what static/js/ink/link.js reads of each."""
    page.goto("/healthz")
    script = """async (hashes) => {
      const { readFragment } = await import("/static/js/ink/link.js");
      const found = hashes.map((hash) => readFragment(hash));
      return found.map(({ bitmap, ...others }) => ({ ...others, bitmap: bitmap && [...bitmap] }));
    }"""
    return page.evaluate(script, hashes)


def test_punctuation_behind_ink_and_bitmaps_is_dropped(page: Page):
    bitmap = bytes(range(256)) * 3 + bytes(16)
    text = base64.urlsafe_b64encode(bitmap).decode()
    found = read_fragments(page, [f"{SEVEN_LINK}{ending}" for ending in LINKS["endings"]])
    assert found == [{"strokes": SEVEN_STROKES, "bitmap": None, "notice": ""}] * len(found)
    links = [f"#bitmap={text}{ending}" for text in (text, text.rstrip("=")) for ending in LINKS["endings"]]
    assert read_fragments(page, links) == [{"strokes": None, "bitmap": list(bitmap), "notice": ""}] * len(
        links
    )


def test_damaged_ink_is_decoded_as_far_as_possible(page: Page):
    found = read_fragments(page, [case["hash"] for case in LINKS["damaged"]])
    assert [each["strokes"] for each in found] == [case["strokes"] for case in LINKS["damaged"]]
    notices = [PARTIAL if case["strokes"] else UNREADABLE for case in LINKS["damaged"]]
    assert [each["notice"] for each in found] == notices


@pytest.mark.parametrize("length", [2, 100, 101, 1045])
def test_truncated_bitmap_is_filled_with_paper(page: Page, length: int):
    text = base64.urlsafe_b64encode(b"\xff" * 784).decode()[:length]
    (found,) = read_fragments(page, [f"#bitmap={text}"])
    known = length * 6 // 8
    assert found == {"strokes": None, "bitmap": [255] * known + [0] * (784 - known), "notice": PARTIAL}


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_damaged_link_shows_what_can_be_read(page: Page, browser_errors: list, path: str):
    open_ready(page, f"{path}#ink=8c_50_5k_0_-2s_i8~8c_")
    notice = page.get_by_text(PARTIAL)
    expect(notice).to_be_visible()
    expect(notice).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-digit]")).to_have_text("7", timeout=READY_TIME)
    page.evaluate("location.hash = '#ink=%%%'")
    expect(page.get_by_text(UNREADABLE)).to_be_in_viewport(ratio=1)
    page.evaluate("(hash) => (location.hash = hash)", f"{SEVEN_LINK}).")
    expect(page.get_by_text(UNREADABLE)).to_be_hidden()
    assert browser_errors == []


@pytest.mark.parametrize("size", [(320, 568), (390, 664), (844, 390)])
def test_notice_of_a_link_is_in_view_until_something_is_drawn(page: Page, size: tuple):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_ready(page, "/?model=missing#ink=%%%")
    notice = page.locator("[data-link-notice]")
    expect(notice).to_have_text(f"There is no network missing. Showing conv. {UNREADABLE}")
    expect(notice).to_be_in_viewport(ratio=1)
    before = page.locator("[data-pad]").bounding_box()
    draw(page, SEVEN)
    expect(notice).to_be_hidden()
    assert page.locator("[data-pad]").bounding_box() == before


@pytest.mark.parametrize("ending", [".", "%29", "%20", "?"])
def test_link_with_punctuation_opens_its_view(page: Page, ending: str):
    open_ready(page, f"/inside?model=deep&view=layers{ending}{SEVEN_LINK}{ending}")
    expect(page.get_by_role("tab", name="All layers")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-digit]")).to_have_text("7", timeout=READY_TIME)
    expect(page.locator("[data-notice]")).to_be_hidden()
    expect(page.get_by_role("radio", name="deep")).to_be_checked()


def test_ink_pasted_into_the_url_is_loaded(ready: Page):
    draw(ready, TWO_LINES)
    ready.evaluate("location.hash = '#ink=8c_50_5k_0_-2s_i8'")
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_link_to_inside_contains_ink_and_model(ready: Page):
    ready.get_by_role("radio", name="deep").check()
    draw(ready, SEVEN)
    ready.get_by_role("link", name="Inside").click()
    expect_settled(ready)
    wait_for_address(ready, r"/inside\?model=deep#ink=")
    expect(ready.locator("[data-digit]")).to_have_text("7")
    ready.get_by_role("link", name="Draw", exact=True).click()
    wait_for_address(ready, r"/\?model=deep#ink=")
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_long_ink_is_thinned_in_the_url(page: Page, base_url: str):
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


PADS = ["/", "/inside"]


def reload(page: Page) -> None:
    page.reload()


def back_and_forward(page: Page) -> None:
    # Later than the script's end: a page that has left cannot answer `evaluate`.
    page.evaluate("() => void setTimeout(() => history.back())")
    page.wait_for_url("**/models")
    page.evaluate("() => void setTimeout(() => history.forward())")
    page.wait_for_url(lambda address: "/models" not in address)


def through_models(page: Page) -> None:
    name = page.locator("[aria-current=page]").inner_text()
    page.get_by_role("link", name="Models", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()


def through_own_link(page: Page) -> None:
    page.locator("[aria-current=page]").click()


def to_the_other_pad(page: Page) -> None:
    name = page.locator("[aria-current=page]").inner_text()
    other = {"Draw": "Inside", "Inside": "Draw"}[name]
    page.get_by_role("link", name=other, exact=True).click()


WAYS = [reload, back_and_forward, through_models, through_own_link, to_the_other_pad]


def shown_box(page: Page) -> list[float]:
    """Return the box of the ink, which is painted in the next frame; the old page may still be there."""
    try:
        return inked_box(page)
    except Error:  # the page is being left
        return [0, 0, 0, 0]


@pytest.mark.parametrize("leave", WAYS)
@pytest.mark.parametrize("path", PADS)
def test_ink_is_kept_at_once(page: Page, path: str, leave: Callable[[Page], None]):
    page.goto("/models")
    open_ready(page, path)
    draw(page, TWO_LINES)
    leave(page)
    expect(page.locator("[data-inked]")).to_have_count(1)
    box = pytest.approx([0.18, 0.18, 0.82, 0.82], abs=0.01)
    wait_until(lambda: shown_box(page) == box, "both lines on the pad")
    expect_answer(page)


@pytest.mark.parametrize("leave", WAYS)
@pytest.mark.parametrize("path", PADS)
def test_undo_is_kept_at_once(page: Page, path: str, leave: Callable[[Page], None]):
    page.goto("/models")
    open_ready(page, path)
    draw(page, TWO_LINES)
    page.keyboard.press("Control+z")
    leave(page)
    expect(page.locator("[data-inked]")).to_have_count(1)
    wait_until(lambda: 0 < shown_box(page)[3] < 0.3, "one line on the pad")


@pytest.mark.parametrize("leave", WAYS[:-1])
@pytest.mark.parametrize("path", PADS)
def test_cleared_pad_stays_clear(page: Page, path: str, leave: Callable[[Page], None]):
    page.goto("/models")
    open_ready(page, path)
    draw(page, SEVEN)
    page.keyboard.press("Escape")
    leave(page)
    wait_for_address(page, f"{path}$")
    assert inked(page) == 0


@pytest.mark.parametrize("path", PADS)
def test_reload_of_an_older_address_shows_the_newest_ink(page: Page, path: str):
    open_ready(page, path)
    draw(page, TWO_LINES)
    wait_for_address(page, "#ink=.*~")
    # The browser may reload before it has taken the page's newest address.
    page.evaluate(f"history.replaceState(history.state, '', '{SEVEN_LINK}')")
    page.reload()
    expect(page.locator("[data-inked]")).to_have_count(1)
    wait_until(lambda: shown_box(page)[3] > 0.8, "both lines on the pad")


@pytest.mark.parametrize("path", PADS)
def test_stroke_after_a_reload_has_begun_is_kept(page: Page, path: str):
    held: list[Route] = []
    open_ready(page, path)
    draw(page, TWO_LINES[:1])
    wait_for_address(page, "#ink=")
    start, end = places(page, TWO_LINES[1])  # a locator would wait for the reload
    page.route(lambda url: url.endswith(path), lambda route: held.append(route))
    with page.expect_request(lambda request: request.is_navigation_request()):
        page.evaluate("() => void setTimeout(() => location.reload())")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end)
    page.mouse.up()
    with page.expect_event("domcontentloaded"):
        held[0].continue_()
    expect(page.locator("[data-inked]")).to_have_count(1)
    wait_until(lambda: shown_box(page)[3] > 0.8, "both lines on the pad")


@pytest.mark.parametrize("path", PADS)
def test_link_that_failed_to_load_wins_after_a_reload(page: Page, path: str):
    page.goto("/models")
    open_ready(page, path)
    draw(page, TWO_LINES)
    page.goto("/models")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{path}{SEVEN_LINK}")
    page.unroute_all()
    page.reload()
    expect(page.locator("[data-digit]")).to_have_text("7", timeout=READY_TIME)


def test_reload_keeps_a_link_that_was_pasted(ready: Page):
    draw(ready, TWO_LINES)
    ready.evaluate("(hash) => (location.hash = hash)", SEVEN_LINK)
    expect(ready.locator("[data-digit]")).to_have_text("7")
    ready.reload()
    expect(ready.locator("[data-digit]")).to_have_text("7", timeout=READY_TIME)
    ready.go_back()
    wait_for_address(ready, "#ink=.*~")
    wait_until(lambda: shown_box(ready)[0] < 0.2, "both lines on the pad")


@pytest.mark.parametrize("path", PADS)
def test_stroke_being_drawn_is_kept(page: Page, path: str):
    open_ready(page, path)
    page.mouse.move(*place(page, [200, 200]))
    page.mouse.down()
    page.mouse.move(*place(page, [800, 200]))
    page.reload()
    expect(page.locator("[data-inked]")).to_have_count(1)
    wait_until(lambda: shown_box(page)[2] > 0.8, "the whole stroke on the pad")


@pytest.mark.parametrize("leave", [reload, back_and_forward, through_models])
def test_painted_pixels_are_kept_at_once(page: Page, leave: Callable[[Page], None]):
    page.goto("/models")
    open_ready(page)
    page.get_by_role("button", name="Pixels").press("Enter")
    page.keyboard.press("Space")
    leave(page)
    expect(page.get_by_role("gridcell", name="row 15, column 15: ink")).to_be_visible()


def test_link_with_ink_wins_over_the_ink_of_the_tab(page: Page):
    open_ready(page)
    draw(page, TWO_LINES)
    page.goto("/models")
    open_ready(page, "/#ink=8c_50_5k_0_-2s_i8")
    expect(page.locator("[data-digit]")).to_have_text("7")
    page.get_by_role("link", name="Models", exact=True).click()
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator("[data-digit]")).to_have_text("7")


def test_new_tab_starts_empty(page: Page):
    open_ready(page)
    draw(page, TWO_LINES)
    other = page.context.new_page()
    open_ready(other)
    assert inked(other) == 0


def test_ink_is_kept_without_storage(page: Page):
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } });"
    )
    open_ready(page)
    draw(page, TWO_LINES)
    page.reload()
    expect(page.locator("[data-inked]")).to_have_count(1)
