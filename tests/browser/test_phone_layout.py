"""The join page on phones: all of a round is in view, in every state and at every size."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.pad import SEVEN, draw
from webapp.errors import UnknownRound

PHONES = [
    (390, 664),
    (360, 640),
    (320, 568),
    (844, 390),
    (390, 844),
    (667, 375),
    (640, 360),
    (932, 430),
    (430, 740),
]
SMALLEST_PAD = 165  # CSS pixels
ROUND = {"id": "0123456789ab", "started_at": "2026-01-01T00:00:00Z"}
ROOM = {"code": None, "address": "", "participants": 9, "drawings": 9, "spotlight": None}
FREE, ASK, FOOL = {"kind": "free", "digit": None}, {"kind": "ask", "digit": 8}, {"kind": "fool", "digit": 8}
REJECTED = UnknownRound("the round of another room").to_json()
LONGEST_ANSWER = {  # "Maybe an eight, maybe a seven", "51 %, next is 7 with 43 %"
    "model": "conv", "digit": 8, "is_digit": 0.98,
    "probabilities": [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0, 0.43, 0.51, 0],
}  # fmt: skip
# Each part of a round with its text and faults: outside of the window, wider than its place, over another.
PARTS = """() => {
  const selector = `[data-task], [data-task-hint], [data-digit], [data-headline], [data-detail], [data-pad],
    .bars__digit, [data-candidate] svg, [data-question], [data-ballot] button, [data-undo], [data-clear],
    [data-send], [data-label-question], [data-label-choice] button, [data-open-ballot], [data-sending],
    [data-status]`;
  const ballot = document.querySelector("[data-ballot]");
  const parts = [...document.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height > 0)
    .filter((each) => ballot.hidden || !each.matches("[data-pad]"));
  const boxOf = (part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return (part.matches("p, h1, h2") && part.textContent ? range : part).getBoundingClientRect();
  };
  const isOutside = ({ left, top, right, bottom }) =>
    left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
  const overlap = (one, other) => Math.min(
    Math.min(one.right, other.right) - Math.max(one.left, other.left),
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
  return parts.map((part) => {
    const faults = parts.filter((each) => each !== part && overlap(boxOf(part), boxOf(each)) > 1)
      .map((each) => "overlaps " + each.outerHTML.slice(0, 60));
    if (isOutside(boxOf(part))) faults.push("outside");
    if (part.scrollWidth > part.clientWidth + 1) faults.push("cut");
    return { name: part.outerHTML.slice(0, 60), text: part.textContent.trim(), faults };
  });
}"""


def candidate(number: int) -> dict:
    """Return another participant's drawing to vote on."""
    drawing = {
        "id": f"{number:032x}",
        "number": number,
        "name": "W" * 40,
        "strokes": SEVEN,
        "label": 8,
        "digit": 7,
    }
    return drawing | {
        "probability": 0.995,
        "is_digit": 0.99,
        "right": False,
        "fooled": "voting",
        "answers": [],
    }


class PhoneState:
    """A participant's page whose room, prediction and replies are given."""

    def __init__(self, page: Page, task: dict, paused: bool = False, to_vote: int = 0) -> None:
        self.page = page
        self.state = ROOM | {"revision": 1, "round": ROUND | task, "paused": paused}
        self.state["to_vote"] = [candidate(number) for number in range(to_vote)]
        page.emulate_media(reduced_motion="reduce")  # parts are where they stay
        page.add_init_script("localStorage.setItem('inkwise.told', 'yes')")
        page.route("**/api/predict*", lambda route: route.fulfill(json=LONGEST_ANSWER))
        page.route("**/api/room/state", self._give_state)
        page.route("**/api/room/events*", lambda route: route.abort())
        page.goto("/join")
        expect(page.locator("[data-task-view]")).to_have_attribute("data-round", task["kind"])
        expect(page.locator("[data-name]")).not_to_be_empty()

    def _give_state(self, route: Route) -> None:
        with suppress(Error):  # the page is closed meanwhile
            route.fulfill(json=route.fetch().json() | self.state)

    def draw(self) -> None:
        """Draw on the pad, and wait for the prediction."""
        draw(self.page, SEVEN)
        expect(self.page.locator("[data-digit]")).to_have_text("8")

    def send(self, text: str, **reply: object) -> None:
        """Draw and send; the request fails without a reply. Wait until the page says what became of it."""
        self.draw()
        answer = (lambda route: route.fulfill(**reply)) if reply else (lambda route: route.abort())
        self.page.route("**/api/room/drawings/*", answer)
        self.page.locator("[data-send]").click()
        expect(self.page.locator("[data-sending]")).to_contain_text(text)

    def check(self, *texts: str) -> None:
        """Check at each size that all parts and texts are in view, and none is cut or covered."""
        for width, height in PHONES:
            self.page.set_viewport_size({"width": width, "height": height})
            assert self.page.evaluate("[scrollX, scrollY, document.documentElement.scrollWidth]") == [
                0,
                0,
                width,
            ]
            parts = self.page.evaluate(PARTS)
            assert [part for part in parts if part["faults"]] == [], (width, height)
            shown = " ".join(part["text"] for part in parts)
            assert [text for text in texts if text not in shown] == [], (width, height)
            assert sum("bars__digit" in part["name"] for part in parts) == 10, (width, height)
            assert self.page.locator("[data-pad]").bounding_box()["width"] >= SMALLEST_PAD, (width, height)


def sent(task: dict) -> dict:
    """Return the server's reply to a drawing."""
    verdict = "voting" if task == FOOL else None
    return {"status": 201, "json": candidate(118) | {"fooled": verdict}}


def test_phone_shows_an_empty_round_without_scrolling(page: Page):
    PhoneState(page, FREE).check("Draw a digit", "Undo", "Clear", "Send")


def test_phone_shows_the_label_question_without_scrolling(page: Page):
    phone = PhoneState(page, FREE)
    phone.draw()
    phone.check("Maybe an eight", "51 %, next is 7 with 43 %", "Send", "Is it an 8?", "Yes", "No, it’s…")
    page.get_by_role("button", name="No, it’s…").click()
    phone.check("Send", "0 1 2 3 4 5 6 7 8 9")
    page.get_by_role("button", name="3", exact=True).click()
    phone.check("Send", "It’s a 3", "Change")


@pytest.mark.parametrize("task", [ASK, FOOL], ids=["ask", "fool"])
def test_phone_shows_the_digit_of_the_round_without_scrolling(page: Page, task: dict):
    phone = PhoneState(page, task)
    phone.draw()
    phone.check("an 8", "Maybe an eight", "Send")


@pytest.mark.parametrize("task", [FREE, ASK, FOOL], ids=["free", "ask", "fool"])
def test_phone_shows_a_sent_drawing_without_scrolling(page: Page, task: dict):
    phone = PhoneState(page, task)
    result = "can people read it?" if task == FOOL else "but it is an 8."
    phone.send(result, **sent(task))
    phone.check("Sent as number 118. The network predicts a 7, over 99 %", result, "Send")
    phone.draw()
    phone.check("Sent as number 118", result, "Send", "Maybe an eight")


@pytest.mark.parametrize("task", [FREE, FOOL], ids=["free", "fool"])
def test_phone_shows_a_kept_drawing_without_scrolling(page: Page, task: dict):
    phone = PhoneState(page, task)
    page.route("**/readyz", lambda route: route.abort())
    page.unroute("**/api/room/state")
    page.route("**/api/room/state", lambda route: route.abort())
    page.evaluate("dispatchEvent(new Event('online'))")  # poll now
    expect(page.locator("[data-status]")).to_have_attribute("data-status", "unreachable")
    draw(page, SEVEN)
    page.route("**/api/room/drawings/*", lambda route: route.abort())
    page.locator("[data-send]").click()
    expect(page.locator("[data-sending]")).to_contain_text("when your Wi-Fi is back")
    phone.check("Saved here. It will be sent when your Wi-Fi is back.", "Send")
    draw(page, SEVEN)
    page.locator("[data-send]").click()
    expect(page.locator("[data-sending]")).to_contain_text("2 drawings are saved here")
    draw(page, SEVEN)
    phone.check("2 drawings are saved here and will be sent when your Wi-Fi is back.", "Send")


@pytest.mark.parametrize("task", [FREE, ASK, FOOL], ids=["free", "ask", "fool"])
def test_phone_shows_a_rejected_drawing_without_scrolling(page: Page, task: dict):
    phone = PhoneState(page, task)
    phone.send("It is back on the pad", status=409, json=REJECTED)
    phone.check("Not sent. The room has restarted", "Maybe an eight", "Send")


def test_phone_shows_a_drawing_of_the_previous_round_without_scrolling(page: Page):
    phone = PhoneState(page, FREE)
    phone.draw()
    phone.state |= {"revision": 2, "round": ROUND | FOOL | {"id": "1123456789ab"}}
    expect(page.locator("[data-sending]")).to_contain_text("still counts for the previous one")
    phone.check("Fool the network", "Is it an 8?", "A new round has started.", "Send")


@pytest.mark.parametrize("task", [FREE, ASK, FOOL], ids=["free", "ask", "fool"])
def test_phone_shows_a_pause_without_scrolling(page: Page, task: dict):
    phone = PhoneState(page, task, paused=True)
    phone.draw()
    phone.check("The room is paused. Your drawing stays here.", "Send")


def test_phone_shows_drawings_to_judge_without_scrolling(page: Page):
    phone = PhoneState(page, FOOL, to_vote=2)
    phone.check("2 drawings to judge", "Send")
    phone.draw()
    phone.check("2 drawings to judge", "Send", "an 8 that people recognize")
    phone.send("Sent as number 118", **sent(FOOL))  # then the ballot covers the pad
    phone.check(
        "Does this look like an 8?", "Yes", "No", "Later", "The room votes: can people read it?", "Send"
    )
    page.get_by_role("button", name="Later").click()
    phone.check("2 drawings to judge", "The room votes: can people read it?", "Send")
