"""axe-core finds no violation of WCAG 2 A and AA or of its best practices on any page."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.lab_stub import without_trainer
from tests.browser.pad import ANSWER_TIME, SEVEN, expect_answer, expect_settled
from tests.browser.room_pages import CODE, send, start
from tests.browser.teach_stub import DONE, TEACHING, TeachStub
from tests.browser.test_legibility import expect_loaded

SIZES = [(320, 256), (390, 844), (1280, 800)]  # the first is a window of 1280x1024 at 400 %
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
CONTRAST = RULES | {"runOnly": ["color-contrast"]}
INK = "#ink=8c_50_5k_0_-2s_i8"
VIEWS = [
    "input", "layers", "layers&model=deep", "unit&layer=conv_2&unit=5", "unit&layer=digit&unit=7",
    "unit&layer=pool_1&unit=3", "unit&model=deep&layer=hidden_1", "unit&model=deep&layer=hidden_1&label=1",
    "unit&layer=conv_2&unit=5&label=1&steps=5", "explanation&against=4", "comparison",
    "code",
]  # fmt: skip
WITH_PAD = ["/", f"/{INK}", "/inside", *(f"/inside?view={view}{INK}" for view in VIEWS)]
WITHOUT_PAD = [
    "/lab",
    "/data",
    "/data?set=pen&digit=7",
    "/data?set=conv",
    "/models",
    "/models/conv",
    "/nowhere",
]
# A page of the room, and an element that it shows once its data has arrived.
ROOM_PAGES = {
    "/join": ".my-drawings__card",
    "/wall": ".tile:not(.tile--empty)",
    "/scoreboard": "[data-counts]",
    "/presenter": ".tile:not(.tile--empty)",
    "/preflight": ".checks__check",
}
GUEST_PAGES = {"/join": "input:visible", "/presenter": "main a", "/preflight": "main a"}


@pytest.fixture(scope="module", params=["light", "dark"])
def guest(request: pytest.FixtureRequest, browser: Browser, room_server: tuple) -> Iterator[Page]:
    """A page without cookies, in each color scheme."""
    context = browser.new_context(
        base_url=room_server[0].address, color_scheme=request.param, reduced_motion="reduce"
    )
    without_trainer(context)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=["light", "dark"])
def presenter(request: pytest.FixtureRequest, browser: Browser, room_server: tuple) -> Iterator[Page]:
    """A page of the presenter, who has also sent a drawing in the current round, in each color scheme."""
    server, link = room_server
    context = browser.new_context(
        base_url=server.address, color_scheme=request.param, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(link)
    start(page, "ask", 7, page)
    page.goto(f"/join?code={CODE}")
    send(page, SEVEN)
    yield page
    page.goto("/presenter")
    start(page, "free", 7, page)
    context.close()


def check(page: Page) -> None:
    """Check the page at each size; a failure lists each violation as "WIDTH RULE SELECTOR: explanation".

    The dark page has the elements of the light one, so of its rules only the contrast is checked.
    """
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = CONTRAST if is_dark else RULES
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width} the page is wider than the window")
        for violation in Axe().run(page, options=rules).response["violations"]:
            for node in violation["nodes"]:
                reasons = [check["message"] for check in node["any"] + node["all"] + node["none"]]
                found.append(f"{width} {violation['id']} {node['target'][0]}: {'; '.join(reasons)}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", WITH_PAD)
def test_page_with_pad_has_no_violations(guest: Page, path: str):
    guest.goto("about:blank")  # a path that differs in its fragment alone is not loaded again
    open_ready(guest, path)
    if INK in path:
        expect_answer(guest)
    if path.startswith("/inside"):
        expect_settled(guest)
    check(guest)


@pytest.mark.parametrize("path", WITHOUT_PAD)
def test_page_without_pad_has_no_violations(guest: Page, path: str):
    guest.goto(path)
    expect(guest.get_by_role("heading", level=1)).to_be_attached()
    if path == "/lab":
        expect_loaded(guest)
    check(guest)


@pytest.mark.parametrize("teaching", [None, TEACHING, DONE], ids=["new", "training", "done"])
def test_teach_page_has_no_violations(guest: Page, teaching: dict | None):
    stub = TeachStub(guest, teaching).open()
    check(guest)
    stub.close()


@pytest.mark.parametrize("path", GUEST_PAGES)
def test_room_page_of_a_guest_has_no_violations(guest: Page, path: str):
    guest.goto(path)
    expect(guest.locator(GUEST_PAGES[path]).first).to_be_visible(timeout=ANSWER_TIME)
    check(guest)


@pytest.mark.parametrize("path", ROOM_PAGES)
def test_room_page_with_drawings_has_no_violations(presenter: Page, path: str):
    presenter.goto(path)
    expect(presenter.locator(ROOM_PAGES[path]).first).to_be_visible(timeout=ANSWER_TIME)
    check(presenter)


@pytest.mark.parametrize(("button", "role"), [("Samples", "dialog"), ("Pixels", "grid")])
def test_view_opened_by_a_button_has_no_violations(guest: Page, button: str, role: str):
    open_ready(guest)
    guest.get_by_role("button", name=button).click()
    expect(guest.get_by_role(role)).to_be_visible()
    check(guest)


def test_wall_with_spotlight_has_no_violations(presenter: Page):
    presenter.goto("/wall")
    presenter.get_by_role("button", name="Look at this drawing").first.click(timeout=ANSWER_TIME)
    expect(presenter.locator(".model-bar").first).to_be_visible(timeout=ANSWER_TIME)
    check(presenter)
    presenter.keyboard.press("Escape")
    expect(presenter.locator(".model-bar").first).to_be_hidden()
