"""A whole session: a presenter, a wall and five phones, through all three rounds."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RealServer
from tests.browser.pad import ANSWER_TIME, fit, pen_digits
from tests.browser.room_pages import ARGUMENTS, CODE, RoomPages, name_of, send, tile

SLOW = {"timeout": ANSWER_TIME}


@pytest.fixture(scope="module")
def room_server(data_folder, tmp_path_factory) -> Iterator[tuple[RealServer, str]]:
    """A server with a new room, and its presenter link."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"), *ARGUMENTS)
    yield server, server.read_presenter_link()
    server.kill()


@pytest.fixture(scope="module")
def inks(data_folder) -> dict[int, list]:
    """Real ink for each digit, in the middle of the pad."""
    found = {}
    for drawing in pen_digits(data_folder):
        found.setdefault(drawing["label"], fit(drawing["strokes"]))
        if len(found) == 10:
            return found
    raise AssertionError("expected all ten digits in the data")


def test_session_through_all_three_rounds(room_pages: RoomPages, inks: dict):
    presenter, wall = room_pages.presenter(), room_pages.wall()
    expect(wall.locator(".lobby")).to_contain_text(CODE)
    phones = [room_pages.phone() for _ in range(5)]
    expect(wall.locator("[data-phones]")).to_have_text("5", **SLOW)

    draw_freely(phones, wall, inks)
    draw_what_is_asked(presenter, phones, wall, inks)
    fool_the_network(presenter, phones, wall, inks)
    look_at_one(presenter, wall)
    pause_and_go_on(presenter, phones, wall)
    hide_and_clear(presenter, wall)


def draw_freely(phones: list[Page], wall: Page, inks: dict) -> None:
    """Each phone draws another digit; the first labels it."""
    numbers = [send(phones[0], inks[7], label=7)]
    numbers += [send(phone, inks[digit]) for phone, digit in zip(phones[1:], (0, 3, 6, 2), strict=True)]
    assert len(set(numbers)) == 5
    for phone, number in zip(phones, numbers, strict=True):
        expect(tile(wall, number)).to_contain_text(name_of(phone), **SLOW)
    expect(wall.locator("[data-drawings]").first).to_have_text("5", **SLOW)
    labeled = tile(wall, numbers[0])
    expect(labeled).to_have_attribute("data-tone", re.compile("right|wrong"))
    expect(labeled.locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 7"))
    expect(tile(wall, numbers[1]).locator(".tile__sign")).to_have_text("")


def draw_what_is_asked(presenter: Page, phones: list[Page], wall: Page, inks: dict) -> None:
    """All phones draw a 4, which the round labels."""
    presenter.get_by_role("radio", name="4").check()
    presenter.locator("[data-start=ask]").click()
    for page in (wall, *phones):
        expect(page.locator("[data-task]")).to_have_text("Draw a 4", **SLOW)
    numbers = [send(phone, inks[4]) for phone in phones]
    for number in numbers:
        expect(tile(wall, number).locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 4"), **SLOW)
    mine = phones[0].locator(".my-drawings__card").first
    expect(mine.locator(".my-drawings__answer")).to_have_count(4)


def fool_the_network(presenter: Page, phones: list[Page], wall: Page, inks: dict) -> None:
    """One draws a 7 where a 1 is asked; three say that they read it, and so it counts."""
    presenter.get_by_role("radio", name="1").check()
    presenter.locator("[data-start=fool]").click()
    for page in (wall, *phones):
        expect(page.locator("[data-task]")).to_have_text("Fool the network", **SLOW)
    number = send(phones[0], inks[7])
    expect(phones[0].locator("[data-sending]")).to_contain_text("The room votes")
    for phone in phones[1:4]:
        ballot = phone.get_by_role("region", name="Vote")
        phone.get_by_role("button", name="1 drawing to judge").click(**SLOW)
        expect(ballot).to_contain_text("Does this look like a 1?", **SLOW)
        ballot.get_by_role("button", name="Yes").click()
        expect(ballot).to_be_hidden()
    expect(phones[0].locator(".my-drawings__card").first).to_contain_text("FOOLED: people read it", **SLOW)
    expect(phones[0].get_by_role("region", name="Vote")).to_be_hidden()  # no vote on own drawings
    wall.goto("/scoreboard")
    gallery = wall.locator("[data-fooled]")
    expect(gallery).to_contain_text(name_of(phones[0]), **SLOW)
    expect(gallery).to_contain_text(f"drawing {number},")
    expect(wall.locator("[data-fooled-count]")).to_have_text("1 FOOLED")
    expect(wall.locator("[data-accuracy]").first).to_have_text(re.compile(r"^\d of 6$"))
    assert sum(int(text or 0) for text in wall.locator("[data-matrix] tbody td").all_inner_texts()) == 6
    wall.goto("/wall")
    expect(tile(wall, number).locator(".tile__sign")).to_have_text("FOOLED", **SLOW)
    expect(wall.locator("[data-right-noun]")).to_have_text("FOOLED")
    expect(wall.locator("[data-right]")).to_have_text("1", **SLOW)


def look_at_one(presenter: Page, wall: Page) -> None:
    """The presenter puts a drawing into the spotlight; it grows, and leads to the inside with its ink."""
    presenter.bring_to_front()
    tile(presenter, 1).get_by_role("button", name="Spotlight").click()
    spotlight = wall.get_by_role("region", name="One drawing")
    expect(spotlight.locator(".model-bar")).to_have_count(4, **SLOW)
    expect(spotlight).to_contain_text("drawing 1")
    expect(wall.locator(".wall__qr")).to_be_in_viewport()  # the code is always in view
    qr = wall.locator("[data-inside-qr]")
    wall.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=qr.element_handle())
    with wall.context.expect_page() as opened:
        spotlight.get_by_role("link", name="Look inside").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"/inside#ink="))
    opened.value.close()
    presenter.get_by_role("button", name="End spotlight").click()
    expect(spotlight).to_be_hidden(**SLOW)


def pause_and_go_on(presenter: Page, phones: list[Page], wall: Page) -> None:
    """While the room pauses the wall says so, and phones keep their ink."""
    presenter.get_by_role("button", name="Pause").click()
    expect(wall.get_by_text("Paused")).to_be_visible(**SLOW)
    expect(phones[0].locator("[data-room]")).to_have_attribute("data-paused", "", **SLOW)
    presenter.get_by_role("button", name="Paused: resume").click()
    expect(wall.get_by_text("Paused")).to_be_hidden(**SLOW)
    expect(phones[0].locator("[data-room]")).not_to_have_attribute("data-paused", "", **SLOW)


def hide_and_clear(presenter: Page, wall: Page) -> None:
    """One is hidden, and shown again; then all leave the wall, and stay on the scoreboard."""
    hidden = tile(wall, 2)
    tile(presenter, 2).get_by_role("button", name="Hide").click()
    expect(hidden).to_have_count(0, **SLOW)
    presenter.get_by_role("button", name="Show again").click()
    expect(hidden).to_have_count(1, **SLOW)
    presenter.get_by_role("button", name="Clear the wall").click()
    presenter.get_by_role("button", name="Clear it").click()
    expect(wall.locator("[data-wall]")).to_have_attribute("data-empty", "", **SLOW)
    expect(wall.locator("[data-tiles] .tile__stroke[d^=M]")).to_have_count(0)
    expect(wall.locator("[data-drawings]")).to_have_text("0")
    expect(wall.locator("[data-right]")).to_have_text("0")
    expect(presenter.locator("[data-none-yet]")).to_contain_text(
        "The wall is empty. 11 cleared drawings remain"
    )
