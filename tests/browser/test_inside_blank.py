"""The inside page without a response: hints instead of outdated values."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import SEVEN, draw, expect_answer, expect_settled
from tests.browser.test_inside import open_inside
from tests.browser.test_outage import GONE

INK = "#ink=8c_50_5k_0_-2s_i8"
VIEWS = {"layers": "[data-layer]", "unit": "[data-sum] .formula", "explanation": "[data-gain]"}
MOMENT = "Working…"


@pytest.mark.parametrize("view", VIEWS)
def test_view_without_ink_shows_a_hint_and_no_controls(page: Page, browser_errors: list, view: str):
    open_inside(page, f"?view={view}")
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("Draw a digit, or choose a sample, to see")
    expect(panel.locator("button:visible, input:visible, select:visible, canvas:visible")).to_have_count(0)
    draw(page, SEVEN)
    expect(panel.locator(VIEWS[view]).first).to_be_visible()
    expect(panel.locator("[data-hint]")).to_be_hidden()
    assert browser_errors == []


@pytest.mark.parametrize("view", VIEWS)
def test_clearing_ink_clears_the_view(page: Page, view: str):
    open_inside(page, f"?view={view}{INK}")
    expect(page.locator(VIEWS[view]).first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-hint]:visible")).to_contain_text("Draw a digit")
    expect(page.locator(VIEWS[view]).first).to_be_hidden()
    expect(page.locator("[data-logit]")).to_have_text([""] * 10)
    expect(page.locator("[data-digit]")).to_have_text("")


def test_clearing_ink_clears_the_model_comparison(page: Page):
    open_inside(page, f"?view=comparison{INK}")
    expect(page.locator("[data-superposition] tr")).to_have_count(4)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-superposition] tr")).to_have_count(0)
    expect(page.locator("[data-predicted]")).to_have_text([""] * 4)


def test_changing_model_without_ink_shows_no_old_layers(page: Page):
    open_inside(page, f"?view=layers&model=conv{INK}")
    expect(page.locator("[data-layer=conv_1]")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("radio", name="deep").check()
    expect_settled(page)
    expect(page.locator("[data-layer]:visible")).to_have_count(0)
    draw(page, SEVEN)
    expect(page.locator("[data-layer=hidden_1]")).to_be_visible()
    expect(page.locator("[data-layer=conv_1]")).to_have_count(0)


@pytest.mark.parametrize("view", VIEWS)
def test_changing_model_hides_the_old_response(page: Page, view: str):
    open_inside(page, f"?view={view}&model=conv{INK}")
    expect(page.locator(VIEWS[view]).first).to_be_visible()
    held = []
    page.route("**/api/*?model=deep*", lambda route: held.append(route))
    page.get_by_role("radio", name="deep").check()
    expect(page.locator("[data-hint]:visible")).to_have_text(MOMENT)
    page.unroute("**/api/*?model=deep*")


@pytest.mark.parametrize("view", VIEWS)
def test_unreachable_server_hides_the_old_response(page: Page, view: str):
    open_inside(page, f"?view={view}{INK}")
    expect_answer(page)
    expect(page.locator(VIEWS[view]).first).to_be_visible()
    for address in ("**/readyz", "**/api/*"):
        page.route(address, lambda route: route.abort())
    draw(page, [[[200, 900], [800, 900]]])
    expect(page.locator("[data-status]")).to_have_text(GONE)
    expect(page.locator("[data-digit]")).to_have_text("")
    expect(page.locator("[data-hint]:visible")).to_have_text(MOMENT)
    for address in ("**/readyz", "**/api/*"):
        page.unroute(address)
    expect_answer(page)
    expect(page.locator(VIEWS[view]).first).to_be_visible()


def test_rejected_request_hides_the_old_response(page: Page):
    open_inside(page, f"?view=explanation{INK}")
    expect(page.locator("[data-gain]")).to_be_visible()
    message, explanation = "expected 784 bytes, received 783", "This drawing cannot be used."
    refusal = {"error": {"code": "bad_bitmap", "message": message, "explanation": explanation}}
    page.route("**/api/explain*", lambda route: route.fulfill(status=400, json=refusal))
    draw(page, SEVEN)
    expect(page.locator("[data-notice]")).to_have_text("This drawing cannot be used.")
    expect(page.locator("[data-gain]")).to_be_hidden()
