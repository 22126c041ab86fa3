"""The lab's button that fetches all of MNIST, with a stand-in for the API."""

from playwright.sync_api import Page, expect

from tests.browser.lab_stub import DONE, LIMITS, LabStub, refusal

WAITING = {"is_running": False, "received": 0, "size": 11_490_434, "reason": None}
OFFLINE = "MNIST cannot be fetched: is this computer connected to the internet?"
ALL = {"title": "MNIST", "train": 54_000, "validation": 6_000, "test": 10_000}


def open_lab(page: Page, fetch: dict | None) -> LabStub:
    return LabStub(page, fetch=fetch).open()


def button(page: Page):
    return page.get_by_role("button", name="Fetch all of MNIST (11 MB)")


def send(lab: LabStub, **changes: object) -> None:
    """Send an event with a changed download."""
    lab.state["fetch"] = WAITING | changes
    lab.send(None, status="idle")


def test_button_is_missing_where_all_of_mnist_is_at_hand(page: Page):
    open_lab(page, None)
    expect(page.locator("[data-data]")).to_be_visible()
    expect(button(page)).to_be_hidden()


def test_button_fetches_once_and_shows_the_progress(page: Page):
    lab = open_lab(page, WAITING)
    button(page).click()
    send(lab, is_running=True, received=4_600_000)
    expect(page.locator("[data-fetch-text]")).to_have_text("4 of 11 MB")
    expect(button(page)).to_have_attribute("aria-disabled", "true")
    button(page).press("Enter")
    assert lab.sent("/mnist") == [{}]
    expect(button(page)).to_be_focused()


def test_fetched_digits_raise_the_limit_without_a_reload(page: Page):
    lab = open_lab(page, WAITING)
    page.locator("[data-more] > summary").click()
    samples = page.locator('[data-field="samples"]')
    samples.fill("8000")
    lab.state |= {"data": ALL, "limits": LIMITS | {"samples": [10, 54_000]}, "fetch": None}
    lab.send(None, status="idle")
    expect(page.locator("[data-data]")).to_contain_text("MNIST: 54,000 digits to train with")
    expect(page.locator("[data-announcer]")).to_contain_text("54,000 digits")
    expect(button(page)).to_be_hidden()
    expect(samples).to_have_attribute("max", "54000")
    expect(samples).to_have_value("8000")


def test_file_that_comes_during_a_run_waits_for_its_end(page: Page):
    lab = open_lab(page, WAITING)
    send(lab, received=WAITING["size"])
    expect(page.locator("[data-fetch-text]")).to_contain_text("after the present run")
    expect(button(page)).to_have_attribute("aria-disabled", "true")


def test_failure_is_shown_and_can_be_tried_again(page: Page):
    lab = open_lab(page, WAITING)
    send(lab, reason=OFFLINE)
    expect(page.locator("[data-fetch-error]")).to_have_text(OFFLINE)
    lab.answers["POST /mnist"] = (409, refusal("not_now", "MNIST is being fetched."))
    button(page).click()
    expect(page.locator("[data-fetch-error]")).to_have_text("MNIST is being fetched.")
    assert lab.sent("/mnist") == [{}]


def test_polled_state_shows_the_progress_where_streams_fail(page: Page):
    lab = LabStub(page, [DONE], fetch=WAITING).open()
    page.evaluate("() => sources.at(-1).dispatchEvent(new Event('error'))")
    lab.state["fetch"] = WAITING | {"is_running": True, "received": 9_000_000}
    expect(page.locator("[data-fetch-text]")).to_have_text("9 of 11 MB")
