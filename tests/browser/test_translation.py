"""Translation by the browser leaves codes, addresses, names and numbers as they are."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import ANSWER_TIME, SEVEN, draw, expect_answer, expect_settled
from tests.browser.room_pages import CODE, PROJECTOR, RoomPages, name_of, send

SLOW = {"timeout": ANSWER_TIME}
MODELS = ["linear", "shallow", "deep", "conv"]
# All texts that are numbers without words, addresses, or one of `names`, and that a browser would translate.
TRANSLATED = r"""(names) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const text = data.trim();
    const isFixed = /^(?!.*\p{L}{2}).*\d/u.test(text) || names.includes(text) || /https?:|\d:\d/.test(text);
    if (!isFixed || parentElement.closest("script, style")) continue;
    if (parentElement.closest("[translate]")?.getAttribute("translate") !== "no") found.push(text);
  }
  return found;
}"""


def translated(page: Page, *names: str) -> list[str]:
    """Return what a browser would translate, though it has to stay."""
    return page.evaluate(TRANSLATED, ["Inkwise", CODE, *MODELS, *names])


def test_room_pages_keep_codes_names_and_numbers(room_pages: RoomPages):
    phone = room_pages.phone()
    send(phone, SEVEN, label=3)
    draw(phone, SEVEN)
    expect_answer(phone)
    name = name_of(phone)
    expect(phone.locator(".my-drawings__card")).to_have_count(1)
    assert translated(phone, name) == []
    presenter, wall = room_pages.presenter(), room_pages.wall()
    for page in (presenter, wall):
        expect(page.get_by_text(name).first).to_be_visible(**SLOW)
        assert page.locator("[data-code]").first.inner_text() == CODE
        assert translated(page, name) == []
    wall.locator(".tile__cover").first.click()
    expect(wall.locator(".model-bar")).to_have_count(len(MODELS), **SLOW)
    assert translated(wall, name) == []
    scores = room_pages.open("/scoreboard", **PROJECTOR)
    expect(scores.locator(".pair")).not_to_have_count(0, **SLOW)
    assert translated(scores, name) == []
    presenter.goto("/preflight")
    expect(presenter.locator(".checks__check")).not_to_have_count(0, **SLOW)
    assert translated(presenter) == []


@pytest.mark.parametrize(
    "path", ["/", "/data", "/models", "/models/conv", "/teach", "/nothing/127.0.0.1:8000"]
)
def test_pages_keep_names_and_numbers(ready: Page, path: str):
    ready.goto(path)
    if path == "/":
        draw(ready, SEVEN)
        expect_answer(ready)
    assert translated(ready) == []


@pytest.mark.parametrize("view", ["input", "layers", "unit", "explanation", "comparison", "code"])
@pytest.mark.parametrize("model", ["linear", "conv"])
def test_inside_keeps_names_and_numbers(page: Page, view: str, model: str):
    page.goto(f"/inside?view={view}&model={model}#ink=8c_50_5k_0_-2s_i8")
    expect_answer(page)
    expect_settled(page)
    assert translated(page) == []
