"""Browse the data, and put a digit on the pad of the page Inside."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import READY_TIME
from tests.browser.pad import expect_answer, expect_settled
from webapp.training.datasets import load_mnist


@pytest.fixture
def browsing(page: Page) -> Page:
    """The page of data, with both collections at hand."""
    page.goto("/data")
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    return page


def pictures(page: Page):
    return page.get_by_role("main").get_by_role("listitem").get_by_role("link")


def test_data_is_filtered_and_paginated(browsing: Page):
    browsing.get_by_role("navigation", name="Digits").get_by_role("link", name="4", exact=True).click()
    expect(browsing).to_have_url(re.compile(r"set=mnist&digit=4$"))
    expect(pictures(browsing)).to_have_count(60)
    for picture in pictures(browsing).all():
        expect(picture).to_have_text(re.compile("^a 4, test image"))
    first = pictures(browsing).first.inner_text()
    browsing.get_by_role("link", name="Next").click()
    expect(browsing).to_have_url(re.compile(r"digit=4&page=1$"))
    expect(pictures(browsing).first).not_to_have_text(first)
    browsing.get_by_role("link", name="Previous").click()
    expect(pictures(browsing).first).to_have_text(first)


def test_mnist_digit_opens_on_the_pad(browsing: Page, data_folder):
    _, test = load_mnist(data_folder / "mnist.npz")
    number = int(np.flatnonzero(test.labels == 7)[0])
    browsing.get_by_role("navigation", name="Digits").get_by_role("link", name="7", exact=True).click()
    with browsing.expect_request(lambda request: "/api/inspect" in request.url) as sent:
        pictures(browsing).first.click()
    assert sent.value.post_data_buffer == test.bitmaps[number].tobytes()
    expect_answer(browsing)
    expect_settled(browsing)
    expect(browsing.locator("[data-digit]")).to_have_text("7")
    expect(browsing.locator("[data-painted]")).to_be_visible()


def test_pen_digit_opens_as_ink_with_undo(browsing: Page):
    browsing.get_by_role("navigation", name="Collections").get_by_role("link", name="Pen digits").click()
    browsing.get_by_role("navigation", name="Digits").get_by_role("link", name="3", exact=True).click()
    expect(browsing).to_have_url(re.compile(r"set=pen&digit=3$"))
    pictures(browsing).first.click()
    expect(browsing.locator("[data-digit]")).to_have_text("3", timeout=READY_TIME)
    expect(browsing.locator("[data-painted]")).to_be_hidden()
    expect(browsing.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")


def test_mistakes_of_a_model_are_listed(browsing: Page):
    browsing.get_by_role("link", name="Mistakes of linear").click()
    expect(browsing).to_have_url(re.compile(r"set=linear$"))
    expect(pictures(browsing).first).to_contain_text("predicted")


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (390, 844), (1280, 800)])
def test_data_page_fits_the_window(browsing: Page, width: int, height: int):
    browsing.set_viewport_size({"width": width, "height": height})
    browsing.goto("/data?set=pen")
    expect(pictures(browsing)).to_have_count(60)
    assert browsing.evaluate("document.documentElement.scrollWidth") <= width


def test_data_page_respects_its_content_policy(browser_errors: list, browsing: Page):
    loaded = "images => images.every((image) => image.complete && image.naturalWidth === 28)"
    assert browsing.locator(".data__example img").evaluate_all(loaded)
    assert browser_errors == []
