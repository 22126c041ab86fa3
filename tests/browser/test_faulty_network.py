"""On a faulty network the ink stays, and the prediction arrives without user action."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import READY_TIME, RealServer
from tests.browser.pad import SEVEN, draw, expect_answer, inked_box
from tests.browser.test_outage import GONE
from tests.faults.proxy import FaultyProxy

NOTICED = 30_000  # milliseconds


@pytest.fixture
def proxy(real_server: RealServer) -> Iterator[FaultyProxy]:
    with FaultyProxy("127.0.0.1", real_server.port) as proxy:
        yield proxy


@pytest.fixture
def behind(page: Page, proxy: FaultyProxy) -> Page:
    """The draw page, loaded through the proxy before any fault."""
    page.goto(proxy.address)
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)
    return page


@pytest.mark.parametrize("fault", ["refuse", "reset", "cut", "truncate"])
def test_page_recovers_from_broken_responses(behind: Page, proxy: FaultyProxy, fault: str):
    proxy.fault = fault
    draw(behind, SEVEN)
    expect(behind.locator("[data-status]")).to_have_text(GONE, timeout=NOTICED)
    expect(behind.locator("[data-digit]")).to_have_text("")
    before = inked_box(behind)
    proxy.fault = "none"
    expect_answer(behind)
    expect(behind.locator("[data-digit]")).to_have_text("7")
    assert inked_box(behind) == before


@pytest.mark.parametrize("fault", ["delay", "drip"])
def test_page_works_on_a_slow_network(behind: Page, proxy: FaultyProxy, fault: str):
    proxy.fault = fault
    draw(behind, SEVEN)
    expect_answer(behind)
    expect(behind.locator("[data-digit]")).to_have_text("7")
    assert proxy.tried > 0


def test_page_recovers_from_lost_requests(behind: Page, proxy: FaultyProxy):
    proxy.fault = "lose"
    draw(behind, SEVEN)
    behind.wait_for_timeout(0)  # lets the page send
    proxy.fault = "none"
    expect_answer(behind)
    expect(behind.locator("[data-digit]")).to_have_text("7")
