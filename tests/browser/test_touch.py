"""Drawing with fingers and pens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import open_ready
from tests.browser.hands import expect_answer, inked, inked_box, place, point, points, touch

PEN = {"pointerType": "pen", "buttons": 1, "width": 1, "height": 1}
FINGER = {"pointerType": "touch", "buttons": 1, "width": 24, "height": 30}
PALM = {"pointerType": "touch", "buttons": 1, "width": 110, "height": 90}


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A phone's screen with the page on it."""
    screen = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
    context = browser.new_context(base_url=base_url, has_touch=True, is_mobile=True, **screen)
    page = context.new_page()
    open_ready(page)
    yield page
    context.close()


@pytest.fixture
def fingers(phone: Page) -> CDPSession:
    """A way to touch the phone's screen."""
    return phone.context.new_cdp_session(phone)


def test_finger_draws_and_is_read(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [500, 150]))
    for y in range(200, 900, 50):
        touch(fingers, "touchMove", place(phone, [500, y]))
    touch(fingers, "touchEnd")
    assert inked_box(phone)[3] - inked_box(phone)[1] > 0.6
    expect_answer(phone)


def test_finger_neither_scrolls_nor_zooms(phone: Page, fingers: CDPSession):
    phone.set_viewport_size({"width": 390, "height": 400})
    touch(fingers, "touchStart", place(phone, [500, 300]))
    for y in range(300, 20, -20):
        touch(fingers, "touchMove", place(phone, [500, y]))
    touch(fingers, "touchEnd")
    assert phone.evaluate("[scrollY, visualViewport.scale]") == [0, 1]


def test_second_finger_does_not_draw(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [200, 200]))
    touch(fingers, "touchStart", place(phone, [200, 200]), place(phone, [800, 800]))
    touch(fingers, "touchMove", place(phone, [400, 200]), place(phone, [800, 400]))
    touch(fingers, "touchEnd")
    left, top, right, bottom = inked_box(phone)
    assert right < 0.5
    assert bottom < 0.3
    assert phone.evaluate("visualViewport.scale") == 1


def test_cancelled_touch_ends_the_stroke_and_the_next_one_draws(phone: Page, fingers: CDPSession):
    touch(fingers, "touchStart", place(phone, [200, 200]))
    touch(fingers, "touchMove", place(phone, [300, 200]))
    touch(fingers, "touchCancel")
    touch(fingers, "touchStart", place(phone, [200, 800]))
    touch(fingers, "touchMove", place(phone, [600, 800]))
    touch(fingers, "touchEnd")
    phone.get_by_role("button", name="Undo").click()
    assert inked_box(phone)[3] < 0.3  # the first stroke alone is left, and nothing joins the two


def test_resting_palm_does_not_draw(ready: Page):
    point(ready, "pointerdown", [500, 500], **PALM)
    point(ready, "pointermove", [600, 600], **PALM)
    point(ready, "pointerup", [600, 600], **PALM)
    assert inked(ready) == 0


def test_hand_that_rests_while_a_pen_is_used_does_not_draw(ready: Page):
    hand = FINGER | {"pointerId": 8}
    points(  # all at once: three seconds after the pen was last seen, a touch may draw again
        ready,
        ("pointermove", [400, 400], PEN | {"pointerId": 7}),
        ("pointerdown", [800, 800], hand),
        ("pointermove", [900, 800], hand),
        ("pointerup", [900, 800], hand),
    )
    assert inked(ready) == 0


def test_pen_takes_over_from_the_hand_that_came_first(ready: Page):
    point(ready, "pointerdown", [900, 900], **FINGER | {"pointerId": 8})
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointerup", [400, 200], **PEN)
    left, top, right, bottom = inked_box(ready)
    assert (right < 0.5, bottom < 0.3) == (True, True)


def test_pointercancel_ends_the_stroke(ready: Page):
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointercancel", [0, 0], **PEN)
    point(ready, "pointermove", [400, 900], **PEN)
    left, top, right, bottom = inked_box(ready)
    assert (top > 0.15, bottom < 0.3) == (True, True)
    expect(ready.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "false")


def test_lost_capture_ends_the_stroke(ready: Page):
    ready.mouse.move(*place(ready, [200, 200]))
    ready.mouse.down()
    ready.mouse.move(*place(ready, [400, 200]))
    ready.evaluate(
        """() => {
             const pad = document.querySelector("[data-pad]");
             for (let id = 0; id < 50; id += 1) if (pad.hasPointerCapture(id)) pad.releasePointerCapture(id);
           }"""
    )
    ready.mouse.move(*place(ready, [400, 900]))
    ready.mouse.move(*place(ready, [500, 900]))
    ready.mouse.up()
    assert inked_box(ready)[3] < 0.3


def test_pen_draws_without_coalesced_events(ready: Page):
    ready.evaluate("delete PointerEvent.prototype.getCoalescedEvents")
    point(ready, "pointerdown", [200, 200], **PEN)
    point(ready, "pointermove", [400, 200], **PEN)
    point(ready, "pointerup", [400, 200], **PEN)
    assert inked_box(ready)[2] == pytest.approx(0.42, abs=0.01)
