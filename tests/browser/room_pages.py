"""Pages of a room: presenter, wall and phones, each in a separate browser context."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.pad import ANSWER_TIME, draw, expect_answer

if TYPE_CHECKING:
    from tests.browser.conftest import RealServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
CODE = "BLUE"
# The first stroke that the pad gets closes the ballot.
IS_COVERED = "() => !document.querySelector('[data-ballot]').hidden"
# Phones join by a code, as on a venue's network, though only this computer can reach it.
ARGUMENTS = ("--lan", "--host", "127.0.0.1", "--public-address", "127.0.0.1", "--room-code", CODE)


class RoomPages:
    """Opens pages of one server and collects their errors in `browser_errors`."""

    def __init__(self, browser: Browser, server: "RealServer", presenter_link: str) -> None:
        self.server = server
        self.browser_errors: list[str] = []
        self._browser = browser
        self._presenter_link = presenter_link
        self._contexts = []

    def open(self, path: str, **screen: object) -> Page:
        """Open a page in a context of its own."""
        context = self._browser.new_context(base_url=self.server.address, **screen)
        context.set_default_timeout(ANSWER_TIME)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.browser_errors.append(str(error)))
        page.on("console", lambda message: self._note(message.text))
        page.goto(path)
        return page

    def phone(self, path: str = f"/join?code={CODE}") -> Page:
        """Open the join page with the code and wait until it has joined."""
        page = self.open(path, **PHONE)
        expect(page.locator("[data-name]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def wall(self) -> Page:
        """Open the wall on a projector."""
        page = self.open("/wall", **PROJECTOR)
        expect(page.locator("[data-task]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def presenter(self, **screen: object) -> Page:
        """Open the presenter page by its link."""
        page = self.open(self._presenter_link, **(LAPTOP | screen))
        expect(page.locator("[data-task]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.browser_errors.append(text)


@contextmanager
def open_room_pages(browser: Browser, server: "RealServer", link: str) -> Iterator[RoomPages]:
    """Yield a RoomPages, close its pages, and check that none had errors."""
    room_pages = RoomPages(browser, server, link)
    yield room_pages
    room_pages.close()
    assert room_pages.browser_errors == []


def send(phone: Page, strokes: list, label: int | None = None) -> int:
    """Draw on a phone, send, and return the drawing's number."""
    submit(phone, strokes, label)
    return sent_number(phone)


def choose_label(phone: Page, digit: int) -> None:
    """Tell in a free round which digit is on the pad."""
    phone.get_by_role("button", name=re.compile("^(No, it’s|It’s|Change)")).click()
    phone.get_by_role("button", name=str(digit), exact=True).click()
    expect(phone.locator("[data-label-choice]")).to_contain_text(re.compile(rf"^\s*It’s an? {digit}\s"))


def submit(phone: Page, strokes: list, label: int | None = None) -> None:
    """Draw on a phone and press "Send"; accept the consent dialog the first time."""
    _draw_beside_ballot(phone, strokes)
    expect_answer(phone)
    if label is not None:
        choose_label(phone, label)
    phone.get_by_role("button", name="Send", exact=True).click()
    agree = phone.get_by_role("button", name="Send it")
    if agree.is_visible():
        agree.click()
    expect(phone.locator("[data-pad]")).not_to_have_attribute("data-inked", "")


def _draw_beside_ballot(phone: Page, strokes: list) -> None:
    """Draw; a drawing of another test to judge may cover the pad until the first stroke."""
    pad, later = phone.locator("[data-pad]"), phone.get_by_role("button", name="Later")
    is_covered = True
    while is_covered:
        if later.is_visible():
            later.click()
        pad.scroll_into_view_if_needed()  # the click may have scrolled it away
        draw(phone, strokes)
        is_covered = phone.evaluate(IS_COVERED)


def sent_number(phone: Page) -> int:
    """Wait until the newest drawing is stored, and return its number."""
    line = phone.locator("[data-sending]")
    expect(line).to_have_text(re.compile(r"^Sent as number \d+"), timeout=ANSWER_TIME)
    return int(re.search(r"\d+", line.inner_text()).group())


def start(presenter: Page, kind: str, digit: int, *pages: Page) -> None:
    """Start a round, and wait until each of the pages shows it."""
    presenter.get_by_role("radio", name=str(digit)).check()
    presenter.locator(f"[data-start={kind}]").click()
    for page in pages:
        expect(page.locator("[data-task-view]")).to_have_attribute("data-round", kind, timeout=ANSWER_TIME)


def name_of(phone: Page) -> str:
    """Return the participant's name."""
    return phone.locator("[data-name]").inner_text()


def tile(page: Page, number: int) -> Locator:
    """Return the tile of a drawing, by its number."""
    return page.locator(".tile").filter(has=page.get_by_text(re.compile(rf"^: drawing {number}, ")))
