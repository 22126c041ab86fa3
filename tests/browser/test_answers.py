"""The newest ink wins, and never an old answer after a newer one."""

import json
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import open_ready
from tests.browser.hands import SEVEN, draw, expect_answer, expect_bitmap, place

PATIENCE = 60  # seconds


def answer(digit: int, share: float = 0.97, is_digit: float | None = None, model: str = "conv") -> str:
    """Return the server's words for a digit; the next one has nearly all of the rest."""
    shares = [0.0] * 10
    shares[digit], shares[(digit + 5) % 10] = share, 1 - share
    return json.dumps({"model": model, "digit": digit, "probabilities": shares, "is_digit": is_digit})


def give(page: Page, *args: object, **fields: object) -> None:
    """Let the server answer everything with one answer."""
    page.route("**/api/predict*", lambda route: route.fulfill(json=json.loads(answer(*args, **fields))))


class HeldServer:
    """Holds every question until the test answers it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answered = 0
        self.routes: list[Route] = []
        page.route("**/api/predict*", lambda route: self.routes.append(route))

    def wait_for(self, count: int) -> None:
        """Wait until that many questions have come since the beginning."""
        deadline = time.monotonic() + PATIENCE
        while len(self.routes) < count:
            assert time.monotonic() < deadline, f"expected {count} questions, received {len(self.routes)}"
            self.page.evaluate("null")  # lets the browser's messages in

    def release(self, digit: int) -> None:
        """Answer the newest question, once it is there."""
        self.wait_for(self.answered + 1)
        self.answered = len(self.routes)
        self.routes[-1].fulfill(json=json.loads(answer(digit)))


def test_one_request_is_under_way_and_the_newest_ink_is_asked_next(ready: Page):
    server = HeldServer(ready)
    ready.mouse.move(*place(ready, [300, 200]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [700, 200]), steps=20)
    ready.mouse.move(*place(ready, [400, 900]), steps=20)
    ready.mouse.up()
    server.wait_for(1)
    assert len(server.routes) == 1
    with ready.expect_request("**/api/predict*") as newest:
        server.release(3)
    expect(ready.locator("[data-digit]")).to_have_text("3")
    expect_bitmap(ready, newest.value.post_data_buffer)
    server.release(7)
    expect(ready.locator("[data-digit]")).to_have_text("7")
    assert len(server.routes) == 2


def test_answer_to_ink_that_was_cleared_is_not_shown(ready: Page):
    server = HeldServer(ready)
    draw(ready, SEVEN)
    server.wait_for(1)
    ready.keyboard.press("Escape")
    draw(ready, SEVEN[:1])
    server.wait_for(2)
    server.routes[0].abort()
    server.release(7)
    expect(ready.locator("[data-digit]")).to_have_text("7")
    ready.keyboard.press("Escape")
    expect(ready.locator("[data-digit]")).to_have_text("")


def test_answer_of_the_model_chosen_before_is_not_shown(ready: Page):
    seen = watch_digit(ready)
    server = HeldServer(ready)
    draw(ready, SEVEN)
    ready.get_by_role("radio", name="deep").check()
    with ready.expect_request("**/api/predict?model=deep"):
        server.release(1)
    server.release(7)
    expect(ready.locator("[data-digit]")).to_have_text("7")
    assert "1" not in seen()


def watch_digit(page: Page):
    """Return a function that gives every text that the winning digit has had since now."""
    page.evaluate(
        """() => {
             window.seen = [];
             const digit = document.querySelector("[data-digit]");
             const options = { childList: true, characterData: true, subtree: true };
             new MutationObserver(() => window.seen.push(digit.textContent)).observe(digit, options);
           }"""
    )
    return lambda: page.evaluate("window.seen")


@pytest.mark.parametrize(
    ("given", "headline"),
    [
        ((7, 0.97), "Surely a seven"),
        ((8, 0.95), "Surely an eight"),
        ((4, 0.6), "A four, or a nine?"),
        ((3, 0.85), "Probably a three"),
        ((5, 0.99, 0.9), "Surely a five"),
        ((5, 0.99, 0.2), "Not sure that this is a digit"),
    ],
)
def test_words_say_how_sure_the_answer_is(ready: Page, given: tuple, headline: str):
    give(ready, *given)
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text(headline)
    expect(ready.locator("[data-digit]")).to_have_text(str(given[0]))


def test_doubt_says_what_the_digit_would_be(ready: Page):
    give(ready, 5, 0.8, 0.1)
    draw(ready, SEVEN)
    expect(ready.locator("[data-detail]")).to_have_text("If it is one: a five, 80 %")


def test_refusal_is_told_in_the_servers_words(ready: Page):
    give(ready, 7)
    draw(ready, SEVEN)
    expect(ready.locator("[data-winner]")).to_have_count(1)
    error = {"error": {"code": "unknown_model", "message": "expected one of four models"}}
    ready.route("**/api/predict*", lambda route: route.fulfill(status=404, json=error))
    draw(ready, SEVEN)
    expect(ready.locator("[data-detail]")).to_have_text("expected one of four models")
    expect(ready.locator("[data-winner]")).to_have_count(0)  # no bars of the answer before


def test_old_answer_does_not_stay_beside_new_ink_while_nothing_comes(ready: Page):
    give(ready, 1)
    draw(ready, SEVEN)
    expect(ready.locator("[data-digit]")).to_have_text("1")
    server = HeldServer(ready)
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text("One moment")
    expect(ready.locator("[data-digit]")).to_have_text("")
    expect(ready.locator("[data-winner]")).to_have_count(0)
    server.release(7)
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_result_is_announced_once_the_hand_rests(ready: Page):
    give(ready, 7)
    draw(ready, SEVEN)
    announcer = ready.locator("[data-announcer]")
    expect(announcer).to_have_attribute("aria-live", "polite")
    expect(announcer).to_have_text("Surely a seven. 97 %, next is 2 with 3 %")


def test_chosen_model_survives_a_reload(ready: Page):
    ready.get_by_role("radio", name="deep").check()
    assert ready.url.endswith("/?model=deep")
    ready.reload()
    expect(ready.get_by_role("radio", name="deep")).to_be_checked()
    with ready.expect_request("**/api/predict?model=deep"):
        draw(ready, SEVEN)
    expect_answer(ready)


def test_unknown_model_in_the_address_becomes_the_default(page: Page):
    open_ready(page, "/?model=rubbish%3Cscript%3E")
    expect(page.get_by_role("radio", name="conv")).to_be_checked()
    assert page.url.endswith("/")


def test_scores_are_those_of_the_chosen_model(ready: Page):
    for name in ("deep", "linear"):
        ready.get_by_role("radio", name=name).check()
        expect(ready.locator("[data-scores] p:visible")).to_have_count(1)
        expect(ready.locator("[data-scores] a:visible")).to_have_attribute("href", f"/models/{name}")
