"""One press, one act: double clicks, double taps and held keys."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import ANSWER_TIME, SEVEN, draw
from tests.browser.room_pages import CODE, PHONE, RoomPages, choose_label, send, sent_number, start
from tests.browser.test_phone_layout import FOOL, PhoneState

SLOW = {"timeout": ANSWER_TIME}
# Counts the clicks that reach the page's own listeners, in their place.
COUNT_CLICKS = """() => {
  window.clicks = 0;
  document.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    window.clicks += 1;
  }, true);
}"""
# On some screens the button of the consent dialog appears where "Send" was pressed.
AGREE_OVER_SEND = """() => {
  const { left, top, width, height } = document.querySelector("[data-send]").getBoundingClientRect();
  const [x, y, w, h] = [left, top, width, height].map((pixels) => `${pixels}px`);
  const place = { position: "fixed", left: x, top: y, width: w, height: h };
  Object.assign(document.querySelector("[data-consent] [data-agree]").style, place);
}"""


def double_click(button: Locator) -> None:
    """Click twice with the mouse, as quickly as people do."""
    button.dblclick(force=True)


def double_tap(button: Locator) -> None:
    """Tap twice with a finger at the same place, whatever is there after the first tap."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    button.page.touchscreen.tap(*place)
    button.page.touchscreen.tap(*place)


def double_enter(button: Locator) -> None:
    """Press Enter twice where the focus is."""
    button.press("Enter")
    button.page.keyboard.press("Enter")


double = pytest.mark.parametrize("press", [double_click, double_tap, double_enter])
Press = Callable[[Locator], None]


@pytest.fixture
def phone(room_pages: RoomPages) -> Page:
    """A participant who has consented."""
    page = room_pages.phone()
    page.evaluate("localStorage.setItem('inkwise.told', 'yes')")
    return page


@double
def test_double_press_votes_once(browser, base_url: str, press: Press):
    context = browser.new_context(base_url=base_url, **PHONE)
    page = context.new_page()
    room, votes = PhoneState(page, FOOL, to_vote=3), []

    def take_vote(route: Route) -> None:
        votes.append(route.request.url)
        room.state["to_vote"] = room.state["to_vote"][len(votes) :]
        route.fulfill(json={"yes": 1, "no": 0, "counts": True})

    page.route("**/api/room/drawings/*/vote", take_vote)
    page.get_by_role("button", name="3 drawings to judge").click()
    before = page.locator("[data-ballot]").get_attribute("data-drawing")
    expect(page.locator("[data-yes]")).to_have_attribute("aria-disabled", "false")
    press(page.locator("[data-yes]"))
    expect(page.locator("[data-ballot]")).not_to_have_attribute("data-drawing", before)
    expect(page.locator("[data-yes]")).to_have_attribute("aria-disabled", "false")
    assert len(votes) == 1
    context.close()


def test_double_tap_on_the_last_vote_leaves_no_ink(browser, base_url: str):
    context = browser.new_context(base_url=base_url, **PHONE)
    page = context.new_page()
    room = PhoneState(page, FOOL, to_vote=1)

    def take_vote(route: Route) -> None:
        room.state["to_vote"] = []
        route.fulfill(json={"yes": 1, "no": 0, "counts": True})

    page.route("**/api/room/drawings/*/vote", take_vote)
    page.get_by_role("button", name="1 drawing to judge").click()
    expect(page.locator("[data-yes]")).to_have_attribute("aria-disabled", "false")
    double_tap(page.locator("[data-yes]"))
    expect(page.locator("[data-ballot]")).to_be_hidden()
    expect(page.locator("[data-pad]")).not_to_have_attribute("data-inked", "")
    context.close()


@double
def test_double_press_sends_once(phone: Page, press: Press):
    draw(phone, SEVEN)
    press(phone.get_by_role("button", name="Send", exact=True))
    number = sent_number(phone)
    phone.get_by_role("button", name="Send", exact=True).click(force=True)  # later, on the empty pad
    assert sent_number(phone) == number
    expect(phone.locator(".my-drawings__card")).to_have_count(1)


@double
def test_double_press_does_not_consent(room_pages: RoomPages, press: Press):
    phone = room_pages.phone()
    dialog = phone.get_by_role("dialog", name="Before you send")
    draw(phone, SEVEN)
    phone.evaluate(AGREE_OVER_SEND)
    press(phone.get_by_role("button", name="Send", exact=True))
    expect(dialog).to_be_visible()
    expect(phone.locator("[data-pad]")).to_have_attribute("data-inked", "")


@double
def test_double_press_deletes_nothing(phone: Page, press: Press):
    send(phone, SEVEN)
    deletions = []
    phone.on("request", lambda request: request.method == "DELETE" and deletions.append(request.url))
    press(phone.get_by_role("button", name="Delete all my drawings"))
    phone.reload()
    expect(phone.locator(".my-drawings__card")).to_have_count(1, **SLOW)
    assert deletions == []


@double
def test_double_press_chooses_a_label_once(room_pages: RoomPages, phone: Page, press: Press):
    start(room_pages.presenter(), "free", 4, phone)
    draw(phone, SEVEN)
    choose_label(phone, 3)
    phone.get_by_role("button", name="Change", exact=True).click()
    press(phone.get_by_role("button", name="2", exact=True))
    expect(phone.locator("[data-label-question]")).to_be_visible()
    expect(phone.locator("[data-label-question]")).to_have_text("It’s a 2")


@double
def test_double_press_starts_one_round(room_pages: RoomPages, press: Press):
    presenter = room_pages.presenter(**PHONE)
    rounds = set()
    presenter.on("response", lambda reply: reply.url.endswith("/rounds") and rounds.add(reply.json()["id"]))
    presenter.get_by_role("radio", name="2").check()
    with presenter.expect_response("**/rounds"):
        press(presenter.locator("[data-start=ask]"))
    expect(presenter.locator("[data-task]")).to_have_text("Draw a 2", **SLOW)
    assert len(rounds) == 1
    start(presenter, "free", 4, presenter)


@double
def test_double_press_pauses_once(room_pages: RoomPages, press: Press):
    presenter = room_pages.presenter(**PHONE)
    changes = []
    presenter.on("request", lambda request: request.method == "PATCH" and changes.append(request.post_data))
    press(presenter.get_by_role("button", name="Pause"))
    expect(presenter.get_by_role("button", name="Paused: resume")).to_be_visible(**SLOW)
    presenter.get_by_role("button", name="Paused: resume").click()
    expect(presenter.get_by_role("button", name="Pause", exact=True)).to_be_visible(**SLOW)
    assert changes == ['{"paused":true}', '{"paused":false}']


def test_held_enter_is_one_press(room_pages: RoomPages):
    presenter = room_pages.presenter()
    clicks = presenter.evaluate_handle(
        "() => { const list = []; onclick = (event) => list.push(1); return list; }"
    )
    presenter.locator("[data-start=free]").focus()
    for _ in range(5):
        presenter.keyboard.down("Enter")  # repeats while it is held
    presenter.keyboard.up("Enter")
    assert clicks.evaluate("list => list.length") == 1


@pytest.mark.parametrize(
    ("path", "filled"),
    [
        ("/", "[data-pad][data-inked]"),
        ("/inside", "[data-pad][data-inked]"),
        (f"/join?code={CODE}", "[data-label-yes]"),
        ("/presenter", ".tile:not(.tile--empty)"),
        ("/wall", ".tile:not(.tile--empty)"),
    ],
)
@pytest.mark.parametrize("press", [double_click, double_tap])
def test_every_button_takes_one_press(room_pages: RoomPages, path: str, filled: str, press: Press):
    page = room_pages.presenter(**PHONE)
    start(page, "free", 4, page)
    page.goto(f"/join?code={CODE}")
    send(page, SEVEN)
    page.goto(path)
    if page.locator("[data-pad]").is_visible():
        draw(page, SEVEN)
    expect(page.locator(filled).first).to_be_visible(**SLOW)
    page.evaluate(COUNT_CLICKS)
    found = []
    for button in page.locator("button:visible, main a:visible, summary:visible").all():
        if button.evaluate("each => getComputedStyle(each).clipPath") != "none":
            continue  # for the keyboard only
        page.evaluate("() => { window.clicks = 0; }")
        press(button)
        found.append((button.inner_text(), page.evaluate("() => window.clicks")))
    assert found
    assert found == [(name, 2 if name in ("Undo", "Redo") else 1) for name, _ in found]


def test_double_press_on_samples_chooses_none(page: Page):
    open_ready(page)
    double_click(page.get_by_role("button", name="Samples"))
    expect(page.get_by_role("dialog", name="Samples")).to_be_visible()
    expect(page.locator("[data-pad]")).not_to_have_attribute("data-inked", "")


def test_double_click_on_undo_undoes_twice(ready: Page):
    draw(ready, [*SEVEN, [[200, 500], [800, 500]]])
    double_click(ready.get_by_role("button", name="Undo"))
    expect(ready.locator("[data-pad]")).not_to_have_attribute("data-inked", "")
