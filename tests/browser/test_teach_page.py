"""The page "Teach it our handwriting" on stubbed answers: every state that it shows."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab_stub import refusal
from tests.browser.layout import layout_faults
from tests.browser.teach_stub import (
    BETTER,
    DONE,
    NOTHING,
    ONE_CLASS,
    STATE,
    TEACHING,
    WORSE,
    TeachStub,
)


def states(state: dict) -> dict:
    return {key: value for key, value in state.items() if key != "teaching"}


def status(page: Page):
    return page.locator("[data-status-text]")


def button(page: Page, name: str):
    return page.locator(f"[data-press={name}]")


def expect_pressable(page: Page, *names: str) -> None:
    """Check which of all buttons act."""
    for name in ("teach", "stop", "use", "back", "keep"):
        disabled = "false" if name in names else "true"
        expect(button(page, name)).to_have_attribute("aria-disabled", disabled)


def test_nothing_drawn_says_what_is_missing(page: Page, browser_errors: list[str]):
    TeachStub(page, **states(NOTHING)).open()
    expect(page.locator("[data-missing]")).to_have_text("Nothing drawn yet.")
    expect(status(page)).to_have_text(NOTHING["problem"])
    expect(page.locator("[data-held-out]")).to_have_text("No one has sent a labeled drawing yet.")
    expect(page.locator("[data-covered][data-lacks]")).to_have_count(10)
    expect_pressable(page)
    assert browser_errors == []


def test_one_class_only_cannot_be_taught(page: Page):
    stub = TeachStub(page, **states(ONE_CLASS)).open()
    expect(page.locator("[data-covered][data-lacks]")).to_have_count(9)
    expect(status(page)).to_contain_text("All drawings are 4s.")
    button(page, "teach").click(force=True)
    assert stub.sent("") == []


def test_coverage_shows_drawings_and_people_of_each_digit(page: Page):
    TeachStub(page).open()
    seven = page.locator("[data-covered='7']")
    expect(seven).to_have_text(re.compile(r"119\s*drawings of\s*7\s*by people:\s*9"))
    expect(page.locator("[data-held-out]")).to_have_text("Held out: 3 of 10 people, 45 of 151 drawings.")
    expect_pressable(page, "teach")


def test_doubtful_labels_are_pointed_out(page: Page):
    TeachStub(page, warning="The network read only 9 of 90 drawings as their labels say.").open()
    expect(page.locator("[data-warning]")).to_contain_text("9 of 90")
    expect_pressable(page, "teach")


def test_teach_sends_network_and_wrong_labels(page: Page):
    stub = TeachStub(page).open()
    page.get_by_role("radio", name="deep").check()
    page.locator("[data-poison]").click()
    expect(page.locator("[data-wrong-labels]")).to_have_value("30")
    button(page, "teach").click()
    expect(status(page)).to_have_text("The trainer is starting…")
    assert stub.sent("") == [{"base": "deep", "wrong_labels": 0.3}]


@pytest.mark.parametrize("value", ["", "-1", "101", "2.5"])
def test_invalid_wrong_labels_are_explained_and_not_sent(page: Page, value: str):
    stub = TeachStub(page).open()
    page.locator("[data-wrong-labels]").fill(value)
    button(page, "teach").click()
    expect(page.locator("[data-bar-error]")).to_have_text("Wrong labels: enter whole percent from 0 to 100.")
    assert stub.sent("") == []


def test_refusal_to_teach_is_shown(page: Page):
    stub = TeachStub(page).open()
    stub.answers["POST "] = (409, refusal("not_now", "Another network is being trained."))
    button(page, "teach").click()
    expect(page.locator("[data-bar-error]")).to_have_text("Another network is being trained.")


def test_training_shows_progress_and_can_be_stopped(page: Page):
    TeachStub(page, TEACHING).open()
    expect(status(page)).to_have_text("It learns…")
    expect(page.locator("[data-time]")).to_have_text("20 s left")
    expect(page.locator("[data-progress]")).to_have_attribute("aria-valuenow", "40")
    expect_pressable(page, "stop")
    button(page, "stop").click()
    expect(status(page)).to_have_text("Stopped early. This is what it had learned by then.")
    expect(page.locator("[data-verdict]")).to_contain_text("better")


def test_page_follows_a_teaching_to_its_end(page: Page):
    stub = TeachStub(page, TEACHING).open()
    stub.change(**DONE)
    expect(status(page)).to_have_text("It has learned.")
    expect(page.locator("[data-announcer]")).to_contain_text("It reads new people better")


def test_failure_says_why(page: Page):
    TeachStub(page, TEACHING | {"status": "failed", "reason": "The disk is full."}).open()
    expect(status(page)).to_have_text("It failed. The disk is full.")
    expect_pressable(page, "teach")
    expect(page.locator("[data-changed]")).to_be_hidden()


def test_missing_trainer_says_why(page: Page):
    TeachStub(page, can_train=False, reason="TensorFlow is not installed.").open()
    expect(status(page)).to_have_text("TensorFlow is not installed.")
    expect_pressable(page)


def test_better_result_is_shown_by_sign_and_words(page: Page):
    TeachStub(page, DONE).open()
    expect(page.locator("[data-verdict]")).to_have_text(
        "▲ It reads new people better: 89.7 % before, 95.9 % after."
    )
    expect(page.locator("[data-caveat]")).to_have_text(
        "▼ It reads MNIST digits worse: 99.1 % before, 99.0 % after."
    )
    rows = [f"[data-scores={name}] [data-difference]" for name in ("held_out", "mnist", "taught")]
    texts = ["▲ better by 6.2 points", "▼ worse by 0.1 points", "▲ better by 10.4 points"]
    for row, text in zip(rows, texts, strict=True):
        expect(page.locator(row)).to_have_text(text)
    expect_pressable(page, "teach", "use", "keep")


def test_worse_result_is_shown_as_plainly(page: Page):
    TeachStub(page, DONE | {"result": WORSE, "wrong_labels": 0.3}).open()
    verdict = page.locator("[data-verdict]")
    expect(verdict).to_have_text("▼ It reads new people worse: 42 of 45 before, 31 of 45 after.")
    expect(page.locator("[data-taught-with]")).to_have_text("convolutional, 30 % of the labels wrong")
    size = "(element) => getComputedStyle(element).fontSize"
    worse = verdict.evaluate(size)
    TeachStub(page, DONE).open()
    assert verdict.evaluate(size) == worse
    expect(page.locator("[data-changes=wrong] .change")).to_have_count(2)


def test_changes_are_grouped_by_their_direction(page: Page):
    TeachStub(page, DONE).open()
    right, wrong = (page.locator(f"[data-changes={kind}]") for kind in ("right", "wrong"))
    expect(right.locator("h3")).to_have_text("Now read right: 16")
    expect(right.locator(".change:visible")).to_have_count(9)
    expect(wrong.locator(".change").first).to_contain_text("a 4, read as 4 before and as 9 now, wrong")
    expect(wrong.locator(".change__text").last).to_have_text("4 → ? ✗")
    right.get_by_role("button", name="Show all 16").click()
    expect(right.locator(".change:visible")).to_have_count(16)


def test_no_changes_of_a_kind_say_so(page: Page):
    TeachStub(page, DONE | {"result": BETTER | {"changes": []}}).open()
    expect(page.locator("[data-changes] [data-none]:visible")).to_have_count(2)


def test_one_press_uses_it_and_one_goes_back(page: Page):
    stub = TeachStub(page, DONE).open()
    button(page, "use").click()
    expect(page.locator("[data-decision-text]")).to_contain_text("In use: phones, and pages")
    expect_pressable(page, "teach", "back", "keep")
    expect(button(page, "back")).to_have_text("Go back to conv")
    button(page, "back").click()
    expect(button(page, "back")).to_have_text("Go back")
    expect(page.locator("[data-decision-text]")).to_contain_text("Not in use")
    expect_pressable(page, "teach", "use", "keep")
    assert [path for method, path, _ in stub.requests if method == "POST"] == ["/use", "/back"]


def test_earlier_network_in_use_can_be_left_during_a_new_teaching(page: Page):
    TeachStub(page, TEACHING | {"id": 2}, used="taught-1", before="conv").open()
    expect_pressable(page, "stop", "back")
    expect(page.locator("[data-decision-text]")).to_have_text("In use: taught-1, which was taught earlier.")
    button(page, "back").click()
    expect(button(page, "back")).to_be_hidden()


def test_network_is_kept_under_a_name(page: Page):
    stub = TeachStub(page, DONE).open()
    button(page, "keep").click()
    stub.answers["POST /keep"] = (409, refusal("taken", "That name is taken."))
    page.locator("#keep-name").fill("conv")
    page.keyboard.press("Enter")
    expect(page.locator("dialog [role=alert]")).to_have_text("That name is taken.")
    del stub.answers["POST /keep"]
    page.locator("#keep-name").fill("our-room")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("[data-decision-text]")).to_contain_text("Kept as our-room.")
    assert stub.sent("/keep")[-1] == {"name": "our-room"}


def test_outage_is_shown_and_passes(page: Page):
    stub = TeachStub(page, TEACHING).open()
    stub.answers["GET "] = (503, refusal("busy", "Busy."))
    expect(page.locator("[data-notice-text]")).to_contain_text("cannot be reached")
    del stub.answers["GET "]
    expect(page.locator("[data-notice]")).to_be_hidden()


@pytest.mark.parametrize("teaching", [None, TEACHING, DONE, DONE | {"result": WORSE}])
def test_every_state_fits_every_screen(page: Page, teaching: dict | None):
    TeachStub(page, teaching, **states(STATE)).open()
    assert layout_faults(page) == []


def test_lab_and_presenter_lead_to_the_page(page: Page):
    page.goto("/lab")
    link = page.get_by_role("link", name="Teach it our handwriting")
    expect(link).to_have_attribute("href", "/teach")


def test_change_of_each_row_is_in_view_on_a_phone(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    TeachStub(page, DONE | {"result": WORSE}).open()
    frame = page.locator(".teach__result .table-frame")
    assert frame.evaluate("(frame) => frame.scrollWidth <= frame.clientWidth")


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
@pytest.mark.parametrize("kind", ["better", "worse"])
def test_result_and_what_to_do_with_it_are_in_view_after_teaching(page: Page, size: tuple, kind: str):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    warning = (
        "The network read only 41 of 90 drawings as their labels say. Check whether the labels are right."
    )
    states = {
        "better": (DONE, {}),
        "worse": (
            DONE | {"result": WORSE, "wrong_labels": 0.3},
            {"used": "taught-1", "before": "conv", "warning": warning},
        ),
    }
    teaching, state = states[kind]
    TeachStub(page, teaching, **state).open()
    parts = [page.locator("[data-verdict]"), page.locator(".teach__result .table")]
    for part in (*parts, *(button(page, name) for name in ("teach", "use", "back", "keep"))):
        box = part.bounding_box()
        assert 0 <= box["y"] < box["y"] + box["height"] <= size[1], part


def test_figures_of_the_teaching_before_leave_when_another_begins(page: Page):
    stub = TeachStub(page, DONE).open()
    row = page.locator("[data-scores=held_out] td")
    expect(row.first).to_have_text("89.7 %")
    stub.change(id=2, status="training", result=None, model=None)
    expect(row).to_have_text(["–", "–", "–"])
    expect(page.locator("[data-verdict]")).to_be_hidden()
