"""The people of a session: a presenter, a wall, and phones, each in a browser context of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.hands import ANSWER_TIME, draw, expect_answer

if TYPE_CHECKING:
    from tests.browser.conftest import RealServer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
CODE = "BLUE"
# Phones join by a code, as on a venue's network, though only this computer can reach it.
ARGUMENTS = ("--lan", "--host", "127.0.0.1", "--public-address", "127.0.0.1", "--room-code", CODE)


class People:
    """Opens pages on one server. Everybody's complaints are kept in `complaints`."""

    def __init__(self, browser: Browser, server: "RealServer", presenter_link: str) -> None:
        self.server = server
        self.complaints: list[str] = []
        self._browser = browser
        self._presenter_link = presenter_link
        self._contexts = []

    def open(self, path: str, **screen: object) -> Page:
        """Open a page in a context of its own."""
        context = self._browser.new_context(base_url=self.server.address, **screen)
        context.set_default_timeout(ANSWER_TIME)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.text))
        page.goto(path)
        return page

    def phone(self, path: str = f"/join?code={CODE}") -> Page:
        """Let somebody join with the QR code."""
        page = self.open(path, **PHONE)
        expect(page.locator("[data-name]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def wall(self) -> Page:
        """Open the wall on a projector."""
        page = self.open("/wall", **PROJECTOR)
        expect(page.locator("[data-task]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def presenter(self, **screen: object) -> Page:
        """Let the presenter in by the link."""
        page = self.open(self._presenter_link, **(LAPTOP | screen))
        expect(page.locator("[data-task]")).not_to_be_empty(timeout=ANSWER_TIME)
        return page

    def leave(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.complaints.append(text)


@contextmanager
def people_of(browser: Browser, server: "RealServer", link: str) -> Iterator[People]:
    """Give people, and let them leave; none of their pages may have failed."""
    people = People(browser, server, link)
    yield people
    people.leave()
    assert people.complaints == []


def send(phone: Page, strokes: list) -> int:
    """Draw on a phone, send, agree to what is stored the first time, and return the drawing's number."""
    hand_in(phone, strokes)
    return sent_number(phone)


def hand_in(phone: Page, strokes: list) -> None:
    """Draw on a phone and press "Send", and the first time agree to what is stored."""
    draw(phone, strokes)
    expect_answer(phone)
    phone.get_by_role("button", name="Send", exact=True).click()
    agree = phone.get_by_role("button", name="Send it")
    if agree.is_visible():
        agree.click()
    expect(phone.locator("[data-pad]")).not_to_have_attribute("data-inked", "")


def sent_number(phone: Page) -> int:
    """Wait until the phone says that its newest drawing is stored."""
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
    """Return what a participant is called."""
    return phone.locator("[data-name]").inner_text()


def tile(page: Page, number: int) -> Locator:
    """Return the tile of a drawing, by its number."""
    return page.locator(".tile").filter(has=page.get_by_text(re.compile(rf"^: drawing {number}, ")))
