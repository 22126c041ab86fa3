"""The wall: nothing moves but what is new, and it says so when the server goes."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import ANSWER_TIME, SEVEN
from tests.browser.people import CODE, PROJECTOR, People, send, tile

PATIENT = {"timeout": ANSWER_TIME}
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


SCORES = {"models": [{"model": "conv", "accuracy": 0.972}], "model": "conv", "pairs": []}


def drawing(number: int) -> dict:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}", "number": number, "name": f"Somebody {number}",
        "strokes": SEVEN, "label": 7, "digit": 7, "probability": 0.97, "is_digit": 0.99, "right": True,
        "round": "0" * 12, "fooled": None, "votes": {"yes": 0, "no": 0}, "hidden": False,
    }  # fmt: skip


class Feed:
    """Answers in the room's place: a full wall first, then so many new drawings with each look."""

    def __init__(self, number: int = 30, batches: int = BATCHES) -> None:
        self.number = number
        self.batches = batches
        self.looks = 0

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
        drawings = [drawing(number) for number in numbers]
        about = {"revision": self.number, "full": is_first, "count": self.number, "drawings": drawings}
        route.fulfill(json=state | doors | about)


def test_new_drawings_touch_only_their_own_tiles_and_move_nothing(people: People):
    wall, feed = people.open("/healthz", **PROJECTOR), Feed()
    wall.route("**/api/room/wall*", feed.answer)
    wall.route("**/api/room/events*", lambda route: route.fulfill(status=503, json={}))  # the feed is polled
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=SCORES))
    wall.goto("/wall")
    expect(wall.locator("[data-right]")).to_have_text("97.2 %", **PATIENT)  # from now on only tiles change
    tiles = wall.locator(".tile")
    expect(tiles).to_have_count(24, **PATIENT)
    expect(tile(wall, 30)).to_have_count(1, **PATIENT)
    where = "tiles => tiles.map((tile) => JSON.stringify(tile.getBoundingClientRect()))"
    before = tiles.evaluate_all(where)
    wall.evaluate(WATCH)
    expect(tile(wall, 30 + BATCHES * BATCH)).to_have_count(1, **PATIENT)
    seen = wall.evaluate(SEEN)
    assert seen["added"] == 0
    assert seen["shifts"] == []
    assert 0 < seen["written"] <= 24
    assert tiles.evaluate_all(where) == before


def test_one_new_drawing_changes_one_tile(people: People, room_wall: Page):
    phone = people.phone()
    first = send(phone, SEVEN)
    expect(tile(room_wall, first)).to_have_count(1, **PATIENT)
    expect(room_wall.locator("[data-fresh]")).to_have_count(0, **PATIENT)
    room_wall.evaluate(WATCH)
    second = send(phone, SEVEN)
    expect(tile(room_wall, second)).to_have_count(1, **PATIENT)
    assert room_wall.evaluate(SEEN)["written"] == 1
    assert tile(room_wall, first).count() == 1


def test_wall_that_lost_the_server_says_so_and_goes_on_by_itself(people: People, room_wall: Page):
    gone = room_wall.get_by_text("The server cannot be reached")
    room_wall.route("**/api/room/wall*", lambda route: route.abort())
    expect(gone).to_be_visible(**PATIENT)
    room_wall.unroute("**/api/room/wall*")
    expect(gone).to_be_hidden(**PATIENT)
    number = send(people.phone(), SEVEN)
    expect(tile(room_wall, number)).to_have_count(1, **PATIENT)


def test_spotlight_that_did_not_come_is_asked_for_again(people: People, room_wall: Page):
    number, failures = send(people.phone(), SEVEN), []

    def fail_once(route: Route) -> None:
        failures.append(route.request.url)
        route.abort() if len(failures) == 1 else route.continue_()

    room_wall.route("**/api/room/drawings/*", fail_once)
    tile(room_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = room_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **PATIENT)
    assert len(failures) == 2


def test_presenter_hides_a_drawing_on_the_wall_itself(people: People, room_wall: Page):
    number, presenter = send(people.phone(), SEVEN), people.presenter()
    own_wall = presenter.context.new_page()
    own_wall.goto("/wall")
    tile(own_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = own_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **PATIENT)
    expect(room_wall.get_by_role("button", name="Hide")).to_have_count(0)  # nobody else is offered it
    spotlight.get_by_role("button", name="Hide").click()
    for page in (own_wall, room_wall):
        expect(tile(page, number)).to_have_count(0, **PATIENT)
    expect(spotlight).to_be_hidden(**PATIENT)
    shown_again = tile(presenter, number).get_by_role("button", name="Show again")
    expect(shown_again).to_be_visible(**PATIENT)  # told by the other page
    presenter.reload()
    shown_again.click(**PATIENT)
    expect(tile(own_wall, number)).to_have_count(1, **PATIENT)


LONG_ADDRESS = "http://192.168.100.200:18000/join"
# Where each part of the column beside the wall ends, and where the next begins.
PARTS = """() => [...document.querySelectorAll(".wall__task, .wall__join, .wall__figures")]
  .map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 800), (1600, 900), (1920, 1080)])
@pytest.mark.parametrize("paused", [False, True])
def test_column_beside_the_wall_fits_with_the_longest_of_all(people: People, width, height, paused: bool):
    wall = people.open("/healthz", viewport={"width": width, "height": height})
    task = {"id": "0" * 12, "kind": "fool", "digit": 8}
    state = {"revision": 5, "round": task, "paused": paused, "spotlight": None, "participants": 300}
    doors = {"code": "BLUE", "address": LONG_ADDRESS}
    body = state | doors | {"full": True, "count": 20_000, "drawings": [drawing(1)]}
    wall.route("**/api/room/wall*", lambda route: route.fulfill(json=body))
    wall.route("**/api/room/scoreboard*", lambda route: route.fulfill(json=SCORES))
    wall.goto("/wall")
    expect(wall.locator("[data-right]")).to_have_text("97.2 %", **PATIENT)
    expect(wall.locator("[data-code]").last).to_have_text("BLUE", **PATIENT)
    edges = [edge for part in wall.evaluate(PARTS) for edge in part]
    assert edges == sorted(edges)
    assert edges[-1] <= height
    side = wall.locator(".wall__side")
    assert side.evaluate("side => side.scrollHeight - side.clientHeight") <= 0
    assert side.evaluate("side => side.scrollWidth - side.clientWidth") <= 0


def test_anybody_may_look_at_one_drawing_on_their_own_screen(people: People, room_wall: Page):
    number, other = send(people.phone(), SEVEN), people.wall()
    tile(room_wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = room_wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **PATIENT)
    expect(other.get_by_role("region", name="One drawing")).to_be_hidden()
    room_wall.keyboard.press("Escape")
    expect(spotlight).to_be_hidden(**PATIENT)


def test_spotlight_that_the_room_did_not_take_closes_again(people: People):
    number, presenter = send(people.phone(), SEVEN), people.presenter()
    wall, refused = presenter.context.new_page(), []

    def refuse_once(route: Route) -> None:
        refused.append(route.request.post_data)
        busy = {"error": {"code": "busy", "message": "the room is busy"}}
        route.fulfill(status=503, json=busy) if len(refused) == 1 else route.continue_()

    wall.route("**/api/room", refuse_once)
    wall.goto("/wall")
    tile(wall, number).get_by_role("button", name="Look at this drawing").click()
    spotlight = wall.get_by_role("region", name="One drawing")
    expect(spotlight).to_contain_text(f"drawing {number}", **PATIENT)  # on this screen alone
    wall.keyboard.press("Escape")
    expect(spotlight).to_be_hidden(**PATIENT)


def test_code_that_did_not_come_is_fetched_again(people: People):
    wall, failed = people.open("/healthz", **PROJECTOR), []

    def fail_twice(route: Route) -> None:
        failed.append(route.request.url)
        route.abort() if len(failed) <= 2 else route.continue_()

    wall.route("**/qr.svg*", fail_twice)
    wall.goto("/wall")
    is_there = "() => [...document.querySelectorAll('[data-qr]')].every((image) => image.naturalWidth > 0)"
    wall.wait_for_function(is_there, timeout=ANSWER_TIME)
