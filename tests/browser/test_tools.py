"""Undo, redo and clear, by button and by key."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.pad import draw, expect_answer, inked, inked_box, place

FIRST = [[[200, 200], [400, 200]]]
SECOND = [[[200, 800], [400, 800]]]


def bottom(page: Page) -> float:
    return inked_box(page)[3]


@pytest.mark.parametrize(
    ("undo", "redo"),
    [("Control+z", "Control+Shift+z"), ("Control+z", "Control+y"), ("Meta+z", "Meta+Shift+z")],
)
def test_keys_undo_and_redo_a_stroke(ready: Page, undo: str, redo: str):
    draw(ready, FIRST + SECOND)
    ready.keyboard.press(undo)
    assert bottom(ready) < 0.3
    ready.keyboard.press(redo)
    assert bottom(ready) > 0.7


def press(page: Page, key: str, code: str, **modifiers: bool) -> None:
    """Press a key as a keyboard layout gives it: `key` is its character, `code` where it is."""
    init = {"key": key, "code": code, "bubbles": True, "cancelable": True, **modifiers}
    page.locator("body").dispatch_event("keydown", init)


# Layout, then its keys where a US keyboard has Z and Y.
LAYOUTS = {
    "Russian": ("я", "н"), "Greek": ("ζ", "υ"), "Hebrew": ("ז", "ט"), "Arabic": ("ئ", "غ"), "Thai": ("ผ", "ั"),
    "an input method": ("Process", "Process"), "an unknown one": ("Unidentified", "Unidentified"),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_shortcuts_work_on_layouts_without_latin_letters(ready: Page, layout: str):
    z, y = LAYOUTS[layout]
    draw(ready, FIRST + SECOND)
    press(ready, z, "KeyZ", ctrlKey=True)
    assert bottom(ready) < 0.3
    press(ready, y, "KeyY", ctrlKey=True)
    assert bottom(ready) > 0.7
    press(ready, z, "KeyZ", metaKey=True)
    assert bottom(ready) < 0.3
    press(ready, z.upper() if len(z) == 1 else z, "KeyZ", metaKey=True, shiftKey=True)
    assert bottom(ready) > 0.7


@pytest.mark.parametrize(
    ("key", "code", "expected"),
    [
        ("z", "KeyY", "z"), ("Z", "KeyW", "z"), ("y", "KeyZ", "y"),  # German, French
        (";", "KeyZ", ";"), ("à", "KeyZ", "à"),  # Dvorak, Bépo: the letter is elsewhere
        ("я", "KeyZ", "z"), ("Я", "KeyZ", "z"), ("ζ", "KeyZ", "z"), ("ץ", "Period", "Period"),
        ("Escape", "Escape", "Escape"), ("Process", "Escape", "Escape"), ("ArrowUp", "Numpad8", "ArrowUp"),
        (" ", "Space", " "), ("\u3000", "Space", " "), ("Process", "Space", " "), ("Unidentified", "", ""),
    ],
)  # fmt: skip
def test_key_of_a_shortcut(module, key: str, code: str, expected: str):
    assert module("core/browser.js", "return m.keyOf(args[0])", {"key": key, "code": code}) == expected


def test_scripts_read_keys_by_one_helper():
    scripts = {path.name: path.read_text("utf-8") for path in (ROOT / "static" / "js").rglob("*.js")}
    assert [name for name, text in scripts.items() if "event.key" in text] == []


def test_buttons_undo_and_redo_a_stroke(ready: Page):
    draw(ready, FIRST + SECOND)
    ready.get_by_role("button", name="Undo").click()
    assert bottom(ready) < 0.3
    ready.get_by_role("button", name="Redo").click()
    assert bottom(ready) > 0.7


@pytest.mark.parametrize("key", ["Escape", "Delete"])
def test_key_clears_pad_and_answer(ready: Page, key: str):
    draw(ready, FIRST)
    expect_answer(ready)
    ready.keyboard.press(key)
    assert inked(ready) == 0
    expect(ready.locator("[data-digit]")).to_have_text("")
    expect(ready.locator('[data-probability="1"]')).to_have_attribute("aria-valuenow", "0.0")


def test_clear_can_be_undone(ready: Page):
    draw(ready, FIRST + SECOND)
    ready.get_by_role("button", name="Clear").click()
    assert inked(ready) == 0
    ready.keyboard.press("Control+z")
    assert bottom(ready) > 0.7
    expect_answer(ready)


def test_new_stroke_ends_redo(ready: Page):
    draw(ready, FIRST)
    ready.keyboard.press("Control+z")
    draw(ready, SECOND)
    expect(ready.get_by_role("button", name="Redo")).to_have_attribute("aria-disabled", "true")


def test_undo_during_a_stroke_removes_it(ready: Page):
    draw(ready, FIRST)
    ready.mouse.move(*place(ready, [200, 800]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [400, 800]))
    ready.keyboard.press("Control+z")
    ready.mouse.move(*place(ready, [600, 900]))
    ready.mouse.up()
    assert bottom(ready) < 0.3


def test_unavailable_tools_are_disabled(ready: Page):
    for name in ("Undo", "Redo", "Clear"):
        expect(ready.get_by_role("button", name=name)).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("key", ["Delete", "Control+z", "Escape"])
def test_keys_do_not_affect_the_pad_behind_a_dialog(ready: Page, key: str):
    draw(ready, FIRST)
    before = inked(ready)
    ready.get_by_role("button", name="Samples").click()
    ready.evaluate("document.activeElement.blur()")
    ready.keyboard.press(key)
    assert inked(ready) == before
