"""Predictions on the draw page: the newest ink wins, outdated responses are ignored."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import SEVEN, draw, expect_answer, expect_bitmap, place
from tests.waiting import wait_until


def answer(digit: int, share: float = 0.97, is_digit: float | None = None, model: str = "conv") -> str:
    """Return a prediction as JSON text; the second digit has the remaining probability."""
    shares = [0.0] * 10
    shares[digit], shares[(digit + 5) % 10] = share, 1 - share
    return json.dumps({"model": model, "digit": digit, "probabilities": shares, "is_digit": is_digit})


def give(page: Page, *args: object, **fields: object) -> None:
    """Stub all predictions with one response."""
    page.route("**/api/predict*", lambda route: route.fulfill(json=json.loads(answer(*args, **fields))))


class HeldServer:
    """Holds every predict request until the test responds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answered = 0
        self.routes: list[Route] = []
        page.route("**/api/predict*", lambda route: self.routes.append(route))

    def wait_for(self, count: int) -> None:
        """Wait until `count` requests have arrived in total."""

        def has_received() -> bool:
            self.page.evaluate("null")  # dispatches the browser's pending events
            return len(self.routes) >= count

        wait_until(has_received, f"{count} requests", interval=0)

    def release(self, digit: int) -> None:
        """Respond to the newest request, once it has arrived."""
        self.wait_for(self.answered + 1)
        self.answered = len(self.routes)
        self.routes[-1].fulfill(json=json.loads(answer(digit)))


def test_one_request_at_a_time_then_the_newest_ink(ready: Page):
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


def test_response_for_cleared_ink_is_ignored(ready: Page):
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


def test_response_of_the_previous_model_is_ignored(ready: Page):
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
        ((7, 0.97), "Definitely a seven"),
        ((8, 0.95), "Definitely an eight"),
        ((4, 0.6), "Maybe a four, maybe a nine"),
        ((3, 0.85), "Probably a three"),
        ((5, 0.99, 0.9), "Definitely a five"),
    ],
)
def test_headline_describes_the_confidence(ready: Page, given: tuple, headline: str):
    give(ready, *given)
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text(headline)
    expect(ready.locator("[data-digit]")).to_have_text(str(given[0]))


@pytest.mark.parametrize(("share", "detail"), [(0.8, "Closest: a five, 80 %"), (0.1, "No digit is close.")])
def test_doubt_mentions_a_digit_only_if_it_is_close(ready: Page, share: float, detail: str):
    shares = [share if number == 5 else (1 - share) / 9 for number in range(10)]
    prediction = {"model": "conv", "digit": 5, "probabilities": shares, "is_digit": 0.1}
    ready.route("**/api/predict*", lambda route: route.fulfill(json=prediction))
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text("Probably not a digit")
    expect(ready.locator("[data-detail]")).to_have_text(detail)


@pytest.mark.parametrize("path", ["/", "/join", "/inside?view=layers"])
def test_ink_that_is_no_digit_shows_no_digit(ready: Page, samples: list[dict], path: str):
    ready.goto(path)
    [scribble] = [sample for sample in samples if sample["name"] == "a scribble, not a digit"]
    draw(ready, scribble["strokes"])
    expect(ready.locator("[data-headline]")).to_have_text("Probably not a digit")
    expect(ready.locator("[data-digit]")).to_have_text("?")
    expect(ready.locator("[data-probability]:not([aria-valuenow='0'])").first).to_be_attached()
    expect(ready.locator("[data-winner]")).to_have_count(0)


def test_explanation_of_the_server_is_shown(ready: Page):
    give(ready, 7)
    draw(ready, SEVEN)
    expect(ready.locator("[data-winner]")).to_have_count(1)
    explanation = "This network is not on this computer."
    error = {
        "error": {
            "code": "unknown_model",
            "message": "expected conv, received cnv",
            "explanation": explanation,
        }
    }
    ready.route("**/api/predict*", lambda route: route.fulfill(status=404, json=error))
    draw(ready, SEVEN)
    expect(ready.locator("[data-detail]")).to_have_text(explanation)
    expect(ready.locator("[data-winner]")).to_have_count(0)  # no bars of the answer before


def test_old_prediction_disappears_while_waiting(ready: Page):
    give(ready, 1)
    draw(ready, SEVEN)
    expect(ready.locator("[data-digit]")).to_have_text("1")
    server = HeldServer(ready)
    draw(ready, SEVEN)
    expect(ready.locator("[data-headline]")).to_have_text("Working…")
    expect(ready.locator("[data-digit]")).to_have_text("")
    expect(ready.locator("[data-winner]")).to_have_count(0)
    server.release(7)
    expect(ready.locator("[data-digit]")).to_have_text("7")


def test_result_is_announced_after_drawing(ready: Page):
    give(ready, 7)
    draw(ready, SEVEN)
    announcer = ready.locator("[data-announcer]")
    expect(announcer).to_have_attribute("aria-live", "polite")
    expect(announcer).to_have_text("Definitely a seven. 97 %, next is 2 with 3 %")


def test_chosen_model_survives_a_reload(ready: Page):
    ready.get_by_role("radio", name="deep").check()
    assert ready.url.endswith("/?model=deep")
    ready.reload()
    expect(ready.get_by_role("radio", name="deep")).to_be_checked()
    with ready.expect_request("**/api/predict?model=deep"):
        draw(ready, SEVEN)
    expect_answer(ready)


def test_unknown_model_in_the_url_becomes_the_default(page: Page):
    open_ready(page, "/?model=rubbish%3Cscript%3E")
    expect(page.get_by_role("radio", name="conv")).to_be_checked()
    assert page.url.endswith("/")


def test_scores_are_those_of_the_chosen_model(ready: Page):
    for name in ("deep", "linear"):
        ready.get_by_role("radio", name=name).check()
        expect(ready.locator("[data-scores] p:visible")).to_have_count(1)
        expect(ready.locator("[data-scores] a:visible")).to_have_attribute("href", f"/models/{name}")
