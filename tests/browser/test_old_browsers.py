"""Browsers without newer APIs: older phones, Safari, and any browser on plain HTTP."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_ready
from tests.browser.pad import SEVEN, draw, expect_answer, expect_settled

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
NO_TIMEOUT = "delete AbortSignal.timeout"
REFUSES_ONCE = """
  const replaceState = history.replaceState.bind(history);
  window.refusals = 0;
  history.replaceState = (...args) => {
    const isRefused = String(args[2]).includes("#ink=") && window.refusals++ === 0;
    if (isRefused) throw new DOMException("", "SecurityError");
    replaceState(...args);
  };
"""


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_drawing_works_without_abort_signal_timeout(page: Page, path: str):
    page.add_init_script(NO_TIMEOUT)
    open_ready(page, path)
    assert page.evaluate("AbortSignal.timeout") is None
    draw(page, SEVEN)
    expect_answer(page)


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_refused_url_update_is_repeated(page: Page, browser_errors: list, path: str):
    page.add_init_script(REFUSES_ONCE)
    open_ready(page, path)
    draw(page, SEVEN)
    expect(page).to_have_url(re.compile("#ink="))
    assert page.evaluate("window.refusals") > 1
    assert browser_errors == []


def test_code_is_copied_without_clipboard_api(page: Page):
    page.add_init_script(NO_CLIPBOARD)
    open_ready(page, "/inside?view=code&model=linear")
    expect_settled(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-copied]")).to_have_text("copied")
    page.evaluate("document.body.prepend(document.createElement('textarea'))")
    page.locator("textarea").press("Control+v")
    expect(page.locator("textarea")).not_to_have_value("")
    code = page.locator("[data-lines]").text_content()
    assert page.locator("textarea").input_value().strip() == code.strip()


def test_uncopied_code_is_selected(page: Page):
    page.add_init_script(f"{NO_CLIPBOARD}; document.execCommand = () => false")
    open_ready(page, "/inside?view=code&model=linear")
    expect_settled(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-copied]")).to_contain_text("selected")
    code = page.locator("[data-lines]").text_content()
    assert page.evaluate("getSelection().toString()").strip() == code.strip()
