"""Layout shift while pages load, drawing begins and answers come: nothing moves by itself."""

from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_ready
from tests.browser.lab_stub import without_trainer
from tests.browser.pad import ANSWER_TIME, draw, expect_settled, fit, pen_digits
from tests.browser.room_pages import CODE, RoomPages, send
from tests.browser.test_room_layout import wait_until_filled

MOST = 0.01  # cumulative layout shift; 0 is none, 0.1 what web.dev calls good
PHONE, LAPTOP, PROJECTOR = (390, 664), (1280, 800), (1920, 1080)
VIEWS = ["input", "layers", "unit", "explanation", "comparison", "code"]
PADS = ["/", "/join", *(f"/inside?view={view}" for view in VIEWS)]
LEAFLETS = ["/lab", "/teach", "/data", "/data?set=pen&digit=7", "/models", "/models/conv"]
SCRIBBLE = [[[150, 800], [300, 200], [450, 800], [600, 200], [750, 800], [200, 500], [850, 450]]]

# Shifts right after input count too: `hadRecentInput` is ignored.
RECORD = """
  window.layoutShifts = [];
  const nameOf = (node) =>
    (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.className ?? "removed";
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      layoutShifts.push([value, sources.map(({ node }) => nameOf(node)).join(", ")]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
# Two frames later everything painted so far has been reported.
TAKE = """() => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(layoutShifts.splice(0)))));
})"""


@pytest.fixture(scope="module")
def inks(data_folder: Path) -> list[list]:
    """Two real digits, and ink that is none."""
    digits = [fit(sample["strokes"], side=700) for sample in islice(pen_digits(data_folder), 7, 9)]
    return [*digits, SCRIBBLE]


@pytest.fixture(params=[PHONE, LAPTOP], ids=["phone", "laptop"])
def screen(page: Page, request: pytest.FixtureRequest) -> Page:
    """A page of this size that records its layout shifts."""
    width, height = request.param
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(RECORD)
    return page


def expect_no_shift(page: Page) -> None:
    """Check the layout shift since the last call."""
    shifts = page.evaluate(TAKE)
    assert sum(value for value, _ in shifts) <= MOST, shifts


@pytest.mark.parametrize("path", PADS)
def test_drawing_moves_nothing(screen: Page, inks: list[list], path: str):
    open_ready(screen, path)
    wait_for_answers(screen)
    expect_no_shift(screen)
    for strokes in inks:
        for stroke in strokes:
            draw(screen, [stroke])
            wait_for_answers(screen)
        screen.locator("[data-clear]").click()
        wait_for_answers(screen)
    expect_no_shift(screen)


def wait_for_answers(page: Page) -> None:
    """Wait until the page shows the answer to its ink."""
    digit = page.locator("[data-digit]")
    if "/inside" in page.url:
        expect_settled(page)
    elif page.locator("[data-clear]").get_attribute("aria-disabled") == "true":
        expect(digit).to_be_empty()
    else:
        expect(digit).not_to_be_empty(timeout=ANSWER_TIME)


def test_scrolled_page_keeps_its_place(screen: Page, inks: list[list]):
    open_ready(screen, "/inside?view=unit&layer=conv_2&unit=5")
    draw(screen, inks[0])
    expect_settled(screen)
    screen.locator("[data-sum]").evaluate("(sum) => sum.scrollIntoView()")
    screen.evaluate(TAKE)
    for _ in inks[0]:
        screen.keyboard.press("Control+z")
        expect_settled(screen)
    for _ in inks[0]:
        screen.keyboard.press("Control+y")
        expect_settled(screen)
    expect_no_shift(screen)


@pytest.mark.parametrize("path", LEAFLETS)
def test_loading_moves_nothing(screen: Page, path: str):
    without_trainer(screen)
    screen.goto(path)
    expect_no_shift(screen)


@pytest.mark.parametrize("size", [PHONE, LAPTOP, PROJECTOR], ids=["phone", "laptop", "projector"])
def test_room_pages_move_nothing(room_pages: RoomPages, inks: list[list], size: tuple[int, int]):
    width, height = size
    presenter = room_pages.presenter(viewport={"width": width, "height": height})
    presenter.context.add_init_script(RECORD)
    phone = room_pages.phone()
    presenter.locator("[data-clear-wall]").click()
    presenter.locator("[data-agree]").click()
    expect(presenter.locator(".tile:not(.tile--empty)")).to_have_count(0)
    pages = {path: presenter.context.new_page() for path in ("/wall", "/presenter", "/scoreboard")}
    for path, page in pages.items():
        page.goto(path)
        expect(page.locator("[data-task], [data-none]").first).not_to_be_empty()
        expect_no_shift(page)
    send(phone, inks[0])
    for path, page in pages.items():
        wait_until_filled(page, path)
        expect_no_shift(page)
    for path, page in pages.items():
        page.reload()
        wait_until_filled(page, path)
        expect_no_shift(page)
    pages["/wall"].goto(f"/join?code={CODE}")
    expect(pages["/wall"].locator("[data-name]")).not_to_be_empty()
    expect_no_shift(pages["/wall"])
