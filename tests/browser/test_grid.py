"""The 28x28 grid of pixels, an alternative to drawing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pad import SEVEN, bitmap_of, draw, expect_answer, inked
from tests.browser.test_touch import FINGER, PALM, PEN

SIZE = 28


def open_grid(page: Page) -> None:
    page.get_by_role("button", name="Pixels").press("Enter")
    expect(page.get_by_role("grid")).to_be_visible()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_keys_paint_pixels_that_are_sent(ready: Page):
    open_grid(ready)
    with ready.expect_request("**/api/predict*") as first:
        ready.keyboard.press("Space")
    assert sum(first.value.post_data_buffer) == 255
    expected = range(4 * SIZE + 14, 15 * SIZE, SIZE)  # from the middle upwards
    with ready.expect_request(lambda request: sum(request.post_data_buffer or b"") == 11 * 255) as last:
        for _ in range(10):
            ready.keyboard.press("Shift+ArrowUp")
    assert [index for index, value in enumerate(last.value.post_data_buffer) if value] == list(expected)
    expect_answer(ready)


def test_cells_have_position_and_state_labels(ready: Page):
    open_grid(ready)
    assert focused(ready) == "row 15, column 15: paper"
    ready.keyboard.press("ArrowLeft")
    ready.keyboard.press("Space")
    assert focused(ready) == "row 15, column 14: ink"
    ready.keyboard.press("Space")
    assert focused(ready) == "row 15, column 14: paper"
    ready.keyboard.press("Home")
    assert focused(ready) == "row 15, column 1: paper"


def test_focus_stays_within_the_grid(ready: Page):
    open_grid(ready)
    for _ in range(40):
        ready.keyboard.press("ArrowUp")
        ready.keyboard.press("ArrowRight")
    assert focused(ready) == "row 1, column 28: paper"


def test_grid_is_one_tab_stop(ready: Page):
    open_grid(ready)
    expect(ready.locator("[role=gridcell][tabindex='0']")).to_have_count(1)
    ready.keyboard.press("Tab")
    expect(ready.get_by_role("button", name="Undo")).to_be_focused()


def test_grid_starts_with_the_current_bitmap(ready: Page):
    draw(ready, SEVEN)
    expect_answer(ready)
    open_grid(ready)
    labels = ready.get_by_role("gridcell").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
    painted = sum(not label.endswith("paper") for label in labels)
    assert abs(painted - sum(value > 0 for value in bitmap_of(ready, SEVEN))) < 20


def test_ink_is_preserved_under_the_grid(ready: Page):
    draw(ready, SEVEN)
    before = inked(ready)
    open_grid(ready)
    ready.keyboard.press("Escape")
    expect(ready.locator("[data-digit]")).to_have_text("")
    ready.get_by_role("button", name="Pixels").click()
    expect(ready.locator("[data-pad]")).to_be_visible()
    assert inked(ready) == before
    expect_answer(ready)


def test_undo_reverts_a_pixel(ready: Page):
    open_grid(ready)
    ready.keyboard.press("Space")
    ready.keyboard.press("Control+z")
    assert focused(ready).endswith("paper")
    ready.keyboard.press("Control+y")
    assert focused(ready).endswith("ink")


@pytest.mark.parametrize("steps", [60, 2])
def test_pointer_paints_pixels_without_gaps(ready: Page, steps: int):
    open_grid(ready)
    box = ready.get_by_role("grid").bounding_box()
    middle = box["y"] + box["height"] / 2
    ready.mouse.move(box["x"] + box["width"] / 4, middle)
    ready.mouse.down()
    ready.mouse.move(box["x"] + box["width"] * 3 / 4, middle, steps=steps)
    ready.mouse.up()
    labels = ready.get_by_role("gridcell").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
    assert 13 <= sum(label.endswith(": ink") for label in labels) <= 16


def test_pointer_beside_the_grid_paints_no_line(ready: Page):
    open_grid(ready)
    box = ready.get_by_role("grid").bounding_box()
    middle, right = box["y"] + box["height"] / 2, box["x"] + box["width"]
    ready.mouse.move(right - box["width"] / 4, box["y"] + box["height"] / 4)
    ready.mouse.down()
    for x, y in (
        (right + 60, box["y"] + box["height"] / 4),
        (right + 60, middle),
        (right - box["width"] / 4, middle),
    ):
        ready.mouse.move(x, y)
    ready.mouse.up()
    labels = ready.get_by_role("gridcell").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
    inked = {index for index, label in enumerate(labels) if label.endswith(": ink")}
    rows = {index // SIZE for index in inked}
    assert len(rows) == 2
    assert all({row * SIZE + column for column in range(21, SIZE)} <= inked for row in rows)  # up to the edge
    ready.get_by_role("button", name="Undo").click()
    assert painted(ready) == 0


def test_switching_pixels_off_and_on_keeps_the_painting(ready: Page):
    draw(ready, SEVEN)
    open_grid(ready)
    ready.keyboard.press("Home")
    ready.keyboard.press("Space")
    corner = ready.get_by_role("gridcell", name="row 15, column 1: ink")
    pixels = ready.get_by_role("button", name="Pixels")
    pixels.click()
    pixels.click()
    expect(corner).to_be_visible()
    pixels.click()
    draw(ready, [[[200, 800], [800, 800]]])
    pixels.click()
    expect(corner).to_have_count(0)  # other ink, other pixels
    ready.get_by_role("button", name="Undo").click()
    expect(corner).to_be_visible()


def test_first_opening_of_the_grid_is_no_step_of_undo(ready: Page):
    open_grid(ready)
    expect(ready.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")


def painted(page: Page) -> int:
    """Return how many cells are ink."""
    labels = page.get_by_role("gridcell").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
    return sum(label.endswith(": ink") for label in labels)


def touch_grid(page: Page, kind: str, cell: tuple[int, int], **fields: object) -> None:
    """Dispatch one pointer event on a cell, given as (row, column) from 0."""
    found = page.get_by_role("gridcell").nth(cell[0] * SIZE + cell[1])
    box = found.bounding_box()
    middle = {"clientX": box["x"] + box["width"] / 2, "clientY": box["y"] + box["height"] / 2}
    found.dispatch_event(kind, {"bubbles": True, "cancelable": True, **middle, **fields})


def test_stroke_over_pixels_is_undone_as_a_whole(ready: Page):
    open_grid(ready)
    touch_grid(ready, "pointerdown", (5, 5), **FINGER)
    touch_grid(ready, "pointermove", (5, 15), **FINGER)
    touch_grid(ready, "pointerup", (5, 15), **FINGER)
    assert painted(ready) == 11
    ready.get_by_role("button", name="Undo").click()
    assert painted(ready) == 0
    ready.get_by_role("button", name="Redo").click()
    assert painted(ready) == 11


def test_second_finger_and_palm_paint_no_pixel(ready: Page):
    open_grid(ready)
    touch_grid(ready, "pointerdown", (5, 5), **FINGER | {"pointerId": 8})
    touch_grid(ready, "pointerdown", (20, 20), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointermove", (20, 25), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointerup", (20, 25), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointermove", (5, 7), **FINGER | {"pointerId": 8})
    touch_grid(ready, "pointerup", (5, 7), **FINGER | {"pointerId": 8})
    touch_grid(ready, "pointerdown", (25, 5), **PALM | {"pointerId": 10})
    assert painted(ready) == 3


def test_lost_pointer_ends_its_pixel_stroke(ready: Page):
    open_grid(ready)
    touch_grid(ready, "pointerdown", (5, 5), **FINGER)
    touch_grid(ready, "lostpointercapture", (5, 5), **FINGER)
    touch_grid(ready, "pointermove", (5, 15), **FINGER)
    assert painted(ready) == 1


def test_painted_pixels_are_opaque(ready: Page):
    open_grid(ready)
    ready.keyboard.press("Space")
    opacity = "cell => getComputedStyle(cell, '::before').opacity"
    cells = ready.get_by_role("gridcell")
    assert cells.nth(14 * SIZE + 14).evaluate(opacity) == "1"
    assert cells.nth(0).evaluate(opacity) == "0"


def test_thumb_at_the_edge_of_the_grid_paints_nothing(ready: Page):
    open_grid(ready)
    touch_grid(ready, "pointerdown", (26, 1), **FINGER | {"pointerId": 8})
    touch_grid(ready, "pointerdown", (10, 10), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointermove", (10, 14), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointerup", (10, 14), **FINGER | {"pointerId": 9})
    touch_grid(ready, "pointerup", (26, 1), **FINGER | {"pointerId": 8})
    assert painted(ready) == 5


def test_tap_at_the_edge_of_the_grid_paints_a_pixel(ready: Page):
    open_grid(ready)
    touch_grid(ready, "pointerdown", (27, 0), **FINGER)
    touch_grid(ready, "pointerup", (27, 0), **FINGER)
    assert painted(ready) == 1


def test_eraser_and_barrel_button_work_on_pixels(ready: Page):
    open_grid(ready)
    for kind, column in (("pointerdown", 5), ("pointermove", 15), ("pointerup", 15)):
        touch_grid(ready, kind, (5, column), **PEN)
    eraser = PEN | {"button": 5, "buttons": 32}
    for kind, row in (("pointerdown", 2), ("pointermove", 8), ("pointerup", 8)):
        touch_grid(ready, kind, (row, 10), **eraser)
    assert painted(ready) == 10
    expect(ready.get_by_role("grid")).to_have_attribute("data-action", "Eraser")
    touch_grid(ready, "pointerdown", (20, 20), **PEN | {"button": 2, "buttons": 2})
    assert painted(ready) == 11
