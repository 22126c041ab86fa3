"""The scoreboard: every drawing on it can be reached, and the chosen network is marked."""

from playwright.sync_api import Page, Route, expect

from tests.browser.people import LAPTOP, People
from tests.browser.test_room_wall import drawing

MANY = 20
FRAME = """name => { const { content, borderColor } = getComputedStyle(name, "::before");
                    return content === "none" ? "" : borderColor; }"""


def open_scoreboard(people: People) -> Page:
    """Open a scoreboard with more drawings than fit side by side."""
    many = [drawing(number) for number in range(1, MANY + 1)]
    models = [{"model": "conv", "right": 1, "labelled": 2, "accuracy": 0.5}]
    pairs = [{"label": 4, "digit": 9, "count": MANY, "drawings": many}]
    about = {"models": models, "model": "conv", "confusion": [[0] * 10] * 10}

    def answer(route: Route) -> None:
        route.fulfill(json=about | {"pairs": pairs, "fooled": many})

    page = people.open("/healthz", **LAPTOP)
    page.route("**/api/room/scoreboard*", answer)
    page.goto("/scoreboard")
    expect(page.locator("[data-fooled] a")).to_have_count(MANY)
    return page


def test_every_drawing_that_the_tab_key_reaches_is_seen(people: People):
    page = open_scoreboard(people)
    for row in ("[data-pair-list] a", "[data-fooled] a"):
        last = page.locator(row).last
        expect(last).not_to_be_in_viewport()
        last.focus()
        expect(last).to_be_in_viewport(ratio=0.9)


def test_chosen_network_has_a_frame(people: People):
    page = open_scoreboard(people)
    page.get_by_role("radio", name="linear").check()
    names = page.locator(".accuracy__name")
    framed = [name.inner_text() for name in names.all() if name.evaluate(FRAME)]
    assert framed == ["linear"]
