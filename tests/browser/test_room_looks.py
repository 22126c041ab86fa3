"""The room's pages at every size: nothing off the side, text that can be read, and every control in reach."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import ANSWER_TIME, SEVEN
from tests.browser.people import CODE, People, send, tile
from tests.browser.test_looks import CONTRAST, FROM_THE_LAST_ROW, LARGE_CONTRAST, TEXTS

PATIENT = {"timeout": ANSWER_TIME}
PAGES = ["/join", "/wall", "/scoreboard", "/presenter", "/preflight"]
SIZES = [(320, 568), (390, 844), (844, 390), (1280, 800), (1920, 1080)]
SMALL = """() => [...document.querySelectorAll("button, a, select, label:has(input)")]
  .filter((each) => each.checkVisibility() && !each.closest(".skip, .visually-hidden, p, li"))
  .filter((each) => each.offsetHeight < 43.5)
  .filter((each) => getComputedStyle(each).clipPath === "none")
  .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture(params=["light", "dark"])
def everything(request: pytest.FixtureRequest, people: People) -> Iterator[Page]:
    """A browser that is presenter and participant at once, with something to see."""
    page = people.presenter(color_scheme=request.param, reduced_motion="reduce")
    page.goto(f"/join?code={CODE}")
    send(page, SEVEN)
    return page


def test_pages_can_be_read_at_every_size(everything: Page):
    for path in PAGES:
        everything.goto(path)
        expect(everything.locator("h1").first).to_be_attached()
        wait_until_filled(everything, path)
        for width, height in SIZES:
            everything.set_viewport_size({"width": width, "height": height})
            assert everything.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert everything.evaluate(SMALL) == [], (path, width)
        texts = everything.evaluate(TEXTS)
        assert len(texts) > 8, path
        assert [text for text in texts if text["contrast"] < needed(text)] == [], path
        assert [text for text in texts if text["size"] < FROM_THE_LAST_ROW] == [], path


def needed(text: dict) -> float:
    """Return the contrast that a text of this size needs."""
    is_large = text["size"] >= 24 or (text["bold"] and text["size"] >= 18.66)
    return LARGE_CONTRAST if is_large else CONTRAST


def wait_until_filled(page: Page, path: str) -> None:
    """Wait until a page shows what it asked for."""
    hooks = {
        "/join": ".mine__card",
        "/wall": ".tile:not(.tile--empty)",
        "/scoreboard": "[data-counts]",
        "/presenter": ".tile:not(.tile--empty)",
        "/preflight": ".checks__check",
    }
    expect(page.locator(hooks[path]).first).to_be_visible(**PATIENT)


@pytest.mark.parametrize("width", [320, 390])
def test_every_page_of_the_navigation_is_in_reach_on_a_phone(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link").all()
    assert [link.inner_text() for link in links] == ["Draw", "Inside", "Data", "Models", "Room"]
    for link in links:
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_stranger_finds_the_ways_into_the_room(page: Page):
    answer = page.goto("/presenter")
    assert answer.status == 403
    for name in ("Join", "The wall", "Scoreboard"):
        expect(page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()


def test_spotlight_can_be_read_from_the_last_row(people: People):
    number, wall = send(people.phone(), SEVEN), people.wall()
    tile(wall, number).get_by_role("button", name="Look at this drawing").click()
    expect(wall.locator(".ladderbar").first).to_be_visible(**PATIENT)
    texts = wall.evaluate(TEXTS)
    assert [text for text in texts if text["contrast"] < needed(text)] == []
    assert [text for text in texts if text["size"] < FROM_THE_LAST_ROW] == []
