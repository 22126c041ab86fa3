"""A participant's phone: the door, the name, an outage, a reload, and deletion."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import READY_TIME
from tests.browser.hands import ANSWER_TIME, SEVEN, draw, inked_box
from tests.browser.people import CODE, PHONE, People, hand_in, name_of, send, sent_number, tile

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
    error = {"error": {"code": "not_stored", "message": "the disk is full"}}
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
