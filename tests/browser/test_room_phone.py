"""A participant's phone: the door, the name, an outage, a reload, and deletion."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import READY_TIME
from tests.browser.hands import ANSWER_TIME, SEVEN, draw, inked_box
from tests.browser.people import CODE, PHONE, People, hand_in, name_of, send, sent_number, start, tile

PATIENT = {"timeout": ANSWER_TIME}
NAMES = ["<img src=x onerror=alert(1)>", "</script><b>", "👩🏽‍🚀🇫🇷", "مرحبا بالعالم", "{{ 7 * 7 }}", "W" * 40]


def rename(phone: Page, name: str) -> None:
    """Take another name."""
    phone.locator("[data-open-name]").click()
    dialog = phone.get_by_role("dialog", name="Your name on the wall")
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name="Take this name").click()


def test_wrong_code_is_told_and_the_right_one_opens(people: People):
    phone = people.open("/join", **PHONE)
    code = phone.get_by_label("The code stands on the wall")
    expect(code).to_be_focused(**PATIENT)
    code.fill("RED")
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_role("alert").first).to_contain_text("expected the room's code")
    code.fill(CODE.lower())
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("[data-name]")).not_to_be_empty()
    expect(phone.locator("[data-pad]")).to_be_visible()


def test_returning_phone_is_the_same_participant_with_its_drawings(people: People):
    phone = people.phone()
    name, number = name_of(phone), send(phone, SEVEN)
    phone.goto("/join")  # without the code
    expect(phone.locator("[data-name]")).to_have_text(name, **PATIENT)
    expect(phone.get_by_role("region", name="My drawings")).to_contain_text(f"drawing {number},")


def test_what_is_stored_is_said_before_the_first_send_and_may_be_declined(people: People):
    phone = people.phone()
    draw(phone, SEVEN)
    phone.get_by_role("button", name="Send", exact=True).click()
    dialog = phone.get_by_role("dialog", name="Before you send")
    expect(dialog).to_contain_text("You can delete your drawings")
    dialog.get_by_role("button", name="Not now").click()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    expect(phone.get_by_role("region", name="My drawings")).to_be_hidden()


def test_names_are_shown_as_text_whatever_they_are(people: People, room_wall: Page):
    phone = people.phone()
    shown = tile(room_wall, send(phone, SEVEN)).locator(".tile__name")
    for name in NAMES:
        rename(phone, name)
        expect(phone.locator("[data-name]")).to_have_text(name)
        expect(shown).to_have_text(name, **PATIENT)
        assert shown.evaluate("element => element.children.length") == 0
        assert room_wall.evaluate("document.documentElement.scrollWidth") <= 1920
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_name_that_is_refused_is_told_and_may_be_put_right(people: People):
    phone = people.phone()
    rename(phone, "   ")
    dialog = phone.get_by_role("dialog", name="Your name on the wall")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_role("button", name="Keep the old one").click()
    expect(dialog).to_be_hidden()


def test_new_name_changes_no_drawings(people: People):
    phone = people.phone()
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    tile(phone, first).locator("..").get_by_role("button", name="Delete").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(phone, first)).to_have_count(0)
    rename(phone, "Somebody Else")
    expect(phone.locator("[data-name]")).to_have_text("Somebody Else")
    expect(phone.locator(".mine__card")).to_have_count(1)
    expect(tile(phone, second)).to_have_count(1)


def test_drawing_counts_for_the_round_in_which_it_was_begun(people: People):
    phone, presenter = people.phone(), people.presenter()
    start(presenter, "free", 4, phone)
    draw(phone, SEVEN)
    phone.get_by_role("button", name="7", exact=True).click()
    start(presenter, "ask", 4, phone)
    expect(phone.locator("[data-sending]")).to_contain_text("still counts for the one before")
    expect(phone.get_by_role("button", name="7", exact=True)).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    earlier = tile(phone, sent_number(phone)).locator(".tile__sign")
    expect(earlier).to_have_text(re.compile(r"✓|✗ 7"))
    expect(phone.locator("[data-label-choice]")).to_be_hidden()  # the empty pad is for the new round
    asked = tile(phone, send_next(phone)).locator(".tile__sign")
    expect(asked).to_have_text(re.compile(r"✓|✗ 4"))
    start(presenter, "free", 4, phone)


def send_next(phone: Page) -> int:
    """Send another drawing, and wait until the phone tells of that one."""
    before = phone.locator("[data-sending]").inner_text()
    hand_in(phone, SEVEN)
    expect(phone.locator("[data-sending]")).not_to_have_text(before, **PATIENT)
    return sent_number(phone)


def test_pad_stays_where_it_is_whatever_round_starts(people: People):
    phone, presenter = people.phone(), people.presenter()
    boxes = []
    for kind in ("free", "ask", "fool", "free"):
        start(presenter, kind, 8, phone)
        boxes.append(phone.locator("[data-pad]").bounding_box())
    assert boxes == [boxes[0]] * 4


def test_login_page_of_a_venue_loses_no_drawing(people: People):
    phone = people.phone()
    login = {"status": 403, "content_type": "text/html", "body": "<h1>Log in to our Wi-Fi</h1>"}
    phone.route("**/api/room/drawings/*", lambda route: route.fulfill(**login))
    hand_in(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_contain_text("when the network is back", **PATIENT)
    phone.unroute("**/api/room/drawings/*")
    sent_number(phone)


def test_refused_drawing_comes_back_to_the_pad(people: People):
    phone = people.phone()
    error = {"error": {"code": "unknown_round", "message": "expected a round of this room"}}
    phone.route("**/api/room/drawings/*", lambda route: route.fulfill(status=409, json=error))
    draw(phone, SEVEN)
    before = inked_box(phone)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    expect(phone.locator("[data-sending]")).to_contain_text("It is on the pad again", **PATIENT)
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    assert inked_box(phone) == pytest.approx(before, abs=0.01)


def test_all_my_drawings_are_also_those_that_wait_to_be_sent(people: People):
    phone = people.phone()
    send(phone, SEVEN)
    phone.route("**/api/room/drawings/*", lambda route: route.abort())
    hand_in(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_contain_text("Kept here", **PATIENT)
    phone.get_by_role("button", name="Delete all my drawings").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(phone.locator("[data-sending]")).to_have_text("Deleted.")
    assert phone.evaluate("localStorage.getItem('inkwise.outbox')") == "[]"


def test_deleted_drawing_leaves_the_wall(people: People, room_wall: Page):
    phone = people.phone()
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    expect(tile(room_wall, first)).to_have_count(1, **PATIENT)
    tile(phone, first).locator("..").get_by_role("button", name="Delete").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(room_wall, first)).to_have_count(0, **PATIENT)
    expect(tile(room_wall, second)).to_have_count(1)
    phone.get_by_role("button", name="Delete all my drawings").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(room_wall, second)).to_have_count(0, **PATIENT)
    expect(phone.get_by_role("region", name="My drawings")).to_be_hidden()


def test_ink_on_the_pad_outlives_a_reload(people: People):
    phone = people.phone()
    draw(phone, SEVEN)
    before = inked_box(phone)
    phone.reload()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    phone.wait_for_function("() => document.querySelector('[data-digit]').textContent", timeout=ANSWER_TIME)
    assert inked_box(phone) == pytest.approx(before, abs=0.01)


def test_storage_that_is_full_keeps_the_drawing_and_sends_it_when_there_is_room(people: People):
    phone = people.phone()
    error = {"error": {"code": "storage_unavailable", "message": "the disk is full"}}
    refuse = {"status": 503, "headers": {"Retry-After": "1"}, "json": error}

    def refuse_send(route: Route) -> None:
        route.fulfill(**refuse) if route.request.method == "PUT" else route.continue_()

    phone.route("**/api/room/drawings/*", refuse_send)
    hand_in(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_have_text(
        "Kept here. It will be sent as soon as the room can store it.", **PATIENT
    )
    phone.unroute("**/api/room/drawings/*")
    sent_number(phone)


def test_outage_loses_no_drawing_and_sends_none_twice(people: People, room_wall: Page):
    phone = people.phone()
    send(phone, SEVEN)
    people.server.kill()
    expect(phone.locator("[data-status]")).to_contain_text("not reachable", **PATIENT)
    draw(phone, SEVEN)
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator("[data-sending]")).to_contain_text("when the network is back", **PATIENT)
    people.server.start()
    number = sent_number(phone)
    expect(tile(room_wall, number)).to_have_count(1, timeout=READY_TIME)
    mine = phone.locator(".mine__card")
    expect(mine).to_have_count(2)
    phone.reload()
    expect(mine).to_have_count(2, **PATIENT)
    expect(phone.locator("[data-sending]")).not_to_have_text(re.compile("Kept"))


def test_phone_that_keeps_no_cookie_is_told_so_and_joins_once(people: People):
    phone, joins = people.open("/healthz", **PHONE), []

    def join_without_cookie(route: Route) -> None:
        joins.append(route.request.url)
        route.fulfill(status=201, json={"id": "0" * 32, "name": "Calm Otter"})

    phone.route("**/api/room/participants", join_without_cookie)
    phone.goto(f"/join?code={CODE}")
    expect(phone.get_by_role("alert").first).to_contain_text("This browser keeps no cookies", **PATIENT)
    assert len(joins) == 1
    phone.unroute("**/api/room/participants")  # they are allowed
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("[data-name]")).not_to_be_empty(**PATIENT)


def test_ink_that_outlives_a_reload_counts_for_the_round_in_which_it_was_begun(people: People):
    phone, presenter = people.phone(), people.presenter()
    start(presenter, "ask", 7, phone)
    draw(phone, SEVEN)
    phone.goto("/healthz")  # as a phone does that needs the page's memory
    start(presenter, "ask", 4, presenter)
    phone.goto("/join")
    expect(phone.locator("[data-sending]")).to_contain_text("still counts for the one before", **PATIENT)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    expect(tile(phone, sent_number(phone)).locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 7"))
    start(presenter, "free", 4, phone)


def test_storage_that_takes_nothing_keeps_nobody_from_sending(people: People):
    phone = people.phone()
    phone.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }")
    send(phone, SEVEN)
    send(phone, SEVEN)
