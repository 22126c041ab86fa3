"""Loading models and server outages: the ink stays, and the page recovers."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import READY_TIME, RealServer
from tests.browser.pad import SEVEN, draw, expect_answer, inked, inked_box
from tests.browser.room_pages import ARGUMENTS, open_room_pages
from tests.fakes import write_model

WAKING = "server is busy, please wait"
GONE = "server unreachable, your drawing is kept"
NO_NETWORK = "no model loaded, tell the presenter"
FAILED = "No network loaded"


def refuse(route: Route) -> None:
    body = {"ready": False, "models": {"conv": "loading"}}
    route.fulfill(status=503, headers={"Retry-After": "1"}, json=body)


def test_page_accepts_ink_while_models_load(page: Page):
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


def test_prediction_arrives_from_a_starting_server(page: Page, own_server: RealServer):
    page.goto(own_server.address)
    draw(page, SEVEN)
    expect(page.locator("[data-status]")).to_have_text("ready", timeout=READY_TIME)
    expect_answer(page)


def test_loaded_model_is_usable_while_another_loads(page: Page):
    half = {"ready": False, "models": {"conv": "warm", "deep": "loading"}}
    page.route("**/readyz", lambda route: route.fulfill(status=503, json=half))
    page.goto("/")
    expect(page.locator("[data-status]")).to_have_text("ready")


def test_failed_model_is_disabled(page: Page):
    statuses = {"ready": True, "models": {"conv": "warm", "deep": "failed"}}
    page.route("**/readyz", lambda route: route.fulfill(json=statuses))
    page.goto("/")
    expect(page.get_by_role("radio", name="deep")).to_be_disabled()
    expect(page.get_by_role("radio", name="conv")).to_be_enabled()


def test_server_restart_keeps_ink_and_predicts(page: Page, own_server: RealServer):
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


def test_unreachable_server_clears_the_old_prediction(ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    ready.route("**/readyz", lambda route: route.abort())
    ready.route("**/api/predict*", lambda route: route.abort())
    draw(ready, [[[200, 900], [800, 900]]])
    expect(ready.locator("[data-status]")).to_have_text(GONE)
    expect(ready.locator("[data-digit]")).to_have_text("")


def test_retry_after_of_429_is_respected(ready: Page):
    want_fewer = {"status": 429, "headers": {"Retry-After": "2"}, "json": {"error": {}}}
    ready.route("**/api/predict*", lambda route: route.fulfill(**want_fewer), times=1)
    draw(ready, [[[500, 500]]])
    expect_answer(ready)
    asked = ready.evaluate(
        "performance.getEntriesByType('resource').filter(({name}) => name.includes('/api/predict'))"
        ".map(({startTime}) => startTime)"
    )
    assert asked[1] - asked[0] >= 2000  # milliseconds


def test_request_to_a_busy_server_is_repeated(ready: Page):
    refusals = []

    def refuse_twice(route: Route) -> None:
        refusals.append(route)
        refuse(route) if len(refusals) <= 2 else route.continue_()

    ready.route("**/api/predict*", refuse_twice)
    draw(ready, [[[500, 500]]])
    expect_answer(ready)
    assert len(refusals) >= 3


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_fallback_model_is_used_if_the_default_failed(page: Page, path: str):
    statuses = {"ready": False, "models": {"conv": "failed", "deep": "warm", "linear": "warm"}}
    page.route("**/readyz", lambda route: route.fulfill(status=503, json=statuses))
    page.goto(path)
    expect(page.get_by_role("radio", name="deep")).to_be_checked()
    expect(page.locator("[data-notice]")).to_have_text("conv cannot be used. Using deep instead.")
    expect(page.locator("[data-status]")).to_have_text("ready")
    draw(page, SEVEN)
    expect_answer(page)


@pytest.fixture(scope="module")
def broken_room(data_folder, tmp_path_factory):
    """A room whose server could load no model, and its presenter link."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("linear", "conv"):
        write_model(folder, name, b"cut short")
    server = RealServer(data_folder, folder / "room", *ARGUMENTS, "--models", folder)
    yield server, server.read_presenter_link()
    server.kill()


@pytest.fixture
def broken_pages(browser: Browser, broken_room: tuple):
    """Opens pages of that room."""
    with open_room_pages(browser, *broken_room) as room_pages:
        yield room_pages


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_page_tells_that_no_model_could_be_loaded(broken_pages, path: str):
    page = broken_pages.open(path)
    expect(page.locator("[data-status]")).to_have_text(NO_NETWORK, timeout=READY_TIME)
    expect(page.locator("[data-headline]")).to_have_text(FAILED)
    draw(page, SEVEN)
    expect(page.locator("[data-tools] [data-undo]")).to_be_enabled()
    expect(page.locator("[data-headline]")).to_have_text(FAILED)
    expect(page.locator("[data-detail]")).to_have_text("Tell the presenter.")
    assert "Working" not in page.locator("main").inner_text()


def test_phone_tells_that_drawings_cannot_be_sent_without_models(broken_pages):
    phone = broken_pages.phone()
    expect(phone.locator("[data-status]")).to_have_text(NO_NETWORK, timeout=READY_TIME)
    draw(phone, SEVEN)
    expect(phone.locator("[data-headline]")).to_have_text(FAILED)
    phone.get_by_role("button", name="Send", exact=True).click()
    phone.get_by_role("button", name="Send it").click()
    expect(phone.locator("[data-sending]")).to_have_text(
        "Saved here, but not sent: the server has no neural network loaded. Tell the presenter."
    )


def test_presenter_learns_that_no_model_could_be_loaded(broken_pages):
    presenter = broken_pages.presenter()
    alarm = presenter.get_by_role("alert")
    expect(alarm).to_contain_text(
        "No network could be loaded: there are no predictions, and phones cannot send."
    )
    alarm.get_by_role("link").click()
    models = presenter.locator(".checks__check").first
    expect(models).to_contain_text("conv, linear cannot be used: expected a LiteRT model")
    expect(models).to_contain_text("Nothing can be predicted, and phones cannot send. Restore the files")


@pytest.mark.parametrize("path", ["/", "/inside"])
def test_page_predicts_after_the_models_were_repaired(page: Page, path: str):
    broken = {"error": {"code": "bad_model", "message": "no model can be used"}}
    page.route(
        "**/readyz",
        lambda route: route.fulfill(status=503, json={"ready": False, "models": {"conv": "failed"}}),
    )
    page.route("**/api/*", lambda route: route.fulfill(status=503, json=broken))
    page.goto(path)
    draw(page, SEVEN)
    expect(page.locator("[data-headline]")).to_have_text(FAILED)
    page.unroute("**/api/*")
    page.unroute("**/readyz")
    expect_answer(page)
    expect(page.locator("[data-status]")).to_have_text("ready")
