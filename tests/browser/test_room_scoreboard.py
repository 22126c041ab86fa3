"""The scoreboard: shades, counts, texts, focus."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.room_pages import LAPTOP, RoomPages
from tests.browser.test_room_wall import drawing

MANY = 20
VERDICTS = {"caught": 1_234, "voting": 0, "yes": MANY, "no": 2}
# Row 0: mistakes from once to 34 times; row 1: as a digit, and as no digit.
CONFUSION = [[0, 1, 2, 5, 11, 12, 33, 34, 0, 0, 3], [0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 7], *[[0] * 11] * 8]
FRAME = """name => { const { content, borderColor } = getComputedStyle(name, "::before");
                    return content === "none" ? "" : borderColor; }"""


def open_scoreboard(
    room_pages: RoomPages, pairs: list[dict] | None = None, models: Sequence[str] = ("linear", "conv")
) -> Page:
    """Open a scoreboard, by default with more drawings than fit side by side."""
    many = [drawing(number) for number in range(1, MANY + 1)]
    scores = [{"model": name, "right": 1, "labeled": 2, "accuracy": 0.5} for name in models]
    pairs = pairs or [{"label": 4, "digit": 9, "count": MANY, "drawings": many}]
    about = {"models": scores, "model": "conv", "confusion": CONFUSION, "verdicts": VERDICTS}

    def answer(route: Route) -> None:
        route.fulfill(json=about | {"pairs": pairs, "fooled": many})

    page = room_pages.open("/healthz", **LAPTOP)
    page.route("**/api/room/scoreboard*", answer)
    page.goto("/scoreboard")
    expect(page.locator("[data-fooled] a")).to_have_count(MANY)
    return page


def test_focused_drawings_scroll_into_view(room_pages: RoomPages):
    page = open_scoreboard(room_pages)
    for row in ("[data-pair-list] a", "[data-fooled] a"):
        last = page.locator(row).last
        expect(last).not_to_be_in_viewport()
        last.focus()
        expect(last).to_be_in_viewport(ratio=0.9)


LUMINANCES = """cells => cells.map((cell) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.fillStyle = getComputedStyle(cell).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data.reduce((sum, value) => sum + value, 0);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_confusion_matrix_is_shaded_by_count(room_pages: RoomPages, scheme: str):
    page = open_scoreboard(room_pages)
    page.emulate_media(color_scheme=scheme)
    cells = page.locator("[data-matrix] tbody tr").first.locator("td[data-heat]")
    assert cells.all_inner_texts() == ["1", "2", "5", "11", "12", "33", "34", "3"]
    shades = cells.evaluate_all(LUMINANCES)
    by_count = [shades[index] for index in (0, 1, 7, 2, 3, 4, 5, 6)]
    assert sorted(set(by_count), reverse=scheme == "light") == by_count  # each count has its shade
    assert abs(shades[3] - shades[4]) * 5 < abs(shades[4] - shades[6])  # 11 and 12 are close, 34 is not


def test_confusion_matrix_counts_rejections(room_pages: RoomPages):
    page = open_scoreboard(room_pages)
    expect(page.get_by_role("columnheader", name="no digit")).to_be_visible()
    row = page.locator("[data-matrix] tbody tr").nth(1)
    assert row.locator("td").last.inner_text() == "7"


def test_scoreboard_counts_verdicts_and_few_drawings(room_pages: RoomPages):
    page = open_scoreboard(room_pages)
    expect(page.locator("[data-fooled-count]")).to_have_text(f"{MANY} FOOLED, 1,234 caught, 2 unclear")
    expect(page.locator("[data-model=conv] [data-accuracy]")).to_have_text("1 of 2")


# Pairs of texts in the header of the matrix, or of a card, that touch each other.
TOUCHING = """() => [...document.querySelectorAll("thead, .accuracy, .pair")].flatMap((part) => {
  const texts = [...part.querySelectorAll("*")].filter((each) =>
    !each.closest(".visually-hidden, svg") && [...each.childNodes].some((node) => node.data?.trim()));
  const boxes = texts.map((each) => {
    const range = document.createRange();
    range.selectNodeContents([...each.childNodes].find((node) => node.data?.trim()));
    return [each.textContent, range.getBoundingClientRect()];
  });
  return boxes.flatMap(([text, box], index) => boxes.slice(index + 1)
    .filter(([, other]) => box.left < other.right + 2 && other.left < box.right + 2
      && box.top < other.bottom - 4 && other.top < box.bottom - 4)
    .map(([other]) => text + other));
})"""


@pytest.mark.parametrize("width", [320, 390, 720, 1024, 1280, 1920])
def test_texts_of_the_scoreboard_do_not_touch(room_pages: RoomPages, width: int):
    page = open_scoreboard(
        room_pages, pairs=[{"label": 4, "digit": None, "count": 1_000, "drawings": [drawing(1)]}]
    )
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate(TOUCHING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_selected_network_has_a_frame(room_pages: RoomPages):
    page = open_scoreboard(room_pages)
    page.get_by_role("radio", name="linear").check()
    names = page.locator(".accuracy__name")
    framed = [name.inner_text() for name in names.all() if name.evaluate(FRAME)]
    assert framed == ["linear"]


def test_scoreboard_falls_back_to_the_default_network(room_pages: RoomPages):
    page = open_scoreboard(room_pages)
    error = {"code": "unknown_model", "message": "", "explanation": ""}
    page.route(
        "**/api/room/scoreboard?model=linear", lambda route: route.fulfill(status=404, json={"error": error})
    )
    page.get_by_role("radio", name="linear").check()
    expect(page.get_by_role("radio", name="conv")).to_be_checked()
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_scoreboard_hides_a_removed_network(room_pages: RoomPages):
    page = open_scoreboard(room_pages, models=("conv",))
    expect(page.locator("[data-model=conv]")).to_be_visible()
    expect(page.locator("[data-model=linear]")).to_be_hidden()
