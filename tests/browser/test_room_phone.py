"""A participant's phone: joining, name, outage, reload, deletion."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import READY_TIME, RealServer
from tests.browser.pad import ANSWER_TIME, SEVEN, draw, inked_box
from tests.browser.room_pages import (
    CODE,
    PHONE,
    RoomPages,
    choose_label,
    name_of,
    open_room_pages,
    send,
    sent_number,
    start,
    submit,
    tile,
)

SLOW = {"timeout": ANSWER_TIME}
NAMES = ["<img src=x onerror=alert(1)>", "</script><b>", "👩🏽‍🚀🇫🇷", "مرحبا بالعالم", "{{ 7 * 7 }}", "W" * 40]


def rename(phone: Page, name: str) -> None:
    """Take another name."""
    phone.locator("[data-open-name]").click()
    dialog = phone.get_by_role("dialog", name="Your name on the wall")
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name="Save").click()


def test_wrong_code_is_reported_and_the_right_one_joins(room_pages: RoomPages):
    phone = room_pages.open("/join", **PHONE)
    code = phone.get_by_label("Enter the code shown on the screen")
    expect(code).to_be_focused(**SLOW)
    code.fill("RED")
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_role("alert").first).to_have_text(
        "This is not the code of this room. Enter the code shown on the screen."
    )
    code.fill(CODE.lower())
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("[data-name]")).not_to_be_empty()
    expect(phone.locator("[data-pad]")).to_be_visible()


def test_returning_phone_keeps_participant_and_drawings(room_pages: RoomPages):
    phone = room_pages.phone()
    name, number = name_of(phone), send(phone, SEVEN)
    phone.goto("/join")  # without the code
    expect(phone.locator("[data-name]")).to_have_text(name, **SLOW)
    expect(phone.get_by_role("region", name="My drawings")).to_contain_text(f"drawing {number},")


def test_two_tabs_that_join_at_once_are_one_participant(room_pages: RoomPages):
    first = room_pages.open("/healthz", **PHONE)
    tabs, held, joined = [first, first.context.new_page()], [], []

    def join_together(route: Route) -> None:
        held.append(route)
        for each in held if len(held) == len(tabs) else []:
            each.continue_()

    first.context.route("**/api/room/participants", join_together)
    first.context.on(
        "response", lambda response: response.url.endswith("/participants") and joined.append(response)
    )
    for tab in tabs:
        tab.goto(f"/join?code={CODE}", wait_until="commit")
    for tab in tabs:
        expect(tab.locator("[data-name]")).not_to_be_empty(**SLOW)
    # 200: the cookie of the first response arrived before the second request left.
    assert sorted(response.status for response in joined) in ([200, 201], [201, 201])
    assert joined[0].json() == joined[1].json()
    for tab in tabs:
        expect(tab.locator("[data-name]")).to_have_text(joined[0].json()["name"])


def test_renaming_reaches_other_tabs(room_pages: RoomPages):
    first = room_pages.phone()
    second = first.context.new_page()
    second.goto("/join")
    expect(second.locator("[data-name]")).to_have_text(name_of(first), **SLOW)
    for tab, other, name in ((first, second, "Ada"), (second, first, "Grace")):
        rename(tab, name)
        expect(other.locator("[data-name]")).to_have_text(name, **SLOW)


def test_consent_dialog_can_be_declined(room_pages: RoomPages):
    phone = room_pages.phone()
    draw(phone, SEVEN)
    phone.get_by_role("button", name="Send", exact=True).click()
    dialog = phone.get_by_role("dialog", name="Before you send")
    expect(dialog).to_contain_text("You can delete your drawings")
    dialog.get_by_role("button", name="Not now").click()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    expect(phone.get_by_role("region", name="My drawings")).to_be_hidden()


def test_names_are_escaped(room_pages: RoomPages, room_wall: Page):
    phone = room_pages.phone()
    shown = tile(room_wall, send(phone, SEVEN)).locator(".tile__name")
    for name in NAMES:
        rename(phone, name)
        expect(phone.locator("[data-name]")).to_have_text(name)
        expect(shown).to_have_text(name, **SLOW)
        assert shown.evaluate("element => element.children.length") == 0
        assert room_wall.evaluate("document.documentElement.scrollWidth") <= 1920
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_rejected_name_is_reported(room_pages: RoomPages):
    phone = room_pages.phone()
    rename(phone, "   ")
    dialog = phone.get_by_role("dialog", name="Your name on the wall")
    expect(dialog.get_by_role("alert")).to_have_text("Enter a name that people can see.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()


def test_renaming_keeps_drawings(room_pages: RoomPages):
    phone = room_pages.phone()
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    tile(phone, first).locator("..").get_by_role("button", name="Delete").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(phone, first)).to_have_count(0)
    rename(phone, "Brave Otter")
    expect(phone.locator("[data-name]")).to_have_text("Brave Otter")
    expect(phone.locator(".my-drawings__card")).to_have_count(1)
    expect(tile(phone, second)).to_have_count(1)


def test_drawing_counts_for_the_round_of_its_start(room_pages: RoomPages):
    phone, presenter = room_pages.phone(), room_pages.presenter()
    start(presenter, "free", 4, phone)
    draw(phone, SEVEN)
    choose_label(phone, 7)
    start(presenter, "ask", 4, phone)
    expect(phone.locator("[data-sending]")).to_contain_text("still counts for the previous one")
    expect(phone.locator("[data-label-question]")).to_have_text("It’s a 7")
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
    submit(phone, SEVEN)
    expect(phone.locator("[data-sending]")).not_to_have_text(before, **SLOW)
    return sent_number(phone)


VOTE = """([id, counts]) => fetch(`/api/room/drawings/${id}/vote`,
  { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ counts }) })
  .then(({ status }) => status)"""


def test_late_vote_changes_the_verdict_on_the_phone(room_pages: RoomPages):
    presenter, phone = room_pages.presenter(), room_pages.phone()
    start(presenter, "fool", 1, phone)
    shown = tile(phone, send(phone, SEVEN))  # which the network reads
    verdict = phone.locator(".my-drawings__verdict").first
    expect(verdict).to_have_text("voting: can people read it?")
    drawing_id = shown.get_attribute("data-drawing")
    for votes, words in (([True, True, False], "FOOLED"), ([False], "unclear")):
        for counts in votes:
            assert room_pages.phone().evaluate(VOTE, [drawing_id, counts]) == 200
        expect(verdict).to_contain_text(words, **SLOW)
        expect(shown.locator(".tile__sign")).to_have_text(words)
    start(presenter, "free", 1, phone)


def test_pad_does_not_move_between_rounds(room_pages: RoomPages):
    phone, presenter = room_pages.phone(), room_pages.presenter()
    boxes = []
    for kind in ("free", "ask", "fool", "free"):
        start(presenter, kind, 8, phone)
        boxes.append(phone.locator("[data-pad]").bounding_box())
    assert boxes == [boxes[0]] * 4


def test_captive_portal_loses_no_drawing(room_pages: RoomPages):
    phone = room_pages.phone()
    login = {"status": 403, "content_type": "text/html", "body": "<h1>Log in to our Wi-Fi</h1>"}
    phone.route("**/api/room/drawings/*", lambda route: route.fulfill(**login))
    submit(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_contain_text("when your Wi-Fi is back", **SLOW)
    phone.unroute("**/api/room/drawings/*")
    sent_number(phone)


def test_rejected_drawing_returns_to_the_pad(room_pages: RoomPages):
    phone = room_pages.phone()
    message, explanation = "expected a round of this room, received none", "That round is gone."
    error = {"error": {"code": "unknown_round", "message": message, "explanation": explanation}}
    phone.route("**/api/room/drawings/*", lambda route: route.fulfill(status=409, json=error))
    draw(phone, SEVEN)
    before = inked_box(phone)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    expect(phone.locator("[data-sending]")).to_have_text(
        "Not sent. That round is gone. It is back on the pad.", **SLOW
    )
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    assert inked_box(phone) == pytest.approx(before, abs=0.01)


def test_deleting_all_drawings_includes_unsent_ones(room_pages: RoomPages):
    phone = room_pages.phone()
    send(phone, SEVEN)
    phone.route("**/api/room/drawings/*", lambda route: route.abort())
    submit(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_contain_text("Saved here", **SLOW)
    phone.get_by_role("button", name="Delete all my drawings").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(phone.locator("[data-sending]")).to_have_text("Deleted.")
    assert phone.evaluate("localStorage.getItem('inkwise.outbox')") == "[]"


def test_deleted_drawing_disappears_from_the_wall(room_pages: RoomPages, room_wall: Page):
    phone = room_pages.phone()
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    expect(tile(room_wall, first)).to_have_count(1, **SLOW)
    tile(phone, first).locator("..").get_by_role("button", name="Delete").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(room_wall, first)).to_have_count(0, **SLOW)
    expect(tile(room_wall, second)).to_have_count(1)
    phone.get_by_role("button", name="Delete all my drawings").click()
    phone.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(tile(room_wall, second)).to_have_count(0, **SLOW)
    expect(phone.get_by_role("region", name="My drawings")).to_be_hidden()


def test_ink_survives_a_reload(room_pages: RoomPages):
    phone = room_pages.phone()
    draw(phone, SEVEN)
    before = inked_box(phone)
    phone.reload()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")
    phone.wait_for_function("() => document.querySelector('[data-digit]').textContent", timeout=ANSWER_TIME)
    assert inked_box(phone) == pytest.approx(before, abs=0.01)


def test_full_server_storage_delays_sending(room_pages: RoomPages):
    phone = room_pages.phone()
    error = {"error": {"code": "storage_unavailable", "message": "the disk is full"}}
    refuse = {"status": 503, "headers": {"Retry-After": "1"}, "json": error}

    def refuse_send(route: Route) -> None:
        route.fulfill(**refuse) if route.request.method == "PUT" else route.continue_()

    phone.route("**/api/room/drawings/*", refuse_send)
    submit(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_have_text(
        "Saved here. It will be sent when the server can store it.", **SLOW
    )
    phone.unroute("**/api/room/drawings/*")
    sent_number(phone)


def test_outage_neither_loses_nor_duplicates_drawings(room_pages: RoomPages, room_wall: Page):
    phone = room_pages.phone()
    send(phone, SEVEN)
    room_pages.server.kill()
    expect(phone.locator("[data-status]")).to_contain_text("unreachable", **SLOW)
    draw(phone, SEVEN)
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator("[data-sending]")).to_contain_text("when your Wi-Fi is back", **SLOW)
    room_pages.server.start()
    number = sent_number(phone)
    expect(tile(room_wall, number)).to_have_count(1, timeout=READY_TIME)
    mine = phone.locator(".my-drawings__card")
    expect(mine).to_have_count(2)
    phone.reload()
    expect(mine).to_have_count(2, **SLOW)
    expect(phone.locator("[data-sending]")).not_to_have_text(re.compile("Saved"))


def test_phone_without_cookies_is_warned_and_joins_once(room_pages: RoomPages):
    phone, joins = room_pages.open("/healthz", **PHONE), []

    def join_without_cookie(route: Route) -> None:
        joins.append(route.request.url)
        route.fulfill(status=201, json={"id": "0" * 32, "name": "Calm Otter"})

    phone.route("**/api/room/participants", join_without_cookie)
    phone.goto(f"/join?code={CODE}")
    expect(phone.get_by_role("alert").first).to_contain_text("This browser blocks cookies", **SLOW)
    assert len(joins) == 1
    phone.unroute("**/api/room/participants")  # they are allowed
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("[data-name]")).not_to_be_empty(**SLOW)


def test_reloaded_ink_counts_for_its_round(room_pages: RoomPages):
    phone, presenter = room_pages.phone(), room_pages.presenter()
    start(presenter, "ask", 7, phone)
    draw(phone, SEVEN)
    phone.goto("/healthz")  # as a phone does that needs the page's memory
    start(presenter, "ask", 4, presenter)
    phone.goto("/join")
    expect(phone.locator("[data-sending]")).to_contain_text("still counts for the previous one", **SLOW)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    expect(tile(phone, sent_number(phone)).locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 7"))
    start(presenter, "free", 4, phone)


def test_sending_works_without_local_storage(room_pages: RoomPages):
    phone = room_pages.phone()
    phone.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }")
    send(phone, SEVEN)
    send(phone, SEVEN)


@pytest.fixture
def own_pages(browser: Browser, own_server: RealServer) -> Iterator[RoomPages]:
    """Opens pages of a server that the test restarts."""
    with open_room_pages(browser, own_server, own_server.read_presenter_link()) as pages:
        yield pages


def note_words(phone: Page) -> None:
    """Keep all that the page says about sending, in `words`."""
    phone.evaluate(
        """() => {
             window.words = [];
             const line = document.querySelector("[data-sending]");
             const note = () => window.words.push(line.textContent);
             new MutationObserver(note).observe(line, { childList: true });
           }"""
    )


@pytest.mark.parametrize("is_waiting", [False, True], ids=["on the pad", "in the outbox"])
def test_drawing_is_sent_to_another_room_after_a_restart(own_pages: RoomPages, tmp_path: Path, is_waiting):
    phone = own_pages.phone("/join")
    send(phone, SEVEN)
    draw(phone, SEVEN)
    note_words(phone)
    own_pages.server.kill()
    if is_waiting:
        phone.get_by_role("button", name="Send", exact=True).click()
        expect(phone.locator("[data-sending]")).to_contain_text("when your Wi-Fi is back", **SLOW)
    own_pages.server.start_with_another_room(tmp_path / "other")
    if not is_waiting:
        expect(phone.locator(".my-drawings__card")).to_have_count(0, **SLOW)  # the phone has joined again
        phone.get_by_role("button", name="Send", exact=True).click()
    assert sent_number(phone) == 1
    expect(phone.locator(".my-drawings__card")).to_have_count(1)
    words = " ".join(phone.evaluate("words"))
    assert not re.search("expected|received|previous", words)


def test_drawing_for_a_lost_round_returns_to_the_pad(own_pages: RoomPages, tmp_path: Path):
    phone, presenter = own_pages.phone("/join"), own_pages.presenter()
    start(presenter, "fool", 7, phone)
    send(phone, SEVEN)
    own_pages.server.kill()
    draw(phone, SEVEN)
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.locator("[data-sending]")).to_contain_text("when your Wi-Fi is back", **SLOW)
    own_pages.server.start_with_another_room(tmp_path / "other")
    expect(phone.locator("[data-sending]")).to_have_text(
        "Not sent. The room has restarted, and the round of this drawing is gone. It is back on the pad.",
        **SLOW,
    )
    phone.get_by_role("button", name="Send", exact=True).click()
    assert sent_number(phone) == 1
    presenter.locator("[data-pause]").click()
    expect(presenter.locator("[data-answer-line]")).to_have_text(
        "Only the presenter can do this. Open the presenter's link that the terminal shows.", **SLOW
    )


def test_reloaded_ink_counts_in_another_room(own_pages: RoomPages, tmp_path: Path):
    phone = own_pages.phone("/join")
    send(phone, SEVEN)
    draw(phone, SEVEN)
    phone.goto("/healthz")
    own_pages.server.kill()
    own_pages.server.start_with_another_room(tmp_path / "other")
    phone.goto("/join")
    expect(phone.locator("[data-name]")).not_to_be_empty(**SLOW)
    expect(phone.locator("[data-task-view]")).to_have_attribute("data-round", "free")
    expect(phone.locator("[data-sending]")).to_have_text("")
    phone.get_by_role("button", name="Send", exact=True).click()
    assert sent_number(phone) == 1


def test_renaming_works_in_another_room(own_pages: RoomPages, tmp_path: Path):
    phone = own_pages.phone("/join")
    send(phone, SEVEN)
    phone.route("**/api/room/state*", lambda route: route.abort())  # nothing tells of the restart
    phone.route("**/api/room/events*", lambda route: route.abort())
    own_pages.server.kill()
    own_pages.server.start_with_another_room(tmp_path / "other")
    rename(phone, "Ada")
    expect(phone.locator("[data-name]")).to_have_text("Ada", **SLOW)
    expect(phone.locator(".my-drawings__card")).to_have_count(0)
