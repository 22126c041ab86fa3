"""The wall: stable tiles, outages, spotlight."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.pad import ANSWER_TIME, SEVEN
from tests.browser.room_pages import CODE, PROJECTOR, RoomPages, send, tile

SLOW = {"timeout": ANSWER_TIME}
BATCHES, BATCH = 12, 5  # a look every half second, ten new drawings a second
# Counts what new drawings make the browser do: tiles written to, tiles added or taken away, things moved.
WATCH = """() => {
  window.seen = { written: new Set(), added: 0, shifts: [] };
  new MutationObserver((records) => {
    for (const { target, type, addedNodes, removedNodes } of records) {
      const tile = (target.closest ? target : target.parentElement)?.closest(".tile");
      if (tile) window.seen.written.add(tile);
      const isTile = (node) => node.classList?.contains("tile");
      if (type === "childList") window.seen.added += [...addedNodes, ...removedNodes].filter(isTile).length;
    }
  }).observe(document.querySelector("[data-tiles]"), { subtree: true, childList: true, attributes: true });
  new PerformanceObserver((list) => window.seen.shifts.push(...list.getEntries().map(({ value }) => value)))
    .observe({ type: "layout-shift", buffered: false });
}"""
SEEN = "() => ({ written: window.seen.written.size, added: window.seen.added, shifts: window.seen.shifts })"


SCORES = {
    "models": [{"model": "conv", "right": 175, "labeled": 180, "accuracy": 175 / 180}],
    "model": "conv", "pairs": [],
    "verdicts": {"yes": 100, "caught": 1_000, "voting": 0, "no": 0},
}  # fmt: skip

FEW_SCORES = SCORES | {
    "models": [{"model": "conv", "right": 88, "labeled": 99, "accuracy": 88 / 99}],
    "pairs": [{"label": 4, "digit": None, "count": 11, "drawings": []}],
}


def drawing(number: int) -> dict:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}", "number": number, "name": f"Person {number}",
        "strokes": SEVEN, "label": 7, "digit": 7, "probability": 0.97, "is_digit": 0.99, "right": True,
        "round": "0" * 12, "fooled": None, "votes": {"yes": 0, "no": 0}, "hidden": False,
    }  # fmt: skip


class Feed:
    """A fake wall endpoint: a full wall first, then a batch of new drawings per request."""

    def __init__(self, number: int = 30, batches: int = BATCHES) -> None:
        self.number = number
        self.batches = batches
        self.looks = 0
        self.change = lambda drawing: drawing  # of each drawing

    def answer(self, route: Route) -> None:
        numbers = range(1, self.number + 1)
        is_first = "since=" not in route.request.url
        if not is_first and self.looks < self.batches:
            self.looks += 1
            numbers = range(self.number + 1, self.number + BATCH + 1)
            self.number += BATCH
        elif not is_first:
            numbers = range(0)
        state = {"round": {"id": "0" * 12, "kind": "free", "digit": None}, "paused": False, "spotlight": None}
        doors = {"code": CODE, "address": "http://192.168.1.20:8000/join", "participants": 300}
        drawings = [self.change(drawing(number)) for number in numbers]
        about = {"revision": self.number, "full": is_first, "count": self.number, "on_wall": self.number}
        about["drawings"] = drawings
        route.fulfill(json=state | doors | about)


def test_tiles_stay_large_at_400_percent(room_wall: Page):
    room_wall.set_viewport_size({"width": 320, "height": 256})
    room_wall.route("**/api/room/wall*", Feed(30, batches=0).answer)
    room_wall.reload()
    filled = room_wall.locator(".tile:not(.tile--empty)")
    expect(filled.first).to_be_visible(**SLOW)
    sizes = [tile.bounding_box() for tile in filled.all()]
    assert min(size["height"] for size in sizes) >= 170
    assert min(size["width"] for size in sizes) >= 130


def test_every_tile_has_a_name_of_its_own(room_wall: Page):
    room_wall.route("**/api/room/wall*", Feed(30, batches=0).answer)
    room_wall.reload()
    buttons = room_wall.get_by_role("button", name="Look at this drawing")
    newest = room_wall.get_by_role("button", name="Look at this drawing: number 30 by Person 30", exact=True)
    expect(newest).to_be_visible(**SLOW)
    names = [button.get_attribute("aria-label") for button in buttons.all()]
    assert len(set(names)) == len(names) > 10


def test_new_drawings_change_only_their_tiles(room_pages: RoomPages):
    wall, feed = room_pages.open("/healthz", **PROJECTOR), Feed()
    wall.route("**/api/room/wall*", feed.answer)
    wall.route("**/api/room/events*", lambda route: route.fulfill(status=503, json={}))  # the feed is polled
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=SCORES))
    wall.goto("/wall")
    expect(wall.locator("[data-right]")).to_have_text("97.2 %", **SLOW)  # from now on only tiles change
    tiles = wall.locator(".tile")
    expect(tiles).to_have_count(24, **SLOW)
    expect(tile(wall, 30)).to_have_count(1, **SLOW)
    where = "tiles => tiles.map((tile) => JSON.stringify(tile.getBoundingClientRect()))"
    before = tiles.evaluate_all(where)
    wall.evaluate(WATCH)
    expect(tile(wall, 30 + BATCHES * BATCH)).to_have_count(1, **SLOW)
    seen = wall.evaluate(SEEN)
    assert seen["added"] == 0
    assert seen["shifts"] == []
    assert 0 < seen["written"] <= 24
    assert tiles.evaluate_all(where) == before


def test_one_new_drawing_changes_one_tile(room_pages: RoomPages, room_wall: Page):
    phone = room_pages.phone()
    first = send(phone, SEVEN)
    expect(tile(room_wall, first)).to_have_count(1, **SLOW)
    expect(room_wall.locator("[data-fresh]")).to_have_count(0, **SLOW)
    room_wall.evaluate(WATCH)
    second = send(phone, SEVEN)
    expect(tile(room_wall, second)).to_have_count(1, **SLOW)
    assert room_wall.evaluate(SEEN)["written"] == 1
    assert tile(room_wall, first).count() == 1


def test_wall_reports_an_outage_and_recovers(room_pages: RoomPages, room_wall: Page):
    gone = room_wall.get_by_text("The server cannot be reached")
    room_wall.route("**/api/room/wall*", lambda route: route.abort())
    number = send(room_pages.phone(), SEVEN)
    expect(gone).to_be_visible(**SLOW)
    room_wall.unroute("**/api/room/wall*")
    expect(gone).to_be_hidden(**SLOW)
    expect(tile(room_wall, number)).to_have_count(1, **SLOW)


def test_failed_spotlight_request_is_repeated(room_pages: RoomPages, room_wall: Page):
    number, failures = send(room_pages.phone(), SEVEN), []

    def fail_once(route: Route) -> None:
        failures.append(route.request.url)
        route.abort() if len(failures) == 1 else route.continue_()

    room_wall.route("**/api/room/drawings/*", fail_once)
    tile(room_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = room_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **SLOW)
    assert len(failures) == 2


def test_presenter_can_hide_a_drawing_on_the_wall(room_pages: RoomPages, room_wall: Page):
    number, presenter = send(room_pages.phone(), SEVEN), room_pages.presenter()
    own_wall = presenter.context.new_page()
    own_wall.goto("/wall")
    tile(own_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = own_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **SLOW)
    expect(room_wall.get_by_role("button", name="Hide")).to_have_count(0)  # hidden from guests
    spotlight.get_by_role("button", name="Hide").click()
    for page in (own_wall, room_wall):
        expect(tile(page, number)).to_have_count(0, **SLOW)
    expect(spotlight).to_be_hidden(**SLOW)
    shown_again = tile(presenter, number).get_by_role("button", name="Show again")
    expect(shown_again).to_be_visible(**SLOW)  # synchronized with the other page
    presenter.reload()
    shown_again.click(**SLOW)
    expect(tile(own_wall, number)).to_have_count(1, **SLOW)


def test_drawing_that_cannot_be_hidden_says_so(room_pages: RoomPages):
    number, presenter = send(room_pages.phone(), SEVEN), room_pages.presenter()
    presenter.goto("/wall")
    tile(presenter, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = presenter.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **SLOW)
    full = {"error": {"code": "busy", "explanation": "The disk is full."}}
    presenter.route(re.compile("/api/room/drawings/.*"), lambda route: route.fulfill(status=503, json=full))
    spotlight.get_by_role("button", name="Hide").click()
    expect(spotlight.get_by_role("status")).to_have_text("Not hidden. The disk is full.")
    expect(spotlight.get_by_role("status")).to_be_visible()
    presenter.unroute_all(behavior="wait")
    spotlight.get_by_role("button", name="Back to the wall").click()  # for the other tests of this room
    expect(spotlight).to_be_hidden(**SLOW)


LONG_ADDRESS = "http://192.168.100.200:18000/join"
# Where each part of the column beside the wall ends, and where the next begins.
PARTS = """() => [...document.querySelectorAll(".wall__task, .wall__join, .wall__figures, .wall__links")]
  .map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 800), (1600, 900), (1920, 1080)])
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize(
    ("kind", "scores", "right"), [("fool", SCORES, "100"), ("ask", FEW_SCORES, "88 of 99")]
)
def test_side_column_fits_the_longest_texts(
    room_pages: RoomPages, width, height, paused: bool, kind: str, scores: dict, right: str
):
    wall = room_pages.open("/healthz", viewport={"width": width, "height": height})
    task = {"id": "0" * 12, "kind": kind, "digit": 8}
    state = {"revision": 5, "round": task, "paused": paused, "spotlight": None, "participants": 300}
    doors = {"code": "BLUE", "address": LONG_ADDRESS}
    body = state | doors | {"full": True, "count": 20_000, "on_wall": 20_000, "drawings": [drawing(1)]}
    wall.route("**/api/room/wall*", lambda route: route.fulfill(json=body))
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=scores))
    wall.goto("/wall")
    expect(wall.locator("[data-right]")).to_have_text(right, **SLOW)
    expect(wall.locator("[data-code]").last).to_have_text("BLUE", **SLOW)
    edges = [edge for part in wall.evaluate(PARTS) for edge in part]
    assert edges == sorted(edges)
    assert edges[-1] <= height
    side = wall.locator(".wall__side")
    assert side.evaluate("side => side.scrollHeight - side.clientHeight") <= 0
    assert side.evaluate("side => side.scrollWidth - side.clientWidth") <= 0


def test_wall_links_to_the_scoreboard_and_back(room_wall: Page):
    room_wall.get_by_role("link", name="Scoreboard").click()
    expect(room_wall).to_have_url(re.compile("/scoreboard$"))
    room_wall.get_by_role("link", name="The wall").click()
    expect(room_wall).to_have_url(re.compile("/wall$"))


MEANT = "but it was meant to be a 7"


@pytest.mark.parametrize(
    ("fooled", "read", "is_digit", "reading", "verdict"),
    [
        ("yes", 7, 0.2, f"no digit (closest: a 7), {MEANT}", "FOOLED: people read it, the network did not"),
        ("yes", 1, 0.9, f"a 1, 97 %, {MEANT}", "FOOLED: people read it, the network did not"),
        ("caught", 7, 0.9, "a 7, 97 %, correct", "caught: the network read it"),
        ("voting", 1, 0.9, f"a 1, 97 %, {MEANT}", "voting: can people read it?"),
        ("no", 1, 0.9, f"a 1, 97 %, {MEANT}", "unclear: people could not read it either"),
    ],
)
def test_drawings_of_a_fool_round_show_their_verdict(
    room_pages: RoomPages, fooled: str, read: int, is_digit: float, reading: str, verdict: str
):
    wall, feed = room_pages.open("/healthz", **PROJECTOR), Feed(1, batches=0)
    found = drawing(1) | {"fooled": fooled, "digit": read, "is_digit": is_digit, "right": fooled == "caught"}
    answer = {"model": "conv", "probability": 0.97}
    answer |= {name: found[name] for name in ("digit", "is_digit", "right")}
    feed.change = lambda shown: found
    wall.route("**/api/room/wall*", feed.answer)
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=SCORES))
    wall.route("**/api/room/drawings/*", lambda route: route.fulfill(json=found | {"answers": [answer]}))
    wall.goto("/wall")
    shown = tile(wall, 1)
    expect(shown.locator(".tile__sign")).to_have_text(verdict.partition(":")[0], **SLOW)
    expect(shown).to_contain_text(f": drawing 1, predicted {reading}; {verdict}")
    expect(shown).not_to_contain_text("✓")
    shown.get_by_role("button", name="Look at this drawing").click()
    spotlight = wall.get_by_role("region", name="One drawing")
    expect(spotlight.locator("[data-verdict]")).to_have_text(verdict, **SLOW)
    expect(spotlight.locator("[data-sentence]")).to_have_text(f"Predicted {reading}.")
    expect(spotlight.locator(".model-bar__sign")).to_have_text("✓" if fooled == "caught" else "✗")


def test_spotlight_of_a_guest_is_local(room_pages: RoomPages, room_wall: Page):
    number, other = send(room_pages.phone(), SEVEN), room_pages.wall()
    tile(room_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = room_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **SLOW)
    expect(other.get_by_role("region", name="One drawing")).to_be_hidden()
    room_wall.keyboard.press("Escape")
    expect(spotlight).to_be_hidden(**SLOW)


def test_rejected_spotlight_can_be_closed(room_pages: RoomPages):
    number, presenter = send(room_pages.phone(), SEVEN), room_pages.presenter()
    wall, refused = presenter.context.new_page(), []

    def refuse_once(route: Route) -> None:
        refused.append(route.request.post_data)
        busy = {"error": {"code": "busy", "message": "the room is busy"}}
        route.fulfill(status=503, json=busy) if len(refused) == 1 else route.continue_()

    wall.route("**/api/room", refuse_once)
    wall.goto("/wall")
    tile(wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **SLOW)  # on this screen alone
    wall.keyboard.press("Escape")
    expect(spotlight).to_be_hidden(**SLOW)


def test_failed_qr_code_is_fetched_again(room_pages: RoomPages):
    wall, failed = room_pages.open("/healthz", **PROJECTOR), []

    def fail_twice(route: Route) -> None:
        failed.append(route.request.url)
        route.abort() if len(failed) <= 2 else route.continue_()

    wall.route("**/qr.svg*", fail_twice)
    wall.goto("/wall")
    is_there = "() => [...document.querySelectorAll('[data-qr]')].every((image) => image.naturalWidth > 0)"
    wall.wait_for_function(is_there, timeout=ANSWER_TIME)
