"""The page Inside without an answer: it says what it waits for, and shows nothing of the ink before."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import SEVEN, draw, expect_answer, expect_settled
from tests.browser.test_inside import open_inside
from tests.browser.test_outage import GONE

INK = "#ink=8c_50_5k_0_-2s_i8"
VIEWS = {"layers": "[data-layer]", "unit": "[data-sum] .formula", "why": "[data-gain]"}
MOMENT = "One moment: the answer comes by itself."


@pytest.mark.parametrize("view", VIEWS)
def test_view_without_ink_asks_for_it_and_offers_nothing_to_press(page: Page, complaints: list, view: str):
    open_inside(page, f"?view={view}")
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("Draw a digit, or take a sample, to see")
    expect(panel.locator("button:visible, input:visible, select:visible, canvas:visible")).to_have_count(0)
    draw(page, SEVEN)
    expect(panel.locator(VIEWS[view]).first).to_be_visible()
    expect(panel.locator("[data-hint]")).to_be_hidden()
    assert complaints == []


@pytest.mark.parametrize("view", VIEWS)
def test_cleared_ink_leaves_nothing_of_its_answer(page: Page, view: str):
    open_inside(page, f"?view={view}{INK}")
    expect(page.locator(VIEWS[view]).first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-hint]:visible")).to_contain_text("Draw a digit")
    expect(page.locator(VIEWS[view]).first).to_be_hidden()
    expect(page.locator("[data-logit]")).to_have_text([""] * 10)
    expect(page.locator("[data-digit]")).to_have_text("")


def test_cleared_ink_leaves_no_row_of_the_ladder(page: Page):
    open_inside(page, f"?view=ladder{INK}")
    expect(page.locator("[data-halves] tr")).to_have_count(4)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-halves] tr")).to_have_count(0)
    expect(page.locator("[data-reads]")).to_have_text([""] * 4)


def test_model_chosen_on_an_empty_pad_shows_no_layer_of_the_one_before(page: Page):
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
def test_model_that_is_chosen_does_not_stand_beside_the_answer_of_another(page: Page, view: str):
    open_inside(page, f"?view={view}&model=conv{INK}")
    expect(page.locator(VIEWS[view]).first).to_be_visible()
    held = []
    page.route("**/api/*?model=deep*", lambda route: held.append(route))
    page.get_by_role("radio", name="deep").check()
    expect(page.locator("[data-hint]:visible")).to_have_text(MOMENT)
    page.unroute("**/api/*?model=deep*")


@pytest.mark.parametrize("view", VIEWS)
def test_ink_that_nobody_could_read_stands_beside_no_old_answer(page: Page, view: str):
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


def test_refused_question_leaves_no_answer_to_older_ink(page: Page):
    open_inside(page, f"?view=why{INK}")
    expect(page.locator("[data-gain]")).to_be_visible()
    refusal = {"error": {"code": "bad_bitmap", "message": "expected 784 bytes, received 783"}}
    page.route("**/api/explain*", lambda route: route.fulfill(status=400, json=refusal))
    draw(page, SEVEN)
    expect(page.locator("[data-notice]")).to_contain_text("expected 784 bytes, received 783")
    expect(page.locator("[data-gain]")).to_be_hidden()
