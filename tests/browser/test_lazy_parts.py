"""Parts of a page that its first load leaves out: when they load, and what happens without the network."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab_stub import DONE, RUN, LabStub, points, views
from tests.browser.pad import expect_settled
from tests.browser.test_inside import open_inside

INK = "#ink=8c_50_5k_0_-2s_i8"
NOT_LOADED = "This part of the page could not be loaded. Try again when the server can be reached."
LOADED = (
    """() => performance.getEntriesByType("resource").map(({ name }) => /(\\w*)\\.js$/.exec(name)?.[1])"""
)
SCRIPTS = re.compile(r"/static/.*\.js$")
TABS = {
    "layers": "[data-layer]",
    "unit": "[data-sum] .formula",
    "explanation": "[data-gain]",
    "comparison": "dd",
}
LAZY = {
    "/inside": ["layers_tab", "unit_tab", "explanation_tab", "comparison_tab", "unit_view", "learning"],
    "/lab": ["runs_panel", "run_dialogs", "pin_dialog", "watch_views"],
}


@pytest.mark.parametrize("path", LAZY)
def test_rest_of_a_page_is_loaded_after_the_first_input(page: Page, path: str):
    if path == "/lab":
        LabStub(page).open()
    else:
        open_inside(page)
    loaded = page.evaluate(LOADED)
    assert "lazy" in loaded
    assert not set(LAZY[path]) & set(loaded)
    page.mouse.move(300, 300)
    page.wait_for_function(f"(names) => names.every((name) => ({LOADED})().includes(name))", arg=LAZY[path])


def test_every_tab_works_when_the_network_goes_after_the_first_input(page: Page):
    open_inside(page, INK)
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/chain_rule.js")):
        page.keyboard.press("Shift")
    page.wait_for_load_state("networkidle")
    page.route(SCRIPTS, lambda route: route.abort())
    for tab in page.get_by_role("tab").all():
        tab.click()
        expect_settled(page)
        expect(page.locator("[data-notice]")).to_be_hidden()
    page.get_by_role("tab", name="One neuron").click()
    page.get_by_role("button", name="One learning step").click()
    expect(page.locator("[data-learning]")).to_be_visible()


@pytest.mark.parametrize("view", TABS)
def test_tab_that_could_not_be_loaded_says_so_and_can_be_tried_again(page: Page, view: str):
    page.route("**/tabs/*.js", lambda route: route.abort())
    open_inside(page, f"?view={view}{INK}")
    expect(page.locator("[data-notice]")).to_have_text(NOT_LOADED)
    expect(page.get_by_text("Working…")).to_have_count(0)
    page.unroute("**/tabs/*.js")
    page.locator(f"[data-tab={view}]").click()
    expect(page.get_by_role("tabpanel").locator(TABS[view]).first).to_be_visible()
    expect(page.locator("[data-notice]")).to_be_hidden()


def test_tab_is_loaded_when_the_server_is_back(page: Page):
    open_inside(page, INK)
    addresses = ("**/readyz", "**/api/*", "**/tabs/*.js")
    for address in addresses:
        page.route(address, lambda route: route.abort())
    page.locator("[data-tab=layers]").click()
    expect(page.locator("[data-notice]")).to_have_text(NOT_LOADED)
    expect(page.locator("[data-status]")).to_have_attribute("data-status", "unreachable")
    for address in addresses:
        page.unroute(address)
    expect(page.locator("[data-layer]").first).to_be_visible()
    expect(page.locator("[data-notice]")).to_be_hidden()


def test_tab_says_that_it_is_working_while_it_is_loaded(page: Page):
    held = []
    page.route("**/layers_tab.js", lambda route: held.append(route))
    page.goto(f"/inside?view=layers{INK}")
    expect(page.locator("[data-hint]:visible")).to_have_text("Working…")
    expect(page.locator("[data-digit]")).not_to_be_empty()  # the prediction does not wait for the tab
    page.unroute("**/layers_tab.js")
    expect(page.locator("[data-layer]").first).to_be_visible()


def test_learning_that_could_not_be_loaded_can_be_tried_again(page: Page):
    page.route("**/chain_rule.js", lambda route: route.abort())
    open_inside(page, f"?view=unit&model=deep&label=3{INK}")
    expect(page.locator("[data-notice]")).to_have_text(NOT_LOADED)
    page.unroute("**/chain_rule.js")
    page.get_by_role("button", name="One learning step").click()
    expect(page.locator("[data-errors] tr").first).to_be_visible()
    expect(page.locator("[data-notice]")).to_be_hidden()


@pytest.mark.parametrize("missing", ["learning", "chain_rule"])
def test_module_is_imported_only_when_all_its_files_are_fetched(page: Page, missing: str):
    kinds = []
    page.on("request", lambda request: kinds.append((request.url.rpartition("/")[2], request.resource_type)))
    page.route(f"**/{missing}.js", lambda route: route.abort())
    open_inside(page, f"?view=unit&model=deep&label=3{INK}")
    expect(page.locator("[data-notice]")).to_have_text(NOT_LOADED)
    assert ("learning.js", "fetch") in kinds
    assert ("learning.js", "script") not in kinds  # an older browser would never ask for it again
    page.unroute(f"**/{missing}.js")
    page.get_by_role("button", name="One learning step").click()
    expect(page.locator("[data-learning]")).to_be_visible()


def test_pins_that_could_not_be_loaded_can_be_tried_again(page: Page):
    page.route("**/pin_dialog.js", lambda route: route.abort())
    LabStub(page).open()
    page.locator("[data-open-pins]").click()
    expect(page.locator("[data-bar-error]")).to_have_text(NOT_LOADED)
    page.unroute("**/pin_dialog.js")
    page.locator("[data-open-pins]").click()
    expect(page.get_by_role("dialog", name="Pinned digits")).to_be_visible()
    expect(page.locator("[data-bar-error]")).to_be_empty()


@pytest.mark.parametrize(
    ("module", "shown"), [("runs_panel", "[data-runs] tbody tr"), ("watch_views", "[data-gradient-list] li")]
)
def test_run_is_shown_as_soon_as_its_views_can_be_loaded(page: Page, module: str, shown: str):
    page.route(f"**/{module}.js", lambda route: route.abort())
    lab = LabStub(page, [DONE]).open()
    with page.expect_event("requestfailed", lambda request: module in request.url):
        lab.send(RUN, points=points(20, 1), **views())
    expect(page.locator(shown)).to_have_count(0)
    page.unroute(f"**/{module}.js")
    expect(page.locator(shown).first).to_be_visible()
