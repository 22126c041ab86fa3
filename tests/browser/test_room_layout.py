"""The room's pages at every size and in every state: width, text, touch targets."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import layout
from tests.browser.layout import layout_faults
from tests.browser.pad import ANSWER_TIME, SEVEN
from tests.browser.room_pages import CODE, PHONE, PROJECTOR, RoomPages, send, start, tile
from tests.browser.test_legibility import CONTRAST, FROM_THE_LAST_ROW, LARGE_CONTRAST, TEXTS
from tests.browser.test_room_wall import LONG_ADDRESS, SCORES, drawing

SLOW = {"timeout": ANSWER_TIME}
PAGES = ["/join", "/wall", "/scoreboard", "/presenter", "/preflight"]
SIZES = [(320, 256), (320, 568), (390, 844), (844, 390), (1280, 800), (1920, 1080)]
SMALL = """() => [...document.querySelectorAll("button, a, select, label:has(input)")]
  .filter((each) => each.checkVisibility() && !each.closest(".skip, .visually-hidden, p, li"))
  .filter((each) => each.offsetHeight < 43.5)
  .filter((each) => getComputedStyle(each).clipPath === "none")
  .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture(params=["light", "dark"])
def everything(request: pytest.FixtureRequest, room_pages: RoomPages) -> Iterator[Page]:
    """A page of a presenter who is also a participant with a drawing."""
    page = room_pages.presenter(color_scheme=request.param, reduced_motion="reduce")
    page.goto(f"/join?code={CODE}")
    send(page, SEVEN)
    return page


def test_room_pages_are_readable_at_every_size(everything: Page):
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
        "/join": ".my-drawings__card",
        "/wall": ".tile:not(.tile--empty)",
        "/scoreboard": "[data-counts]",
        "/presenter": ".tile:not(.tile--empty)",
        "/preflight": ".checks__check",
    }
    expect(page.locator(hooks[path]).first).to_be_visible(**SLOW)


@pytest.mark.parametrize("width", [320, 390])
def test_navigation_fits_a_phone(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link").all()
    assert [link.inner_text() for link in links] == ["Draw", "Inside", "Data", "Models", "Room", "Lab"]
    boxes = [link.bounding_box() for link in links]
    if width > 320:
        assert len({box["y"] for box in boxes}) == 1  # in one line
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_closed_presenter_page_links_to_the_room(page: Page):
    answer = page.goto("/presenter")
    assert answer.status == 403
    for name in ("Join", "The wall", "Scoreboard"):
        expect(page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()


def test_spotlight_text_has_contrast_and_size(room_pages: RoomPages):
    number, wall = send(room_pages.phone(), SEVEN), room_pages.wall()
    tile(wall, number).get_by_role("button", name="Look at this drawing").click()
    expect(wall.locator(".model-bar").first).to_be_visible(**SLOW)
    texts = wall.evaluate(TEXTS)
    assert [text for text in texts if text["contrast"] < needed(text)] == []
    assert [text for text in texts if text["size"] < FROM_THE_LAST_ROW] == []


WALL_SIZES = [*layout.SIZES, (1280, 720), (1280, 800), (1920, 1080)]
ON_THE_WALL = 28  # CSS pixels, the least size of text at 1920x1080
LONG_NAME = {"name": "W" * 40}
# Predictions with the longest texts: no digit, no label, wrong with a long probability.
PREDICTIONS = [
    {},
    {"digit": 4, "right": False, "probability": 0.99999},
    {"digit": 2, "label": None, "right": None, "is_digit": 0.1} | LONG_NAME,
    {"digit": 2, "right": False, "is_digit": 0.1, "fooled": "no"} | LONG_NAME,
]
ANSWERS = [
    {"model": model, "digit": digit, "probability": 0.99999, "is_digit": is_digit}
    for model, digit, is_digit in [
        ("linear", 7, 0.9),
        ("shallow", 4, 0.9),
        ("deep", 2, 0.1),
        ("conv", 2, 0.1),
    ]
]
DRAWINGS = [drawing(number) | PREDICTIONS[number % 4] for number in range(1, 61)]
FOOL = {"round": {"id": "0" * 12, "kind": "fool", "digit": 8}}
WALLS = {
    "lobby": {"drawings": []},
    "lobby with Wi-Fi": {"drawings": [], "wifi": {"name": "Venue Guest", "password": "open sesame"}},
    "lobby with open Wi-Fi": {"drawings": [], "wifi": {"name": "Venue Guest", "password": ""}},
    "lobby with Wi-Fi in other scripts": {
        "drawings": [],
        "wifi": {"name": "会場の無線 🎉", "password": "l1I0O  a;b"},
    },
    "lobby with long Wi-Fi": {"drawings": [], "wifi": {"name": "W" * 32, "password": "W" * 63}},
    "free": {},
    "ask": {"round": {"id": "0" * 12, "kind": "ask", "digit": 8}},
    "fool": FOOL,
    "fool with Wi-Fi": FOOL | {"wifi": {"name": "Venue Guest", "password": "open sesame"}},
    "paused": FOOL | {"paused": True},
    "offline": FOOL,
    "spotlight": {"spotlight": DRAWINGS[0]["id"]},
    "spotlight with long texts": FOOL | {"spotlight": DRAWINGS[2]["id"]},
    "spotlight of the presenter": FOOL | {"spotlight": DRAWINGS[2]["id"]},
}
# Parts of the wall whose content is higher than they are: a projector shows only one screen.
TOO_HIGH = """() => [...document.querySelectorAll("html, .wall__side, .lobby, .lobby__step, .spotlight")]
  .filter((each) => each.scrollHeight > each.clientHeight)
  .map((each) => `${innerWidth}x${innerHeight}: ${each.className || "the page"} is too high`)"""


def open_wall(room_pages: RoomPages, name: str) -> Page:
    """Open a wall in one of the states of WALLS."""
    state = {"revision": 5, "paused": False, "spotlight": None, "participants": 300, "wifi": None}
    state |= {"round": {"id": "0" * 12, "kind": "free", "digit": None}, "code": CODE, "address": LONG_ADDRESS}
    state |= {"full": True, "count": 20_000, "on_wall": 20_000, "drawings": DRAWINGS} | WALLS[name]
    lit = next((each for each in DRAWINGS if each["id"] == state["spotlight"]), {})
    scores = SCORES | {"pairs": [{"label": 4, "digit": 9, "count": 12, "drawings": []}]}
    wall = room_pages.open("/healthz", **PROJECTOR, reduced_motion="reduce")
    if name == "spotlight of the presenter":
        cookie = f"inkwise_presenter_{room_pages.server.port}"
        wall.context.add_cookies([{"name": cookie, "value": "any", "url": room_pages.server.address}])
    wall.route("**/api/room/wall*", lambda route: route.fulfill(json=state))
    wall.route("**/api/room/events*", lambda route: route.fulfill(status=503, json={}))
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=scores))
    wall.route("**/api/room/drawings/*", lambda route: route.fulfill(json=lit | {"answers": ANSWERS}))
    code = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9z'/></svg>"
    wall.route("**/*.svg*", lambda route: route.fulfill(body=code, content_type="image/svg+xml"))
    wall.goto("/wall")
    wait_until_shown(wall, name, state["round"]["kind"])
    return wall


def wait_until_shown(wall: Page, name: str, kind: str) -> None:
    """Wait until a wall shows one of the states of WALLS."""
    right = "100" if kind == "fool" else "97.2 %"  # of SCORES: drawings that fooled, or correct ones
    expect(wall.locator("[data-right]")).to_have_text(right, **SLOW)
    expect(wall.locator("[data-phones]")).to_have_text("300", **SLOW)
    if WALLS[name].get("spotlight"):
        expect(wall.locator(".model-bar")).to_have_count(4, **SLOW)
    if name == "offline":
        wall.route("**/api/room/wall*", lambda route: route.abort())
        wall.evaluate("() => dispatchEvent(new Event('online'))")  # ask again now
        expect(wall.locator("[data-offline]")).to_be_visible(**SLOW)


@pytest.mark.parametrize("name", WALLS)
def test_wall_fits_every_screen(room_pages: RoomPages, name: str):
    wall = open_wall(room_pages, name)
    assert layout_faults(wall, WALL_SIZES) == []
    for width, height in WALL_SIZES:
        if width > 1000:
            wall.set_viewport_size({"width": width, "height": height})
            wall.evaluate(layout.SETTLED)
            assert wall.evaluate(TOO_HIGH) == []


@pytest.mark.parametrize("name", WALLS)
def test_wall_text_is_large(room_pages: RoomPages, name: str):
    texts = open_wall(room_pages, name).evaluate(TEXTS)
    assert len(texts) > 8
    assert [text for text in texts if text["size"] < ON_THE_WALL - 0.01] == []


def test_room_pages_fit_every_screen(room_pages: RoomPages):
    presenter = room_pages.presenter(reduced_motion="reduce")
    presenter.goto(f"/join?code={CODE}")
    send(presenter, SEVEN)
    for path in PAGES:
        presenter.goto(path)
        wait_until_filled(presenter, path)
        assert layout_faults(presenter) == [], path
    guest = room_pages.open("/join", **PHONE)
    expect(guest.get_by_label("Enter the code")).to_be_visible(**SLOW)
    assert layout_faults(guest) == []
    guest.goto("/presenter")
    assert layout_faults(guest) == []


@pytest.mark.parametrize("kind", ["free", "ask", "fool"])
def test_join_page_fits_every_screen(room_pages: RoomPages, kind: str):
    presenter, phone = room_pages.presenter(), room_pages.phone()
    start(presenter, kind, 8, phone)
    assert layout_faults(phone) == []
    send(phone, SEVEN)
    assert layout_faults(phone) == []
    start(presenter, "free", 8, phone)


def test_full_scoreboard_fits_every_screen(room_pages: RoomPages):
    models = [
        {"model": each["model"], "right": 18_999, "labeled": 20_000, "accuracy": 0.99995} for each in ANSWERS
    ]
    pairs = [{"label": 4, "digit": 9, "count": 1234, "drawings": DRAWINGS[:6]}] * 5
    confusion = [[345] * 11] * 10  # the last column is for no digit
    scores = SCORES | {"revision": 5, "models": models, "confusion": confusion, "pairs": pairs}
    board = room_pages.open("/healthz", **PROJECTOR)
    board.route(
        "**/api/room/scoreboard*", lambda route: route.fulfill(json=scores | {"fooled": DRAWINGS[:12]})
    )
    board.goto("/scoreboard")
    expect(board.locator("[data-fooled] a").first).to_be_visible(**SLOW)
    assert layout_faults(board) == []
