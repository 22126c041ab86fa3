"""The presenter page: marked round, list of drawings, hiding."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import ANSWER_TIME, SEVEN
from tests.browser.room_pages import CODE, PHONE, RoomPages, send, start, tile
from tests.browser.test_room_modules import LOAD_TEST
from tests.browser.test_room_wall import Feed, drawing

SLOW = {"timeout": ANSWER_TIME}


@pytest.mark.parametrize(
    ("kind", "name"),
    [("ask", "Ask running: 7 Draw a 5"), ("fool", re.compile("^Fool the network running: 7 Draw a 5"))],
)
def test_running_round_stays_marked(room_pages: RoomPages, kind: str, name):
    presenter = room_pages.presenter()
    start(presenter, kind, 7, presenter)
    marked = presenter.locator("[aria-current=true][data-start]")
    expect(marked).to_have_attribute("data-start", kind, **SLOW)
    presenter.reload()
    expect(presenter.get_by_role("radio", name="7")).to_be_checked(**SLOW)
    presenter.get_by_role("radio", name="5").check()
    expect(marked).to_have_accessible_name(name)
    start(presenter, "free", 4, presenter)
    expect(marked).to_have_accessible_name("Free running Draw a digit. Any digit.", **SLOW)


def test_drawing_in_the_spotlight_is_marked(room_pages: RoomPages):
    presenter, phone = room_pages.presenter(), room_pages.phone()
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    expect(tile(presenter, second)).to_be_visible(**SLOW)  # none appears under the pointer
    line = presenter.locator("[data-lit-line]")
    for number in (first, second):
        tile(presenter, number).get_by_role("button", name="Spotlight").click(**SLOW)
        expect(tile(presenter, number)).to_have_attribute("data-lit", "", **SLOW)
        expect(presenter.get_by_role("button", name="Spotlight", pressed=True)).to_have_count(1)
        expect(line).to_contain_text(f"drawing {number}")
    presenter.reload()
    expect(tile(presenter, second)).to_have_attribute("data-lit", "", **SLOW)
    presenter.get_by_role("button", name="Spotlight", pressed=True).click()
    expect(presenter.locator(".tile[data-lit]")).to_have_count(0, **SLOW)
    expect(line).to_be_hidden()


@pytest.mark.parametrize("number", [0, 1, 5])
def test_presenter_shows_no_empty_boxes(room_pages: RoomPages, number: int):
    presenter = room_pages.presenter()
    presenter.route("**/api/room/wall*", Feed(number, batches=0).answer)
    presenter.reload()
    expect(presenter.locator("[data-drawings]")).to_have_text(str(number), **SLOW)
    expect(presenter.locator("[data-newest] .tile:visible")).to_have_count(number)
    expect(presenter.locator("[data-none-yet]")).to_be_visible(visible=number == 0)


def test_load_test_shows_a_progress_bar(room_pages: RoomPages):
    presenter, held = room_pages.presenter(), []
    presenter.route("**/api/room/preflight/load-test", lambda route: held.append(route))
    presenter.goto("/preflight")
    bar = presenter.get_by_role("progressbar", name="Load test")
    expect(bar).to_have_count(0)
    presenter.get_by_role("button", name="Run load test").click()
    expect(bar).to_be_visible()
    before = bar.evaluate("bar => bar.value")
    presenter.wait_for_function("before => document.querySelector('progress').value > before", arg=before)
    held[0].fulfill(json=LOAD_TEST)
    expect(presenter.get_by_text("About 240 phones at once")).to_be_visible()
    expect(bar).to_have_count(0)


def test_room_code_has_one_term(room_pages: RoomPages):
    pages = [
        (room_pages.wall(), ".wall__code"),
        (room_pages.wall(), ".lobby__manual"),
        (room_pages.presenter(), ".presenter__address"),
    ]
    for page, selector in pages:
        expect(page.locator(selector)).to_contain_text(f"code {CODE}", **SLOW)
    expect(
        room_pages.open("/join", **PHONE).get_by_label("Enter the code shown on the screen")
    ).to_be_visible()


def test_older_drawings_can_be_shown(room_pages: RoomPages):
    presenter = room_pages.presenter()
    presenter.route("**/api/room/wall*", Feed(30, batches=0).answer)
    presenter.reload()
    tiles = presenter.locator("[data-newest] .tile:not(.tile--empty)")
    expect(tiles).to_have_count(12, **SLOW)
    presenter.get_by_role("button", name="Show 18 more").click()
    expect(tiles).to_have_count(30)
    expect(presenter.get_by_role("button", name="Hide")).to_have_count(30)
    presenter.get_by_role("button", name="Show fewer").click()
    expect(tiles).to_have_count(12)


def test_hide_button_hides_the_drawing_under_the_pointer(room_pages: RoomPages):
    presenter, feed = room_pages.presenter(), Feed(12, batches=0)
    presenter.route("**/api/room/wall*", feed.answer)
    presenter.reload()
    newest = presenter.locator("[data-newest]")
    expect(newest.locator(".tile:not(.tile--empty)")).to_have_count(12, **SLOW)
    newest.get_by_role("button", name="Spotlight").nth(3).click()  # has the focus now
    feed.batches = 1
    expect(presenter.locator("[data-waiting-count]")).to_contain_text("5 more", **SLOW)
    oldest = newest.locator(".tile").first  # whose place a new one would take
    with presenter.expect_request("**/api/room/drawings/*") as asked:
        oldest.get_by_role("button", name="Hide").click()
    assert asked.value.url.endswith(drawing(1)["id"])
    presenter.mouse.move(5, 5)
    expect(presenter.locator("[data-waiting-count]")).to_be_empty(**SLOW)
    expect(newest).to_contain_text("Person 17")


def save_wifi(presenter: Page, name: str, password: str) -> None:
    if not presenter.get_by_label("Name", exact=True).is_visible():
        presenter.get_by_text("Wi-Fi for phones").click()
    presenter.get_by_label("Name", exact=True).fill(name)
    presenter.get_by_label("Password", exact=True).fill(password)
    presenter.get_by_role("button", name="Save Wi-Fi").click()


def test_wifi_appears_in_the_lobby_and_can_be_removed(room_pages: RoomPages):
    presenter, wall = room_pages.presenter(), room_pages.wall()
    presenter.get_by_role("button", name="Clear the wall").click()
    presenter.get_by_role("button", name="Clear it").click()
    lobby = wall.locator(".lobby")
    expect(lobby.get_by_text("Can’t scan?")).to_be_visible(**SLOW)

    save_wifi(presenter, "Café  Guest", "open;sesame")
    expect(lobby).to_contain_text("Join this Wi-Fi", **SLOW)
    expect(lobby.locator("[data-wifi-name]")).to_have_js_property("textContent", "Café  Guest")
    expect(lobby.locator("[data-wifi-password]")).to_have_text("open;sesame")
    is_there = "() => document.querySelector('[data-wifi-qr]').naturalWidth > 0"
    wall.wait_for_function(is_there, timeout=ANSWER_TIME)
    expect(lobby.get_by_text("Can’t scan?")).to_be_hidden()
    expect(presenter.get_by_text("Wi-Fi for phones")).to_contain_text("Café  Guest", **SLOW)

    save_wifi(presenter, "Café  Guest", "")
    expect(lobby.get_by_text("password")).to_be_hidden(**SLOW)

    save_wifi(presenter, "", "")
    expect(lobby.get_by_text("Can’t scan?")).to_be_visible(**SLOW)
    expect(lobby.get_by_text("Join this Wi-Fi")).to_be_hidden()


def test_invalid_wifi_is_explained_and_stays_in_the_form(room_pages: RoomPages):
    presenter = room_pages.presenter()
    save_wifi(presenter, "Venue", "short")
    expect(presenter.locator("[data-answer-line]")).to_contain_text("has 8 to 63 characters", **SLOW)
    expect(presenter.get_by_label("Password", exact=True)).to_have_value("short")
