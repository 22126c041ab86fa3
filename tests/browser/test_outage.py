"""The server wakes up, goes and comes back; the ink stays, and the answer comes by itself."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import READY_TIME, RealServer
from tests.browser.hands import SEVEN, draw, expect_answer, inked, inked_box

WAKING = "waking up: the answer comes by itself"
GONE = "server not reachable, your ink is safe"


def refuse(route: Route) -> None:
    body = {"ready": False, "models": {"conv": "loading"}}
    route.fulfill(status=503, headers={"Retry-After": "1"}, json=body)


def test_page_takes_ink_while_the_server_wakes_up(page: Page):
    for address in ("**/readyz", "**/api/predict*"):
        page.route(address, refuse)
    page.goto("/")
    expect(page.locator("[data-status]")).to_have_text(WAKING)
    draw(page, SEVEN)
    assert inked(page) > 0
    expect(page.locator("[data-digit]")).to_have_text("")
    for address in ("**/readyz", "**/api/predict*"):
        page.unroute(address)
    expect_answer(page)
    expect(page.locator("[data-status]")).to_have_text("ready")


def test_answer_comes_from_a_server_that_has_just_started(page: Page, own_server: RealServer):
    page.goto(own_server.address)
    draw(page, SEVEN)
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)
    expect_answer(page)


def test_model_that_is_warm_answers_while_another_is_loading(page: Page):
    half = {"ready": False, "models": {"conv": "warm", "deep": "loading"}}
    page.route("**/readyz", lambda route: route.fulfill(status=503, json=half))
    page.goto("/")
    expect(page.locator("[data-status]")).to_have_text("ready")


def test_model_that_failed_cannot_be_chosen(page: Page):
    statuses = {"ready": True, "models": {"conv": "warm", "deep": "failed"}}
    page.route("**/readyz", lambda route: route.fulfill(json=statuses))
    page.goto("/")
    expect(page.get_by_role("radio", name="deep")).to_be_disabled()
    expect(page.get_by_role("radio", name="conv")).to_be_enabled()


def test_server_gone_and_back_keeps_the_ink_and_answers_by_itself(page: Page, own_server: RealServer):
    page.goto(own_server.address)
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)
    own_server.kill()
    draw(page, SEVEN)
    expect(page.locator("[data-status]")).to_have_text(GONE)
    before = inked_box(page)
    own_server.start()
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)
    expect_answer(page)
    assert inked_box(page) == before


def test_old_answer_is_not_shown_beside_ink_that_nobody_could_read(ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    ready.route("**/readyz", lambda route: route.abort())
    ready.route("**/api/predict*", lambda route: route.abort())
    draw(ready, [[[200, 900], [800, 900]]])
    expect(ready.locator("[data-status]")).to_have_text(GONE)
    expect(ready.locator("[data-digit]")).to_have_text("")


def test_server_that_wants_fewer_requests_is_left_alone_for_that_long(ready: Page):
    want_fewer = {"status": 429, "headers": {"Retry-After": "2"}, "json": {"error": {}}}
    ready.route("**/api/predict*", lambda route: route.fulfill(**want_fewer), times=1)
    draw(ready, [[[500, 500]]])
    expect_answer(ready)
    asked = ready.evaluate(
        "performance.getEntriesByType('resource').filter(({name}) => name.includes('/api/predict'))"
        ".map(({startTime}) => startTime)"
    )
    assert asked[1] - asked[0] >= 2000  # milliseconds


def test_busy_server_is_asked_again(ready: Page):
    refusals = []

    def refuse_twice(route: Route) -> None:
        refusals.append(route)
        refuse(route) if len(refusals) <= 2 else route.continue_()

    ready.route("**/api/predict*", refuse_twice)
    draw(ready, [[[500, 500]]])
    expect_answer(ready)
    assert len(refusals) >= 3


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_another_model_reads_where_the_default_failed(page: Page, path: str):
    statuses = {"ready": False, "models": {"conv": "failed", "deep": "warm", "linear": "warm"}}
    page.route("**/readyz", lambda route: route.fulfill(status=503, json=statuses))
    page.goto(path)
    expect(page.get_by_role("radio", name="deep")).to_be_checked()
    expect(page.locator("[data-notice]")).to_have_text("conv cannot be used: deep reads instead.")
    expect(page.locator("[data-status]")).to_have_text("ready")
    draw(page, SEVEN)
    expect_answer(page)
