"""The model pages in a browser: bitmaps, layout, console errors."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fakes import write_model
from tests.model_cards import whole_card
from tests.server_process import ServerProcess


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[ServerProcess]:
    """A server whose models are fakes with a whole card and a bare one."""
    folder: Path = tmp_path_factory.mktemp("models")
    write_model(folder, "linear", parameters=7_850)
    write_model(folder, "conv", **whole_card())
    with ServerProcess(folder, module="tests.fake_server") as process:
        yield process


@pytest.fixture
def model_page(page: Page, server: ServerProcess, browser_errors: list[str]) -> Page:
    """The page of the model with a whole card."""
    page.goto(f"{server.address}/models/conv")
    return page


def test_model_page_paints_each_mistake(model_page, browser_errors):
    painted = model_page.eval_on_selector_all(
        "canvas[data-bitmap]",
        """canvases => canvases.map(canvas => {
             const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
             return data.filter((_, index) => index % 4 === 3);
           }).map(alphas => Object.values(alphas))""",
    )
    mistakes = whole_card()["evaluation"]["pen_test"]["mistakes"]
    assert painted == [list(base64.b64decode(mistake["bitmap"])) for mistake in mistakes]
    assert browser_errors == []


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (390, 844), (1280, 800), (1920, 1080)])
@pytest.mark.parametrize("path", ["/models", "/models/conv", "/models/linear"])
def test_model_pages_fit_the_window(page, server, path, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(server.address + path)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_model_navigation_links_all_models(model_page):
    model_page.get_by_role("navigation", name="Networks").get_by_role("link", name="linear").click()
    expect(model_page.locator("h1")).to_have_text("Network with one hidden layer")
    model_page.get_by_role("navigation", name="Pages").get_by_role("link", name="Models").click()
    expect(model_page.get_by_role("row")).to_have_count(3)


def test_wide_table_scrolls_with_the_keyboard(model_page):
    model_page.set_viewport_size({"width": 390, "height": 844})
    frame = model_page.get_by_role("group", name="Confusion matrix")
    frame.focus()
    model_page.keyboard.press("ArrowRight")
    model_page.wait_for_function("frame => frame.scrollLeft > 0", arg=frame.element_handle())


def test_model_page_text_is_large_on_a_projector(model_page):
    model_page.set_viewport_size({"width": 1920, "height": 1080})
    sizes = model_page.evaluate(
        """() => [...document.querySelectorAll("main *")]
             .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
             .filter(node => !node.closest("svg") && !node.closest(".visually-hidden"))
             .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert len(sizes) > 100
    assert min(sizes) >= 20
