"""The lab with the real trainer: a network is trained, drawn against, kept, and used after a restart."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import READY_TIME, RealServer, open_ready
from tests.browser.pad import ANSWER_TIME, SEVEN, draw

SLOW = {"timeout": READY_TIME}
IS_LONGER = """(corners) => document.querySelector('[data-plot="loss"] .hue-0 path:last-of-type')
  ?.getAttribute("d").split("L").length > corners"""
PICTURES = "(canvas) => canvas.toDataURL()"


def test_network_is_trained_drawn_against_and_kept(
    page: Page, own_server: RealServer, browser_errors: list[str]
):
    train(page, own_server.address)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Draw against run 1").click()
    expect_answers(opened.value, "run-1")
    opened.value.close()
    page.get_by_role("button", name="Keep run 1").click()
    page.get_by_role("textbox", name="Name").fill("my-first")
    page.get_by_role("textbox", name="Name").press("Enter")
    expect(page.locator(".runs__status")).to_contain_text("kept as my-first")
    assert browser_errors == []
    own_server.kill()
    own_server.start()
    open_ready(page, f"{own_server.address}/?model=my-first")
    expect_answers(page, "my-first")


def train(page: Page, address: str) -> None:
    """Train for two epochs, and see curve and weight pictures move."""
    page.goto(f"{address}/lab")
    page.locator('[data-field="epochs"]').fill("2")
    button = page.get_by_role("button", name="Train", exact=True)
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()
    weights = page.locator("[data-weights] canvas")
    expect(weights).to_be_visible(**SLOW)
    first = weights.evaluate(PICTURES)
    page.wait_for_function(IS_LONGER, arg=3, timeout=READY_TIME)
    expect(page.locator("[data-status-text]")).to_contain_text("Run 1 is done", **SLOW)
    assert weights.evaluate(PICTURES) != first
    expect(page.locator("[data-pinned-list] li")).to_have_count(5)
    expect(page.locator(".runs__status")).to_have_text("done")


def expect_answers(page: Page, model: str) -> None:
    """Draw, and expect an answer of this network."""
    with page.expect_response(f"**/api/predict?model={model}", timeout=ANSWER_TIME) as answer:
        draw(page, SEVEN)
    assert len(answer.value.json()["probabilities"]) == 10
