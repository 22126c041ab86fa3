"""Pages follow the room by an event stream, and by polling where no stream comes through."""

import pytest
from playwright.sync_api import expect

from tests.browser.room_pages import CODE, PHONE, RoomPages, start
from tests.faults.proxy import FaultyProxy

STREAM = "**/api/room/events*"


def test_round_reaches_a_phone_by_its_stream(room_pages: RoomPages):
    presenter, phone = room_pages.presenter(), room_pages.open("/join", **PHONE)
    # From now on the page polls no more by itself than every half minute.
    with phone.expect_response(STREAM):
        phone.goto(f"/join?code={CODE}")
    expect(phone.locator("[data-task]")).not_to_be_empty()
    start(presenter, "ask", 3, phone)
    start(presenter, "ask", 4)
    expect(phone.locator("[data-task]")).to_contain_text("4")


@pytest.mark.parametrize("fault", ["buffer", "refuse"])
def test_round_reaches_a_phone_without_stream(room_pages: RoomPages, fault: str):
    presenter = room_pages.presenter()
    with FaultyProxy("127.0.0.1", room_pages.server.port) as proxy:
        phone = room_pages.open(f"{proxy.address}/healthz", **PHONE)
        if fault == "refuse":
            phone.route(STREAM, lambda route: route.fulfill(status=503, json={}))
        proxy.fault = "buffer" if fault == "buffer" else "none"
        with phone.expect_request(STREAM):
            phone.goto(f"{proxy.address}/join?code={CODE}")
        expect(phone.locator("[data-name]")).not_to_be_empty()
        for digit in (5, 6):
            start(presenter, "ask", digit)
            expect(phone.locator("[data-task]")).to_contain_text(str(digit))
        phone.context.close()


def test_hidden_phone_closes_its_stream(room_pages: RoomPages):
    phone = room_pages.phone()
    with phone.expect_event("requestfailed", lambda request: "/api/room/events" in request.url):
        phone.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
    with phone.expect_request(STREAM):
        phone.evaluate("""() => {
            Object.defineProperty(document, "hidden", { value: false, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
