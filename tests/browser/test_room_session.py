"""A whole session: a presenter, a wall and five phones, through all three rounds."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RealServer
from tests.browser.hands import ANSWER_TIME, fit, pen_digits
from tests.browser.people import ARGUMENTS, CODE, People, name_of, send, tile

PATIENT = {"timeout": ANSWER_TIME}


@pytest.fixture(scope="module")
def room_server(data_folder, tmp_path_factory) -> Iterator[tuple[RealServer, str]]:
    """A server with a room in which nobody has been yet, and its presenter's link."""
    server = RealServer(data_folder, tmp_path_factory.mktemp("room"), *ARGUMENTS)
    yield server, server.read_presenter_link()
    server.kill()


@pytest.fixture(scope="module")
def inks(data_folder) -> dict[int, list]:
    """For each digit the ink of somebody's hand, in the middle of the pad."""
    found = {}
    for drawing in pen_digits(data_folder):
        found.setdefault(drawing["label"], fit(drawing["strokes"]))
        if len(found) == 10:
            return found
    raise AssertionError("expected all ten digits in the data")


def test_session_through_all_three_rounds(people: People, inks: dict):
    presenter, wall = people.presenter(), people.wall()
    expect(wall.locator(".lobby")).to_contain_text(CODE)
    phones = [people.phone() for _ in range(5)]
    expect(wall.locator("[data-phones]")).to_have_text("5", **PATIENT)

    draw_freely(phones, wall, inks)
    draw_what_is_asked(presenter, phones, wall, inks)
    fool_the_network(presenter, phones, wall, inks)
    look_at_one(presenter, wall)
    pause_and_go_on(presenter, phones, wall)
    hide_and_clear(presenter, wall)


def draw_freely(phones: list[Page], wall: Page, inks: dict) -> None:
    """Each draws another digit; the first says which."""
    phones[0].get_by_role("button", name="7", exact=True).click()
    numbers = [send(phone, inks[digit]) for phone, digit in zip(phones, (7, 0, 3, 6, 2), strict=True)]
    assert len(set(numbers)) == 5
    for phone, number in zip(phones, numbers, strict=True):
        expect(tile(wall, number)).to_contain_text(name_of(phone), **PATIENT)
    expect(wall.locator("[data-drawings]").first).to_have_text("5", **PATIENT)
    labelled = tile(wall, numbers[0])
    expect(labelled).to_have_attribute("data-tone", re.compile("right|wrong"))
    expect(labelled.locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 7"))
    expect(tile(wall, numbers[1]).locator(".tile__sign")).to_have_text("")


def draw_what_is_asked(presenter: Page, phones: list[Page], wall: Page, inks: dict) -> None:
    """Everybody draws a 4, and nobody has to say so."""
    presenter.get_by_role("radio", name="4").check()
    presenter.locator("[data-start=ask]").click()
    for page in (wall, *phones):
        expect(page.locator("[data-task]")).to_have_text("Draw a 4", **PATIENT)
    numbers = [send(phone, inks[4]) for phone in phones]
    for number in numbers:
        expect(tile(wall, number).locator(".tile__sign")).to_have_text(re.compile(r"✓|✗ 4"), **PATIENT)
    mine = phones[0].locator(".mine__card").first
    expect(mine.locator(".mine__answer")).to_have_count(4)


def fool_the_network(presenter: Page, phones: list[Page], wall: Page, inks: dict) -> None:
    """One draws a 7 where a 1 is asked; three say that they read it, and so it counts."""
    presenter.get_by_role("radio", name="1").check()
    presenter.locator("[data-start=fool]").click()
    for page in (wall, *phones):
        expect(page.locator("[data-task]")).to_have_text("Fool the network", **PATIENT)
    number = send(phones[0], inks[7])
    expect(phones[0].locator("[data-sending]")).to_contain_text("the room votes")
    for phone in phones[1:4]:
        ballot = phone.get_by_role("region", name="Vote")
        expect(ballot).to_contain_text("Can you read a 1 here?", **PATIENT)
        ballot.get_by_role("button", name="Yes").click()
        expect(ballot).to_be_hidden()
    expect(phones[0].locator(".mine__card").first).to_contain_text("fooled the network", **PATIENT)
    expect(phones[0].get_by_role("region", name="Vote")).to_be_hidden()  # nobody judges their own
    wall.goto("/scoreboard")
    gallery = wall.locator("[data-fooled]")
    expect(gallery).to_contain_text(name_of(phones[0]), **PATIENT)
    expect(gallery).to_contain_text(f"drawing {number},")
    expect(wall.locator("[data-accuracy]").first).to_have_text(re.compile(r"^[\d.]+ %$"))
    assert sum(int(text or 0) for text in wall.locator("[data-matrix] tbody td").all_inner_texts()) == 6
    wall.goto("/wall")
    expect(tile(wall, number)).to_be_visible(**PATIENT)


def look_at_one(presenter: Page, wall: Page) -> None:
    """The presenter puts a drawing into the spotlight; it grows, and leads to the inside with its ink."""
    presenter.bring_to_front()
    tile(presenter, 1).get_by_role("button", name="Spotlight").click()
    spotlight = wall.get_by_role("region", name="One drawing")
    expect(spotlight.locator(".ladderbar")).to_have_count(4, **PATIENT)
    expect(spotlight).to_contain_text("drawing 1")
    expect(wall.locator(".wall__qr")).to_be_in_viewport()  # the code is always in view
    qr = wall.locator("[data-inside-qr]")
    wall.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=qr.element_handle())
    with wall.context.expect_page() as opened:
        spotlight.get_by_role("link", name="Look inside").click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"/inside#ink="))
    opened.value.close()
    presenter.get_by_role("button", name="End spotlight").click()
    expect(spotlight).to_be_hidden(**PATIENT)


def pause_and_go_on(presenter: Page, phones: list[Page], wall: Page) -> None:
    """While the room pauses the wall says so, and phones keep their ink."""
    presenter.get_by_role("button", name="Pause").click()
    expect(wall.get_by_text("Paused")).to_be_visible(**PATIENT)
    expect(phones[0].locator("[data-room]")).to_have_attribute("data-paused", "", **PATIENT)
    presenter.get_by_role("button", name="Paused: go on").click()
    expect(wall.get_by_text("Paused")).to_be_hidden(**PATIENT)
    expect(phones[0].locator("[data-room]")).not_to_have_attribute("data-paused", "", **PATIENT)


def hide_and_clear(presenter: Page, wall: Page) -> None:
    """One is hidden, and shown again; then all leave the wall, and stay on the scoreboard."""
    hidden = tile(wall, 2)
    tile(presenter, 2).get_by_role("button", name="Hide").click()
    expect(hidden).to_have_count(0, **PATIENT)
    presenter.get_by_role("button", name="Show again").click()
    expect(hidden).to_have_count(1, **PATIENT)
    presenter.get_by_role("button", name="Clear the wall").click()
    presenter.get_by_role("button", name="Clear it").click()
    expect(wall.locator("[data-wall]")).to_have_attribute("data-empty", "", **PATIENT)
    expect(wall.locator("[data-tiles] .tile__stroke[d^=M]")).to_have_count(0)
