"""The presenter blocks people, closes joining and approves drawings; phones and walls say so."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import ANSWER_TIME, SEVEN, draw
from tests.browser.room_pages import CODE, LAPTOP, PHONE, PROJECTOR, RoomPages, send, tile

SLOW = {"timeout": ANSWER_TIME}
PUSHED = 15_000  # milliseconds; less than a page waits between polls while its event stream is open
RESET = """async () => {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ joining_closed: false, approval: false });
  await fetch("/api/room", { method: "PATCH", headers, body });
  await fetch("/api/room/approve", { method: "POST", headers, body: "{}" });
}"""


@pytest.fixture(autouse=True)
def reset(room_pages: RoomPages):
    """Open the room again for the tests that share it."""
    yield
    presenter = room_pages.presenter()
    presenter.evaluate(RESET)


def press(page: Page, name: str) -> None:
    """Click a button. Of two quick presses by keyboard the second would count as a mistake."""
    page.get_by_role("button", name=name).click()


def test_presenter_blocks_a_person_and_undoes_it(room_pages: RoomPages):
    presenter, wall = room_pages.presenter(), room_pages.wall()
    vandal, other = room_pages.phone(), room_pages.phone()
    numbers = [send(vandal, SEVEN), send(vandal, SEVEN)]
    kept = send(other, SEVEN)
    expect(tile(presenter, kept)).to_be_visible(**SLOW)
    button = tile(presenter, numbers[0]).get_by_role("button", name="Block person")
    button.focus()
    button.press("Enter")
    for page in (presenter, wall):
        expect(tile(page, numbers[1])).to_have_count(0, **SLOW)
        expect(tile(page, kept)).to_be_visible(**SLOW)
    name = vandal.locator("[data-name]").inner_text()
    blocked = presenter.locator("[data-blocked-part]")
    expect(blocked).to_contain_text(f"{name}2 drawings hidden, new ones rejected", **SLOW)
    draw(vandal, SEVEN)
    vandal.get_by_role("button", name="Send", exact=True).click()
    expect(vandal.locator("[data-sending]")).to_contain_text("has blocked your drawings", **SLOW)
    press(presenter, f"Unblock {name}")
    expect(tile(wall, numbers[0])).to_be_visible(**SLOW)
    expect(blocked).to_be_hidden()


def test_presenter_approves_drawings_before_the_wall(room_pages: RoomPages):
    presenter, wall, phone = room_pages.presenter(), room_pages.wall(), room_pages.phone()
    press(presenter, "Approve first")
    expect(presenter.get_by_role("button", name="Approval on", pressed=True)).to_be_visible(**SLOW)
    first, second = send(phone, SEVEN), send(phone, SEVEN)
    expect(phone.locator("[data-sending]")).to_contain_text(
        "The presenter looks at it before the wall", **SLOW
    )
    expect(phone.locator("[data-my-drawings]")).to_contain_text("Waits for the presenter")
    waiting = presenter.locator("[data-pending-part]")
    expect(waiting.locator(".tile:not(.tile--empty)")).to_have_count(2, **SLOW)
    expect(tile(wall, first)).to_have_count(0)
    waiting.get_by_role("button", name=f"Approve: number {first}").click()
    expect(tile(wall, first)).to_be_visible(**SLOW)
    expect(tile(wall, second)).to_have_count(0)
    press(presenter, "Approve all")
    expect(tile(wall, second)).to_be_visible(**SLOW)
    expect(waiting).to_be_hidden()
    soon = {"timeout": PUSHED}  # its poll would come later
    expect(phone.locator("[data-my-drawings]")).not_to_contain_text("Waits for the presenter", **soon)


def test_drawing_in_the_place_of_a_decided_one_is_not_decided_at_once(module):
    script = """document.body.innerHTML = `<section><p data-pending-count></p><ol data-pending-list></ol>
                  <button data-approve-all></button></section>`;
                let now = 0; performance.now = () => now;
                const part = document.querySelector("section");
                const pending = new m.PendingPart(part); const decided = [];
                pending.on("decided", ({ drawing }) => decided.push(drawing.id));
                const drawing = (number) => ({ id: `d${number}`, number, name: "", strokes: [[[1, 1]]],
                  digit: 7, probability: 0.9, is_digit: 0.9, label: null, right: null, fooled: null });
                const show = (first) => pending.show({ pending_count: 20,
                  pending: Array.from({ length: 12 }, (_, index) => drawing(first + index)) });
                const press = () => { // with a mouse, whose quick presses are not dropped
                  const down = new PointerEvent("pointerdown", { pointerType: "mouse", bubbles: true });
                  part.dispatchEvent(down);
                  const event = new MouseEvent("click", { bubbles: true, detail: 1 });
                  part.querySelector("li button").dispatchEvent(event);
                };
                show(1); press(); show(2); now = 600; press(); const unseen = [...decided];
                now = 800; press(); return [unseen, decided];"""
    assert module("room/moderation_views.js", script) == [["d1"], ["d1", "d13"]]


def test_phone_says_that_joining_is_closed_and_joins_later(room_pages: RoomPages):
    presenter = room_pages.presenter()
    press(presenter, "Close joining")
    expect(presenter.get_by_role("button", name="Joining closed", pressed=True)).to_be_visible(**SLOW)
    phone = room_pages.open(f"/join?code={CODE}", **PHONE)
    expect(phone.get_by_role("alert")).to_contain_text("closed the room to new phones", **SLOW)
    press(presenter, "Joining closed")
    expect(presenter.get_by_role("button", name="Close joining", pressed=False)).to_be_visible(**SLOW)
    phone.get_by_role("button", name="Join", exact=True).click()
    expect(phone.locator("[data-name]")).not_to_be_empty(**SLOW)


def test_wall_elsewhere_shows_the_code_by_its_link_only(room_pages: RoomPages):
    presenter = room_pages.presenter()
    presenter.get_by_text("The wall on another computer").click()
    link = presenter.locator("[data-wall-link]").inner_text()
    elsewhere = {"extra_http_headers": {"Via": "1.1 another-computer"}}  # not this computer, to the server
    wall = room_pages.open("/wall", **PROJECTOR, **elsewhere)
    expect(wall.locator(".wall__withheld")).to_have_text("The presenter has the code.", **SLOW)
    expect(wall.locator("[data-wall]")).not_to_contain_text(CODE)
    wall.goto(link)
    expect(wall.locator(".wall__code")).to_contain_text(CODE, **SLOW)
    assert re.search(r"/wall$", wall.url)


@pytest.mark.parametrize("screen", [{"viewport": PHONE["viewport"]}, LAPTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_moderation_fits_the_screen(room_pages: RoomPages, screen: dict, scheme: str):
    presenter, phone = room_pages.presenter(**screen, color_scheme=scheme), room_pages.phone()
    kept = send(phone, SEVEN)
    press(presenter, "Approve first")
    expect(presenter.get_by_role("button", name="Approval on")).to_be_visible(**SLOW)
    send(phone, SEVEN)
    expect(presenter.get_by_role("button", name="Approve all")).to_be_visible(**SLOW)
    expect(tile(presenter, kept)).to_be_visible(**SLOW)
    width = screen["viewport"]["width"]
    assert presenter.evaluate("document.documentElement.scrollWidth") <= width
    for button in presenter.locator(".presenter .button:visible").all():
        box = button.bounding_box()
        assert box["height"] >= 40, button.inner_text()
        assert box["x"] >= 0, button.inner_text()
        assert box["x"] + box["width"] <= width, button.inner_text()
